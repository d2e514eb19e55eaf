/* build_seccomp.c - the filter on system calls, and who is asked about some of them.
 *
 * The listener is handed over right after the filter is set: from then on whatever the container's
 * process does may need an answer from it.
 */
#include "base/sys.h"
#include "plan/build.h"
#include "plan/seccomp.h"
#include <linux/seccomp.h>

static const char why[] = "linux.seccomp";
static const char why_listener[] = "linux.seccomp.listenerPath";

static enum seccomp_architecture native_architecture(const struct host *host)
{
	return host->architecture == HOST_ARM64 ? ARCH_AARCH64 : ARCH_X86_64;
}

bool build_asks_listener(const struct seccomp *seccomp)
{
	if (!seccomp->asked)
		return false;
	for (size_t i = 0; i < seccomp->rules; i++)
		if (seccomp->rule[i].action == SECCOMP_RET_USER_NOTIF)
			return true;
	return seccomp->default_action == SECCOMP_RET_USER_NOTIF;
}

/* The kernel refuses TSYNC beside a listener, and WAIT_KILLABLE_RECV without one. Neither means
 * anything then: there is one thread, and nothing to receive. */
static uint64_t usable_flags(uint64_t flags, bool listener)
{
	return flags & ~(listener ? SECCOMP_FILTER_FLAG_TSYNC :
				    SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV);
}

static void hand_over_listener(struct builder *b)
{
	const struct seccomp *seccomp = &b->spec->seccomp;

	ADD_CONTAINER(b, STEP_SEND_SLOT, why_listener, .pass = { SLOT_LISTENER });
	ADD_RUNTIME(b, STEP_RECEIVE_SLOT, why_listener, .pass = { SLOT_LISTENER });
	ADD_RUNTIME(b, STEP_SEND_LISTENER, why_listener,
		    .listener = { seccomp->listener_path, seccomp->listener_metadata });
	/* A container waits until it is on record, which comes later. */
	if (b->joins)
		build_gate(b, GATE_LISTENED, LANE_RUNTIME);
}

void build_seccomp(struct builder *b)
{
	const struct seccomp *seccomp = &b->spec->seccomp;
	bool listener = build_asks_listener(seccomp);
	struct bpf_program program = { 0 };

	if (!seccomp->asked)
		return;
	if (b->request->filter)
		program = *b->request->filter;
	else
		seccomp_compile(b->arena, seccomp, native_architecture(b->host), &program, b->problem);
	ADD_CONTAINER(b, STEP_SET_SECCOMP, why,
		      .seccomp = { program, usable_flags(seccomp->flags, listener), listener });
	if (listener)
		hand_over_listener(b);
}
