/* spec_check_seccomp.c - rules for the filter of system calls: see spec_check.c */
#include "spec/lists.h"
#include "spec/spec_check.h"
#include <inttypes.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <string.h>
#include <sys/un.h>

/* The largest number that an action can carry; 0 for those that carry none. */
static uint32_t data_max(uint32_t action)
{
	if (action == SECCOMP_RET_ERRNO)
		return 4095;	/* MAX_ERRNO of the kernel */
	return action == SECCOMP_RET_TRACE ? SECCOMP_RET_DATA : 0;
}

static void check_errno(const char *key, uint32_t action, uint32_t number, struct problem *problem)
{
	uint32_t max = data_max(action);

	if (!max)
		problem_set(problem, "%s: means nothing to %s", key,
			    name_of(seccomp_action_names, action));
	else if (number > max)
		problem_set(problem, "%s: %" PRIu32 " is out of range (0 to %" PRIu32 ")", key, number,
			    max);
}

static void check_rule_errno(const struct seccomp_rule *rule, size_t index, struct problem *problem)
{
	char key[64];

	if (!rule->errno_ret.set)
		return;
	(void)snprintf(key, sizeof(key), "linux.seccomp.syscalls[%zu].errnoRet", index);
	check_errno(key, rule->action, rule->errno_ret.value, problem);
}

static void check_names(const struct seccomp_rule *rule, size_t index, struct problem *problem)
{
	if (!rule->names.count)
		problem_set(problem, "linux.seccomp.syscalls[%zu].names: must name a system call", index);
	for (size_t i = 0; i < rule->names.count; i++)
		if (!*rule->names.at[i])
			problem_set(problem, "linux.seccomp.syscalls[%zu].names[%zu]: must not be empty",
				    index, i);
}

/* The listener is handed over by sendmsg(2) once the filter is in force, so that call cannot wait
 * for the listener. */
static void check_notify(const struct seccomp *seccomp, struct problem *problem)
{
	bool notify = false;

	if (seccomp->default_action == SECCOMP_RET_USER_NOTIF)
		problem_set(problem, "linux.seccomp.defaultAction: SCMP_ACT_NOTIFY for every call would "
			    "also stop the call that hands the listener over");
	for (size_t i = 0; i < seccomp->rules; i++) {
		const struct seccomp_rule *rule = &seccomp->rule[i];

		if (rule->action != SECCOMP_RET_USER_NOTIF)
			continue;
		notify = true;
		if (texts_have(&rule->names, "sendmsg"))
			problem_set(problem, "linux.seccomp.syscalls[%zu].names: 'sendmsg' with "
				    "SCMP_ACT_NOTIFY would stop the call that hands the listener over", i);
	}
	if (notify && !seccomp->listener_path)
		problem_set(problem, "linux.seccomp.listenerPath: is missing, and SCMP_ACT_NOTIFY needs it");
}

static void check_listener(const struct seccomp *seccomp, struct problem *problem)
{
	size_t room = sizeof(((struct sockaddr_un *)0)->sun_path) - 1;

	if (seccomp->listener_metadata && !seccomp->listener_path)
		problem_set(problem, "linux.seccomp.listenerMetadata: is for a listener, and listenerPath "
			    "is missing");
	if (seccomp->listener_path && strlen(seccomp->listener_path) > room)
		problem_set(problem, "linux.seccomp.listenerPath: is longer than %zu bytes, which is all "
			    "that the address of a socket takes", room);
}

static void check_rules(const struct seccomp *seccomp, struct problem *problem)
{
	for (size_t i = 0; i < seccomp->rules && !problem->found; i++) {
		check_names(&seccomp->rule[i], i, problem);
		check_rule_errno(&seccomp->rule[i], i, problem);
	}
}

void spec_check_seccomp(const struct spec *spec, struct problem *problem)
{
	const struct seccomp *seccomp = &spec->seccomp;

	if (!seccomp->asked)
		return;
	if (seccomp->default_errno_ret.set)
		check_errno("linux.seccomp.defaultErrnoRet", seccomp->default_action,
			    seccomp->default_errno_ret.value, problem);
	check_rules(seccomp, problem);
	check_notify(seccomp, problem);
	check_listener(seccomp, problem);
}
