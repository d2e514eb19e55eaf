/* preflight_kernel.c - what a bundle needs of the kernel, asked of the kernel. */
#include "base/sys.h"
#include "host/locks.h"
#include "life/preflight.h"
#include "spec/names.h"
#include <linux/seccomp.h>
#include <string.h>
#include <unistd.h>

void preflight_kernel(struct preflight *preflight)
{
	const struct host *host = preflight->host;

	if (!host_kernel_at_least(host, 5, 14))
		preflight_add(preflight, "this kernel is %u.%u: taru needs Linux 5.14 or newer",
			      host->kernel_major, host->kernel_minor);
}

/* --- linux.namespaces --- */

static const char *advice_of(struct preflight *preflight, const struct host_lock_rule *rule)
{
	if (rule->everybody)
		return arena_printf(preflight->arena, "set it to a number such as %s", rule->open);
	return arena_printf(preflight->arena, "set it to %s%s", rule->open,
			    rule->unconfined_only ? ", or give taru-oci an AppArmor profile with 'userns'" : "");
}

static void check_user_namespace(struct preflight *preflight, size_t index)
{
	for (int lock = 0; lock < HOST_LOCKS; lock++) {
		const struct host_lock_rule *rule = &host_lock_rules[lock];

		if (host_lock_holds(preflight->arena, preflight->host, (enum host_lock)lock))
			preflight_add(preflight, "linux.namespaces[%zu]: this host forbids user namespaces "
				      "(%s is %s): %s", index, rule->file, rule->value, advice_of(preflight, rule));
	}
}

void preflight_new_namespaces(struct preflight *preflight)
{
	for (int kind = 0; kind < NAMESPACES; kind++) {
		size_t index = preflight->spec->namespace[kind].index;

		if (!spec_new_namespace(preflight->spec, kind))
			continue;
		if (access(arena_printf(preflight->arena, "/proc/self/ns/%s", namespace_file(kind)), F_OK) < 0)
			preflight_add(preflight, "linux.namespaces[%zu]: this kernel has no %s namespaces",
				      index, name_of(namespace_names, (uint64_t)kind));
	}
	if (spec_new_namespace(preflight->spec, NAMESPACE_USER))
		check_user_namespace(preflight, preflight->spec->namespace[NAMESPACE_USER].index);
}

/* --- linux.sysctl --- */

/* net.ipv4.conf.eth0.… is there once the container has that device. */
static bool is_of_device(const char *path)
{
	return !strncmp(path, "net/", 4) && (strstr(path, "/conf/") || strstr(path, "/neigh/"));
}

/* As the planner wrote them: the key's dots are slashes in a step. */
void preflight_sysctl(struct preflight *preflight)
{
	const struct plan *plan = &preflight->bundle->plan;

	for (size_t i = 0; i < plan->count; i++) {
		const struct step *step = &plan->step[i];
		const char *file;

		if (step->kind != STEP_SET_SYSCTL || is_of_device(step->sysctl.path))
			continue;
		file = arena_printf(preflight->arena, "/proc/sys/%s", step->sysctl.path);
		if (access(file, F_OK) < 0)
			preflight_add(preflight, "%s: this kernel has no '%s'", step->why, file);
	}
}

/* --- linux.seccomp --- */

static void check_action(struct preflight *preflight, uint32_t action, const char *key)
{
	if (SYS_3(__NR_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == -EOPNOTSUPP)
		preflight_add(preflight, "%s: this kernel does not know '%s'", key,
			      name_of(seccomp_action_names, action));
}

/* A flag that the kernel knows is refused only for the missing program (EFAULT). */
static bool knows_flag(uint64_t flag)
{
	if (flag == SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV)
		flag |= SECCOMP_FILTER_FLAG_NEW_LISTENER;	/* has no meaning without it */
	return SYS_3(__NR_seccomp, SECCOMP_SET_MODE_FILTER, flag, NULL) != -EINVAL;
}

static void check_flags(struct preflight *preflight, uint64_t flags)
{
	for (uint64_t flag = 1; flag && flag <= flags; flag <<= 1)
		if (flags & flag && !knows_flag(flag))
			preflight_add(preflight, "linux.seccomp.flags: this kernel does not know '%s'",
				      name_of(seccomp_flag_names, flag));
}

void preflight_seccomp(struct preflight *preflight)
{
	const struct seccomp *seccomp = &preflight->spec->seccomp;

	if (!seccomp->asked)
		return;
	check_action(preflight, seccomp->default_action, "linux.seccomp.defaultAction");
	for (size_t i = 0; i < seccomp->rules; i++)
		check_action(preflight, seccomp->rule[i].action,
			     arena_printf(preflight->arena, "linux.seccomp.syscalls[%zu].action", i));
	check_flags(preflight, seccomp->flags);
	if (seccomp->listener_path && access(seccomp->listener_path, F_OK) < 0)
		preflight_add(preflight, "linux.seccomp.listenerPath: '%s' does not exist",
			      seccomp->listener_path);
}
