/* build_process.c - what the process is and may do, and the program itself.
 *
 * The order is the security of it: labels and limits while there are rights; the bounding
 * set before the ids; groups before gid before uid, since after setuid nothing of that is
 * allowed any more; capabilities last; no_new_privileges before a seccomp filter that is
 * loaded without CAP_SYS_ADMIN. plan_check() holds the order, whatever is changed here.
 */
#include "plan/build.h"
#include "spec/names.h"
#include <errno.h>
#include <linux/capability.h>
#include <string.h>

/* --- state of the kernel that a namespace holds --- */

void build_kernel_state(struct builder *b)
{
	const struct spec *spec = b->spec;
	bool label = spec->process.apparmor_profile || spec->process.selinux_label;

	if (spec->hostname)
		ADD_CONTAINER(b, STEP_SET_HOSTNAME, "hostname", .hostname = { spec->hostname });
	if (spec->domainname)
		ADD_CONTAINER(b, STEP_SET_DOMAINNAME, "domainname", .domainname = { spec->domainname });
	if (spec->sysctl.count || label)
		ADD_CONTAINER(b, STEP_OPEN_PROC, spec->sysctl.count ? "linux.sysctl" : NULL,
			      .open_proc = { .process_only = !spec->sysctl.count });
	for (size_t i = 0; i < spec->sysctl.count; i++) {
		const struct pair *pair = &spec->sysctl.at[i];

		ADD_CONTAINER(b, STEP_SET_SYSCTL,
			      arena_printf(b->arena, "linux.sysctl[\"%s\"]", pair->key),
			      .sysctl = { spec_sysctl_path(b->arena, pair->key), pair->value });
	}
}

/* --- limits --- */

const char *build_oom_score(struct builder *b)
{
	return arena_printf(b->arena, "%d", (int)b->spec->process.oom_score_adj.value);
}

static void add_rlimits(struct builder *b, enum lane lane)
{
	for (size_t i = 0; i < b->spec->process.rlimits; i++) {
		const struct process_limit *limit = &b->spec->process.rlimit[i];

		plan_add(b->plan, (struct step){
			.kind = STEP_SET_RLIMIT,
			.lane = lane,
			.why = arena_printf(b->arena, "process.rlimits[%zu]", i),
			.rlimit = { limit->resource, limit->soft, limit->hard } });
	}
}

static void add_late_limits(struct builder *b)
{
	if (!b->spec->process.rlimits && !b->spec->process.oom_score_adj.set)
		return;
	build_gate(b, GATE_LIMITS, LANE_CONTAINER);
	add_rlimits(b, LANE_RUNTIME);
	if (b->spec->process.oom_score_adj.set)
		ADD_RUNTIME(b, STEP_WRITE_CHILD, "process.oomScoreAdj",
			    .write_proc = { "oom_score_adj", build_oom_score(b) });
	build_gate(b, GATE_LIMITED, LANE_RUNTIME);
}

/* "0-3,7" as a mask of bits. spec_check() has seen that it is well formed. */
static const unsigned long *list_mask(struct builder *b, const char *key, const char *list, unsigned *ret_bits)
{
	enum { BITS = 8192, WORD = 8 * sizeof(unsigned long) };
	unsigned long *mask = ARENA_ARRAY(b->arena, BITS / WORD, unsigned long);
	const char *at = list;
	bool past_end = false;

	*ret_bits = 0;
	while (at && *at) {
		unsigned first = 0, last;

		for (; *at >= '0' && *at <= '9'; at++)
			first = first < BITS ? first * 10 + (unsigned)(*at - '0') : first;
		last = first;
		if (*at == '-')
			for (last = 0, at++; *at >= '0' && *at <= '9'; at++)
				last = last < BITS ? last * 10 + (unsigned)(*at - '0') : last;
		past_end |= first >= BITS || last >= BITS;
		for (unsigned bit = first; bit <= last && bit < BITS; bit++)
			mask[bit / WORD] |= 1UL << (bit % WORD);
		if (last >= *ret_bits && last < BITS)
			*ret_bits = last + 1;
		if (*at)
			at++;
	}
	if (past_end)
		problem_set(b->problem, "%s: '%s' names a number past %d", key, list, BITS - 1);
	return mask;
}

void build_affinity(struct builder *b, const char *key, const char *list)
{
	unsigned bits;
	const unsigned long *mask;

	if (!list)
		return;
	mask = list_mask(b, key, list, &bits);
	ADD_CONTAINER(b, STEP_SET_AFFINITY, key, .affinity = { mask, bits });
}

static void add_memory_policy(struct builder *b)
{
	const struct memory_policy *policy = &b->spec->memory_policy;
	unsigned bits;
	const unsigned long *nodes;

	if (!policy->asked)
		return;
	nodes = list_mask(b, "linux.memoryPolicy.nodes", policy->nodes, &bits);
	/* set_mempolicy(2) takes one bit less than it is told. */
	ADD_CONTAINER(b, STEP_SET_MEMORY_POLICY, "linux.memoryPolicy",
		      .memory_policy = { policy->mode | policy->flags, nodes, bits ? bits + 1 : 0 });
}

static void add_label(struct builder *b)
{
	const struct process *process = &b->spec->process;

	if (process->apparmor_profile && !b->host->apparmor)
		problem_set(b->problem,
			    "process.apparmorProfile: '%s': AppArmor is not enabled on this host",
			    process->apparmor_profile);
	if (process->selinux_label && !b->host->selinux)
		problem_set(b->problem, "process.selinuxLabel: '%s': SELinux is not enabled on this host",
			    process->selinux_label);
	if (process->apparmor_profile)
		ADD_CONTAINER(b, STEP_SET_LABEL, "process.apparmorProfile",
			      .label = { true, process->apparmor_profile });
	if (process->selinux_label)
		ADD_CONTAINER(b, STEP_SET_LABEL, "process.selinuxLabel",
			      .label = { false, process->selinux_label });
}

void build_limits(struct builder *b)
{
	const struct process *process = &b->spec->process;

	build_take_terminal(b);
	if (b->spec->personality.set)
		ADD_CONTAINER(b, STEP_SET_PERSONALITY, "linux.personality",
			      .personality = { b->spec->personality.value });
	if (process->scheduler.asked)
		ADD_CONTAINER(b, STEP_SET_SCHEDULER, "process.scheduler",
			      .scheduler = { &process->scheduler });
	if (process->io_priority.asked)
		ADD_CONTAINER(b, STEP_SET_IO_PRIORITY, "process.ioPriority",
			      .io_priority = { process->io_priority.class, process->io_priority.priority });
	add_memory_policy(b);
	add_label(b);
	if (b->late_limits)
		add_late_limits(b);
	else
		add_rlimits(b, LANE_CONTAINER);
}

/* --- what it begins with --- */

/* Not asked for means none: what is not granted is not there. */
static void add_bounding(struct builder *b)
{
	ADD_CONTAINER(b, STEP_DROP_BOUNDING, "process.capabilities.bounding",
		      .bounding = { b->spec->process.capabilities.bounding, b->host->last_capability });
}

static void check_capabilities(struct builder *b)
{
	const struct capabilities *caps = &b->spec->process.capabilities;
	uint64_t all = caps->bounding | caps->effective | caps->permitted | caps->inheritable |
		       caps->ambient;

	for (unsigned n = b->host->last_capability + 1; n < 64; n++)
		if (all & (1ULL << n)) {
			problem_set(b->problem, "process.capabilities: this kernel does not know '%s'",
				    name_of(capability_names, n));
			return;
		}
}

/* With the rights of root at first, since the directory may be closed to the user (see build_program.c). */
static unsigned add_directory(struct builder *b)
{
	const char *cwd = b->spec->process.cwd;

	if (strcmp(cwd, "/") == 0)
		return 0;
	return ADD_CONTAINER(b, STEP_CHANGE_DIRECTORY, "process.cwd", .tolerate = EACCES,
			     .directory = { cwd });
}

void build_identity(struct builder *b)
{
	const struct user *user = &b->spec->process.user;

	b->directory = add_directory(b);
	check_capabilities(b);
	if (user->umask.set)
		ADD_CONTAINER(b, STEP_SET_UMASK, "process.user.umask", .umask = { user->umask.value });
	else
		ADD_CONTAINER(b, STEP_SET_UMASK, NULL, .umask = { 0022 });
	add_bounding(b);
}
