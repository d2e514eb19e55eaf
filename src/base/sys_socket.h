/* sys_socket.h - sockets: see sys.h. */
#pragma once
#include "base/sys.h"
#include <sys/socket.h>

static inline int sys_socket(int family, int type, int protocol)
{
	return (int)SYS_3(__NR_socket, family, type | SOCK_CLOEXEC, protocol);
}

static inline int sys_connect(int fd, const void *address, size_t size)
{
	return (int)SYS_3(__NR_connect, fd, address, size);
}

static inline int sys_bind(int fd, const void *address, size_t size)
{
	return (int)SYS_3(__NR_bind, fd, address, size);
}

static inline int sys_listen(int fd, int backlog)
{
	return (int)SYS_2(__NR_listen, fd, backlog);
}

/* ret_size: before it, the room that there is. The new descriptor does not block. */
static inline int sys_accept(int fd, void *ret_address, socklen_t *ret_size)
{
	return (int)SYS_4(__NR_accept4, fd, ret_address, ret_size, SOCK_CLOEXEC | SOCK_NONBLOCK);
}

static inline int sys_getsockopt(int fd, int level, int option, void *ret_value, socklen_t *ret_size)
{
	return (int)SYS_5(__NR_getsockopt, fd, level, option, ret_value, ret_size);
}

static inline int sys_setsockopt(int fd, int level, int option, const void *value, size_t size)
{
	return (int)SYS_5(__NR_setsockopt, fd, level, option, value, size);
}

/* SIGPIPE never comes: EPIPE is returned alone. */
static inline ssize_t sys_send(int fd, const void *from, size_t size)
{
	return SYS_6(__NR_sendto, fd, from, size, MSG_NOSIGNAL, NULL, 0);
}

static inline ssize_t sys_sendto(int fd, const void *from, size_t size, const void *address, size_t address_size)
{
	return SYS_6(__NR_sendto, fd, from, size, MSG_NOSIGNAL, address, address_size);
}

/* With MSG_TRUNC a datagram's own length is returned, also where it is cut off. */
static inline ssize_t sys_recvfrom(int fd, void *to, size_t size, int flags, void *ret_address, socklen_t *ret_size)
{
	return SYS_6(__NR_recvfrom, fd, to, size, flags, ret_address, ret_size);
}

static inline ssize_t sys_sendmsg(int fd, const struct msghdr *message)
{
	return SYS_3(__NR_sendmsg, fd, message, MSG_NOSIGNAL);
}

/* The other end reads the end, whoever else has a copy of this one. */
static inline int sys_shutdown(int fd)
{
	return (int)SYS_2(__NR_shutdown, fd, SHUT_RDWR);
}

/* Descriptors that arrive are close-on-exec. */
static inline ssize_t sys_recvmsg(int fd, struct msghdr *message)
{
	return SYS_3(__NR_recvmsg, fd, message, MSG_CMSG_CLOEXEC);
}
