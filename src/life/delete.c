/* delete.c - `delete` and `kill`: how a container ends.
 *
 * All that was made for it is gone before its folder is: if the runtime is killed in between, the next
 * `delete` does what is left.
 */
#include "base/fd.h"
#include "base/file.h"
#include "life/cgroup.h"
#include "life/launch.h"
#include "spec/reason.h"
#include <signal.h>
#include <unistd.h>

enum { END_PATIENCE_MS = 10000 };

/* A poststop hook that fails changes nothing any more: the others are run, and it is told (lifecycle, 13). */
static void run_poststop(const struct container *container, struct text *warnings)
{
	size_t count = container->record.spec.hook[HOOK_POSTSTOP].count;

	for (size_t i = 0; i < count; i++) {
		struct problem problem = { 0 };

		if (!hook_do(container, HOOK_POSTSTOP, i, STATUS_STOPPED, &problem))
			text_printf(warnings, "%s\n", problem.text);
	}
}

/* What the cgroups know of it is gone with them. */
static void keep_usage(struct container *container, const struct cgroups *cgroups)
{
	struct text text = text_new(container->arena);
	struct usage usage;
	closes int fd = -1;

	cgroups_usage(container->arena, cgroups, &usage);
	usage_write(&usage, &text);
	text_add(&text, "\n");
	fd = file_open_kept(container->folder, RECORD_ENDED, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	if (fd >= 0)
		file_write_all(fd, text.at, text.length);
}

void container_destroy(struct container *container, struct text *warnings, struct problem *problem)
{
	const struct cgroups *cgroups = container_cgroups(container);

	if (cgroups->count && container->recorded)
		keep_usage(container, cgroups);
	/* A container that is not on record had a process only as long as its runtime. */
	cgroups_remove(container, cgroups, container->recorded, problem);
	if (problem->found) {
		container_close(container);
		return;
	}
	for (size_t i = 0; i < container->record.directory.count; i++)
		rmdir(container->record.directory.at[i]);
	run_poststop(container, warnings);
	container_remove(container, problem);
}

bool life_end(struct arena *arena, const char *root, const char *id)
{
	struct container container;
	struct problem unread = { 0 };
	bool there;

	container_open(arena, root, id, &container, &unread);
	there = !container.missing;
	if (there)
		container_signal_all(arena, &container, SIGKILL);
	container_close(&container);
	return there;
}

/* What a damaged record can't say is not needed to remove what is there. */
static bool open_forced(struct arena *arena, const char *root, const char *id,
			struct container *ret_container, struct problem *problem)
{
	struct problem unread = { 0 };

	/* Killed first, without the lock: whoever has it may wait for the container. */
	if (!life_end(arena, root, id))
		return false;
	if (container_open_locked(arena, root, id, ret_container, &unread))
		return true;
	if (!ret_container->locked && !ret_container->missing)
		problem_set(problem, "%s", unread.text);
	return ret_container->locked;
}

static void kill_it(struct arena *arena, struct container *container, struct problem *problem)
{
	if (container->process < 0)
		return;
	container_signal_all(arena, container, SIGKILL);
	if (!container_wait(container, END_PATIENCE_MS))
		problem_set(problem, "container '%s': its process %d does not end, %d s after SIGKILL: the kernel "
			    "holds it (see /proc/%d/stack)", container->id, (int)container->record.pid,
			    END_PATIENCE_MS / 1000, (int)container->record.pid);
}

void life_delete(struct arena *arena, const char *root, const char *id, bool force,
		 struct text *warnings, struct problem *problem)
{
	struct container container = { .folder = -1, .process = -1 };

	signal(SIGCHLD, SIG_DFL);
	if (force ? !open_forced(arena, root, id, &container, problem) :
		    !container_open_locked(arena, root, id, &container, problem)) {
		container_close(&container);
		return;
	}
	if (force)
		kill_it(arena, &container, problem);
	else if (container.status != STATUS_STOPPED)
		problem_set(problem, "container '%s' cannot be deleted: it is not stopped but %s; stop it, or use "
			    "--force", id, status_name(container.status));
	if (problem->found)
		container_close(&container);
	else
		container_destroy(&container, warnings, problem);
}

/* Without a PID namespace of its own the others do not end with the first process, and may be there when it has ended:
 * SIGKILL is for all then, as runc has it. */
static bool is_for_all(const struct container *container, int signal)
{
	return signal == SIGKILL && !spec_new_namespace(&container->record.spec, NAMESPACE_PID);
}

/* In a frozen cgroup of v1 nothing ends before it goes on; and the container may have frozen some below. */
static int signal_first(struct container *container, int signal)
{
	int error = container_signal(container, signal);

	if (error || signal != SIGKILL)
		return error;
	if (container->status == STATUS_PAUSED)
		cgroups_freeze(container->arena, container_cgroups(container), false);
	cgroups_let_end(container->arena, container_cgroups(container));
	return 0;
}

void life_kill(struct arena *arena, const char *root, const char *id, int signal, bool all,
	       struct problem *problem)
{
	struct container container;
	int error;

	if (!container_open(arena, root, id, &container, problem))
		return;
	error = all || is_for_all(&container, signal) ? container_signal_all(arena, &container, signal) :
							signal_first(&container, signal);
	/* containerd and others look for «container not running». */
	if (error == -ESRCH)
		problem_set(problem, "container '%s': container not running", id);
	else if (error)
		problem_set(problem, "container '%s': cannot send signal %d to process %d: %s", id, signal,
			    (int)container.record.pid, reason_words(error));
	container_close(&container);
}
