/* launch.c - a plan is done: see launch.h. */
#include "life/launch.h"
#include "base/clock.h"
#include "base/fd.h"
#include "base/file.h"
#include "debug/debug.h"
#include "life/cgroup.h"
#include "life/wait.h"
#include "spec/names.h"
#include "spec/reason.h"
#include <linux/filter.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* --- before --- */

/* The tape is shared with the container's lane until that becomes the container's program. */
static struct tape *map_tape(const struct plan *plan, struct problem *problem)
{
	size_t size = sizeof(struct tape) + plan->count * sizeof(struct mark);
	void *tape = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (tape == MAP_FAILED) {
		problem_set(problem, "cannot map %zu bytes of shared memory", size);
		return NULL;
	}
	return tape;
}

static void make_record(struct launch *launch)
{
	const struct bundle *bundle = launch->bundle;
	struct record record;

	launch->directories = launch_directories(launch->arena, &bundle->plan);
	record = (struct record){
		.id = bundle->request.id,
		.owner = bundle->host.uid,
		.bundle = bundle->path,
		.rootfs = bundle_root(launch->arena, bundle),
		.created = record_now(launch->arena),
		.gated = bundle->request.end == END_CREATED,
		.directory = launch->directories,
	};

	launch->container->record.created = record.created;
	record_write(launch->arena, &record, bundle->value, &launch->run.record);
}

static void make_forms(struct launch *launch)
{
	static const enum status status[HOOKS] = {
		[HOOK_PRESTART] = STATUS_CREATING,	   [HOOK_CREATE_RUNTIME] = STATUS_CREATING,
		[HOOK_CREATE_CONTAINER] = STATUS_CREATING, [HOOK_START_CONTAINER] = STATUS_CREATED,
		[HOOK_POSTSTART] = STATUS_RUNNING,	   [HOOK_POSTSTOP] = STATUS_STOPPED,
	};
	const struct bundle *bundle = launch->bundle;
	const bool joins = bundle->request.process.pid > 0;
	struct state state = { &bundle->spec, bundle->request.id, bundle->path,
			       joins ? STATUS_RUNNING : STATUS_CREATING, bundle->request.process.pid };

	if (bundle->spec.seccomp.listener_path)
		launch->run.listener = state_listener_form(launch->arena, &state);
	for (int kind = 0; kind < HOOKS; kind++) {
		state.status = status[kind];
		if (bundle->spec.hook[kind].count)
			launch->run.state[kind] = state_form(launch->arena, &state);
	}
}

/* The filter is compiled once; exec takes it from here. */
static void write_filter(const struct launch *launch, struct problem *problem)
{
	const struct step *set = plan_find(&launch->bundle->plan, STEP_SET_SECCOMP);
	const struct bpf_program *program;
	closes int fd = -1;
	int error;

	if (!set)
		return;
	program = &set->seccomp.program;
	fd = sys_openat(launch->container->folder, RECORD_FILTER, O_WRONLY | O_CREAT | O_EXCL, 0600);
	error = fd < 0 ? fd : file_write_all(fd, program->at, program->count * sizeof(*program->at));
	if (error)
		problem_set(problem, "container '%s': cannot write '%s/" RECORD_FILTER "': %s; see --root",
			    launch->container->id, launch->container->path, reason_words(error));
}

static void open_slots(struct launch *launch)
{
	struct run *run = &launch->run;
	int slots = launch->bundle->plan.slots;

	run->slot = ARENA_ARRAY(launch->arena, (size_t)slots, int);
	for (int i = 0; i < slots; i++)
		run->slot[i] = -1;
}

bool launch_open(struct arena *arena, struct bundle *bundle, struct container *container,
		 struct launch *ret_launch, struct problem *problem)
{
	struct launch *launch = ret_launch;
	struct run *run = &launch->run;

	*launch = (struct launch){ .arena = arena, .bundle = bundle, .container = container,
				   .begun_us = clock_ns() / 1000 };
	*run = (struct run){ .plan = &bundle->plan, .socket = { -1, -1 }, .lane_socket = -1,
			     .lock = container ? container->folder : -1, .environment = environ };
	run->tape = map_tape(&bundle->plan, problem);
	open_slots(launch);
	if (run->tape && exec_needs_socket(run->plan) &&
	    socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, run->socket) < 0)
		problem_set(problem, "cannot make a socket pair");
	run->lane_socket = run->socket[LANE_RUNTIME];
	make_forms(launch);
	if (container && !problem->found) {
		make_record(launch);
		write_filter(launch, problem);
	}
	return !problem->found;
}

/* --- after --- */

static bool was_done(const struct run *run, size_t index)
{
	return run->tape->mark[index].ended && run->tape->mark[index].error == 0;
}

static bool has_started(const struct run *run)
{
	for (size_t i = 0; i < run->plan->count; i++)
		if (run->plan->step[i].kind == STEP_EXEC)
			return run->tape->mark[i].began && run->tape->mark[i].error == 0;
	return false;
}

static int kill_child(const struct run *run)
{
	pid_t left[] = { run->stage, run->child };
	int status = 0;

	for (size_t i = 0; i < sizeof(left) / sizeof(left[0]); i++) {
		if (left[i] <= 0)
			continue;
		kill(left[i], SIGKILL);
		while (waitpid(left[i], &status, 0) < 0 && errno == EINTR)
			;
	}
	return status;
}

/* How far it came. */
static void tell_stop(const struct launch *launch, struct problem *problem)
{
	const struct run *run = &launch->run;
	size_t done = 0;

	for (size_t i = 0; i < run->plan->count; i++)
		done += was_done(run, i);
	problem_set(problem, "container '%s': its start was given up after %zu of %zu steps, as asked (%s); "
		    "nothing of it is left", launch->bundle->request.id, done, run->plan->count,
		    launch->signal ? name_of(signal_names, launch->signal) : "--step");
}

/* What the kernel has killed for want of memory is no fault of the step that saw it. */
static void add_memory(const struct launch *launch, struct text *text)
{
	struct cgroups cgroups = launch_cgroups(launch);
	struct usage usage;

	cgroups_usage(launch->arena, &cgroups, &usage);
	if (usage.oom_kills.value && usage.memory_limit.set)
		text_printf(text, "; it ran out of memory: linux.resources.memory.limit is %llu bytes",
			    (unsigned long long)usage.memory_limit.value);
}

static void tell_failure(const struct launch *launch, int status, struct problem *problem)
{
	const struct run *run = &launch->run;
	struct text text = text_new(launch->arena);

	if (launch->stopped)
		tell_stop(launch, problem);
	else if (why_failed(&text, run->plan, &launch->bundle->request, run->tape)) {
		add_memory(launch, &text);
		problem_set(problem, "%s", text.at);
	} else if (WIFSIGNALED(status))
		problem_set(problem, "the container's process was ended by signal %d before its program began",
			    WTERMSIG(status));
	else
		problem_set(problem, "the container's process ended before its program began");
}

bool life_can_step(int commands, struct problem *problem)
{
	return debug_is_usable(commands, problem);
}

void launch_step(struct launch *launch, const struct start_options *options, struct problem *problem)
{
	const struct debug_asked asked = { options->commands, options->replies,
					   { options->give_up[0], options->give_up[1] } };

	launch->debugger = debug_start(launch->arena, &launch->run, &asked, problem);
}

bool launch_go(struct launch *launch, struct problem *problem)
{
	int error = exec_lane(&launch->run, LANE_RUNTIME);

	if (launch->debugger)
		launch->stopped = debug_end(launch->debugger, &launch->run, &launch->signal);
	launch->debugger = 0;
	if (!error && !launch->stopped)
		return true;
	tell_failure(launch, kill_child(&launch->run), problem);
	return false;
}

bool launch_check_started(const struct launch *launch, int status, struct problem *problem)
{
	if (has_started(&launch->run))
		return true;
	tell_failure(launch, status, problem);
	return false;
}

int launch_program_error(const struct launch *launch)
{
	const struct plan *plan = &launch->bundle->plan;

	if (launch->stopped)
		return -ECANCELED;
	for (size_t i = 0; i < plan->count && launch->run.tape; i++) {
		const struct mark *mark = &launch->run.tape->mark[i];

		if ((plan->step[i].kind == STEP_EXEC || plan->step[i].kind == STEP_FIND_PROGRAM) && mark->error)
			return mark->error;
	}
	return 0;
}

/* A folder that was there before is not ours to remove. */
void launch_undo(const struct launch *launch)
{
	const struct run *run = &launch->run;

	for (size_t i = run->plan->count; i-- > 0;) {
		const struct step *step = &run->plan->step[i];

		if (step->kind == STEP_MAKE_DIRECTORY && was_done(run, i))
			rmdir(step->make_directory.path);
		if (step->kind == STEP_WRITE_PID_FILE && was_done(run, i))
			unlink(step->pid_file.path);
	}
}

static bool was_made(const struct run *run, const struct cgroup *cgroup)
{
	for (size_t i = 0; i < run->plan->count; i++) {
		const struct step *step = &run->plan->step[i];

		if (step->kind == STEP_MAKE_CGROUP && step->make_cgroup.own && !was_done(run, i) &&
		    strcmp(step->make_cgroup.path, cgroup->path) == 0)
			return false;
	}
	return true;
}

/* A unit that systemd did not make for us can be another container's. */
static bool was_refused(const struct run *run)
{
	for (size_t i = 0; i < run->plan->count; i++)
		if (run->plan->step[i].kind == STEP_START_SCOPE && !was_done(run, i))
			return true;
	return false;
}

struct cgroups launch_cgroups(const struct launch *launch)
{
	struct cgroups cgroups = launch->bundle->plan.cgroups;
	const struct cgroup *from = cgroups.at;
	size_t count = cgroups.count;

	if (was_refused(&launch->run))
		return (struct cgroups){ 0 };
	cgroups.at = ARENA_ARRAY(launch->arena, count + 1, struct cgroup);
	cgroups.count = 0;
	for (size_t i = 0; i < count; i++)
		if (was_made(&launch->run, &from[i]))
			cgroups.at[cgroups.count++] = from[i];
	return cgroups;
}

struct texts launch_directories(struct arena *arena, const struct plan *plan)
{
	struct texts list = { ARENA_ARRAY(arena, plan->count + 1, char *), 0 };

	for (size_t i = plan->count; i-- > 0;) {
		const char *path = plan->step[i].make_directory.path;

		if (plan->step[i].kind == STEP_MAKE_DIRECTORY && access(path, F_OK) < 0)
			list.at[list.count++] = (char *)(uintptr_t)path;
	}
	return list;
}

int launch_wait(struct launch *launch, struct problem *problem)
{
	struct watch watch = {
		.terminal = launch->run.slot[SLOT_PTY],
		.size_given = launch->bundle->spec.process.console_height > 0,
		.socket = launch->notify ? launch->notify->from : -1,
		.readable = notify_pass_on,
		.context = launch->notify,
		.keys = launch->keys,
	};
	int status;

	if (launch->notify)
		launch->notify->child = launch->run.child;
	if (launch->onlooker)
		return wait_traced(launch->run.child, launch->onlooker, launch->timeout_ms);
	if (watch.terminal < 0 && watch.socket < 0)
		return wait_for_child(launch->run.child, launch->timeout_ms);
	status = wait_watching(launch->run.child, &watch, problem);
	launch->left = watch.left;
	return status;
}

/* --- the trace --- */

static void write_trace_file(const char *path, const struct text *text, struct problem *problem)
{
	closes int fd = sys_openat(AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	int error = fd < 0 ? fd : file_write_all(fd, text->at, text->length);

	if (error < 0)
		problem_set(problem, "option '--trace': cannot write '%s': %s", path, reason_words(error));
}

void launch_trace(const struct launch *launch, enum trace trace, const char *file, struct problem *problem)
{
	const struct run *run = &launch->run;
	struct text text = text_new(launch->arena);

	switch (trace) {
	case TRACE_NONE:
		return;
	case TRACE_TABLE:
		trace_table(&text, run->plan, run->tape);
		file_write_all(STDERR_FILENO, text.at, text.length);
		return;
	case TRACE_FILE:
		trace_events(&text, run->plan, run->tape, getpid());
		write_trace_file(file, &text, problem);
		return;
	}
}
