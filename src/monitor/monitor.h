/* monitor.h - taru-monitor: one small process for each container that runs without its caller.
 *
 * `taru` starts a container, and then its process becomes this program by execve(2), so that the container's first
 * process stays its child. It keeps the log, lets others attach, has health checks done, and waits. At the end it
 * becomes `taru` again (`container cleanup`), which puts away what is left and may start the container once more. So
 * what is needed only then takes no memory while the container runs: here is nothing but static memory, and no
 * decision that needs a container's files.
 *
 *	container's stdout, stderr, or terminal → chunk → log
 *	                                               → each that is attached
 *	those attached → input → container's stdin, or terminal
 *
 * The container is made to wait for nobody but the disk: who is attached and takes nothing for PATIENCE_MS misses what
 * is written then, and is told how much that was.
 */
#pragma once
#include "monitor/log.h"
#include "wire/attach.h"
#include <poll.h>
#include <stdbool.h>
#include <sys/types.h>

enum { CLIENTS_MAX = ATTACH_CLIENTS, PATIENCE_MS = 2000, SOURCES = 2 };

/* What it is told, as words KEY=VALUE; then comes "--", and how taru is called. Descriptors are -1 where there is
 * none. */
struct orders {
	const char *id, *name;
	pid_t process;			/* the container's first */
	int pidfd;			/* of it, where it is no child of ours: another monitor was killed */
	int out, err;			/* what it writes: pipes; or `out` is its terminal's master */
	int in;				/* the pipe that is its standard input */
	bool terminal;
	bool close_input;		/* when the first who is attached has no more input, the container has none */
	int folder;			/* the container's: the log is in it */
	int socket;			/* listens for those who attach */
	int client;			/* the first of them, who has seen it start */
	int program;			/* taru */
	int keeper;			/* whose lock says that somebody looks after the container */
	const char *log;		/* the driver */
	uint64_t log_size;
	unsigned log_files;
	uint64_t health_ms;		/* how often a health check is done; 0: never */
	uint64_t health_fast_ms;	/* how often at first, for `health_fast_for_ms` */
	uint64_t health_fast_for_ms;
	uint64_t health_startup_ms;	/* how often until the startup check has passed; 0: there is none */
	uint64_t timeout_ms;		/* after which the container is killed; 0: never */
	const char *freezer;		/* the file by which it is paused (life/glance.h); NULL: without a time */
	char **words;			/* taru's arguments before the verb */
};

/* One who is attached. */
struct client {
	int fd;				/* -1: this place is free */
	bool first, waits_only;
	unsigned owed;			/* a bit for each source whose chunk could not be sent yet */
	uint64_t stalled_ms;		/* since when; 0: it is not */
	bool left_behind;		/* it was too slow, and gets nothing until it reads again */
	uint64_t lost;			/* bytes that it has missed */
};

/* What the container writes. */
struct source {
	int fd;				/* -1: at its end */
	enum attach_kind kind;
	enum log_stream stream;
	size_t length;			/* of the chunk that was read last */
	struct attach_message chunk;
};

struct monitor {
	const struct orders *orders;
	struct log log;
	struct source source[SOURCES];
	int input;			/* where input goes; -1: nowhere any more */
	size_t input_begin, input_end;
	struct attach_message typed;	/* what one has sent last: bytes input_begin to input_end are on their way */
	struct client client[CLIENTS_MAX];
	bool time_over;			/* it was killed for that */
};

/* orders.c: false, with a message, where the words make no sense. */
bool orders_read(char **words, struct orders *ret_orders);

/* clients.c */

/* One more; it is closed where there are too many. */
void clients_add(struct monitor *monitor, int fd, bool first);

/* Whether a source may be read: nobody has yet to take what was read of it before. */
bool clients_took(const struct monitor *monitor, size_t source);

/* Sends the chunk of a source to all. */
void clients_send(struct monitor *monitor, size_t source);

/* What to wait for, of each client; and what poll(2) said of it. */
void clients_prepare(const struct monitor *monitor, struct pollfd fds[CLIENTS_MAX]);
void clients_work(struct monitor *monitor, const struct pollfd fds[CLIENTS_MAX]);

/* Leaves those behind who have been waited for long enough. Returns how long until that may be due, in ms, or -1. */
int clients_look(struct monitor *monitor);

/* Nothing more is written: who was left behind is told so. That, and how the container has ended, has room also where
 * what came before was not taken yet. */
void clients_end(struct monitor *monitor);

/* Moves what was typed on to the container. */
void input_move(struct monitor *monitor);
