/* outward.h - taru-outward: a container's network to the outside by a program of an ordinary user's, pasta or
 * slirp4netns, for as long as the container's first process lives.
 *
 * These programs hold the network namespace that they serve, so they would keep it and go on for ever. Here such a
 * program runs in a PID namespace whose first process waits for the end of the container's: when that ends, or is
 * killed, the kernel ends all that is in it. Nobody has to find and stop a process, so none is left behind, whoever
 * was killed.
 *
 *	taru-outward --process PID ─ waits until it is ready, and ends
 *	└── taru-outward, the first in its PID namespace: waits for the end of PID, or of the tool
 *	    └── pasta
 *
 * With --shared it runs no tool, but is what a network namespace is kept by that is nobody's alone: that of an
 * ordinary user's networks (engine/shared.h), in which it is started. It goes on as long as there are devices of
 * containers there, and --linger seconds longer. Who is about to start a container holds the file USERS meanwhile,
 * with a shared lock. Its number stands in the file of --lock. The way out of there is another taru-outward's, whose
 * --process it is.
 *
 *	taru-outward --shared USERS --linger SECONDS --lock FILE
 *
 * With --enter it is for people, and for scripts: a command in those namespaces, with all rights there.
 *
 *	taru-outward --enter PID -- COMMAND [WORD…]
 *
 * slirp4netns publishes ports when it is asked to at a socket. With --api NAME that is in the folder of --lock, in
 * which the tool is started, so that no path is too long for a socket (unix(7)). Each --publish is asked for there
 * before the network is ready; where one is refused there is none.
 *
 *	taru-outward --process PID --lock FILE --signals-ready --api NAME \
 *		--publish tcp:127.0.0.1:8080:10.0.2.100:80 … -- slirp4netns --api-socket=NAME …
 *
 * The lock that it holds of --lock is given up when all is gone: who takes it knows that the ports are free again.
 */
#pragma once
#include <stdbool.h>
#include <sys/types.h>

/* What stands for the process, and for a file that is its network namespace. */
#define PROCESS_WORD "{}"
#define NETNS_WORD "{netns}"

struct options {
	pid_t process;			/* the container's first; 0 with --shared and --enter */
	pid_t enter;
	const char *shared;		/* the file of who is about to need it; or NULL */
	unsigned linger_s;
	const char *lock;
	const char *api;		/* the name of the tool's API socket, or NULL */
	char **port;			/* --publish, each PROTOCOL:ADDRESS:PORT:ADDRESS:PORT */
	size_t ports;
	uid_t user;			/* who has started it */
	bool as_root;			/* it has become the container's root, since that user has no number there */
	/* The tool stays in the foreground, and writes to descriptor 3 when it is ready. Else it ends with 0 when a
	 * child of it is. */
	bool signals_ready;
	char **tool;			/* its words: PROCESS_WORD and NETNS_WORD are replaced; with --shared none */
};

/* What the first process in the PID namespace has. */
struct inside {
	const struct options *options;
	int lock, pidfd;
	int ready;			/* a line is written there when the tool is ready */
	char *netns;			/* a path, or NULL */
};

/* options.c. What makes no sense ends the process with a message. */
void options_read(struct options *options, char **words);

/* A message on descriptor 2: "taru-outward: WHAT 'SUBJECT': WHY". */
void complain(const char *what, const char *subject, const char *why);

/* The same, and ends the process. */
_Noreturn void fail(const char *what, const char *subject, const char *why);

/* netns.c: binds the process's network namespace to a file, in a mount namespace of this process's own, where the tool
 * may read it. Returns the path. pasta gives up its rights before it opens /proc/PID/ns/net, and needs them there. */
char *netns_bind(const struct options *options);

/* shared.c: keeps the namespace that it is in, in the background: how this process ends. */
int shared_run(const struct options *options, int lock);

/* publish.c: whether --publish is written so. */
bool publish_is(const char *given);

/* publish.c: asks the tool, in whose folder this process is, for all ports. The first that it has not is complained of:
 * false. */
bool publish_all(const struct options *options);

/* inside.c: runs the tool, and ends when the container has, or the tool. */
_Noreturn void inside_run(const struct inside *inside);
