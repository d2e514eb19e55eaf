/* script_steps.c - the lines of a lane: which writer a kind of step has, and what stands around its
 * commands.
 */
#include "show/script.h"
#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* --- lines --- */

struct text *script_line(struct script *script)
{
	text_add(script->out, script->commands++ ? script->joint : script->indent);
	return script->out;
}

void script_command(struct script *script, const char *format, ...)
{
	va_list list;

	va_start(list, format);
	text_add(script_line(script), arena_vprintf(script->arena, format, list));
	va_end(list);
}

void script_place(struct script *script, const char *function, const char *path)
{
	text_printf(script_line(script), "%s ", function);
	text_add_word(script->out, path);
}

void script_key(struct script *script, const char *why)
{
	if (!why)
		why = "always";
	if (script->said && strcmp(script->said, why) == 0)
		return;
	script->said = why;
	text_printf(script->out, "%s# ", script->margin);
	words_plain(script->out, _(why));
	text_add(script->out, "\n");
}

void script_note(struct script *script, const char *why, const char *format, ...)
{
	struct text note = text_new(script->arena);
	va_list list;

	va_start(list, format);
	words_plain(&note, why ? _(why) : "always");
	text_add(&note, ": ");
	words_plain(&note, arena_vprintf(script->arena, _(format), list));
	va_end(list);
	script_wrap(script->out, note.at);
	script->said = NULL;
}

/* --- kinds that are one command, or none --- */

static void write_command(struct script *script, const struct step *step)
{
	step_command(script_line(script), step);
}

/* In the last shell there are no functions. */
static void write_gate(struct script *script, const struct step *step)
{
	if (!script_in_last(script))
		write_command(script, step);
	else if (step->kind == STEP_OPEN_GATE)
		script_command(script, "echo %s >&9", words_gate(step->gate.gate));
	else
		script_command(script, "read -r _ <&8");
}

static void write_nothing(struct script *script, const struct step *step)
{
}

static void write_clone(struct script *script, const struct step *step)
{
	script_write_start(script);
}

static void write_directory(struct script *script, const struct step *step)
{
	script_command(script, "lend_directory %04o ", step->make_directory.mode);
	text_add_word(script->out, step->make_directory.path);
}

static void note_dumpable(struct script *script, const struct step *step)
{
	script_note(script, step->why,
		    "nobody else may trace this process while it is set up (prctl(2), PR_SET_DUMPABLE): shell has "
		    "no word for it");
}

static void note_keyring(struct script *script, const struct step *step)
{
	script_note(script, step->why,
		    "the process gets a session keyring of its own, '%s' (keyctl(2)): no tool of util-linux "
		    "does that, keyctl(1) of keyutils does",
		    step->keyring.name);
}

static void note_signals(struct script *script, const struct step *step)
{
	script_note(script, step->why,
		    "signals that the caller ignored are taken again: env --default-signal, in the last command");
}

static void note_mapping(struct script *script, const struct step *step)
{
	struct text maps = text_new(script->arena);

	words_id_maps(&maps, step->id_mapping.uid);
	script_note(script, step->why,
		    "a user namespace that only carries the id maps of a mount (uids: %s): mount(8) makes one by "
		    "itself for X-mount.idmap",
		    maps.at);
}

static void note_null(struct script *script, const struct step *step)
{
	script_note(script, step->why,
		    "files are covered by the host's /dev/null, never the container's, which an image can "
		    "replace by something else");
}

static void note_proc(struct script *script, const struct step *step)
{
	script_note(script, step->why,
		    "the runtime opens a procfs that nobody else can reach (fsopen(2)%s), so that an image cannot "
		    "put its own in the way; this shell takes the host's /proc, which is as safe until the root "
		    "is changed",
		    step->open_proc.process_only ? ", subset=pid" : "");
}

static void note_pivot(struct script *script, const struct step *step)
{
	script_note(script, step->why, "pivot_root(8) is the runtime's, at the end: see there");
}

static void note_move_root(struct script *script, const struct step *step)
{
	script_note(script, step->why,
		    "the root is moved to '/' and entered by chroot(2), since pivot_root(2) cannot leave a ramdisk: "
		    "the tools for it would be out of reach, so this script takes pivot_root(8) all the same");
}

static void note_terminal(struct script *script, const struct step *step)
{
	struct text what = text_new(script->arena);

	step_command(&what, step);
	script_note(script, step->why,
		    "the runtime makes a pair of terminals for the container and copies between it and its own "
		    "(%s): shell has no word for it, and the program gets the standard input, output and error "
		    "of this script; script(1) is near",
		    what.at);
}

static void note_slot(struct script *script, const struct step *step)
{
	struct text what = text_new(script->arena);

	step_command(&what, step);
	script_note(script, step->why, "%s (SCM_RIGHTS, unix(7)): shell cannot pass descriptors", what.at);
}

static void note_keep(struct script *script, const struct step *step)
{
	script_note(script, step->why,
		    "capabilities are kept across the change of uid (prctl(2), PR_SET_KEEPCAPS): setpriv(1) does "
		    "that by itself");
}

static void note_listener(struct script *script, const struct step *step)
{
	script_note(script, step->why, "the listener is handed to '%s': shell cannot pass descriptors",
		    step->listener.path);
}

static void note_tracer(struct script *script, const struct step *step)
{
	script_note(script, step->why, "the runtime traces the program from here on: shell cannot (strace(1) does)");
}

/* LINES: a command or some, below a comment with the key; ALONE: the writer sees to its comment. */
enum way { LINES, ALONE };

#define WRITERS(X) \
	X(STEP_OPEN_NAMESPACE, { write_nothing, ALONE }) \
	X(STEP_CLONE, { write_clone, ALONE }) \
	X(STEP_JOIN_NAMESPACE, { write_nothing, ALONE }) \
	X(STEP_UNSHARE, { write_nothing, ALONE }) \
	X(STEP_REFORK, { write_nothing, ALONE }) \
	X(STEP_OPEN_GATE, { write_gate, LINES }) \
	X(STEP_AWAIT_GATE, { write_gate, LINES }) \
	X(STEP_MAP_IDS, { write_nothing, ALONE }) \
	X(STEP_WRITE_CHILD, { write_command, LINES }) \
	X(STEP_WRITE_SELF, { write_command, LINES }) \
	X(STEP_SET_DUMPABLE, { note_dumpable, ALONE }) \
	X(STEP_NEW_KEYRING, { note_keyring, ALONE }) \
	X(STEP_RESET_SIGNALS, { note_signals, ALONE }) \
	X(STEP_OPEN_PROCESS, { script_open_process, ALONE }) \
	X(STEP_JOIN_PROCESS, { write_nothing, ALONE }) \
	X(STEP_WRITE_RECORD, { script_write_record, ALONE }) \
	X(STEP_WRITE_PID_FILE, { script_write_pid_file, LINES }) \
	X(STEP_SEND_PIDFD, { script_send, ALONE }) \
	X(STEP_RUN_HOOK, { script_run_hook, ALONE }) \
	X(STEP_OPEN_START, { script_open_start, ALONE }) \
	X(STEP_AWAIT_START, { script_await_start, LINES }) \
	X(STEP_AWAIT_EXEC, { script_await_exec, ALONE }) \
	X(STEP_MAKE_CGROUP, { script_make_cgroup, LINES }) \
	X(STEP_ENABLE_CONTROLLERS, { script_enable_controllers, LINES }) \
	X(STEP_START_SCOPE, { write_nothing, ALONE }) \
	X(STEP_OPEN_CGROUP, { write_nothing, ALONE }) \
	X(STEP_SET_DEVICES, { script_set_devices, ALONE }) \
	X(STEP_OWN_CGROUP, { script_own_cgroup, LINES }) \
	X(STEP_MAKE_DIRECTORY, { write_directory, LINES }) \
	X(STEP_WRITE_FILE, { script_write_file, LINES }) \
	X(STEP_WRITE_LINES, { write_command, LINES }) \
	X(STEP_WRITE_PID, { write_nothing, ALONE }) \
	X(STEP_NO_LINK_LOCAL, { write_command, LINES }) \
	X(STEP_LINK_UP, { write_command, LINES }) \
	X(STEP_MOVE_LINK, { write_command, LINES }) \
	X(STEP_ADD_ADDRESS, { write_command, LINES }) \
	X(STEP_MAKE_BRIDGE, { script_make_bridge, LINES }) \
	X(STEP_ADD_LINK, { script_add_link, LINES }) \
	X(STEP_ADD_ROUTE, { write_command, LINES }) \
	X(STEP_REMOVE_LINK, { write_command, LINES }) \
	X(STEP_RUN_TOOL, { write_command, LINES }) \
	X(STEP_LOAD_RULES, { script_load_rules, LINES }) \
	X(STEP_ADD_ELEMENTS, { script_add_elements, LINES }) \
	X(STEP_SET_PROPAGATION, { script_set_propagation, LINES }) \
	X(STEP_OPEN_LAYERS, { script_open_layers, ALONE }) \
	X(STEP_MOUNT_LAYERS, { script_mount_layers, LINES }) \
	X(STEP_OPEN_ROOT, { script_open_root, LINES }) \
	X(STEP_NEW_ID_MAPPING, { note_mapping, ALONE }) \
	X(STEP_OPEN_SOURCE, { script_open_source, ALONE }) \
	X(STEP_MOUNT, { script_mount, LINES }) \
	X(STEP_BIND, { script_bind, LINES }) \
	X(STEP_CHANGE_MOUNT, { script_change_mount, LINES }) \
	X(STEP_HOLD_DIRECTORY, { script_hold_directory, LINES }) \
	X(STEP_COPY_UP, { script_copy_up, LINES }) \
	X(STEP_MAKE_DEVICE, { script_make_device, LINES }) \
	X(STEP_MAKE_LINK, { script_make_link, LINES }) \
	X(STEP_OPEN_NULL, { note_null, ALONE }) \
	X(STEP_OPEN_EMPTY, { script_open_empty, LINES }) \
	X(STEP_MASK, { script_mask, LINES }) \
	X(STEP_MAKE_READONLY, { script_make_readonly, LINES }) \
	X(STEP_OPEN_PROC, { note_proc, ALONE }) \
	X(STEP_MAKE_PATH, { script_make_path, LINES }) \
	X(STEP_PIVOT_ROOT, { note_pivot, ALONE }) \
	X(STEP_MOVE_ROOT, { note_move_root, ALONE }) \
	X(STEP_NEW_SESSION, { script_chain, ALONE }) \
	X(STEP_OPEN_TERMINAL, { note_terminal, ALONE }) \
	X(STEP_BIND_CONSOLE, { note_terminal, ALONE }) \
	X(STEP_TAKE_TERMINAL, { note_terminal, ALONE }) \
	X(STEP_SEND_SLOT, { note_slot, ALONE }) \
	X(STEP_RECEIVE_SLOT, { note_slot, ALONE }) \
	X(STEP_SEND_TERMINAL, { script_send, ALONE }) \
	X(STEP_SET_HOSTNAME, { write_command, LINES }) \
	X(STEP_SET_DOMAINNAME, { write_command, LINES }) \
	X(STEP_SET_SYSCTL, { write_command, LINES }) \
	X(STEP_SET_PERSONALITY, { script_chain, ALONE }) \
	X(STEP_SET_RLIMIT, { script_rlimit, ALONE }) \
	X(STEP_SET_SCHEDULER, { script_chain, ALONE }) \
	X(STEP_SET_IO_PRIORITY, { script_chain, ALONE }) \
	X(STEP_SET_MEMORY_POLICY, { script_memory_policy, ALONE }) \
	X(STEP_SET_AFFINITY, { script_chain, ALONE }) \
	X(STEP_SET_UMASK, { script_umask, ALONE }) \
	X(STEP_FIND_HOME, { script_find_home, LINES }) \
	X(STEP_SET_GROUPS, { script_groups, ALONE }) \
	X(STEP_SET_GID, { script_gid, ALONE }) \
	X(STEP_SET_UID, { script_privilege, ALONE }) \
	X(STEP_OWN_STREAMS, { write_command, LINES }) \
	X(STEP_KEEP_CAPABILITIES, { note_keep, ALONE }) \
	X(STEP_DROP_BOUNDING, { script_privilege, ALONE }) \
	X(STEP_SET_CAPABILITIES, { script_capabilities, ALONE }) \
	X(STEP_SET_AMBIENT, { script_privilege, ALONE }) \
	X(STEP_CHANGE_DIRECTORY, { write_nothing, ALONE }) \
	X(STEP_SET_LABEL, { script_label, ALONE }) \
	X(STEP_NO_NEW_PRIVILEGES, { script_privilege, ALONE }) \
	X(STEP_CLOSE_DESCRIPTORS, { script_descriptors, ALONE }) \
	X(STEP_ACCEPT_TRACER, { note_tracer, ALONE }) \
	X(STEP_SET_SECCOMP, { script_seccomp, ALONE }) \
	X(STEP_SEND_LISTENER, { note_listener, ALONE }) \
	X(STEP_FIND_PROGRAM, { script_find_program, LINES }) \
	X(STEP_EXEC, { script_exec, ALONE })

TABLE_IS_FULL(WRITERS);
static const struct { script_writer *write; enum way way; } writers[STEP_KINDS] = { WRITERS(TABLE_ENTRY) };

/* --- lanes --- */

/* Whether some later step stands in for this one. */
static bool has_fallback(const struct plan *plan, size_t index)
{
	for (size_t i = index + 1; i < plan->count; i++)
		if (plan->step[i].fallback_of == index + 1)
			return true;
	return false;
}

/* A failure that the step tolerates is not the end of the script; where another step stands in for it, it
 * is noted. */
static void write_tolerant(struct script *script, size_t index)
{
	const struct step *step = &script->plan->step[index];

	if (has_fallback(script->plan, index))
		text_printf(script->out, "step_%zu=taken\n", index);
	text_add(script->out, "{ ");
	script->joint = " && ";
	writers[step->kind].write(script, step);
	if (has_fallback(script->plan, index))
		text_printf(script->out, "; } || step_%zu=failed\n", index);
	else
		text_add(script->out, "; } || echo '(a failure is no fault here)' >&2\n");
}

static void write_fallback(struct script *script, const struct step *step)
{
	text_printf(script->out, "if [ \"$step_%u\" = failed ]; then\n", step->fallback_of - 1);
	script->indent = "\t";
	script->joint = "\n\t";
	writers[step->kind].write(script, step);
	text_add(script->out, "\nfi\n");
}

void script_write_step(struct script *script, size_t index)
{
	const struct step *step = &script->plan->step[index];

	script->commands = 0;
	script->joint = script_in_last(script) ? "\n\t" : "\n";
	script->indent = script->margin;
	if (writers[step->kind].way == ALONE) {
		writers[step->kind].write(script, step);
		return;
	}
	script_key(script, step->why);
	if (step->fallback_of) {
		write_fallback(script, step);
	} else if (step->tolerate) {
		write_tolerant(script, index);
	} else {
		writers[step->kind].write(script, step);
		text_add(script->out, "\n");
	}
}

/* --- the last shell, and what the runtime does about it --- */

bool script_is_last(const struct step *step)
{
	switch ((int)step->kind) {
	case STEP_OPEN_GATE:
	case STEP_AWAIT_GATE: return step->gate.gate == GATE_RECORDED || step->gate.gate == GATE_READY;
	case STEP_AWAIT_START: return true;
	case STEP_RUN_HOOK: return step->run_hook.kind == HOOK_START_CONTAINER;
	}
	return false;
}

bool script_in_last(const struct script *script)
{
	return script->out == &script->last;
}

/* Whether a step of the runtime's needs the container's process to be as far as that. */
static bool is_after_turn(const struct step *step)
{
	switch ((int)step->kind) {
	case STEP_AWAIT_EXEC:
	case STEP_SEND_PIDFD:
	case STEP_WRITE_PID_FILE: return true;
	case STEP_RUN_HOOK: return step->run_hook.kind == HOOK_POSTSTART;
	}
	return script_is_last(step);
}

static void turn(struct script *script)
{
	if (script->turned)
		return;
	script->turned = true;
	if (script->start.enter)
		script_find_process(script);
	else
		script_change_root(script);
}

static void write_in_last(struct script *script, size_t index)
{
	struct text *out = script->out;

	script->out = &script->last;
	script->margin = "\t";
	script->said = script->last_said;
	script_write_step(script, index);
	script->last_said = script->said;
	script->out = out;
	script->margin = "";
	script->said = NULL;
}

static void write_of_lane(struct script *script, size_t index)
{
	const struct step *step = &script->plan->step[index];

	if (step->lane == LANE_CONTAINER && script_is_last(step)) {
		script_begin_chain(script);
		write_in_last(script, index);
		return;
	}
	if (step->lane == LANE_RUNTIME && is_after_turn(step))
		turn(script);
	script_write_step(script, index);
}

void script_write_lane(struct script *script, enum lane lane, struct text *out)
{
	script->out = out;
	script->margin = "";
	script->said = NULL;
	for (size_t i = 0; i < script->plan->count; i++)
		if (lane == LANE_RUNTIME && script_is_lent(script, &script->plan->step[i]))
			script_lend(script, &script->plan->step[i]);
		else if (script->plan->step[i].lane == lane && !script_start_says(script, i) &&
			 !script_is_of_draft(script, i) && !script_counts_processes(script, &script->plan->step[i]))
			write_of_lane(script, i);
	if (lane == LANE_RUNTIME && (!script->start.enter || script_is_put_in(script)))
		turn(script);
}
