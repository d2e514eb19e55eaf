/* explain_script.c - the plan as a shell script: its outline. */
#include "show/show.h"
#include "show/script.h"
#include <linux/sched.h>
#include <string.h>

static bool some(const struct plan *plan, bool (*is)(const struct step *))
{
	for (size_t i = 0; i < plan->count; i++)
		if (is(&plan->step[i]))
			return true;
	return false;
}

static bool changes_below(const struct step *step)
{
	const struct mount_change *change = step->kind == STEP_BIND ? &step->bind.change :
					    step->kind == STEP_CHANGE_MOUNT ? &step->change_mount.change :
									     NULL;

	return step->kind == STEP_MAKE_READONLY || (change && (change->set_all || change->clear_all));
}

static void add_header(struct script *script, struct text *out, const char *what)
{
	bool enters = script->start.enter;
	struct text name = text_new(out->arena);

	words_plain(&name, script->request->id ? script->request->id : "");
	text_add(out, "#!/bin/sh\n");
	text_printf(out, enters ?
		_("# One more process in the container '%s' as a shell script, which does what this does:\n") :
				  _("# The container '%s' as a shell script, which does what this does:\n"), name.at);
	text_add(out, "#\n#\t");
	words_plain(out, what);
	text_add(out, "\n#\n");
	script_say(out, enters ? script_enter_intro : script_intro);
	script_say(out, script_begin);
}

/* The path of the root; that of layers in an idmapped mount is relative to it. */
static const char *root_path(const struct script *script, size_t index)
{
	const struct plan *plan = script->plan;
	const char *path = plan->step[index].open_root.path;

	for (size_t i = 0; i < index && path[0] != '/'; i++)
		if (plan->step[i].kind == STEP_MOUNT_LAYERS)
			return arena_printf(script->arena, "%s/%s", plan->step[i].mount_layers.layers->from, path);
	return path;
}

/* Where the tree is on the host, for both lanes. */
const char *script_root_path(const struct script *script)
{
	for (size_t i = 0; i < script->plan->count; i++)
		if (script->plan->step[i].kind == STEP_OPEN_ROOT)
			return root_path(script, i);
	return "/";
}

static void add_root(struct script *script, struct text *out)
{
	const char *root = script_root_path(script);

	if (script->start.enter) {
		text_printf(out, "%srootfs=/proc/%d/root\nexport rootfs\n\n",
			    _("# The container's root, as it is seen from the host.\n"),
			    script->start.enter->join_process.pid);
		return;
	}
	if (script_lends_root(script)) {
		script_say(out, N_("# root.path: where the container's shell can reach it\n")
			      "rootfs=$work/root\nmkdir \"$rootfs\"\nexport rootfs\n\n");
	} else if (plan_find(script->plan, STEP_OPEN_ROOT)) {
		text_add(out, "# root.path\nrootfs=$(cd ");
		text_add_word(out, root);
		text_add(out, " && pwd -P)\nexport rootfs\n\n");
	}
}

/* Whether a cgroup goes with the container, or is of v1 and needs processors: then there is a function for it. */
static bool lends_cgroup(const struct plan *plan)
{
	for (size_t i = 0; i < plan->count; i++)
		if (plan->step[i].kind == STEP_MAKE_CGROUP &&
		    (plan->step[i].make_cgroup.own || plan->step[i].make_cgroup.cpuset))
			return true;
	return false;
}

static bool lends_directory(const struct script *script)
{
	for (size_t i = 0; i < script->plan->count; i++)
		if (script->plan->step[i].kind == STEP_MAKE_DIRECTORY && !script_is_of_draft(script, i))
			return true;
	return false;
}

/* Whether one lane waits for the other, but for what starts the container's. */
static bool has_gates(const struct script *script)
{
	const struct plan *plan = script->plan;

	for (size_t i = 0; i < plan->count; i++)
		if (plan->step[i].kind == STEP_OPEN_GATE && !script_start_says(script, i))
			return true;
	return plan_find(plan, STEP_PIVOT_ROOT) || plan_find(plan, STEP_MOVE_ROOT) || script_is_put_in(script);
}

static void add_runtime_head(struct script *script, struct text *out)
{
	const struct plan *plan = script->plan;
	bool enters = script->start.enter;

	if (enters)
		text_add(out, script_find_process_function(script));
	if (script_names_hooks(script, LANE_RUNTIME))
		script_say(out, script_names_head);
	if (script_has_poststop(script))
		script_add_poststop(script, out);
	script_add_networks(script, out);
	script_ask_for_secrets(script, out);
	script_add_draft_folder(script, out);
	script_say(out, enters ? script_enter_head : script_runtime_head);
	if (script_has_poststop(script))
		text_add(out, "\t[ -z \"$begun\" ] || poststop\n");
	script_add_draft_end(script, out);
	script_say(out, enters ? script_enter_clean_up : script_clean_up);
	if (script_needs_plain_mount(script))
		script_say(out, script_plain_mount);
	if (lends_directory(script))
		script_say(out, script_lend_function);
	if (lends_cgroup(plan))
		script_say(out, script_cgroup_function);
	if (has_gates(script))
		script_say(out, script_gates);
	script_add_lend_functions(script, out);
	script_add_draft(script, out);
	add_root(script, out);
}

/* A line that ends a here-document, and is no line of the text. */
static const char *find_end(struct arena *arena, const char *text)
{
	const char *end = "CONTAINER";

	for (unsigned n = 2; strstr(text, arena_printf(arena, "\n%s\n", end)); n++)
		end = arena_printf(arena, "CONTAINER_%u", n);
	return end;
}

static void add_file(struct text *out, const char *name, const char *text)
{
	const char *end = find_end(out->arena, text);

	text_printf(out, "cat >\"$work/%s\" <<'%s'\n%s%s\n\n", name, end, text, end);
}

static void add_container_functions(const struct script *script, struct text *out)
{
	const struct plan *plan = script->plan;
	bool new = !script->start.enter;
	const struct { const char *text; bool used; } function[] = {
		{ script_lane_head, true },
		{ script_gates, true },
		{ script_place_function, true },
		{ script_place_functions, new },
		{ "\n", !new },
		{ script_names_head, script_names_hooks(script, LANE_CONTAINER) },
		{ script_find_function, plan_find(plan, STEP_FIND_PROGRAM) },
		{ script_plain_function, some(plan, script_is_plain) },
		{ script_mode_function, some(plan, script_keeps_mode) },
		{ script_below_function, some(plan, changes_below) },
		{ script_beneath_function, some(plan, script_is_beneath) },
		{ script_copy_function, plan_find(plan, STEP_COPY_UP) },
		{ script_node_function, plan_find(plan, STEP_MAKE_DEVICE) },
		{ script_link_function, plan_find(plan, STEP_MAKE_LINK) },
		{ script_mask_function, plan_find(plan, STEP_MASK) },
		{ script_readonly_function, plan_find(plan, STEP_MAKE_READONLY) },
	};

	for (size_t i = 0; i < COUNT(function); i++)
		if (function[i].used)
			script_say(out, function[i].text);
	script_add_borrow_function(script, out);
}

static void write_container(struct script *script, struct text *out)
{
	add_container_functions(script, out);
	script_say(out, script_hello);
	script_write_lane(script, LANE_CONTAINER, out);
}

/* Whether mounts that the container does not have are still passed to the host: then letting go of them
 * would let go of the host's. */
static bool passes_mounts(const struct step *step)
{
	return step->kind == STEP_SET_PROPAGATION && !step->propagation.all;
}

/* A command of mount(8) for the container's root, or for what was its root before: from the host's files,
 * as one of its mount namespace. */
static void add_root_command(struct script *script, struct text *out, const char *options, const char *path)
{
	script_add_enter(script, out);
	text_printf(out, " --root=/ %s \"/proc/$child/root%s\"\n", options, path);
}

/* In the runtime's lane, since the container's process has no right to it any more when it is ready for it. */
void script_change_root(struct script *script)
{
	const struct plan *plan = script->plan;
	struct text *out = script->out;

	if (!plan_find(plan, STEP_PIVOT_ROOT) && !plan_find(plan, STEP_MOVE_ROOT))
		return;
	script_say(out,
		N_("# root.path: what was built becomes «/», and the host's tree, which is then on top of it,\n"
		   "# goes away. Only the program is left to be started, by a process that has given up its\n"
		   "# rights; so it is done from here.\n")
		      "await_gate pivot\n");
	script_add_enter(script, out);
	text_add(out, " pivot_root \"$rootfs\" \"$rootfs\"\n");
	if (some(plan, passes_mounts))
		add_root_command(script, out, "mount -c --make-rprivate", "/..");
	add_root_command(script, out, "umount -n -l", "");
	for (size_t i = 0; i < plan->count; i++) {
		const struct mount_change *change = &plan->step[i].change_mount.change;

		if (!script_changes_root(&plan->step[i]))
			continue;
		script_key(script, plan->step[i].why);
		add_root_command(script, out,
				 arena_printf(script->arena, "mount -c --make-%s",
					      words_propagation(change->propagation, change->propagation_all)),
				 "");
	}
	script_limit_processes(script);
	text_add(out, "open_gate pivoted\n\n");
	script->said = NULL;
}

void script_add_signals(const struct script *script, struct text *out)
{
	script_say(out, script_signals);
	text_add(out, script->start.enter ? "find_process; kill -$signal \\\"\\$process\\\"" :
					    "kill -$signal \\\"\\$child\\\"");
	text_add(out, script_signals_end);
}

/* Whoever asked for it waits for the program's end, or goes. */
static void add_tail(struct script *script, struct text *out)
{
	bool enters = script->start.enter;

	if (script->request->end == END_FOREGROUND) {
		if (!script_is_put_in(script))
			script_add_signals(script, out);
		script_say(out, script_wait);
		return;
	}
	if (script->request->end == END_CREATED && script_start_pipe(script->plan)) {
		struct text command = text_new(script->arena);

		words_with(&command, "echo >", script_start_pipe(script->plan));
		text_add(out, _("# The container waits. This lets its program begin, as `start` does:\n"));
		text_add(out, "#\t");
		words_plain(out, command.at);
		text_add(out, "\n");
	}
	if (!enters)
		text_add(out, _("# Nothing of this script is needed any more, but for unshare(1), which waits for the "
				"process's end.\n"));
	else if (script->start.enter->join_process.flags & CLONE_NEWPID)
		text_add(out, _("# Nothing of this script is needed any more, but for nsenter(1), which waits for the "
				"process's end.\n"));
	else
		text_add(out, _("# Nothing of this script is needed any more.\n"));
	script_say(out, script_leave);
}

static void add_title(struct text *out, const char *lane)
{
	text_printf(out, _("# --- the lane %s "), lane);
	for (size_t column = strlen(lane); column < 70; column++)
		text_add(out, "-");
	text_add(out, "\n\n");
}

void explain_script(struct text *out, const struct plan *plan, const struct plan_request *request,
		    const char *what)
{
	struct script script = { .arena = out->arena, .plan = plan, .request = request, .margin = "" };
	struct text runtime = text_new(out->arena), container = text_new(out->arena);

	translate_begin();
	if (!plan_find(plan, STEP_EXEC)) {
		script_connect(&script, out, what);
		return;
	}
	script.privileges = text_new(out->arena);
	script.descriptors = text_new(out->arena);
	script.last = text_new(out->arena);
	script_find_start(&script);
	write_container(&script, &container);
	script_write_lane(&script, LANE_RUNTIME, &runtime);

	add_header(&script, out, what);
	add_runtime_head(&script, out);
	add_title(out, "CONTAINER");
	add_file(out, "container", container.at);
	if (script_begins_in(&script) && !script.start.enter)
		script_say(out, script_enter_file);
	add_title(out, "RUNTIME");
	text_add(out, runtime.at);
	add_tail(&script, out);
}
