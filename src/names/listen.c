/* listen.c - the sockets that containers ask at: see names.h. */
#include "base/fd.h"
#include "base/sys_socket.h"
#include "names/device.h"
#include "names/names.h"
#include <netinet/in.h>
#include <sys/epoll.h>

enum { BACKLOG = 32, SOON_MS = 20, LATER_MS = 1000, SOON_FOR_MS = 10000 };

static const int yes = 1;

/* The address may not be there yet: bridges get theirs while they are made, IPv6 waits for others to object. */
static int prepare(int fd, const struct listener *listener)
{
	const bool v6 = listener->at.any.sa_family == AF_INET6;
	int error = *listener->device ? device_bind(fd, listener->device) : 0;

	if (!error)
		error = v6 ? sys_setsockopt(fd, IPPROTO_IPV6, IPV6_FREEBIND, &yes, sizeof(yes)) :
			     sys_setsockopt(fd, IPPROTO_IP, IP_FREEBIND, &yes, sizeof(yes));
	if (!error && v6)
		error = sys_setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &yes, sizeof(yes));
	return error ? error : sys_bind(fd, &listener->at.any, listener->at.size);
}

static int open_udp(struct listener *listener)
{
	closes int fd = sys_socket(listener->at.any.sa_family, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	int error = fd < 0 ? fd : prepare(fd, listener);

	if (!error)
		listener->udp = take_fd(&fd);
	return error;
}

/* Connections of the process before this one may still be on their way out. */
static int open_tcp(struct listener *listener)
{
	closes int fd = sys_socket(listener->at.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK, 0);
	int error = fd < 0 ? fd : sys_setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));

	if (!error)
		error = prepare(fd, listener);
	if (!error)
		error = sys_listen(fd, BACKLOG);
	if (!error)
		listener->tcp = take_fd(&fd);
	return error;
}

static void close_sockets(struct listener *listener)
{
	if (listener->udp >= 0)
		sys_close(listener->udp);
	if (listener->tcp >= 0)
		sys_close(listener->tcp);
	listener->udp = listener->tcp = -1;
}

static int open_sockets(struct names *names, size_t index)
{
	struct listener *listener = &names->listener[index];
	struct sockaddr_in6 *v6 = &listener->at.v6;
	int error;

	listener->index = *listener->device ? device_index(listener->device) : 0;
	if (v6->sin6_family == AF_INET6 && IN6_IS_ADDR_LINKLOCAL(&v6->sin6_addr))
		v6->sin6_scope_id = listener->index;
	error = open_udp(listener);
	if (!error)
		error = open_tcp(listener);
	if (error) {
		close_sockets(listener);
		return error;
	}
	watch_set(names, listener->udp, EPOLLIN, WATCH_UDP, index);
	watch_set(names, listener->tcp, EPOLLIN, WATCH_TCP, index);
	return 0;
}

int listen_look(struct names *names, size_t *ret_at)
{
	int error = 0;

	for (size_t i = 0; i < names->listeners; i++) {
		struct listener *listener = &names->listener[i];
		int failed = 0;

		/* A bridge that was made anew has another number. */
		if (listener->udp >= 0 && *listener->device && device_index(listener->device) != listener->index)
			close_sockets(listener);
		if (listener->udp < 0)
			failed = open_sockets(names, i);
		if (failed && !error) {
			error = failed;
			*ret_at = i;
		}
	}
	if (!error)
		names->listen_due_ms = names->listen_began_ms = 0;
	else if (!names->listen_began_ms)
		names->listen_began_ms = names->now_ms;
	if (error)
		names->listen_due_ms = names->now_ms +
			(names->now_ms < names->listen_began_ms + SOON_FOR_MS ? SOON_MS : LATER_MS);
	return error;
}
