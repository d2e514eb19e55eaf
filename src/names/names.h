/* names.h - taru-names: the resolver of one network of containers.
 *
 *	containers ─ port 53 of the gateway → listeners ─→ answer.h   names of this network
 *	                                               ├→ flights    UDP, to the resolvers of other networks that
 *	                                               │             who asks is in, then to the host's servers
 *	                                               └→ streams    TCP, from and to both sides
 *
 * One process for each network that has containers, in the namespace of the host's side of it. It knows the network by
 * its bridge: what does not come from there is not heard, and what is said goes nowhere else. All memory is static, all
 * tables have an end, and who asks for most loses his place first (fair.h). Without a container it ends by itself.
 */
#pragma once
#include "names/answer.h"
#include "names/fair.h"
#include "names/servers.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

enum { LISTENERS = 8, FLIGHTS = 256, STREAMS = 64, DEVICE_NAME = 16 };
enum { PEERS = 32, PEER_MS = 1000 };		/* of one client; what each has for an answer */
enum { FLIGHT_QUERY = 512, STREAM_QUERY = 1024, STREAM_ROOM = 4096, UDP_ROOM = 4096, STREAM_HEAD = 2 };

/* What an event is about. */
enum watch { WATCH_HOSTS, WATCH_UDP, WATCH_TCP, WATCH_FLIGHT, WATCH_CLIENT, WATCH_SERVER };

struct listener {
	struct peer at;
	const char *text;		/* as it was given */
	char device[DEVICE_NAME];	/* "": any */
	unsigned index;			/* of the device that the sockets are bound to */
	int udp, tcp;			/* -1: not open */
};

/* A file that is replaced by rename: known by its folder. */
struct named_file {
	int folder;
	const char *name;
};

/* A query on its way by UDP, from a socket of its own: nobody knows its port before. */
struct flight {
	int fd;
	uint16_t listener, length, id;
	uint8_t first, tries;		/* the server asked first, and how many were */
	uint8_t peers;			/* how many of the client's were */
	bool at_peer;			/* it is one of them that is asked */
	uint64_t due_ms;
	struct peer client;
	uint8_t query[FLIGHT_QUERY];
};

enum stage {
	STAGE_READ,		/* from the client, a query */
	STAGE_ASK,		/* sends it to a server */
	STAGE_HEAD,		/* from the server, the begin of the answer */
	STAGE_PASS,		/* to the client: what is in `out`, and `left` bytes more from the server */
};

struct stream {
	int client, server;
	enum stage stage;
	uint16_t id;
	uint8_t first, tries, peers;	/* as in struct flight */
	bool at_peer;
	struct address asker;		/* the client's */
	uint64_t due_ms;
	size_t have;			/* bytes in query: a query behind its length, and what came after it */
	size_t sent;
	size_t out_begin, out_end, left;
	uint8_t query[STREAM_HEAD + STREAM_QUERY];
	uint8_t out[STREAM_HEAD + STREAM_ROOM];
};

struct names {
	struct listener listener[LISTENERS];
	size_t listeners;
	uint64_t listen_due_ms;		/* when those that are not open are tried again; 0: all are */
	uint64_t listen_began_ms;

	struct named_file hosts, upstream;
	struct named_file own;		/* in place of upstream, where it is there and not empty; name NULL: none */
	int watch, events;		/* inotify, epoll */
	uint64_t empty_since_ms;	/* 0: there are containers */
	uint64_t linger_ms;
	bool gone;			/* the file of names is */

	struct servers servers;
	struct timespec servers_time;	/* of the file */
	ino_t servers_file;
	off_t servers_size;
	uint64_t servers_due_ms;	/* when it is looked at again */
	size_t preferred;		/* the server that answers, where the first did not */
	uint64_t preferred_until_ms;
	unsigned turn;

	struct zone zone;
	uint64_t secret;		/* of the hashes of addresses */
	uint64_t now_ms;
	struct place flight_place[FLIGHTS], stream_place[STREAMS];
	struct flight flight[FLIGHTS];
	struct stream stream[STREAMS];
	struct table table;
};

/* --- main.c --- */

/* Watches a descriptor for these events, until watch_end() or until it is closed. With none of them its end is told. */
void watch_set(const struct names *names, int fd, uint32_t events, enum watch what, size_t index);
void watch_end(const struct names *names, int fd);

/* --- options.c --- */

struct options {
	const char *hosts, *upstream, *own;
	uint16_t port;			/* 0: 53 */
	int ready;			/* the descriptor that is told; -1: none */
	bool background;		/* who has started it sees it end when it is ready */
};

/* Reads the command line, or says what is wrong with it and ends. */
void options_read(struct names *names, struct options *options, char **words);

/* Says why there will be no resolver, and ends with status 1: "taru-names: WHAT 'SUBJECT': WHY". */
_Noreturn void fail(const char *what, const char *subject, const char *why);

/* --- listen.c --- */

/* Opens what is not open, and opens anew what is bound to an interface that is there no more. 0 where all are open,
 * else the error of `*ret_at`; they are tried again at listen_due_ms. */
int listen_look(struct names *names, size_t *ret_at);

/* --- hosts.c --- */

/* Opens the file's folder, locks it and watches it. False where another process has the network already. */
bool hosts_open(struct names *names, const char *path);

/* Reads the file anew; where it is not there, nobody is. 0 or -errno. */
int hosts_read(struct names *names);

/* After an event. */
void hosts_changed(struct names *names);

/* Nobody is there for long enough: gives up the lock and looks a last time. False where somebody has come: then
 * the lock is held again. */
bool hosts_end(struct names *names);

/* --- upstream.c --- */

/* Whether the file can be read, where it is there: 0 or -errno. */
int upstream_check(const struct names *names);

/* Looks whether the file has changed; at most once a second. */
void upstream_look(struct names *names);

/* For a client that has servers of its own these, else the host's: how many there are; the one to be asked first; the
 * one at `tries` after `first`, false when all were asked as often as they may. */
size_t upstream_count(const struct names *names, const struct address *client);
size_t upstream_first(struct names *names, const struct address *client);
bool upstream_next(const struct names *names, const struct address *client, size_t first, size_t tries,
		   struct peer *ret_server);

/* That one did not answer: of the host's, another one is asked first for a while. */
void upstream_failed(struct names *names, const struct address *client, size_t first, size_t tries);

/* peers.c: the resolver to be asked next for a client, where `asked` of them were; false: all were. */
bool peers_next(const struct names *names, const struct address *client, size_t asked, struct peer *ret_peer);
struct address peers_client(const struct peer *client);

/* peers.c: the server at `index` of those that a client has in place of the host's; false: there is none. */
bool peers_server(const struct names *names, const struct address *client, size_t index, struct peer *ret_peer);

/* A random id, and what stands for an address in a struct place. */
uint16_t random_id(void);
uint64_t client_hash(const struct names *names, const struct peer *client);

/* --- flight.c, stream.c --- */

/* Reads queries from a listener and answers them, or sends them on. */
void flight_read(struct names *names, size_t listener);

/* An answer has come, or it is too late for one. */
void flight_event(struct names *names, size_t index);
void flight_late(struct names *names, size_t index);

/* Takes connections of a listener. */
void stream_accept(struct names *names, size_t listener);

/* Something can be done, the client is gone, or it has taken too long. */
void stream_event(struct names *names, size_t index);
void stream_client_gone(struct names *names, size_t index);
void stream_late(struct names *names, size_t index);

/* --- confine.c --- */

/* Gives up all rights but that of listening on port 53, and all system calls but a few. *ret_what: what it was at. */
int confine(const char **ret_what);
