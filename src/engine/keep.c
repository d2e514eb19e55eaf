/* keep.c - a container gets a monitor: see keep.h. */
#include "engine/keep.h"
#include "base/clock.h"
#include "base/fd.h"
#include "base/file.h"
#include "engine/connect.h"
#include "engine/event.h"
#include "engine/exec.h"
#include "engine/log_attributes.h"
#include "engine/monitor.h"
#include "engine/option_words.h"
#include "engine/network_rules.h"
#include "engine/service.h"
#include "engine/shared.h"
#include "engine/stepping.h"
#include "engine/upkeep.h"
#include "spec/reason.h"
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

bool engine_wants_monitor(const struct prepared *prepared)
{
	const struct upkeep *upkeep = &prepared->made.upkeep;

	return shared_is_for(&prepared->made) || prepared->bundle.spec.process.terminal ||
	       upkeep->restart != RESTART_NO || upkeep->health.test.count || upkeep->timeout ||
	       strcmp(upkeep->log_driver, "passthrough") != 0;
}

/* --- starting it --- */

struct running {
	struct engine *engine;
	struct prepared *prepared;
	const struct start_options *options;
	struct text *warnings;
	int *status;
	struct problem *problem;
};

static void run_it(void *data)
{
	const struct running *running = data;

	life_run(running->engine->arena, &running->prepared->bundle, running->options, running->warnings,
		 running->status, running->problem);
}

/* Its device goes with it, so who is to serve its ports finds none a moment before its end can be waited for. */
static bool ends(pid_t process)
{
	enum { TRIES = 50, LOOK_MS = 2 };
	siginfo_t info = { .si_pid = 0 };

	for (int i = 0; i < TRIES; i++) {
		if (waitid(P_PID, (id_t)process, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == process)
			return true;
		clock_sleep_ms(LOOK_MS);
	}
	return false;
}

/* The container of an ordinary user's networks is started where these are. It is a child of this process all the same:
 * the one that has started it has ended by then. */
static void run_where_networks_are(const struct running *running, const struct connected *connected)
{
	struct engine *engine = running->engine;
	const struct made *made = &running->prepared->made;
	struct problem *problem = running->problem;
	int error = 0;

	if (connected->users < 0)
		run_it((void *)(uintptr_t)running);
	else
		error = shared_do(engine, run_it, (void *)(uintptr_t)running);
	if (error)
		problem_set(problem, "container %s: cannot enter the network namespace of this user's networks: %s",
			    made->name, reason_words(error));
	if (connected->users < 0 || problem->found ||
	    shared_serve_ports(engine, running->prepared->folder, made->id, &connected->endpoints, problem))
		return;
	if (ends(running->options->detached->process)) {
		*problem = (struct problem){ 0 };
		return;
	}
	life_delete(engine->arena, engine->run, made->id, true, running->warnings, &(struct problem){ 0 });
}

static bool blocks_signals(struct arena *arena, pid_t process)
{
	enum { LIMIT = 65536 };
	static const char key[] = "\nSigBlk:\t";
	const char *blocked;
	size_t length;
	char *text;

	if (file_read(arena, AT_FDCWD, arena_printf(arena, "/proc/%d/status", (int)process), LIMIT, &text, &length))
		return true;
	blocked = strstr(text, key);
	return !blocked || strtoull(blocked + sizeof(key) - 1, NULL, 16) & 1ULL << (SIGTERM - 1);
}

/* A process 1 does not get a signal that it does not wait for yet: an init (--init) is given a moment, or what `stop`
 * sends right after the start would be lost (pid_namespaces(7)). */
static void await_init(struct arena *arena, const struct prepared *prepared, pid_t process)
{
	enum { TRIES = 100, LOOK_MS = 1 };

	if (prepared->bundle.spec.process.args.count == prepared->made.command.count)
		return;
	for (int i = 0; i < TRIES && !blocks_signals(arena, process); i++)
		clock_sleep_ms(LOOK_MS);
}

/* Starts the container as a child of this process, which becomes its monitor and does not return but after a
 * problem. */
static void become(struct becoming *becoming, struct prepared *prepared, const struct keep_asked *asked, int report,
		   struct run_result *result, struct problem *problem)
{
	struct engine *engine = becoming->engine;
	struct text warnings = text_new(engine->arena);
	struct connected *connected = ARENA_NEW(engine->arena, struct connected);
	const int stepping = asked->step ? stepping_begin(prepared->folder) : 0;
	const struct start_options options = {
		.root = engine->run,
		.trace = asked->trace,
		.trace_file = asked->trace_file,
		.step = asked->step,
		.commands = asked->commands,
		.replies = asked->replies,
		.give_up = { stepping > 0 ? stepping : 0, asked->front },
		.program = &result->program,
		.until_made = prepared->folder,
		.detached = &becoming->detached,
		.notify = service_notify(&prepared->made),
	};
	int error = becoming->keeper < 0 ? becoming->keeper :
		    streams_make(prepared->bundle.spec.process.terminal, prepared->made.upkeep.interactive,
				 &becoming->streams);

	if (error) {
		problem_set(problem, "container %s: cannot make its standard streams: %s", prepared->made.name,
			    reason_words(error));
		return;
	}
	engine_note_start(prepared->folder, becoming->keeper, &becoming->restarts);
	log_write_attributes(engine->arena, prepared->folder, &prepared->made, &prepared->bundle.spec.process.env);
	sys_prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
	prepared->bundle.request.end = END_DETACHED;
	if (!service_split(&prepared->made, &prepared->bundle.spec, problem) ||
	    !network_connect(engine, prepared, connected, problem))
		return;
	run_where_networks_are(&(struct running){ engine, prepared, &options, &warnings, &result->status, problem },
			       connected);
	option_words(engine->arena, &prepared->made, &prepared->bundle.spec, problem);
	stepping_end(prepared->folder);
	if (problem->found) {
		network_settle(engine, connected);
		network_disconnect(engine, prepared->folder, prepared->made.id);
		return;
	}
	becoming->ports = &connected->held;
	await_init(engine->arena, prepared, becoming->detached.process);
	event_start(engine, &prepared->made);
	/* Its other end is open here, too: whoever waits for this may have been killed. */
	if (report >= 0)
		(void)!write(report, "+", 1);
	network_settle(engine, connected);
	error = monitor_become(becoming);
	problem_set(problem, "container %s: its monitor cannot be started: %s", prepared->made.name,
		    reason_words(error));
	life_delete(engine->arena, engine->run, prepared->made.id, true, &warnings, &(struct problem){ 0 });
	network_disconnect(engine, prepared->folder, prepared->made.id);
	event_end(engine, &prepared->made, &(struct ended){ .started = "", .finished = "" });
}

void engine_become_monitor(struct engine *engine, struct prepared *prepared, int keeper,
			   const struct restarts *restarts, struct problem *problem)
{
	const struct keep_asked asked = { .trace = TRACE_NONE };
	struct becoming becoming = becoming_new(engine, &prepared->made, prepared->folder);
	struct run_result result = { 0 };

	becoming.keeper = keeper;
	becoming.restarts = *restarts;
	become(&becoming, prepared, &asked, -1, &result, problem);
}

/* --- in a process of its own --- */

/* What is said to who waits for the start: '+' when it runs; and then, or instead, the rest of this. */
struct report { int32_t program; char words[4096]; };

static _Noreturn void run_child(struct becoming *becoming, struct prepared *prepared, const struct keep_asked *asked,
				int report, pid_t front)
{
	struct text warnings = text_new(becoming->engine->arena);
	struct problem problem = { 0 };
	struct run_result result = { 0 };
	struct report said = { 0 };
	size_t length;

	setsid();
	(void)!chdir("/");
	umask(0022);
	becoming->keeper = engine_become_keeper(prepared->folder);
	if (engine_has_become_keeper(becoming->keeper, &prepared->made, &problem))
		become(becoming, prepared, asked, report, &result, &problem);
	said.program = result.program;
	length = strlen(problem.text);
	length = length < sizeof(said.words) ? length : sizeof(said.words);
	memcpy(said.words, problem.text, length);
	(void)!write(report, &said, offsetof(struct report, words) + length);
	/* Nobody is there any more to put it away. */
	if (asked->step && getppid() != front)
		engine_finish(becoming->engine, prepared, "", &result, &warnings, &problem);
	_exit(1);
}

/* Reads what the child says until it is the monitor, or has ended. *ret_killed: it has ended without a word. */
static void read_report(int from, const struct prepared *prepared, struct run_result *result, bool *ret_killed,
			struct problem *problem)
{
	struct report report = { 0 };
	const size_t head = offsetof(struct report, words);
	size_t length = 0;
	ssize_t count;
	char begun = 0;

	do
		count = sys_read(from, &begun, 1);
	while (count == -EINTR);
	if (count == 1 && begun != '+') {
		memcpy(&report, &begun, 1);
		length = 1;
	}
	if (count == 1)
		while (length < sizeof(report) &&
		       ((count = sys_read(from, (char *)&report + length, sizeof(report) - length)) > 0 ||
			count == -EINTR))
			length += count > 0 ? (size_t)count : 0;
	if (length > head)
		problem_set(problem, "%.*s", (int)(length - head), report.words);
	*ret_killed = length <= head && begun != '+';
	if (*ret_killed)
		problem_set(problem, "container %s: who was about to start it was killed", prepared->made.name);
	result->program = report.program;
}

/* Who was about to become its monitor was killed. It may run by then, and gets another; else what is left of the start
 * is removed. */
static bool goes_on(struct engine *engine, const struct prepared *prepared, struct text *warnings)
{
	struct engine_container container = { .made = prepared->made, .folder = prepared->folder };
	struct problem bad = { 0 };

	engine_refresh(engine, &container);
	if (engine_lives(&container)) {
		engine_heal_one(engine, prepared->made.id, warnings);
		return true;
	}
	engine_end_life(engine, &container, true, warnings, &bad);
	return false;
}

/* The monitor holds it itself; here somebody listens to what is missing. A problem is the monitor's to tell. */
static int hold_networks(struct engine *engine, const struct prepared *prepared, struct text *warnings)
{
	struct problem later = { 0 };
	const char *note;
	int users;

	if (!shared_is_for(&prepared->made))
		return -1;
	users = shared_hold(engine, &note, &later);
	if (note)
		text_printf(warnings, "%s\n", note);
	return users;
}

bool engine_keep(struct engine *engine, struct prepared *prepared, const struct keep_asked *asked, int *ret_client,
		 struct text *warnings, struct run_result *ret_result, struct problem *problem)
{
	struct becoming becoming = becoming_new(engine, &prepared->made, prepared->folder);
	closes int report = -1, report_end = -1;
	int ends[2] = { -1, -1 }, pair[2] = { -1, -1 };
	struct keep_asked told = *asked;
	const pid_t front = getpid();
	int users = -1;
	pid_t child = -1;
	bool killed = false, alive;

	*ret_result = (struct run_result){ 0 };
	*ret_client = -1;
	engine_complete(prepared);
	engine_check_journal(&prepared->made, problem);
	if (!problem->found) {
		network_rules_warn(engine, &prepared->made, warnings);
		users = hold_networks(engine, prepared, warnings);
	}
	if (asked->attach && !problem->found)
		event_container(engine, &prepared->made, "attach", NULL);
	told.front = asked->step ? sys_pidfd_open(front, 0) : 0;
	if (!problem->found && !sys_pipe2(ends, O_CLOEXEC) &&
	    (!asked->attach || !socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair)))
		child = fork();
	report = ends[0];
	report_end = ends[1];
	if (child == 0) {
		becoming.client = pair[1];
		becoming.close_input = asked->close_input;
		run_child(&becoming, prepared, &told, report_end, front);
	}
	fd_close_at(&pair[1]);
	fd_close_at(&report_end);
	report_end = -1;
	if (child < 0)
		problem_set(problem, "container %s: no process can be made for it", prepared->made.name);
	else
		read_report(report, prepared, ret_result, &killed, problem);
	fd_close_at(&users);
	alive = killed && goes_on(engine, prepared, warnings);
	if (alive && !asked->attach)
		*problem = (struct problem){ 0 };
	if (!problem->found) {
		*ret_client = pair[0];
		return true;
	}
	fd_close_at(&pair[0]);
	ret_result->status = engine_failed_status(ret_result->program);
	if (!alive)
		engine_finish(engine, prepared, "", ret_result, warnings, problem);
	return false;
}
