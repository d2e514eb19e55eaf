/* locks.c - see locks.h */
#include "host/locks.h"
#include "base/file.h"
#include "base/sys.h"
#include <string.h>

enum { FILE_MAX = 4096 };

const struct host_lock_rule host_lock_rules[HOST_LOCKS] = {
	[LOCK_LIMIT] = { "/proc/sys/user/max_user_namespaces", "0", "user.max_user_namespaces", "15000", true, false },
	[LOCK_DEBIAN] = { "/proc/sys/kernel/unprivileged_userns_clone", "0", "kernel.unprivileged_userns_clone", "1",
			  false, false },
	[LOCK_APPARMOR] = { "/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1",
			    "kernel.apparmor_restrict_unprivileged_userns", "0", false, true },
};

static bool file_is(struct arena *arena, const char *path, const char *value)
{
	char *text;
	size_t length;

	if (file_read(arena, AT_FDCWD, path, FILE_MAX, &text, &length))
		return false;
	text[strcspn(text, "\n")] = '\0';
	return strcmp(text, value) == 0;
}

bool host_lock_holds(struct arena *arena, const struct host *host, enum host_lock lock)
{
	const struct host_lock_rule *rule = &host_lock_rules[lock];

	if (!rule->everybody && host_privileged(host))
		return false;
	return file_is(arena, rule->file, rule->value) &&
	       (!rule->unconfined_only || file_is(arena, "/proc/self/attr/apparmor/current", "unconfined"));
}
