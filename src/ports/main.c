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
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

/* OTHERS: descriptors that are neither a port nor of a connection. */
enum { BACKLOG = 1024, OTHERS = 16, FILES_MOST = 2 * FLOWS_MOST };

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

	port->source.fd = sys_socket(family, (port->udp ? SOCK_DGRAM : SOCK_STREAM) | SOCK_NONBLOCK, 0);
	if (port->source.fd < 0)
		fail("cannot make a socket for", port->words, strerror(-port->source.fd));
	if (family == AF_INET6)
		sys_setsockopt(port->source.fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof(one));
	/* So that an answer leaves from the address that was asked (ip(7)). */
	if (port->udp && family == AF_INET6)
		sys_setsockopt(port->source.fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, &one, sizeof(one));
	else if (port->udp)
		sys_setsockopt(port->source.fd, IPPROTO_IP, IP_PKTINFO, &one, sizeof(one));
	else
		sys_setsockopt(port->source.fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	error = sys_bind(port->source.fd, &port->outside.at, port->outside.size);
	if (!error && !port->udp)
		error = sys_listen(port->source.fd, BACKLOG);
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

static void hear_news(struct source *source)
{
	drain(source->fd);
	if (is_over(source->owner))
		sys_exit(0);
}

/* --- the loop --- */

static bool has_udp(const struct options *options)
{
	for (size_t i = 0; i < options->ports; i++)
		if (options->port[i].udp)
			return true;
	return false;
}

static _Noreturn void serve(struct options *options, int news, size_t files)
{
	struct source source = { .fd = news, .ready = hear_news, .owner = options };
	const size_t taken = options->ports + OTHERS, room = files > taken ? files - taken : 0;
	const size_t askers = !has_udp(options) ? 0 : room / 4 < ASKERS_MOST ? room / 4 : ASKERS_MOST;

	loop_begin();
	if (!loop_watch(&source, EPOLLIN))
		sys_exit(1);
	tcp_begin(options, (room - askers) / 2);
	udp_begin(options, askers);
	for (;;) {
		loop_turn();
		tcp_after_turn();
	}
}

/* As many as it may have. Returns how many. */
static size_t raise_files(void)
{
	struct rlimit files;

	if (getrlimit(RLIMIT_NOFILE, &files))
		fail("cannot find out", "RLIMIT_NOFILE", strerror(errno));
	files.rlim_cur = files.rlim_max < FILES_MOST ? files.rlim_max : FILES_MOST;
	if (setrlimit(RLIMIT_NOFILE, &files))
		fail("cannot set", "RLIMIT_NOFILE", strerror(errno));
	return files.rlim_cur;
}

static void go_to_background(void)
{
	const uint64_t none = 0;
	closes int nothing = sys_openat(AT_FDCWD, "/dev/null", O_RDWR, 0);

	sys_setsid();
	sys_sigprocmask(SIG_SETMASK, &none, NULL);
	for (int fd = 0; fd <= 2; fd++)
		sys_dup3(nothing, fd, 0);
	(void)!chdir("/");
}

int main(int argc, char **argv)
{
	static struct options options;
	size_t files;
	pid_t child;
	int news;

	if (argc < 1)
		return 1;
	/* Whoever has started it may wait for the end of what it holds. */
	sys_close_range(STDERR_FILENO + 1, ~0U, 0);
	options_read(&options, argv + 1);
	files = raise_files();
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
	serve(&options, news, files);
}
