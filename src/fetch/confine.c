/* confine.c - see confine.h */
#include "fetch/confine.h"
#include "base/fd.h"
#include "base/limit.h"
#include "base/sys_process.h"
#include <linux/capability.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

enum { NOBODY = 65534, FILES = 1024 };

/* A user namespace need not have the id of nobody, or may not let go of groups: there we stay who we are, without
 * capabilities. */
static bool in_first_namespace(void)
{
	char map[64] = "";
	closes int fd = sys_openat(AT_FDCWD, "/proc/self/uid_map", O_RDONLY | O_CLOEXEC, 0);
	ssize_t got = fd >= 0 ? sys_read(fd, map, sizeof(map) - 1) : -1;
	unsigned long inside, outside, count;
	char *at = map;

	if (got <= 0)
		return true;
	inside = strtoul(at, &at, 10);
	outside = strtoul(at, &at, 10);
	count = strtoul(at, &at, 10);
	return inside == 0 && outside == 0 && count >= UINT32_MAX;
}

static int become_nobody(void)
{
	bool must = in_first_namespace();
	int error;

	if (geteuid() != 0)
		return 0;
	error = sys_setgroups(0, NULL);
	if (!error || !must)
		error = sys_setresgid(NOBODY, NOBODY, NOBODY);
	if (!error || !must)
		error = sys_setresuid(NOBODY, NOBODY, NOBODY);
	return must ? error : 0;
}

static int drop_capabilities(void)
{
	struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };
	const struct __user_cap_data_struct none[2] = { 0 };

	/* The bounding set: only who has CAP_SETPCAP may, and without execve it has no meaning. */
	sys_prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
	return sys_capset(&header, none);
}

static int set_limits(void)
{
	int error = limit_lower(RLIMIT_CORE, 0);

	return error ? error : limit_lower(RLIMIT_NOFILE, FILES);
}

int confine(const char **ret_what)
{
	static const struct { int (*give_up)(void); const char *what; } rights[] = {
		{ set_limits, "limits" },
		{ become_nobody, "the user" },
		{ drop_capabilities, "capabilities" },
		{ confine_calls, "system calls" },
	};
	int error = sys_prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);

	*ret_what = "new privileges";
	/* These make libraries read or write files of somebody's choice. */
	unsetenv("SSLKEYLOGFILE");
	unsetenv("OPENSSL_CONF");
	unsetenv("OPENSSL_MODULES");
	unsetenv("OPENSSL_ENGINES");
	for (size_t i = 0; !error && i < sizeof(rights) / sizeof(*rights); i++) {
		*ret_what = rights[i].what;
		error = rights[i].give_up();
	}
	/* Others of the same user may not look into the memory, where passwords are. */
	if (!error)
		error = sys_prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	return error;
}
