/* device_news.h - the kernel tells of network devices that come and go (rtnetlink(7)). */
#pragma once
#include "base/sys_file.h"
#include "base/sys_socket.h"
#include <linux/rtnetlink.h>

/* A descriptor that can be read, without waiting, when a device of this network namespace has come, changed or gone; or
 * -errno. */
static inline int device_news_open(void)
{
	const struct sockaddr_nl at = { .nl_family = AF_NETLINK, .nl_groups = RTMGRP_LINK };
	int fd = sys_socket(AF_NETLINK, SOCK_RAW | SOCK_NONBLOCK, NETLINK_ROUTE);
	int error = fd < 0 ? fd : sys_bind(fd, &at, sizeof(at));

	if (error && fd >= 0)
		sys_close(fd);
	return error ? error : fd;
}

/* Reads what there is of them: what has happened is looked at, and not read from what they say. */
static inline void device_news_drop(int fd)
{
	char rest[4096];

	while (sys_read(fd, rest, sizeof(rest)) > 0)
		;
}
