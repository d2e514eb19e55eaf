/* run.c - `run`: a container from its beginning to its end; and `create`, which is its first half.
 *
 * The folder of the container is locked until its program runs, or waits for `start`.
 */
#include "base/fd.h"
#include "life/cgroup.h"
#include "life/glance.h"
#include "life/launch.h"
#include "life/oom.h"
#include "life/wait.h"
#include "spec/reason.h"
#include <signal.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/wait.h>

/* Plans, and makes the folder. The plan comes first: what it refuses has left nothing. */
static bool prepare(struct arena *arena, struct bundle *bundle, const struct start_options *options,
		    struct container *ret_container, struct problem *problem)
{
	const char *root = options->root;
	struct plan_request *request = &bundle->request;

	request->traced = options->onlooker;
	request->state = arena_printf(arena, "%s/%s", root, request->id);
	if (options->notify <= NOTIFY_FOR_RUNTIME)
		notify_prepare(arena, bundle, request->state);
	bundle_plan(arena, bundle, problem);
	return !problem->found && container_make(arena, root, request->id, ret_container, problem);
}

/* The end of a container that is still at hand: what is known of it need not be read again. Of the hooks those
 * are run that come after the end (runtime.md, lifecycle), if there was a process. */
static void end(struct launch *launch, bool hooks)
{
	struct problem problem = { 0 };
	struct container *container = launch->container;

	container->record.spec = launch->bundle->spec;
	container->record.bundle = launch->bundle->path;
	container->recorded = launch->run.child > 0;
	container->cgroups = launch_cgroups(launch);
	container->cgroups_known = true;
	if (!hooks)
		container->record.spec.hook[HOOK_POSTSTOP].count = 0;
	container_destroy(container, launch->warnings, &problem);
	if (problem.found)
		text_printf(launch->warnings, "%s\n", problem.text);
}

/* After a start that failed: as if it had never been tried (runtime.md, «Errors»). Once the program has begun
 * others may have removed the container. */
static void undo(struct launch *launch, bool hooks)
{
	launch_undo(launch);
	if (container_lock_again(launch->container))
		end(launch, hooks);
}

/* With a gate it is `start` that listens. */
static bool prepare_notify(struct launch *launch, const struct start_options *options, struct problem *problem)
{
	if (options->notify > NOTIFY_FOR_RUNTIME)
		return true;
	notify_make_folder(launch->container, problem);
	if (launch->bundle->request.end != END_CREATED && !problem->found)
		launch->notify = notify_open(launch->container, problem);
	if (launch->notify)
		launch->notify->runtime = options->notify == NOTIFY_FOR_RUNTIME;
	return !problem->found;
}

/* Begins the container: to where its program runs or, with a gate, waits. False after a problem, with nothing
 * left. */
static bool begin(struct arena *arena, struct bundle *bundle, const struct start_options *options,
		  struct container *container, struct launch *launch, struct text *warnings,
		  struct problem *problem)
{
	bool opened;

	if (!prepare(arena, bundle, options, container, problem))
		return false;
	if (options->until_made)
		sys_flock(options->until_made, LOCK_UN);
	cgroups_note(container, &bundle->plan.cgroups, problem);
	opened = launch_open(arena, bundle, container, launch, problem);
	launch->warnings = warnings;
	if (!opened || !prepare_notify(launch, options, problem)) {
		undo(launch, false);
		return false;
	}
	launch->run.tape->timed = options->trace != TRACE_NONE;
	if (options->step)
		launch_step(launch, options, problem);
	if (!problem->found && launch_go(launch, problem))
		return true;
	undo(launch, launch->run.child > 0);
	launch_trace(launch, options->trace, options->trace_file, problem);
	return false;
}

void life_create(struct arena *arena, struct bundle *bundle, const struct start_options *options,
		 struct text *warnings, struct problem *problem)
{
	struct container container;
	struct launch launch;
	int error;

	/* A caller that ignores it would have the kernel reap for us, and how a hook ended would be lost. */
	signal(SIGCHLD, SIG_DFL);
	if (!begin(arena, bundle, options, &container, &launch, warnings, problem))
		return;
	error = sys_renameat(container.folder, RECORD_START_NEW, container.folder, RECORD_START);
	if (error) {
		problem_set(problem, "container '%s': cannot rename '%s/" RECORD_START_NEW "': %s", container.id,
			    container.path, reason_words(error));
		kill(launch.run.child, SIGKILL);
		undo(&launch, true);
	}
	launch_trace(&launch, options->trace, options->trace_file, problem);
}

/* A program that was ended by the kernel, for want of memory, says nothing itself. */
static void note_end(const struct launch *launch, const struct start_options *options, int status)
{
	struct cgroups cgroups = launch_cgroups(launch);
	struct memory_end memory;

	if (options->signalled)
		*options->signalled = WIFSIGNALED(status);
	/* It may have been another process than the first, which has seen it and ended. */
	if (!exit_status(status))
		return;
	memory = cgroups_memory_end(launch->arena, &cgroups, launch->begun_us);
	if (!memory.oom)
		return;
	if (options->memory)
		*options->memory = memory;
	oom_tell(launch->warnings, launch->container->id, "", &memory);
}

static void tell_manager(const struct start_options *options)
{
	if (options->notify == NOTIFY_BY_RUNTIME || options->notify == NOTIFY_LATER)
		notify_main(options->notify == NOTIFY_BY_RUNTIME);
}

/* In the foreground: until the process has ended, and then it is deleted, unless somebody else has done
 * that. */
static int stay(struct launch *launch, const struct start_options *options, struct problem *problem)
{
	int status;

	container_note_running(launch->container, &launch->bundle->plan.cgroups);
	container_unlock(launch->container);
	tell_manager(options);
	if (options->begun)
		options->begun(options->context);
	launch->onlooker = options->onlooker;
	if (launch->onlooker)
		launch->onlooker->begin(launch->onlooker->context, &launch->bundle->spec, launch->run.child);
	status = launch_wait(launch, problem);
	if (!launch_check_started(launch, status, problem)) {
		undo(launch, true);
		return status;
	}
	note_end(launch, options, status);
	if (options->keep || !container_lock_again(launch->container))
		return status;
	launch->container->record.directory = launch->directories;
	end(launch, true);
	return status;
}

/* Detached: it may be that the container tells somebody that it is ready. */
static void leave(struct launch *launch, const struct start_options *options)
{
	struct container *container = launch->container;

	container_note_running(container, &launch->bundle->plan.cgroups);
	if (options->detached)
		*options->detached = (struct detached){ launch->run.child, launch->run.slot[SLOT_PTY] };
	tell_manager(options);
	if (!launch->notify)
		return;
	container_unlock(container);
	container->record.pid = launch->run.child;
	container->process = sys_pidfd_open(launch->run.child, 0);
	notify_wait(launch->notify, container);
}

void life_run(struct arena *arena, struct bundle *bundle, const struct start_options *options,
	      struct text *warnings, int *ret_status, struct problem *problem)
{
	bool foreground = bundle->request.end == END_FOREGROUND;
	struct container container;
	struct launch launch = { .bundle = NULL };
	uint64_t caller_signals = 0;

	if (foreground)
		caller_signals = signals_block();
	else
		signal(SIGCHLD, SIG_DFL);
	if (foreground && !options->no_subreaper)
		prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
	if (begin(arena, bundle, options, &container, &launch, warnings, problem)) {
		if (foreground)
			*ret_status = exit_status(stay(&launch, options, problem));
		else
			leave(&launch, options);
		launch_trace(&launch, options->trace, options->trace_file, problem);
	}
	if (options->signal && launch.stopped)
		*options->signal = launch.signal;
	if (options->program && problem->found && launch.bundle)
		*options->program = launch_program_error(&launch);
	if (foreground)
		signals_restore(caller_signals);
}
