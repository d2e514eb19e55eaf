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

static inline int sys_setsockopt(int fd, int level, int option, const void *value, size_t size)
{
	return (int)SYS_5(__NR_setsockopt, fd, level, option, value, size);
}

/* SIGPIPE never comes: EPIPE is returned alone. */
static inline ssize_t sys_send(int fd, const void *from, size_t size)
{
	return SYS_6(__NR_sendto, fd, from, size, MSG_NOSIGNAL, NULL, 0);
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
