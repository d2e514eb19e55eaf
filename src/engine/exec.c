/* exec.c - see exec.h */
#include "engine/exec.h"
#include "life/keys.h"
#include "base/fd.h"
#include "base/sys.h"
#include "engine/environment.h"
#include "engine/event.h"
#include "engine/explain_parts.h"
#include "engine/option_words.h"
#include "engine/parts.h"
#include "spec/names.h"
#include "spec/reason.h"
#include <unistd.h>

/* Who it is is looked up in the container's own files, by descriptor, as they are now; nothing of them is run
 * (CVE-2022-1227). */
static void find_user(struct engine *engine, const struct engine_container *container, const char *given,
		      struct user *user, struct problem *problem)
{
	char here[] = ".", *directory[] = { here, NULL };
	struct container_root root = { .arena = engine->arena, .directory = { directory, 1 } };
	closes int fd = sys_openat(AT_FDCWD, arena_printf(engine->arena, "/proc/%d/root", (int)container->pid),
				   O_PATH | O_DIRECTORY, 0);
	const struct texts none = { 0 };
	struct identity identity;

	root.from = fd;
	if (fd < 0)
		problem_set(problem, "container %s: its files cannot be reached: %s", container->made.name,
			    reason_words(fd));
	else if (root_find_user(&root, "option '--user'", given, &none, &identity, problem))
		*user = (struct user){ .uid = identity.uid, .gid = identity.gid, .group = identity.group,
				       .groups = identity.groups, .umask = user->umask };
}

static void set_environment(struct engine *engine, const struct exec_request *request, struct process *process,
			    struct problem *problem)
{
	const struct exec_asked *asked = request->asked;
	struct environment env = environment_new(engine->arena, request->environment);

	for (size_t i = 0; i < process->env.count; i++)
		environment_put(&env, process->env.at[i]);
	/* That of another user would be wrong: it is found anew. */
	if (asked->user)
		environment_unset(&env, "HOME");
	if (asked->terminal && !environment_find(&env, "TERM"))
		environment_put(&env, "TERM=xterm");
	for (size_t i = 0; i < asked->env_files.count; i++)
		environment_put_file(&env, asked->env_files.at[i], problem);
	for (size_t i = 0; i < asked->env.count; i++)
		environment_put_given(&env, "--env", asked->env.at[i], problem);
	process->env = environment_texts(&env);
}

/* As the container's own (config_rights.c): root has what it may gain, another user nothing. */
static void set_capabilities(struct process *process)
{
	struct capabilities *set = &process->capabilities;

	set->effective = set->permitted = process->user.uid == 0 ? set->bounding : 0;
}

static void set_process(struct engine *engine, const struct engine_container *container,
			const struct exec_request *request, struct bundle *bundle, struct problem *problem)
{
	const struct exec_asked *asked = request->asked;
	struct process *process = &bundle->spec.process;

	process->args = (struct texts){ request->words, 0 };
	while (request->words[process->args.count])
		process->args.count++;
	process->terminal = asked->terminal;
	process->console_height = process->console_width = 0;
	if (asked->workdir && asked->workdir[0] != '/')
		problem_set(problem, "option '--workdir': '%s' is no absolute path", asked->workdir);
	if (asked->workdir)
		process->cwd = asked->workdir;
	if (asked->user)
		find_user(engine, container, asked->user, &process->user, problem);
	if (asked->privileged) {
		uint64_t all = capability_all();
		struct host host = { 0 };

		/* As for a container that is privileged (config_rights.c). */
		host_read(engine->arena, &(struct host_wants){ .last_capability = true }, &host);
		if (host.uid == 0)
			all &= host.capabilities;

		process->capabilities = (struct capabilities){ .asked = true, .bounding = all, .effective = all,
							       .permitted = all };
		bundle->request.filter = NULL;
	}
	set_capabilities(process);
	set_environment(engine, request, process, problem);
	if (asked->terminal && !asked->detach)
		life_terminal_size(&bundle->request.rows, &bundle->request.columns);
}

/* False after a problem. */
static bool read_it(struct engine *engine, const struct engine_container *container, const struct exec_request *request,
		    const struct exec_options *options, struct bundle *bundle, struct problem *problem)
{
	if (container->status != CONTAINER_RUNNING)
		problem_set(problem, "container %s is not running but %s", container->made.name,
			    engine_status_name(container->status));
	if (problem->found || !life_exec_read(engine->arena, options, container->made.id, bundle, problem))
		return false;
	bundle->request.preserve_fds = request->preserve_fds;
	set_process(engine, container, request, bundle, problem);
	return !problem->found;
}

bool engine_exec_explain(struct engine *engine, const struct engine_container *container,
			 const struct exec_request *request, enum explain_form form, const char *what,
			 struct text *out, struct problem *problem)
{
	const struct exec_options options = { .root = engine->run, .detach = request->asked->detach };
	struct bundle *bundle = ARENA_NEW(engine->arena, struct bundle);

	if (!read_it(engine, container, request, &options, bundle, problem))
		return false;
	explain_hide_secrets(engine, &container->made, bundle);
	bundle_plan_exec(engine->arena, bundle, problem);
	if (!problem->found)
		engine_explain_bundle(bundle, form, what, out);
	return !problem->found;
}

int engine_failed_status(int program)
{
	enum { NOT_STARTED = 125, NOT_EXECUTABLE = 126, NOT_FOUND = 127 };

	if (!program || program == -ECANCELED)
		return NOT_STARTED;
	return program == -ENOENT ? NOT_FOUND : NOT_EXECUTABLE;
}

/* --- events --- */

struct executing {
	struct engine *engine;
	const struct made *made;
	char **words;
	const char *id;			/* by which its events are known to be of one process */
	bool begun;
};

/* "exec_start: sh -c true", with the begin of what is run. */
static void note(const struct executing *executing, const char *action)
{
	enum { LONGEST = 4096 };
	const struct pair more[] = { { "execID", executing->id }, { NULL, NULL } };
	struct text text = text_new(executing->engine->arena);

	text_printf(&text, "%s:", action);
	for (char **word = executing->words; *word && text.length < LONGEST; word++)
		text_printf(&text, " %.*s", LONGEST, *word);
	event_container(executing->engine, executing->made, text.at, more);
}

static void note_begin(void *context)
{
	struct executing *executing = context;

	note(executing, "exec_start");
	executing->begun = true;
}

static void note_end(const struct executing *executing, int status)
{
	const struct pair more[] = { { "execID", executing->id },
				     { "exitCode", arena_printf(executing->engine->arena, "%d", status) },
				     { NULL, NULL } };

	event_container(executing->engine, executing->made, "exec_die", more);
}

void engine_exec(struct engine *engine, const struct engine_container *container, const struct exec_request *request,
		 struct run_result *ret_result, struct problem *problem)
{
	struct bundle *bundle = ARENA_NEW(engine->arena, struct bundle);
	struct executing executing = { engine, &container->made, request->words, engine_new_id(engine->arena), false };
	struct keys keys = { .count = 0 };
	bool left = false;
	const struct exec_options options = {
		.root = engine->run,
		.begun = note_begin,
		.context = &executing,
		.detach = request->asked->detach,
		.trace = request->trace,
		.trace_file = request->trace_file,
		.program = &ret_result->program,
		.keys = request->asked->terminal && request->asked->interactive ? &keys : NULL,
		.left = &left,
		.timeout_ms = request->timeout_ms,
		.warnings = request->warnings,
	};

	*ret_result = (struct run_result){ 0 };
	if (keys_read(request->asked->detach_keys, &keys, problem) &&
	    read_it(engine, container, request, &options, bundle, problem)) {
		note(&executing, "exec_create");
		life_exec(engine->arena, bundle, &options, &ret_result->status, problem);
		if (request->warnings)
			option_words_in(request->warnings, &bundle->spec);
	}
	if (problem->found)	/* 1: there is nothing that it could run in */
		ret_result->status = container->status == CONTAINER_RUNNING ?
			engine_failed_status(ret_result->program) : 1;
	/* Of one that is detached nobody sees the end. */
	if (executing.begun && left)
		note(&executing, "exec_detach");
	else if (executing.begun && !request->asked->detach)
		note_end(&executing, ret_result->status);
}
