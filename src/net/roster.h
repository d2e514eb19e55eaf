/* roster.h - the names of the containers of a network, for its resolver (src/names): ROOT/networks/NAME/names/hosts, as
 * hosts(5) has it, a line for each address. The last name in a line is the begin of the container's ID. The file is
 * replaced by rename, by who holds the network's lock. It is empty where nobody is in the network any more, which is
 * the end of the resolver some seconds later; without it that ends at once. The resolver holds the lock of the folder
 * `names`. */
#pragma once
#include "net/network.h"

#define ROSTER_FOLDER "names"
#define ROSTER_FILE "hosts"
#define ROSTER_SERVERS_FILE "resolv.conf"	/* whom the resolver asks, where the network says it */

/* A line for each of the addresses of a container, with these names; what was there of it, or of who had one of these
 * addresses, goes. 0 or -errno. */
int roster_set(struct arena *arena, const struct network *network, const char *id, const struct texts *names,
	       const struct host_address *address, size_t addresses);

/* The lines of a container go. Where no new file can be written, as on a disk that is full, they become comments in the
 * one that is there, which takes no room. 0 or -errno: its names are found still. */
int roster_drop(struct arena *arena, const struct network *network, const char *id);

/* Its lines have the name `now` in the place of `old`; the rest of them stays. 0 or -errno. */
int roster_rename(struct arena *arena, const struct network *network, const char *id, const char *old,
		  const char *now);

enum roster_asked {
	ROSTER_PEERS,		/* the resolvers of other networks that a container is in: asked, too */
	ROSTER_SERVERS,		/* its own name servers (--dns): asked in place of the machine's */
	ROSTER_LINKS		/* what it alone calls others (--link): an alias and a name each */
};

/* Whom the resolver asks for a container: a line `@peers ADDRESS SERVER… ID`, `@servers …` or `@links …` for each
 * of its addresses; what was there before of that kind goes. Without servers only that. 0 or -errno. */
int roster_set_asked(struct arena *arena, const struct network *network, const char *id,
		     const struct host_address *address, size_t addresses, enum roster_asked asked,
		     const struct texts *servers);

/* Whether a resolver has the lock. One that is about to end gives it up and then looks for names: who has written some
 * before is served by it, or finds that it is not. */
bool roster_is_served(const struct network *network);

/* Whether somebody is in the network, and no resolver has the lock; one that is about to begin is waited for. */
bool roster_is_unserved(const struct network *network);

/* Starts a resolver, as a container's plan does. 0 or -errno. */
int roster_serve(char *const *args);

/* Nobody is in the network, and its bridge goes. */
void roster_forget(const struct network *network);

/* The same, and waits for the end of its resolver: that is a moment. */
void roster_end(const struct network *network);

/* Writes network->dns_servers for the resolver, which sees it within a second; without any it asks the machine's. The
 * network is locked. 0 or -errno. */
int roster_set_servers(struct arena *arena, const struct network *network);

/* Whether they were written. */
bool roster_has_servers(const struct network *network);
