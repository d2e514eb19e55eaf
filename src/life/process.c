/* process.c - the processes of a container: signals, waiting, and which there are. */
#include "base/fd.h"
#include "base/proc.h"
#include "life/cgroup.h"
#include <dirent.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/stat.h>

int container_signal(const struct container *container, int signal)
{
	return container->process < 0 ? -ESRCH : sys_pidfd_send_signal(container->process, signal);
}

bool container_wait(const struct container *container, int timeout_ms)
{
	struct pollfd end = { container->process, POLLIN, 0 };

	return container->process < 0 || poll(&end, 1, timeout_ms) > 0;
}

/* --- which there are --- */

struct found { pid_t pid, parent; bool chosen; };

struct finding {
	struct arena *arena;
	struct found *at;
	size_t count, room;
};

static void add(struct finding *finding, pid_t pid, pid_t parent)
{
	finding->at = arena_grow(finding->arena, finding->at, finding->count, &finding->room, sizeof(*finding->at));
	finding->at[finding->count++] = (struct found){ pid, parent, false };
}

/* All processes that this one can see, but for the dead. */
static void find_all(struct finding *finding)
{
	DIR *proc = opendir("/proc");

	for (struct dirent *entry = proc ? readdir(proc) : NULL; entry; entry = readdir(proc)) {
		pid_t pid = (pid_t)strtol(entry->d_name, NULL, 10);
		struct proc_stat stat;

		if (pid > 0 && proc_read_stat(pid, &stat) == 0 && stat.state != 'Z')
			add(finding, pid, stat.parent);
	}
	if (proc)
		closedir(proc);
}

static ino_t namespace_of(struct arena *arena, pid_t pid, const char *kind)
{
	struct stat info;

	return sys_fstatat(AT_FDCWD, arena_printf(arena, "/proc/%d/ns/%s", (int)pid, kind), &info, 0) == 0 ?
		       info.st_ino : 0;
}

/* Those in the namespace of the first process; it may have others in it, which end with it as well. */
static void choose_by_namespace(struct finding *finding, pid_t first, const char *kind)
{
	ino_t namespace = namespace_of(finding->arena, first, kind);

	for (size_t i = 0; i < finding->count && namespace; i++)
		finding->at[i].chosen = namespace_of(finding->arena, finding->at[i].pid, kind) == namespace;
}

static bool is_chosen(const struct finding *finding, pid_t pid)
{
	for (size_t i = 0; i < finding->count; i++)
		if (finding->at[i].pid == pid)
			return finding->at[i].chosen;
	return false;
}

/* The first process and what descends from it, which may be in PID namespaces of its own. */
static void choose_by_descent(struct finding *finding, pid_t first)
{
	bool more = true;

	for (size_t i = 0; i < finding->count; i++)
		finding->at[i].chosen |= finding->at[i].pid == first;
	while (more) {
		more = false;
		for (size_t i = 0; i < finding->count; i++)
			if (!finding->at[i].chosen && is_chosen(finding, finding->at[i].parent))
				more = finding->at[i].chosen = true;
	}
}

/* A slice may have processes in it that are not the container's. */
static bool count_in_cgroups(struct container *container)
{
	const struct cgroups *cgroups = container_cgroups(container);

	return cgroups->count && !cgroups->shared;
}

size_t container_processes(struct arena *arena, struct container *container, pid_t **ret_pids)
{
	struct finding finding = { .arena = arena };
	size_t count = 0;

	*ret_pids = NULL;
	if (container->process < 0)
		return 0;
	if (count_in_cgroups(container)) {
		count = cgroups_processes(arena, &container->cgroups, ret_pids);
		if (count && !cgroups_are_others(container, &container->cgroups))
			return count;
		count = 0;
	}
	find_all(&finding);
	/* What exec has started does not descend from it, but has its mounts. */
	if (spec_new_namespace(&container->record.spec, NAMESPACE_PID))
		choose_by_namespace(&finding, container->record.pid, "pid");
	else if (spec_new_namespace(&container->record.spec, NAMESPACE_MOUNT))
		choose_by_namespace(&finding, container->record.pid, "mnt");
	choose_by_descent(&finding, container->record.pid);
	*ret_pids = ARENA_ARRAY(arena, finding.count + 1, pid_t);
	for (size_t i = 0; i < finding.count; i++)
		if (finding.at[i].chosen)
			(*ret_pids)[count++] = finding.at[i].pid;
	return count;
}

/* Also when the first process has ended, if others are left. */
static bool has_processes_in_cgroups(struct arena *arena, struct container *container)
{
	pid_t *pids;

	return count_in_cgroups(container) && cgroups_processes(arena, &container->cgroups, &pids) > 0 &&
	       !cgroups_are_others(container, &container->cgroups);
}

static size_t signal_others(struct arena *arena, struct container *container, int signal)
{
	pid_t *pids;
	size_t count = container_processes(arena, container, &pids), others = 0;

	for (size_t i = 0; i < count; i++)
		if (pids[i] != container->record.pid)
			others += sys_kill(pids[i], signal) == 0;
	return others;
}

/* The first process comes last: with it the others may be out of sight. In a PID namespace of their own they
 * all end with it (pid_namespaces(7)). Else new ones may come while the others are killed. */
int container_signal_all(struct arena *arena, struct container *container, int signal)
{
	enum { ROUNDS = 16 };

	/* With the first one all in its PID namespace end, unless they are frozen. */
	if (signal == SIGKILL && container->process >= 0 && container->status != STATUS_PAUSED &&
	    spec_new_namespace(&container->record.spec, NAMESPACE_PID)) {
		int error = container_signal(container, signal);

		if (count_in_cgroups(container))
			cgroups_let_end(arena, &container->cgroups);
		return error;
	}
	if (has_processes_in_cgroups(arena, container)) {
		int error = cgroups_signal(arena, &container->cgroups, signal);

		/* It may have been moved to another cgroup. */
		if (signal == SIGKILL)
			container_signal(container, signal);
		if (error != -ESRCH)
			return error;
	}
	if (signal == SIGKILL && spec_new_namespace(&container->record.spec, NAMESPACE_PID))
		return container_signal(container, signal);
	for (int round = 0; signal_others(arena, container, signal) && signal == SIGKILL && round < ROUNDS;)
		round++;
	return container_signal(container, signal);
}
