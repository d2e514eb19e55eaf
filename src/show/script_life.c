/* script_life.c - a container's life, in shell: hooks, what is written down, whom is told what, the wait for
 * `start`.
 */
#include "show/script.h"
#include "base/json_write.h"
#include "spec/names.h"
#include <linux/sched.h>
#include <string.h>

/* --- the state, as a hook gets it --- */

static const char *const status_of[HOOKS] = {
	[HOOK_PRESTART] = "creating",	      [HOOK_CREATE_RUNTIME] = "creating",
	[HOOK_CREATE_CONTAINER] = "creating", [HOOK_START_CONTAINER] = "created",
	[HOOK_POSTSTART] = "running",	      [HOOK_POSTSTOP] = "stopped",
};

/* In a here-document whose end word is not quoted, since the pid is to be filled in. */
static void add_literal(struct text *out, const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if (strchr("\\$`", text[i]))
			text_add(out, "\\");
		text_add_bytes(out, &text[i], 1);
	}
}

/* `pid` is shell; NULL: the process has ended. */
static void add_state(struct script *script, struct text *out, enum hook_kind kind, const char *pid)
{
	const struct plan_request *request = script->request;
	const struct pairs *annotations = &request->spec->annotations;
	struct text state = text_new(script->arena);
	struct json_writer json = json_writer_new(&state, NULL);
	size_t place = 0;

	json_open_object(&json, NULL);
	json_put_text(&json, "ociVersion", request->spec->oci_version);
	json_put_text(&json, "id", request->id);
	json_put_text(&json, "status", status_of[kind]);
	if (pid)
		place = json_put_place(&json, "pid", 1);
	json_put_text(&json, "bundle", request->bundle);
	json_open_object(&json, "annotations");
	for (size_t i = 0; i < annotations->count; i++)
		json_put_text(&json, annotations->at[i].key, annotations->at[i].value);
	json_close(&json);
	json_close(&json);
	add_literal(out, state.at, place);
	text_add(out, pid ? pid : "");
	add_literal(out, state.at + place + (pid != NULL), state.length - place - (pid != NULL));
}

/* --- hooks --- */

/* In the shell that waits for the root there is no tool but those of the toolbox. */
static void add_tool(struct script *script, struct text *out, const char *name)
{
	text_printf(out, script_in_last(script) ? "$loader ./%s" : "%s", name);
}

static void note_environment(struct script *script, const struct step *step)
{
	const struct texts *env = &step->run_hook.hook->env;

	for (size_t i = 0; i < env->count; i++)
		if (!words_is_variable(env->at[i]))
			script_note(script, step->why,
				    "'%s' is no NAME=VALUE: env(1) has no way to say it, and it is left out",
				    env->at[i]);
	if (strchr(step->run_hook.hook->path, '='))
		script_note(script, step->why, "env(1) takes a word with '=' for a variable: this will not run");
}

/* The gates are not the hook's, and what it says is not the program's. */
static const char hook_streams[] = " >&2 7<&- 8<&- 9>&-";

static void add_hook(struct script *script, struct text *out, const struct step *step)
{
	const struct hook *hook = step->run_hook.hook;
	const char *name = words_hook_name(hook);

	if (hook->timeout.set) {
		add_tool(script, out, "timeout");
		text_printf(out, " -s KILL %lld ", (long long)hook->timeout.value);
	}
	add_tool(script, out, "env");
	text_add(out, " -i -C ");
	text_add_word(out, step->run_hook.directory ? step->run_hook.directory : script_directory(script));
	if (name) {
		words_with(out, " ${argv0:+--argv0=", name);
		text_add(out, "}");
	}
	words_hook_environment(out, hook);
	if (name && !script_in_last(script)) {
		words_with(out, " ${bash:+\"$bash\" -c 'exec -a \"$0\" \"$@\"' ", name);
		text_add(out, "}");
	}
	words_hook_command(out, hook);
}

/* A hook that fails ends the shell (set -e), and that the script. */
void script_run_hook(struct script *script, const struct step *step)
{
	bool last = script_in_last(script);
	struct text *out;

	note_environment(script, step);
	script_key(script, step->why);
	if (words_hook_name(step->run_hook.hook) && step->lane == LANE_RUNTIME)
		text_add(script->out, "# shellcheck disable=SC2016 # what is in single quotes is for bash(1)\n");
	out = script_line(script);
	add_hook(script, out, step);
	text_printf(out, "%s <<%sSTATE\n%s", hook_streams, last ? "-" : "", script->margin);
	add_state(script, out, step->run_hook.kind, step->lane == LANE_RUNTIME ? "$child" : "$$");
	text_printf(out, "\n%sSTATE\n", script->margin);
}

bool script_has_poststop(const struct script *script)
{
	return script->request->spec->hook[HOOK_POSTSTOP].count && !script->start.enter &&
	       script->request->end == END_FOREGROUND;
}

static bool is_named(const struct step *step, bool last)
{
	return step->kind == STEP_RUN_HOOK && words_hook_name(step->run_hook.hook) && script_is_last(step) == last;
}

bool script_names_last_hooks(const struct plan *plan)
{
	for (size_t i = 0; i < plan->count; i++)
		if (is_named(&plan->step[i], true))
			return true;
	return false;
}

bool script_names_hooks(const struct script *script, enum lane lane)
{
	const struct hook_list *poststop = &script->request->spec->hook[HOOK_POSTSTOP];
	const struct plan *plan = script->plan;

	for (size_t i = 0; i < plan->count; i++)
		if (plan->step[i].lane == lane && is_named(&plan->step[i], false))
			return true;
	for (size_t i = 0; lane == LANE_RUNTIME && script_has_poststop(script) && i < poststop->count; i++)
		if (words_hook_name(&poststop->at[i]))
			return true;
	return false;
}

/* `run` deletes the container at its end, and that is where these belong. They are not in its plan. */
void script_add_poststop(struct script *script, struct text *out)
{
	const struct hook_list *list = &script->request->spec->hook[HOOK_POSTSTOP];

	script_say(out, N_("# When the container is gone. A hook that fails is told of, and the others are run.\n")
		      "# shellcheck disable=SC2016,SC2317 # called by the trap; single quotes are for bash(1)\n"
		      "poststop() {\n");
	for (size_t i = 0; i < list->count; i++) {
		struct step step = { .kind = STEP_RUN_HOOK, .lane = LANE_RUNTIME,
				     .run_hook = { &list->at[i], HOOK_POSTSTOP, script->request->bundle } };

		step.why = arena_printf(script->arena, "hooks.%s[%zu]", name_of(hook_names, HOOK_POSTSTOP), i);
		text_printf(out, "\t# %s\n\t", step.why);
		add_hook(script, out, &step);
		text_printf(out, "%s <<-STATE || echo '%s failed' >&2\n\t", hook_streams, step.why);
		add_state(script, out, HOOK_POSTSTOP, NULL);
		text_add(out, "\n\tSTATE\n");
	}
	text_add(out, "}\nbegun=''\n\n");
}

/* --- what is written down, and whom is told what --- */

void script_write_record(struct script *script, const struct step *step)
{
	script_note(script, step->why,
		    "who the process is and what the later commands need of the config is written to '%s', for which "
		    "nothing here has a use",
		    step->write_record.path);
}

void script_write_pid_file(struct script *script, const struct step *step)
{
	struct text beside = text_new(script->arena);

	text_add_word(&beside, arena_printf(script->arena, "%s.new", step->pid_file.path));
	script_command(script, "printf %%s \"$child\" >%s", beside.at);
	words_with(script_line(script), arena_printf(script->arena, "mv %s ", beside.at), step->pid_file.path);
}

void script_send(struct script *script, const struct step *step)
{
	struct text what = text_new(script->arena);

	step_command(&what, step);
	script_note(script, step->why,
		    "%s (SCM_RIGHTS, unix(7)): shell cannot pass descriptors, and whoever waits there gets none",
		    what.at);
}

/* --- `start` --- */

void script_open_start(struct script *script, const struct step *step)
{
	const char *path = step->open_start.start, *end = strrchr(path, '/');

	script_note(script, step->why,
		    "`start` writes a line to the first pipe, and then the program begins. From the second it would "
		    "read why that cannot be; here the last shell says so on standard error");
	if (end && end != path) {
		words_with(script_line(script), "(umask 077 && mkdir -p ",
			   arena_copy(script->arena, path, (size_t)(end - path)));
		text_add(script->out, ")");
	}
	step_command(script_line(script), step);
	text_add(script->out, "\n\n");
}

const char *script_start_pipe(const struct plan *plan)
{
	const struct step *open = plan_find(plan, STEP_OPEN_START);

	return open ? open->open_start.start : NULL;
}

void script_await_start(struct script *script, const struct step *step)
{
	script_command(script, "read -r _ <&7");
}

/* Of a process that joins a container it is known before (script_find_process). */
void script_await_exec(struct script *script, const struct step *step)
{
	if (script->start.enter)
		return;
	script_note(script, step->why,
		    "shell cannot see that another process has become its program; the last shell of the container's "
		    "lane says so right before");
	script_command(script, "await_gate exec");
	text_add(script->out, "\n");
}

/* --- the program is looked for --- */

static void add_candidate(struct text *out, const char *directory, size_t length, const char *program)
{
	struct text path = text_new(out->arena);

	text_add_bytes(&path, directory, length);
	text_printf(&path, "/%s", program);
	words_with(out, " ", path.at);
}

void script_find_program(struct script *script, const struct step *step)
{
	const char *program = step->exec.args && step->exec.args[0] ? step->exec.args[0] : "";
	const char *directory = script_directory(script), *at = step->exec.search ? step->exec.search : "";
	struct text *out = script_line(script);

	text_add(out, "find_program");
	if (*program == '/') {
		words_with(out, " ", program);
	} else if (strchr(program, '/')) {
		add_candidate(out, directory, strlen(directory), program);
	} else {
		for (const char *end; *at; at = *end ? end + 1 : end) {
			end = strchrnul(at, ':');
			add_candidate(out, at, (size_t)(end - at), program);
		}
	}
}
