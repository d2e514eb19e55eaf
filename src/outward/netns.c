/* netns.c - a file that is a network namespace: see outward.h. */
#include "base/fd.h"
#include "base/sys.h"
#include "outward/outward.h"
#include <linux/sched.h>
#include <stdio.h>
#include <string.h>

/* In a folder that the tool has no use for. False where there is no such folder. */
static bool make_file(char *path, size_t size, const char *folder)
{
	size_t length = (size_t)snprintf(path, size, "%s", folder);
	closes int fd = -1;

	if (sys_mount("tmpfs", path, "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, "mode=700,size=64k"))
		return false;
	(void)snprintf(path + length, size - length, "/netns");
	if (sys_mkdirat(AT_FDCWD, path, 0700))
		return false;
	(void)snprintf(path + length, size - length, "/netns/container");
	fd = sys_openat(AT_FDCWD, path, O_WRONLY | O_CREAT, 0600);
	return fd >= 0;
}

char *netns_bind(const struct options *options)
{
	static char path[4096];
	char from[64], folder[64];
	int error;

	(void)snprintf(from, sizeof(from), "/proc/%d/ns/net", (int)options->process);
	error = sys_unshare(CLONE_NEWNS);
	if (!error)
		error = sys_mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL);
	if (error)
		fail("cannot make", "a mount namespace", strerror(-error));
	/* AppArmor's profile of pasta lets it read a file below /run/user/UID/netns. The container's root does not
	 * come to the user's files, so where that folder is not there it has another. */
	(void)snprintf(folder, sizeof(folder), "/run/user/%u", options->user);
	if (!make_file(path, sizeof(path), folder) &&
	    !(options->as_root && make_file(path, sizeof(path), "/tmp")))
		(void)snprintf(path, sizeof(path), "%s", options->lock);
	error = sys_mount(from, path, NULL, MS_BIND, NULL);
	if (error)
		fail("cannot bind the network namespace to", path, strerror(-error));
	return path;
}
