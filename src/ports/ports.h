/* ports.h - taru-ports: the ports of this machine that lead to a container in an ordinary user's networks.
 *
 * These networks are in a network namespace of the user's (engine/shared.h), which no packet of the machine's reaches.
 * So the ports are sockets of this program: it binds them where it is started, enters that namespace, and sends on
 * what comes to them, by connections of its own. The container sees the namespace's address, not that of who asks.
 *
 *	taru-ports --enter PID --device NAME --lock FILE --tcp ADDRESS,PORT,TO,PORT --udp …
 *
 * As many connections may be open as RLIMIT_NOFILE has room for: each takes two descriptors.
 *
 * It is in the background, and listens, when this has ended with 0. It ends with the device, the outer end of the
 * container's, which the kernel removes with the container. The lock is held until all ports are free again.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/types.h>

enum { PORTS_MOST = 1024, DEVICES_MOST = 2, FLOWS_MOST = 1 << 15, ASKERS_MOST = 1024 };

/* A descriptor that something is waited for at. */
struct source {
	int fd;				/* -1: closed */
	uint32_t events;		/* of epoll_ctl(2); 0: nothing */
	void (*ready)(struct source *source);
	void *owner;
};

struct endpoint_address {
	struct sockaddr_storage at;
	socklen_t size;
};

struct port {
	bool udp;
	struct endpoint_address outside, inside;
	const char *words;		/* as they were given */
	struct source source;
};

struct options {
	pid_t enter;			/* a process in the namespace */
	const char *device[DEVICES_MOST];
	size_t devices;
	const char *lock;
	struct port port[PORTS_MOST];
	size_t ports;
};

/* options.c. What makes no sense ends the process with a message. */
void options_read(struct options *options, char **words);

/* Ends the process with a message: "taru-ports: WHAT 'SUBJECT': WHY". */
_Noreturn void fail(const char *what, const char *subject, const char *why);

/* loop.c: waits for these events of the descriptor, by epoll(7), in place of those before. False: it cannot. Where
 * they are none it is not told either that the other end has hung up: that would come again and again. */
void loop_begin(void);
bool loop_watch(struct source *source, uint32_t events);

/* Closes it; nothing more is told of it. */
void loop_close(struct source *source);

/* Waits, and tells all that are ready. */
void loop_turn(void);

/* tcp.c and udp.c: serve all ports of their kind from now on, with so many connections, or askers, at once at most.
 * While there is no room for a connection the ports are left alone: who connects waits, and the system's log says so.
 * Where there is none for another asker, who has been silent for longest gives his up. */
void tcp_begin(struct options *options, size_t most);
void udp_begin(struct options *options, size_t most);

/* After each turn: what has ended in it may be used again. */
void tcp_after_turn(void);
