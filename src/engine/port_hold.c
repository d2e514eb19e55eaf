/* port_hold.c - see port_hold.h */
#include "engine/port_hold.h"
#include "base/clock.h"
#include "base/fd.h"
#include "base/sys_socket.h"
#include "net/address.h"
#include "spec/reason.h"
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdint.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>

struct holding {
	struct engine *engine;
	struct held_ports *held;
	size_t ports_room, sockets_room;
	int above;			/* descriptors from here on are beyond the usual limit */
	struct problem *problem;
};

/* What is opened later, and the container, have the usual limit of descriptors and all of these numbers but a few. */
enum { FEW = 64 };

/* --- one socket --- */

union address {
	struct sockaddr any;
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
};

static union address address_of(const char *text, uint32_t port)
{
	union address address = { 0 };
	struct host_address read = { 0 };

	address_read(text, &read);
	address.any.sa_family = (sa_family_t)read.family;
	if (read.family == AF_INET6) {
		address.in6.sin6_port = htons((uint16_t)port);
		memcpy(&address.in6.sin6_addr, read.bytes, sizeof(address.in6.sin6_addr));
	} else {
		address.in.sin_port = htons((uint16_t)port);
		memcpy(&address.in.sin_addr, read.bytes, sizeof(address.in.sin_addr));
	}
	return address;
}

static int make_socket(int family, const char *protocol)
{
	const int type = strcmp(protocol, "udp") ? SOCK_STREAM : SOCK_DGRAM, one = 1;
	const int number = !strcmp(protocol, "sctp") ? IPPROTO_SCTP : 0;
	int fd = socket(family, type | SOCK_CLOEXEC, number);

	if (fd >= 0 && family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof(one));
	return fd < 0 ? -errno : fd;
}

/* Connections of who had the port before may be on their way out still (TIME_WAIT): they are nobody's, and only
 * SO_REUSEADDR gets past them. A socket that listens there is in the way all the same; one that holds the port as this
 * one does has not kept the option, so that it keeps others out that have it (socket(7)). */
static int bind_to(int fd, const union address *at, const char *protocol)
{
	const socklen_t length = at->any.sa_family == AF_INET6 ? sizeof(at->in6) : sizeof(at->in);
	const int yes = 1, no = 0;
	int error = bind(fd, &at->any, length) ? -errno : 0;

	if (error != -EADDRINUSE || strcmp(protocol, "tcp") != 0)
		return error;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
	error = bind(fd, &at->any, length) ? -errno : 0;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &no, sizeof(no));
	return error;
}

/* A descriptor, or -errno. The port that it got is put back. It does not listen: who reaches it all the same is
 * refused. */
static int hold(const char *address, const char *protocol, uint32_t *port)
{
	union address at = address_of(address, *port);
	socklen_t length = sizeof(at);
	closes int fd = make_socket(at.any.sa_family, protocol);
	int error;

	if (fd < 0)
		return fd;
	error = bind_to(fd, &at, protocol);
	if (!error && getsockname(fd, &at.any, &length))
		error = -errno;
	if (error)
		return error;
	*port = ntohs(at.any.sa_family == AF_INET6 ? at.in6.sin6_port : at.in.sin_port);
	return take_fd(&fd);
}

/* --- one port --- */

static int move_up(const struct holding *holding, int fd)
{
	int moved = holding->above && fd >= FEW ? fcntl(fd, F_DUPFD_CLOEXEC, holding->above) : -1;

	if (moved < 0)
		return fd;
	sys_close(fd);
	return moved;
}

static void note_socket(struct holding *holding, int fd)
{
	struct held_ports *held = holding->held;

	held->socket = arena_grow(holding->engine->arena, held->socket, held->sockets, &holding->sockets_room,
				  sizeof(*held->socket));
	held->socket[held->sockets++] = move_up(holding, fd);
}

static void note_port(struct holding *holding, const struct made_port *port, const char *address, uint32_t outside)
{
	struct held_ports *held = holding->held;

	held->port = arena_grow(holding->engine->arena, held->port, held->ports, &holding->ports_room,
				sizeof(*held->port));
	held->port[held->ports++] = (struct made_port){ address, outside, outside, port->inside, port->protocol };
}

/* The same number at each of the addresses. 0 or -errno. A kernel without SCTP has no program that could listen, so
 * there is nothing to hold: which container has such a port is known by the firewall. */
static int hold_at(struct holding *holding, const struct made_port *port, const char *const *address, uint32_t outside)
{
	int fds[2] = { -1, -1 };

	for (size_t i = 0; address[i]; i++) {
		fds[i] = hold(address[i], port->protocol, &outside);
		if (fds[i] < 0 && !(fds[i] == -EPROTONOSUPPORT && outside)) {
			fd_close_at(&fds[0]);
			return fds[i];
		}
	}
	for (size_t i = 0; address[i]; i++) {
		if (fds[i] >= 0)
			note_socket(holding, fds[i]);
		note_port(holding, port, address[i], outside);
	}
	return 0;
}

enum { HIGHER = 8000 };		/* what is usually added to a port of root's: 8080 */

void ports_tell_taken(const struct made_port *port, const char *user, struct problem *problem)
{
	problem_set(problem,
		    "option '--publish': port %u/%s of this machine is taken, by %s; publish %u at another, or at one "
		    "that is free: -p %u", port->outside, port->protocol, user, port->inside, port->inside);
}

static void tell_why(struct holding *holding, const struct made_port *port, const char *address, int error)
{
	const char *brackets = strchr(address, ':') ? "[]" : "";
	const char *user = error == -EADDRINUSE ? port_user(holding->engine, port) : NULL;

	if (error == -EADDRINUSE)
		ports_tell_taken(port, user ? user : "another process", holding->problem);
	else if (error == -EADDRNOTAVAIL)
		problem_set(holding->problem, "option '--publish': this machine has no address %.1s%s%s", brackets,
			    address, brackets[0] ? brackets + 1 : "");
	else if (error == -EACCES)
		problem_set(holding->problem,
			    "option '--publish': port %u of this machine is for root: an ordinary user has those that "
			    "are not below the sysctl net.ipv4.ip_unprivileged_port_start; publish %u at another, as "
			    "in -p %u:%u, or lower it (sysctl net.ipv4.ip_unprivileged_port_start=%u, as root)",
			    port->outside, port->inside, port->outside + HIGHER, port->inside, port->outside);
	else
		problem_set(holding->problem, "option '--publish': port %u/%s of this machine cannot be taken: %s",
			    port->outside, port->protocol, reason_words(error));
}

/* One of its numbers: 0 or -errno. */
static int hold_any(struct holding *holding, const struct made_port *port, const char *const *address)
{
	enum { TRIES = 32 };
	int error = -EADDRINUSE;

	if (!port->outside)
		for (int i = 0; i < TRIES && error == -EADDRINUSE; i++)
			error = hold_at(holding, port, address, 0);
	else
		for (uint32_t outside = port->outside; outside <= port->outside_last && error == -EADDRINUSE;
		     outside++)
			error = hold_at(holding, port, address, outside);
	return error;
}

/* Who was killed a moment ago may not have let go of it yet. */
static int hold_soon(struct holding *holding, const struct made_port *port, const char *const *address)
{
	enum { PATIENCE_MS = 500, LOOK_MS = 10 };
	int error = hold_any(holding, port, address);

	for (int waited = 0; error == -EADDRINUSE && waited < PATIENCE_MS && !port_user(holding->engine, port);
	     waited += LOOK_MS) {
		clock_sleep_ms(LOOK_MS);
		error = hold_any(holding, port, address);
	}
	return error;
}

static void hold_port(struct holding *holding, const struct made_port *port, bool ipv4, bool ipv6)
{
	const char *address[3] = { 0 };
	size_t count = 0;
	int error;

	if (port->address[0])
		address[count++] = port->address;
	else if (ipv4)
		address[count++] = "0.0.0.0";
	if (!port->address[0] && ipv6)
		address[count++] = "::";
	if (port->address[0] && !(strchr(port->address, ':') ? ipv6 : ipv4)) {
		problem_set(holding->problem, "option '--publish': '%s' is of IPv%d, and the container has no such "
			    "address: its networks have no such subnet", port->address,
			    strchr(port->address, ':') ? 6 : 4);
		return;
	}
	error = hold_soon(holding, port, address);
	if (error)
		tell_why(holding, port, count ? address[0] : "0.0.0.0", error);
}

bool ports_hold(struct engine *engine, const struct made *made, bool ipv4, bool ipv6, struct held_ports *ret_held,
		struct problem *problem)
{
	struct holding holding = { .engine = engine, .held = ret_held, .problem = problem };
	struct rlimit usual;

	*ret_held = (struct held_ports){ 0 };
	if (made->ports > FEW && !getrlimit(RLIMIT_NOFILE, &usual) && usual.rlim_cur < usual.rlim_max &&
	    usual.rlim_cur < INT32_MAX &&
	    !setrlimit(RLIMIT_NOFILE, &(struct rlimit){ usual.rlim_max, usual.rlim_max }))
		holding.above = (int)usual.rlim_cur;
	for (size_t i = 0; i < made->ports && !problem->found; i++)
		hold_port(&holding, &made->port[i], ipv4, ipv6);
	if (holding.above)
		setrlimit(RLIMIT_NOFILE, &usual);
	if (problem->found)
		ports_let_go(ret_held);
	return !problem->found;
}

bool ports_choose(struct engine *engine, const struct made *made, bool ipv4, bool ipv6, struct held_ports *ret_held,
		  struct problem *problem)
{
	const bool chosen = ports_hold(engine, made, ipv4, ipv6, ret_held, problem);

	ports_let_go(ret_held);
	return chosen;
}

void ports_let_go(struct held_ports *held)
{
	for (size_t i = 0; i < held->sockets; i++)
		sys_close(held->socket[i]);
	held->sockets = 0;
}
