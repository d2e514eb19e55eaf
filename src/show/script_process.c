/* script_process.c - what the process is and may do, in shell: limits, ids, capabilities.
 *
 * In shell each of these is a small program that changes itself and then starts another in its
 * place. So the lane collects them in "$@", one behind the other, and runs them all with the last
 * command. setpriv(1) is the last of them, since the others need the rights that it gives up.
 */
#include "show/script.h"
#include <errno.h>
#include <string.h>

static bool has_timeouts(const struct plan *plan)
{
	for (size_t i = 0; i < plan->count; i++)
		if (plan->step[i].kind == STEP_RUN_HOOK && script_is_last(&plan->step[i]) &&
		    plan->step[i].run_hook.hook->timeout.set)
			return true;
	return false;
}

void script_begin_chain(struct script *script)
{
	if (script->in_chain)
		return;
	script->in_chain = true;
	script->said = NULL;
	script_say(script->out, script_toolbox_head);
	if (script->start.enter)
		text_add(script->out, "take setpriv\n");
	if (script_is_put_in(script))
		text_add(script->out, "take sh\n");
	if (has_timeouts(script->plan))
		text_add(script->out, "take timeout\n");
	text_add(script->out, "take env\n");
	script_say(script->out, script_toolbox_tail);
	script_say(script->out, "\n"
		   N_("# From here on, commands are collected in \"$@\": each is to start the one behind it, as the\n"
		      "# same process. What one of them gives up the next does not have.\n")
		   "set --\n");
}

/* --- commands that need rights --- */

void script_chain(struct script *script, const struct step *step)
{
	script_begin_chain(script);
	script_key(script, step->why);
	text_add(script->out, "set -- \"$@\" ");
	step_command(script->out, step);
	text_add(script->out, "\n");
}

/* After the toolbox, which all must be able to read. */
void script_umask(struct script *script, const struct step *step)
{
	script_begin_chain(script);
	script_key(script, step->why);
	step_command(script->out, step);
	text_add(script->out, "\n");
}

/* Another process's limits are set at once. */
void script_rlimit(struct script *script, const struct step *step)
{
	if (step->lane == LANE_CONTAINER) {
		script_chain(script, step);
		return;
	}
	script_key(script, step->why);
	step_command(script->out, step);
	text_add(script->out, "\n");
}

void script_memory_policy(struct script *script, const struct step *step)
{
	script_begin_chain(script);
	script_note(script, step->why,
		    "set_mempolicy(2), by numactl(8) where that is installed; flags such as MPOL_F_STATIC_NODES "
		    "have no option there");
	text_add(script->out, "! command -v numactl >/dev/null || set -- \"$@\" ");
	step_command(script->out, step);
	text_add(script->out, "\n");
}

/* --- options of setpriv(1) --- */

/* Adds one option below a comment with its key. */
static struct text *add_option(struct script *script, const struct step *step)
{
	struct text *out = script->out;

	script->out = &script->privileges;
	script_key(script, step->why);
	script->out = out;
	text_add(&script->privileges, "set -- \"$@\" ");
	return &script->privileges;
}

/* What step_command() says is "setpriv --OPTION". */
void script_privilege(struct script *script, const struct step *step)
{
	struct text command = text_new(script->arena);
	struct text *out = add_option(script, step);

	step_command(&command, step);
	text_add(out, command.at + strlen("setpriv "));
	text_add(out, "\n");
}

/* Where no groups are asked for, those that setgroups(2) does not let go are no failure. */
void script_groups(struct script *script, const struct step *step)
{
	struct text *out;

	if (step->tolerate != EPERM) {
		script_privilege(script, step);
		return;
	}
	out = add_option(script, step);
	text_add(out, "\"$(setpriv --clear-groups true 2>/dev/null && echo --clear-groups || echo --keep-groups)\"\n");
}

/* setpriv(1) wants to be told about groups whenever it sets a gid. */
void script_gid(struct script *script, const struct step *step)
{
	script_privilege(script, step);
	for (size_t i = script->start.tree; i < script->plan->count; i++)
		if (script->plan->step[i].kind == STEP_SET_GROUPS)
			return;
	text_add(&script->privileges, "set -- \"$@\" --keep-groups\n");
}

static uint64_t find_bounding(const struct plan *plan)
{
	const struct step *drop = plan_find(plan, STEP_DROP_BOUNDING);

	return drop ? drop->bounding.keep : ~0ULL;
}

/* The permitted and the effective set of the process that calls execve(2) are gone after it: the kernel
 * makes new ones (capabilities(7)), the same for the runtime's process and for this one. */
void script_capabilities(struct script *script, const struct step *step)
{
	struct text *out = script->out, permitted = text_new(script->arena);

	if (step->capabilities.permitted != find_bounding(script->plan)) {
		words_capabilities(&permitted, step->capabilities.permitted);
		script->out = &script->privileges;
		script_note(script, step->why,
			    "permitted (%s) is not what is bounding: the runtime sets it, but execve(2) makes "
			    "it anew from the bounding, inheritable and ambient sets",
			    permitted.at);
		script->out = out;
	}
	out = add_option(script, step);
	text_add(out, "--inh-caps=");
	words_capability_list(out, step->capabilities.inheritable);
	text_add(out, "\n");
	if (!plan_find(script->plan, STEP_SET_AMBIENT))
		text_add(out, "set -- \"$@\" --ambient-caps=-all\n");
}

void script_label(struct script *script, const struct step *step)
{
	if (step->label.apparmor && script->start.enter)
		script_note(script, step->why,
			    "setpriv(1) writes the label to the container's own /proc, the runtime to one that nobody "
			    "else can reach");
	if (step->label.apparmor)
		script_privilege(script, step);
	else
		script_note(script, step->why,
			    "the label '%s' is set for the coming execve (/proc/self/attr/exec). Here some programs "
			    "of the host are still to come, which may not run under it; for the program alone it "
			    "would be setpriv --selinux-label",
			    step->label.label);
}

/* --- what has no command --- */

void script_seccomp(struct script *script, const struct step *step)
{
	script_note(script, step->why,
		    "a filter for system calls is loaded here, %zu instructions of BPF%s (seccomp(2)). Shell has no "
		    "word for it, so this container is less confined than the real one; setpriv(1) has "
		    "--seccomp-filter from util-linux 2.41 on",
		    step->seccomp.program.count, step->seccomp.listener ? " with a listener" : "");
}

void script_descriptors(struct script *script, const struct step *step)
{
	unsigned from = step->descriptors.from;

	script_begin_chain(script);
	script_note(script, step->why,
		    "all descriptors from %u on are closed (close_range(2)). A POSIX shell can only name those up to "
		    "9, which the last one below closes; the others need bash(1), where that is installed",
		    from);
	text_printf(&script->descriptors,
		    "if command -v bash >/dev/null; then\n"
		    "\tset -- \"$@\" bash -c '\n"
		    "\t\tfor fd in /proc/self/fd/*; do\n"
		    "\t\t\tfd=${fd##*/}\n"
		    "\t\t\t[ \"$fd\" -lt %u ] || eval \"exec $fd<&-\"\n"
		    "\t\tdone\n"
		    "\t\texec \"$@\"' bash\n"
		    "fi\n",
		    from > 10 ? from : 10);
}
