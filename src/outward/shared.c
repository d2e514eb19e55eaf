/* shared.c - how long a shared network namespace goes on: see outward.h.
 *
 * Whether containers are in it is seen by their devices, the outer ends of pairs, which the kernel removes with a
 * container, however that has ended. So nobody has to count, and nothing is wrong after a kill.
 */
#include "base/clock.h"
#include "base/fd.h"
#include "base/sys_socket.h"
#include "outward/outward.h"
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/file.h>

/* Devices of containers begin so (engine/connect_one.c). */
static const char prefix[] = "tv";

enum { LOOK_MS = 200, ROOM = 64 << 10 };

static struct {
	bool empty;
	uint64_t since_ms;
} now;

int shared_watch(void)
{
	const struct sockaddr_nl at = { .nl_family = AF_NETLINK, .nl_groups = RTMGRP_LINK };
	int fd = sys_socket(AF_NETLINK, SOCK_RAW | SOCK_NONBLOCK, NETLINK_ROUTE);
	int error = fd < 0 ? fd : sys_bind(fd, &at, sizeof(at));

	if (error)
		fail("cannot watch", "network devices", strerror(-error));
	return fd;
}

/* A line for each, behind its name a colon (proc_pid_net(5)). */
static bool has_containers(void)
{
	static char text[ROOM];
	closes int fd = sys_openat(AT_FDCWD, "/proc/self/net/dev", O_RDONLY, 0);
	size_t length = 0;
	ssize_t got;

	if (fd < 0)
		return true;
	while ((got = sys_read(fd, text + length, sizeof(text) - 1 - length)) > 0)
		length += (size_t)got;
	text[length] = '\0';
	for (const char *line = text; line; line = strchr(line, '\n')) {
		line += strspn(line, "\n ");
		if (!strncmp(line, prefix, sizeof(prefix) - 1))
			return true;
	}
	return false;
}

static bool is_wanted(const struct options *options)
{
	int fd = sys_openat(AT_FDCWD, options->shared, O_RDWR, 0);
	bool wanted = fd >= 0 && sys_flock(fd, LOCK_EX | LOCK_NB) != 0;

	/* What is held is held until the end: nobody begins to need it who has seen that it is there. */
	if (wanted)
		sys_close(fd);
	return wanted;
}

bool shared_is_over(const struct options *options, int news)
{
	char rest[4096];

	while (sys_read(news, rest, sizeof(rest)) > 0)
		;
	if (has_containers()) {
		now.empty = false;
		return false;
	}
	if (!now.empty)
		now.since_ms = clock_ms();
	now.empty = true;
	return clock_ms() - now.since_ms >= options->linger_s * 1000ULL && !is_wanted(options);
}

int shared_wait_ms(const struct options *options)
{
	const uint64_t due = now.since_ms + options->linger_s * 1000ULL, at = clock_ms();

	return !now.empty ? -1 : due > at + LOOK_MS ? (int)(due - at) : LOOK_MS;
}
