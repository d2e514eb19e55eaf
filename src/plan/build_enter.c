/* build_enter.c - from the runtime's process to one in all namespaces of a container that is there (exec).
 *
 * The container is found by its first process: a descriptor of it, and whether it is the one that was
 * recorded and not another that has its number by now. All its namespaces are entered in one call, so
 * that there is no moment in some of them only; and what of the host is needed in there is opened before.
 */
#include "plan/build.h"
#include <errno.h>
#include <linux/sched.h>

static const char why_exec[] = "exec";

void build_enter(struct builder *b)
{
	const struct plan_process *process = &b->request->process;
	const struct process *asked = &b->spec->process;
	bool label = asked->apparmor_profile || asked->selinux_label;

	ADD_RUNTIME(b, STEP_OPEN_PROCESS, why_exec, .open_process = { process->pid, process->start_time });
	build_join_cgroups(b);
	ADD_RUNTIME(b, STEP_CLONE, why_exec, .clone = { 0, b->cgroup });
	build_join_v1(b);
	ADD_CONTAINER(b, STEP_RESET_SIGNALS, NULL);
	/* Who is in the container already could trace this process as soon as it is there too, and it has
	 * descriptors of the host (CVE-2016-9962). */
	ADD_CONTAINER(b, STEP_SET_DUMPABLE, NULL, .dumpable = { false });
	build_affinity(b, "process.execCPUAffinity.initial", asked->affinity_initial);
	build_early_oom_score(b);
	build_open_streams(b);
	if (label)
		ADD_CONTAINER(b, STEP_OPEN_PROC, NULL, .open_proc = { .process_only = true });
	ADD_CONTAINER(b, STEP_JOIN_PROCESS, why_exec,
		      .join_process = { process->pid, process->namespaces });
	build_affinity(b, "process.execCPUAffinity.final", asked->affinity_final);
	if (!b->request->no_new_keyring)
		ADD_CONTAINER(b, STEP_NEW_KEYRING, NULL, .tolerate = ENOSYS,
			      .keyring = { arena_printf(b->arena, "_ses.%s", b->request->id) });
	if (b->refork) {
		ADD_CONTAINER(b, STEP_REFORK, why_exec);
		build_gate(b, GATE_REFORKED, LANE_CONTAINER);
	}
	if (process->namespaces & CLONE_NEWUSER)
		build_become_root(b);
}

/* Neither its PID nor its mount namespace is entered: nobody in the container sees this process. */
void build_enter_network(struct builder *b)
{
	static const char why[] = "networks";
	const struct plan_process *process = &b->request->process;

	ADD_RUNTIME(b, STEP_OPEN_PROCESS, why, .open_process = { process->pid, process->start_time });
	ADD_RUNTIME(b, STEP_CLONE, why, .clone = { 0, SLOT_NONE });
	ADD_CONTAINER(b, STEP_SET_DUMPABLE, why, .dumpable = { false });
	ADD_CONTAINER(b, STEP_JOIN_PROCESS, why, .join_process = { process->pid, CLONE_NEWNET });
}
