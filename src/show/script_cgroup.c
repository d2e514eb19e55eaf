/* script_cgroup.c - in the script: the steps about cgroups.
 *
 * Where the process begins in its cgroup (v2), or in systemd's unit, that stands at the head of the chain of
 * commands that starts the container's shell (script_start.c).
 */
#include "show/script.h"

const char script_cgroup_function[] =
	"# A cgroup that is here for as long as the container. With --cpuset (v1): a new one has no processors and no\n"
	"# memory nodes yet; it gets those of the one that it is in.\n"
	"lend_cgroup() {\n"
	"\tif [ \"$1\" = --cpuset ]; then make_cpuset \"$2\"; shift; else mkdir -p \"$1\"; fi\n"
	"\tmade=\"$1\n$made\"\n"
	"}\n"
	"make_cpuset() {\n"
	"\t[ ! -d \"$1\" ] || return 0\n"
	"\tmake_cpuset \"${1%/*}\"\n"
	"\tmkdir \"$1\"\n"
	"\tcat \"${1%/*}/cpuset.cpus\" >\"$1/cpuset.cpus\"\n"
	"\tcat \"${1%/*}/cpuset.mems\" >\"$1/cpuset.mems\"\n"
	"}\n"
	"\n";

void script_make_cgroup(struct script *script, const struct step *step)
{
	script_command(script, step->make_cgroup.own ? "lend_cgroup " : "mkdir -p ");
	if (step->make_cgroup.cpuset)
		text_add(script->out, "--cpuset ");
	text_add_word(script->out, step->make_cgroup.path);
}

/* The controllers that cannot be had are not missed until their file is. */
void script_enable_controllers(struct script *script, const struct step *step)
{
	step_command(script_line(script), step);
	text_add(script->out, " || :");
}

void script_set_devices(struct script *script, const struct step *step)
{
	script_note(script, step->why,
		    "which devices may be used is decided by an eBPF program of %zu instructions (bpf(2), "
		    "BPF_PROG_TYPE_CGROUP_DEVICE) in '%s': shell has no word for it, bpftool(8) shows it; what this script "
		    "makes may use all",
		    step->set_devices.count, step->set_devices.path);
}

void script_own_cgroup(struct script *script, const struct step *step)
{
	step_command(script_line(script), step);
	text_add(script->out, " || :");
}

void script_add_begin_in(const struct script *script, struct text *out)
{
	const struct plan *plan = script->plan;

	for (size_t i = 0; i < plan->count; i++) {
		const struct step *step = &plan->step[i];

		if (step->kind == STEP_START_SCOPE) {
			step_command(out, step);
			text_printf(out, " --quiet --collect -p Delegate=yes%s \\\n\t",
				    plan->cgroups.user_manager ? " --user" : "");
		} else if (step->kind == STEP_OPEN_CGROUP) {
			text_add(out, "sh -c 'echo 0 >\"$0/cgroup.procs\" && exec \"$@\"' ");
			text_add_word(out, step->open_cgroup.path);
			text_add(out, " \\\n\t");
		}
	}
}
