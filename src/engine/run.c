/* run.c - a container in the foreground, from its start to its end: see run.h. */
#include "engine/run.h"
#include "base/fd.h"
#include "engine/connect.h"
#include "engine/draft.h"
#include "engine/event.h"
#include "engine/exec.h"
#include "engine/explain_parts.h"
#include "engine/network_rules.h"
#include "engine/option_words.h"
#include "engine/service.h"
#include "engine/stepping.h"
#include "engine/volume_take.h"
#include <signal.h>
#include <string.h>

void engine_complete(struct prepared *prepared)
{
	struct plan_request *request = &prepared->bundle.request;

	request->layers = prepared->layers.lower.count ? &prepared->layers : NULL;
	if (prepared->made.pid_file && prepared->made.pid_file[0]) {
		request->pid_file = prepared->made.pid_file;
		request->pid_file_why = "option '--pidfile'";
	}
	if (prepared->bundle.spec.process.terminal)
		life_terminal_size(&request->rows, &request->columns);
}

static void write_end(struct engine *engine, const struct prepared *prepared, const struct ended *ended,
		      struct text *warnings)
{
	struct problem bad = { 0 };

	if (!engine_write_ended(engine, prepared->folder, ended, &bad))
		text_printf(warnings, "container %s: %s\n", prepared->made.name, bad.text);
}

void engine_finish(struct engine *engine, struct prepared *prepared, const char *started,
		   const struct run_result *result, struct text *warnings, const struct problem *problem)
{
	struct engine_container container = { .made = prepared->made, .folder = prepared->folder };
	const struct ended ended = {
		.started = problem->found ? "" : started,
		.finished = record_now(engine->arena),
		.status = result->status,
		.by = problem->found ? ENDED_UNKNOWN : result->signalled ? ENDED_SIGNAL : ENDED_EXIT,
		.known = true,
		.memory = result->memory,
		.problem = problem->found ? problem->text : "",
	};
	struct problem bad = { 0 };
	bool locked;

	/* Who has given up its start wants nothing of it to stay. */
	if (result->program == -ECANCELED)
		prepared->made.remove = true;
	/* Locked, since somebody may be changing its networks. */
	locked = engine_lock(engine, &container, &bad);
	if (prepared->made.remove && locked)
		network_disconnect_for_good(engine, prepared->folder, prepared->made.id);
	else
		network_disconnect(engine, prepared->folder, prepared->made.id);
	if (!locked) {
		engine_close(&container);
		return;
	}
	if (!prepared->made.remove)
		write_end(engine, prepared, &ended, warnings);
	if (result->begun)
		event_end(engine, &container.made, &ended);
	if (!prepared->made.remove)
		engine_close(&container);
	else if (!engine_remove(engine, &container, &bad))
		text_printf(warnings, "%s\n", bad.text);
	if (result->program == -ECANCELED)
		volumes_give_back(engine, &prepared->new_volumes);
}

struct beginning {
	struct engine *engine;
	const struct prepared *prepared;
	struct connected *connected;
	bool begun;
};

static void note_begin(void *context)
{
	struct beginning *beginning = context;

	stepping_end(beginning->prepared->folder);
	event_start(beginning->engine, &beginning->prepared->made);
	network_settle(beginning->engine, beginning->connected);
	beginning->begun = true;
}

static void run(struct engine *engine, struct prepared *prepared, const struct run_request *request,
		struct text *warnings, struct run_result *ret_result, struct problem *problem)
{
	struct connected connected;	/* its ports are held until this process ends */
	struct beginning beginning = { engine, prepared, &connected, false };
	const int stepping = request->step ? stepping_begin(prepared->folder) : 0;
	int signal = 0;
	const struct start_options options = {
		.root = engine->run,
		.trace = request->trace,
		.trace_file = request->trace_file,
		.step = request->step,
		.commands = request->commands,
		.replies = request->replies,
		.onlooker = request->onlooker,
		.give_up = { stepping > 0 ? stepping : 0 },
		.signal = &signal,
		.program = &ret_result->program,
		.memory = &ret_result->memory,
		.signalled = &ret_result->signalled,
		.until_made = prepared->folder,
		.notify = service_notify(&prepared->made),
		.begun = note_begin,
		.context = &beginning,
	};
	const char *started = record_now(engine->arena);
	closes int keeper = engine_become_keeper(prepared->folder);

	*ret_result = (struct run_result){ 0 };
	if (!engine_has_become_keeper(keeper, &prepared->made, problem)) {
		ret_result->status = engine_failed_status(0);
		return;
	}
	engine_note_start(prepared->folder, keeper, &(struct restarts){ 0 });
	engine_complete(prepared);
	if (!service_split(&prepared->made, &prepared->bundle.spec, problem) ||
	    !network_connect(engine, prepared, &connected, problem)) {
		ret_result->status = engine_failed_status(0);
		engine_finish(engine, prepared, started, ret_result, warnings, problem);
		return;
	}
	life_run(engine->arena, &prepared->bundle, &options, warnings, &ret_result->status, problem);
	option_words(engine->arena, &prepared->made, &prepared->bundle.spec, problem);
	option_words_in(warnings, &prepared->bundle.spec);
	ret_result->begun = beginning.begun;
	network_settle(engine, &connected);
	if (problem->found)
		ret_result->status = signal ? 128 + signal : engine_failed_status(ret_result->program);
	engine_finish(engine, prepared, started, ret_result, warnings, problem);
}

/* A signal that comes when the container has ended, as a service manager's does that stops it, must not keep us from
 * writing down how it ended, or removing it. Until then signals are the container's (life/signals.c). */
void engine_run(struct engine *engine, struct prepared *prepared, const struct run_request *request,
		struct text *warnings, struct run_result *ret_result, struct problem *problem)
{
	sigset_t all, before;

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &before);
	network_rules_warn(engine, &prepared->made, warnings);
	run(engine, prepared, request, warnings, ret_result, problem);
	sigprocmask(SIG_SETMASK, &before, NULL);
}

bool engine_explain_form(const char *word, enum explain_form *ret_form, struct problem *problem)
{
	static const char *const names[] = { "sh", "text", "json", "html" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!strcmp(word, names[i])) {
			*ret_form = (enum explain_form)i;
			return true;
		}
	problem_set(problem, "option '--explain' is sh, text, json or html, not '%s'", word);
	return false;
}

void engine_explain_bundle(const struct bundle *bundle, enum explain_form form, const char *what, struct text *out)
{
	switch (form) {
	case EXPLAIN_SCRIPT: explain_script(out, &bundle->plan, &bundle->request, what); break;
	case EXPLAIN_PROSE: explain_prose(out, &bundle->plan, &bundle->request); break;
	case EXPLAIN_JSON: explain_json(out, &bundle->plan, &bundle->request); break;
	case EXPLAIN_HTML: explain_html(out, &bundle->plan, &bundle->request, what); break;
	}
}

bool engine_plan(struct engine *engine, struct prepared *prepared, struct problem *problem)
{
	struct bundle *bundle = &prepared->bundle;
	/* The plan's networks are in it. */
	struct connected *connected = ARENA_NEW(engine->arena, struct connected);

	engine_complete(prepared);
	if (!network_connect(engine, prepared, connected, problem))
		return false;
	bundle_plan(engine->arena, bundle, problem);
	option_words(engine->arena, &prepared->made, &bundle->spec, problem);
	return !problem->found;
}

bool engine_explain(struct engine *engine, struct prepared *prepared, enum explain_form form, const char *what,
		    struct text *out, struct problem *problem)
{
	explain_hide_secrets(engine, &prepared->made, &prepared->bundle);
	if (!engine_plan(engine, prepared, problem))
		return false;
	prepared->bundle.request.draft = draft_tell(engine, prepared, &prepared->bundle.plan);
	engine_explain_bundle(&prepared->bundle, form, what, out);
	return true;
}
