/* build_seccomp.c - the filter on system calls, and who is asked about some of them.
 *
 * The listener is handed over right after the filter is set: from then on whatever the container's
 * process does may need an answer from it.
 */
#include "plan/build.h"
#include "plan/seccomp.h"
#include <linux/seccomp.h>
#include <string.h>

#if defined(__x86_64__)
#define NATIVE ARCH_X86_64
#else
#define NATIVE ARCH_AARCH64
#endif

static const char why[] = "linux.seccomp";
static const char why_listener[] = "linux.seccomp.listenerPath";

static bool has_name(const struct texts *names, const char *name)
{
	for (size_t i = 0; i < names->count; i++)
		if (strcmp(names->at[i], name) == 0)
			return true;
	return false;
}

static bool asks_listener(const struct seccomp *seccomp)
{
	for (size_t i = 0; i < seccomp->rules; i++)
		if (seccomp->rule[i].action == SECCOMP_RET_USER_NOTIF)
			return true;
	return seccomp->default_action == SECCOMP_RET_USER_NOTIF;
}

/* The listener travels by sendmsg, under the filter. */
static void check_listener(const struct builder *b, const struct seccomp *seccomp)
{
	static const char reason[] = "would wait for a listener that cannot be handed over any more";

	if (!seccomp->listener_path)
		problem_set(b->problem, "%s: missing, but 'SCMP_ACT_NOTIFY' is used", why_listener);
	if (seccomp->default_action == SECCOMP_RET_USER_NOTIF)
		problem_set(b->problem, "linux.seccomp.defaultAction: 'SCMP_ACT_NOTIFY' %s", reason);
	for (size_t i = 0; i < seccomp->rules; i++)
		if (seccomp->rule[i].action == SECCOMP_RET_USER_NOTIF &&
		    has_name(&seccomp->rule[i].names, "sendmsg"))
			problem_set(b->problem, "linux.seccomp.syscalls[%zu].action: "
				    "'SCMP_ACT_NOTIFY' for 'sendmsg' %s", i, reason);
}

/* The kernel refuses TSYNC beside a listener, and WAIT_KILLABLE_RECV without one. Neither means
 * anything then: there is one thread, and nothing to receive. */
static uint64_t usable_flags(uint64_t flags, bool listener)
{
	uint64_t useless = listener ? SECCOMP_FILTER_FLAG_TSYNC : SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV;

	return flags & ~useless;
}

static void hand_over_listener(struct builder *b)
{
	const struct seccomp *seccomp = &b->spec->seccomp;

	ADD_CONTAINER(b, STEP_SEND_SLOT, why_listener, .pass = { SLOT_LISTENER });
	ADD_RUNTIME(b, STEP_RECEIVE_SLOT, why_listener, .pass = { SLOT_LISTENER });
	ADD_RUNTIME(b, STEP_SEND_LISTENER, why_listener,
		    .listener = { seccomp->listener_path, seccomp->listener_metadata });
}

void build_seccomp(struct builder *b)
{
	const struct seccomp *seccomp = &b->spec->seccomp;
	bool listener = seccomp->asked && asks_listener(seccomp);
	struct bpf_program program = { 0 };

	if (!seccomp->asked)
		return;
	if (listener)
		check_listener(b, seccomp);
	seccomp_compile(b->arena, seccomp, NATIVE, &program, b->problem);
	ADD_CONTAINER(b, STEP_SET_SECCOMP, why,
		      .seccomp = { program, usable_flags(seccomp->flags, listener), listener });
	if (listener)
		hand_over_listener(b);
}
