/* outward.h - networks to the outside that take no rights: by a program, pasta or slirp4netns, that an ordinary user
 * runs. It makes a device in the container's network namespace, and sends on what comes out of it by sockets of its
 * own. It is a tool of the container's plan (plan/network.h), and ends with the container (src/outward).
 */
#pragma once
#include "engine/connect.h"

/* In the container's folder: held until such a program and all its ports are gone. */
#define OUTWARD_LOCK "outward"

/* In the container's folder, too: the socket at which slirp4netns is asked for ports. */
#define OUTWARD_API "outward.api"

/* Whether it is such a network, "pasta" or "slirp4netns", also with options: "pasta:--mtu,1500". */
bool outward_is(const char *network);

/* The words of --network; what makes no sense is a problem. */
void outward_read_asked(struct arena *arena, const char *given, struct made_network *ret_network,
			struct problem *problem);

/* As network_connect(), for a container whose network is one of these. */
bool outward_connect(struct engine *engine, struct prepared *prepared, struct connected *connected,
		     struct problem *problem);

/* Waits until the program of a container that has ended is gone: that is a moment. */
void outward_await_end(int folder);

/* Whether this machine has a default route: without one such programs have nothing to lead to. */
bool outward_has_route(struct arena *arena);

/* What an ordinary user's container has where no network is asked for: "pasta"; where that is not installed
 * "slirp4netns", with a note to be told; with neither, or where the machine itself reaches nothing or has no
 * /dev/net/tun for the user, "none" and a note. *ret_note: NULL where there is nothing to say. */
const char *rootless_default_network(struct arena *arena, const char **ret_note);

/* --- outward_words.c, for outward.c --- */

/* The path of the program, or NULL. */
const char *outward_find(struct arena *arena, const char *network);

/* What the device is called that pasta makes with these words of --network. */
const char *outward_pasta_device(const struct texts *options);

/* Adds the program's words. `resolver`: an address at which it is to answer for the machine's resolvers; NULL. */
void outward_add_words(struct arena *arena, const struct made_network *asked, const struct held_ports *held,
		       const char *resolver, struct texts *args);

/* --- outward_slirp.c, for both --- */

/* An option behind "slirp4netns:", as podman spells it; one that makes no sense is a problem. */
void slirp_check(const char *option, struct problem *problem);

/* What the container has by slirp4netns, of IPv4. */
struct slirp_addresses {
	const char *gateway, *resolver, *guest;
	unsigned prefix;
};

/* Those of the network that is asked for (cidr=), or of its usual one. */
struct slirp_addresses slirp_addresses(struct arena *arena, const struct made_network *asked);

/* Words for taru-outward, of ports that slirp4netns is to be asked for. */
void slirp_add_ports(struct arena *arena, const struct made_network *asked, const struct held_ports *held,
		     struct texts *args);

/* slirp4netns's own. `api`: it is to have the socket. */
void slirp_add_words(struct arena *arena, const struct made_network *asked, bool api, struct texts *args);
