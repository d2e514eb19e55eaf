/* read.h - looks at a process.
 *
 * It is held by a pidfd first, then by its directory of /proc, through which all else is read: so what is read is of
 * this process and of no other that gets its pid (pidfd_open(2)). What one may not read is told in xray.unread, and the
 * rest is there.
 */
#pragma once
#include "xray/xray.h"

struct xray_target {
	pid_t pid;
	int process;			/* pidfd */
	int folder;			/* /proc/PID */
};

/* Takes hold of it. False after a problem: there is none, it has ended, it is a thread. */
bool xray_open(struct arena *arena, pid_t pid, struct xray_target *ret_target, struct problem *problem);
void xray_close(struct xray_target *target);

/* Reads all of it. False after a problem: it is of the kernel, or has ended meanwhile. */
bool xray_read(struct arena *arena, const struct xray_target *target, struct xray *ret_xray, struct problem *problem);
