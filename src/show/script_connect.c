/* script_connect.c - the plan that changes the networks of a container that is there, in shell.
 *
 * That which makes a network is told by it, too: it has the runtime's lane alone.
 *
 * No program is started, so one shell takes the steps of both lanes in their order. What the second process does in the
 * container's network namespace is done by nsenter(1).
 */
#include "show/script.h"

/* One that may fail is no end of the script. */
static void write_inside(struct script *script, const struct step *step)
{
	struct text *out = script->out;

	script_key(script, step->why);
	text_add(out, "nsenter --target \"$child\" --net ");
	step_command(out, step);
	text_add(out, step->tolerate ? " || echo '(a failure is no fault here)' >&2\n" : "\n");
}

/* It stays, other than those that a container has on the host. */
static void write_directory(struct script *script, const struct step *step)
{
	script_key(script, step->why);
	step_command(script->out, step);
	text_add(script->out, "\n");
}

/* What there are two processes for. */
static bool is_between(enum step_kind kind)
{
	return kind == STEP_CLONE || kind == STEP_SET_DUMPABLE || kind == STEP_JOIN_PROCESS ||
	       kind == STEP_OPEN_GATE || kind == STEP_AWAIT_GATE;
}

void script_connect(struct script *script, struct text *out, const char *what)
{
	const struct plan *plan = script->plan;
	const struct step *join = plan_find(plan, STEP_JOIN_PROCESS);
	struct text name = text_new(script->arena);

	script->out = out;
	words_plain(&name, script->request->id ? script->request->id : "");
	text_add(out, "#!/bin/sh\n");
	text_printf(out, join ?
		_("# The networks of the container '%s' change, as a shell script, which does what this does:\n") :
				_("# The network '%s' is made, as a shell script, which does what this "
				  "does:\n"), name.at);
	text_add(out, "#\n#\t");
	words_plain(out, what);
	text_add(out, "\n#\n");
	script_say(out, join ?
		   N_("# It needs root, or the user whose container it is, and the tools of iproute2, util-linux\n"
		      "# and nftables.\n") :
		   N_("# It needs root, or the user whose network it is, and the tools of iproute2, util-linux\n"
		      "# and nftables.\n"));
	text_add(out, "set -eu\n\n");
	script_add_networks(script, out);
	if (join)
		text_printf(out, "%schild=%d\n\n", _("# The container's first process.\n"), join->join_process.pid);
	for (size_t i = 0; i < plan->count; i++) {
		const struct step *step = &plan->step[i];

		if (is_between(step->kind))
			continue;
		if (step->lane == LANE_CONTAINER)
			write_inside(script, step);
		else if (step->kind == STEP_MAKE_DIRECTORY)
			write_directory(script, step);
		else
			script_write_step(script, i);
	}
}
