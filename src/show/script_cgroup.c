/* script_cgroup.c - in the script: the steps about cgroups.
 *
 * Where the process begins in its cgroup (v2), or in systemd's unit, that stands at the head of the chain of
 * commands that starts the container's shell (script_start.c).
 */
#include "show/script.h"
#include <linux/sched.h>
#include <string.h>

const char script_cgroup_function[] =
	N_("# A cgroup that is here for as long as the container. With --cpuset (v1): a new one has no processors and "
	   "no\n"
	   "# memory nodes yet, and one that was there may have none; it gets those of the one that it is in.\n")
	"lend_cgroup() {\n"
	"\tif [ \"$1\" = --cpuset ]; then make_cpuset \"$2\"; shift; else mkdir -p \"$1\"; fi\n"
	"\tmade=\"$1\n$made\"\n"
	"}\n"
	"make_cpuset() {\n"
	"\tif [ -d \"$1\" ] && ! grep -qs '^$' \"$1/cpuset.cpus\" \"$1/cpuset.mems\"; then return 0; fi\n"
	"\tmake_cpuset \"${1%/*}\"\n"
	"\t[ -d \"$1\" ] || mkdir \"$1\"\n"
	"\t! grep -q '^$' \"$1/cpuset.cpus\" || cat \"${1%/*}/cpuset.cpus\" >\"$1/cpuset.cpus\"\n"
	"\t! grep -q '^$' \"$1/cpuset.mems\" || cat \"${1%/*}/cpuset.mems\" >\"$1/cpuset.mems\"\n"
	"}\n"
	"\n";

/* "memory:/docker/ID": as the tools of libcgroup (cgcreate, cgset, cgexec) call a cgroup of v1, and what is behind its
 * path. False where it is none. */
static bool find_v1(const struct script *script, const char *path, struct text *name, const char **ret_rest)
{
	const struct cgroups *cgroups = &script->plan->cgroups;

	for (size_t i = 0; i < cgroups->count; i++) {
		const struct cgroup *cgroup = &cgroups->at[i];
		size_t length = strlen(cgroup->path);
		const char *below = strchr(cgroup->path + sizeof("/sys/fs/cgroup/") - 1, '/');

		if (cgroup->unified || !below || strncmp(path, cgroup->path, length) != 0 ||
		    (path[length] && path[length] != '/'))
			continue;
		text_printf(name, "%s:%s", cgroup->controllers, below);
		*ret_rest = path + length + (path[length] == '/');
		return true;
	}
	return false;
}

/* The same in the words of libcgroup, as a comment. */
static void note_v1(struct script *script, const struct step *step)
{
	struct text name = text_new(script->arena), line = text_new(script->arena);
	const char *rest;

	/* More of the shell's own follows on the line. */
	if (step->tolerate || step->fallback_of)
		return;
	if (step->kind == STEP_MAKE_CGROUP && find_v1(script, step->make_cgroup.path, &name, &rest)) {
		words_with(&line, "cgcreate -g ", name.at);
	} else if (step->kind == STEP_WRITE_FILE && find_v1(script, step->write_file.path, &name, &rest)) {
		words_with(&line, "cgset -r ", arena_printf(script->arena, "%s=%s", rest, step->write_file.text));
		words_with(&line, " ", strchr(name.at, ':') + 1);
	} else {
		return;
	}
	text_add(script->out, "  # ");
	words_plain(script->out, line.at);
}

/* The runtime writes it while the container's one process makes its mounts. Here the shells and tools of the script
 * would be counted: it comes last. */
bool script_counts_processes(const struct script *script, const struct step *step)
{
	const char *name = step->kind == STEP_WRITE_FILE ? strrchr(step->write_file.path, '/') : NULL;

	return name && !strcmp(name, "/pids.max") && strcmp(step->write_file.text, "max") != 0 &&
	       step->lane == LANE_RUNTIME && !script->start.enter;
}

/* The file that a process goes back by to the script's own cgroup in the hierarchy of `path`, in shell. */
static void add_own_cgroup(struct script *script, const char *path)
{
	static const char top[] = "/sys/fs/cgroup", unified[] = "/sys/fs/cgroup/unified";
	const struct cgroup *cgroup = cgroups_with(&script->plan->cgroups, "pids");
	const bool v1 = cgroup && !cgroup->unified;
	size_t length = strlen(top);

	if (v1 || !strncmp(path, unified, strlen(unified)))
		length += 1 + strcspn(path + length + 1, "/");
	text_printf(script->out, "\"%.*s$(sed -n 's/^[0-9]*:%s://p' /proc/self/cgroup)/%s\"", (int)length, path,
		    v1 ? cgroup->controllers : "", v1 ? "tasks" : "cgroup.procs");
}

static bool forks(const struct start *start)
{
	return start->flags & (CLONE_NEWPID | CLONE_NEWTIME) || start->join[NAMESPACE_PID];
}

void script_limit_processes(struct script *script)
{
	for (size_t i = 0; i < script->plan->count; i++) {
		const struct step *step = &script->plan->step[i];

		if (!script_counts_processes(script, step))
			continue;
		script_say(script->out,
			   N_("# Only now, when there is the one process: the shells and tools before were more.\n"));
		if (forks(&script->start)) {
			script_say(script->out,
				   N_("# What waits for it, unshare(1) or nsenter(1), goes back to where this shell "
				      "is.\n")
				   "echo \"$job\" >");
			add_own_cgroup(script, step->write_file.path);
			text_add(script->out, " || :\n");
		}
		script_write_step(script, i);
	}
}

void script_write_file(struct script *script, const struct step *step)
{
	step_command(script_line(script), step);
	note_v1(script, step);
}

void script_make_cgroup(struct script *script, const struct step *step)
{
	script_command(script, step->make_cgroup.own ? "lend_cgroup " : "mkdir -p ");
	if (step->make_cgroup.cpuset)
		text_add(script->out, "--cpuset ");
	text_add_word(script->out, step->make_cgroup.path);
	note_v1(script, step);
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
		    "BPF_PROG_TYPE_CGROUP_DEVICE) in '%s': shell has no word for it, bpftool(8) shows it; what this "
		    "script makes may use all",
		    step->set_devices.count, step->set_devices.path);
}

void script_own_cgroup(struct script *script, const struct step *step)
{
	step_command(script_line(script), step);
	text_add(script->out, " || :");
}

/* Where the process is put before anything else: the cgroup of v2 that it is cloned into, and what it writes itself to
 * as its first steps. Later it may be somebody in a user namespace, whom these files are not for. */
static const char *entered(struct arena *arena, const struct step *step)
{
	if (step->kind == STEP_OPEN_CGROUP)
		return arena_printf(arena, "%s/cgroup.procs", step->open_cgroup.path);
	return step->kind == STEP_WRITE_PID && step->lane == LANE_CONTAINER ? step->write_pid.path : NULL;
}

bool script_begins_in(const struct script *script)
{
	const struct plan *plan = script->plan;

	for (size_t i = 0; i < plan->count; i++)
		if (entered(script->arena, &plan->step[i]))
			return true;
	return false;
}

const char script_enter_file[] =
	N_("# enter FILE... -- COMMAND...: this process goes into cgroups, and then becomes the command.\n")
	"cat >\"$work/enter\" <<'ENTER'\n"
	"while [ \"$1\" != -- ]; do echo 0 >\"$1\"; shift; done\n"
	"shift\n"
	"exec \"$@\"\n"
	"ENTER\n\n";

/* Who joins a container is put in its cgroups by the runtime's shell, when all other tools have done their work: they
 * would be counted by its limits. */
bool script_is_put_in(const struct script *script)
{
	return script->start.enter && script_begins_in(script);
}

void script_put_in(struct script *script)
{
	const struct plan *plan = script->plan;

	script_say(script->out,
		   N_("# The container's cgroups. Only now, since the tools before would be counted by its limits.\n")
		   "for file in");
	for (size_t i = 0; i < plan->count; i++) {
		const char *path = entered(script->arena, &plan->step[i]);

		if (path)
			words_with(script->out, " \\\n\t", path);
	}
	text_add(script->out, "; do\n"
			      "\techo \"$child\" >\"$file\"\n"
			      "done\n"
			      "open_gate in-its-cgroup\n");
}

void script_add_begin_in(const struct script *script, struct text *out)
{
	const struct plan *plan = script->plan;
	bool any = false;

	for (size_t i = 0; i < plan->count; i++) {
		const char *path = entered(out->arena, &plan->step[i]);

		if (plan->step[i].kind == STEP_START_SCOPE) {
			step_command(out, &plan->step[i]);
			text_printf(out, " --quiet --collect -p Delegate=yes%s \\\n\t",
				    plan->cgroups.user_manager ? " --user" : "");
		}
		if (!path)
			continue;
		if (!any)
			text_add(out, "sh -eu \"$work/enter\" \\\n\t");
		any = true;
		words_with(out, "\t", path);
		text_add(out, " \\\n\t");
	}
	if (any)
		text_add(out, "-- \\\n\t");
}

/* --- the firewall of networks --- */

void script_load_rules(struct script *script, const struct step *step)
{
	struct text *out = script_line(script);

	words_with(out, "printf %s ", step->load_rules.rules);
	words_with(out, " | ", step->load_rules.tool ? step->load_rules.tool : "nft");
	text_add(out, " -f -");
}

void script_add_elements(struct script *script, const struct step *step)
{
	for (size_t i = 0; i < step->add_elements.count;)
		i += words_elements(script_line(script), step->add_elements.element + i,
				    step->add_elements.count - i);
}
