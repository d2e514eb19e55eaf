/* ports.h - taru-ports: the ports of this machine that lead to a container in an ordinary user's networks.
 *
 * These networks are in a network namespace of the user's (engine/shared.h), which no packet of the machine's reaches.
 * So the ports are sockets of this program: it binds them where it is started, enters that namespace, and sends on
 * what comes to them, by connections of its own. The container sees the namespace's address, not that of who asks.
 *
 *	taru-ports --enter PID --device NAME --lock FILE --tcp ADDRESS,PORT,TO,PORT --udp …
 *
 * It is in the background, and listens, when this has ended with 0. It ends with the device, the outer end of the
 * container's, which the kernel removes with the container. The lock is held until all ports are free again.
 */
#pragma once
#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/types.h>

enum { PORTS_MOST = 1024, FLOWS_MOST = 256, DEVICES_MOST = 2 };

struct endpoint_address {
	struct sockaddr_storage at;
	socklen_t size;
};

struct port {
	bool udp;
	struct endpoint_address outside, inside;
	const char *words;		/* as they were given */
	int socket;
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

/* What a turn of the loop waits for. */
struct waiting {
	struct pollfd at[1 + PORTS_MOST + 3 * FLOWS_MOST];
	size_t count;
};

/* Adds one, and returns its place, by which waiting_got() tells what came. */
size_t waiting_add(struct waiting *waiting, int fd, int events);
int waiting_got(const struct waiting *waiting, size_t place);

/* tcp.c and udp.c: what they wait for, and what they do when it has come. A port whose table is full is left alone
 * until there is room. */
void tcp_wait(const struct options *options, struct waiting *waiting);
void tcp_turn(const struct options *options, const struct waiting *waiting);
void udp_wait(const struct options *options, struct waiting *waiting);
void udp_turn(const struct options *options, const struct waiting *waiting);
