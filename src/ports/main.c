/* main.c - taru-ports binds its ports, enters the namespace, and serves: see ports.h */
#include "base/held.h"
#include "base/fd.h"
#include "base/sys_process.h"
#include "base/sys_socket.h"
#include "ports/ports.h"
#include <linux/capability.h>
#include <linux/rtnetlink.h>
#include <linux/sched.h>
#include <net/if.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

enum { BACKLOG = 128, FILES = 4096 };

/* --- where it is started --- */

static void take_lock(const char *path)
{
	int fd = sys_openat(AT_FDCWD, path, O_RDWR | O_CREAT | O_NOFOLLOW, 0600);
	int error = fd < 0 ? fd : held_take(fd);

	if (error)
		fail("--lock", path, error == -EAGAIN ? "another has it: the ports are served" : strerror(-error));
}

static void listen_at(struct port *port)
{
	const int one = 1, family = port->outside.at.ss_family;
	int error;

	port->socket = sys_socket(family, (port->udp ? SOCK_DGRAM : SOCK_STREAM) | SOCK_NONBLOCK, 0);
	if (port->socket < 0)
		fail("cannot make a socket for", port->words, strerror(-port->socket));
	if (family == AF_INET6)
		sys_setsockopt(port->socket, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof(one));
	/* So that an answer leaves from the address that was asked (ip(7)). */
	if (port->udp && family == AF_INET6)
		sys_setsockopt(port->socket, IPPROTO_IPV6, IPV6_RECVPKTINFO, &one, sizeof(one));
	else if (port->udp)
		sys_setsockopt(port->socket, IPPROTO_IP, IP_PKTINFO, &one, sizeof(one));
	else
		sys_setsockopt(port->socket, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	error = sys_bind(port->socket, &port->outside.at, port->outside.size);
	if (!error && !port->udp)
		error = sys_listen(port->socket, BACKLOG);
	if (error)
		fail("cannot listen at", port->words, strerror(-error));
}

/* --- in the namespace --- */

/* The rights that come with it are of no use here. */
static void enter(pid_t process)
{
	struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };
	const struct __user_cap_data_struct none[2] = { { 0 } };
	closes int pidfd = sys_pidfd_open(process, 0);
	int error = pidfd < 0 ? pidfd : sys_setns(pidfd, CLONE_NEWUSER | CLONE_NEWNET);

	if (error)
		fail("cannot enter", "the network namespace", strerror(-error));
	error = sys_prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	if (!error)
		error = sys_capset(&header, none);
	if (error)
		fail("cannot give up", "capabilities", strerror(-error));
}

/* The kernel tells of devices that come and go (rtnetlink(7)). */
static int watch_devices(void)
{
	const struct sockaddr_nl at = { .nl_family = AF_NETLINK, .nl_groups = RTMGRP_LINK };
	int fd = sys_socket(AF_NETLINK, SOCK_RAW | SOCK_NONBLOCK, NETLINK_ROUTE);
	int error = fd < 0 ? fd : sys_bind(fd, &at, sizeof(at));

	if (error)
		fail("cannot watch", "network devices", strerror(-error));
	return fd;
}

static bool is_over(const struct options *options)
{
	for (size_t i = 0; i < options->devices; i++)
		if (!if_nametoindex(options->device[i]))
			return true;
	return false;
}

static void drain(int fd)
{
	char rest[4096];

	while (sys_read(fd, rest, sizeof(rest)) > 0)
		;
}

/* --- */

size_t waiting_add(struct waiting *waiting, int fd, int events)
{
	waiting->at[waiting->count] = (struct pollfd){ .fd = fd, .events = (short)events };
	return waiting->count++;
}

int waiting_got(const struct waiting *waiting, size_t place)
{
	return waiting->at[place].revents;
}

static _Noreturn void serve(const struct options *options, int news)
{
	static struct waiting waiting;

	for (;;) {
		waiting.count = 0;
		waiting_add(&waiting, news, POLLIN);
		tcp_wait(options, &waiting);
		udp_wait(options, &waiting);
		if (sys_ppoll(waiting.at, waiting.count, NULL) < 0)
			continue;
		if (waiting_got(&waiting, 0)) {
			drain(news);
			if (is_over(options))
				sys_exit(0);
		}
		tcp_turn(options, &waiting);
		udp_turn(options, &waiting);
	}
}

static void go_to_background(void)
{
	const uint64_t none = 0, files[2] = { FILES, FILES };
	closes int nothing = sys_openat(AT_FDCWD, "/dev/null", O_RDWR, 0);

	sys_setsid();
	sys_sigprocmask(SIG_SETMASK, &none, NULL);
	sys_prlimit(0, RLIMIT_NOFILE, files);
	for (int fd = 0; fd <= 2; fd++)
		sys_dup3(nothing, fd, 0);
	(void)!chdir("/");
}

int main(int argc, char **argv)
{
	static struct options options;
	pid_t child;
	int news;

	if (argc < 1)
		return 1;
	/* Whoever has started it may wait for the end of what it holds. */
	sys_close_range(STDERR_FILENO + 1, ~0U, 0);
	options_read(&options, argv + 1);
	take_lock(options.lock);
	for (size_t i = 0; i < options.ports; i++)
		listen_at(&options.port[i]);
	enter(options.enter);
	news = watch_devices();
	if (is_over(&options))
		fail("--device", options.device[0], "there is no such device");
	child = sys_fork();
	if (child < 0)
		fail("cannot make", "a process", strerror(-child));
	if (child)
		return 0;
	go_to_background();
	serve(&options, news);
}
