/* locks.h - settings of a machine that forbid to make user namespaces, by distribution. */
#pragma once
#include "host/host.h"

enum host_lock { LOCK_LIMIT, LOCK_DEBIAN, LOCK_APPARMOR, HOST_LOCKS };

struct host_lock_rule {
	const char *file, *value;	/* it holds where the file has this value */
	const char *sysctl, *open;	/* what sysctl(8) calls it, and a value with which it does not hold */
	bool everybody;			/* root too */
	bool unconfined_only;		/* an AppArmor profile with `userns` allows it: Linux 6.7, Ubuntu 23.10 */
};

extern const struct host_lock_rule host_lock_rules[HOST_LOCKS];

/* Whether it holds for this process, whose rights `host` has. */
bool host_lock_holds(struct arena *arena, const struct host *host, enum host_lock lock);
