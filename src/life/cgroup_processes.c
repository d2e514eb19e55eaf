/* cgroup_processes.c - the processes in a container's cgroups: which there are, freezing, signals. */
#include "base/clock.h"
#include "life/cgroup.h"
#include "base/fd.h"
#include "base/file.h"
#include "life/cgroup_tree.h"
#include <signal.h>
#include <stdlib.h>
#include <string.h>

enum { PATIENCE_MS = 10000, FILE_LIMIT = 1024 * 1024 };

/* --- which there are --- */

struct pids {
	struct arena *arena;
	pid_t *at;
	size_t count, room;
};

static void add_pid(struct pids *pids, pid_t pid)
{
	pids->at = arena_grow(pids->arena, pids->at, pids->count, &pids->room, sizeof(*pids->at));
	pids->at[pids->count++] = pid;
}

/* 0 is a process that is in another PID namespace. */
static void add_list(struct pids *pids, const char *text)
{
	char *end;

	for (const char *at = text; *at; at = end) {
		pid_t pid = (pid_t)strtol(at, &end, 10);

		if (end == at)
			return;
		if (pid > 0)
			add_pid(pids, pid);
	}
}

/* Those of a threaded cgroup are listed where its threads' domain is. */
static void add_those_in(void *context, int folder)
{
	struct pids *pids = context;
	size_t length;
	char *text;

	if (file_read(pids->arena, folder, "cgroup.procs", FILE_LIMIT, &text, &length) == 0)
		add_list(pids, text);
}

/* The hierarchy in which the processes are counted: nobody but systemd moves them in the first two. */
static const struct cgroup *counted_in(const struct cgroups *cgroups)
{
	const struct cgroup *cgroup = cgroups_with(cgroups, "freezer");

	if (!cgroup)
		cgroup = cgroups_unified(cgroups);
	if (!cgroup)
		cgroup = cgroups_with(cgroups, "pids");
	return cgroup || !cgroups->count ? cgroup : &cgroups->at[0];
}

size_t cgroups_processes(struct arena *arena, const struct cgroups *cgroups, pid_t **ret_pids)
{
	const struct cgroup *cgroup = counted_in(cgroups);
	struct pids pids = { .arena = arena };

	if (cgroup)
		cgroup_walk(arena, cgroup->path, &(struct cgroup_visitor){ .before = add_those_in, .context = &pids });
	*ret_pids = pids.at;
	return pids.count;
}

/* --- freezing --- */

const struct cgroup *cgroups_freezer(const struct cgroups *cgroups)
{
	const struct cgroup *cgroup = cgroups_with(cgroups, "freezer");

	return cgroup ? cgroup : cgroups_unified(cgroups);
}

const char *cgroup_freezer_file(struct arena *arena, const struct cgroup *freezer)
{
	return arena_printf(arena, "%s/%s", freezer->path, freezer->unified ? "cgroup.freeze" : "freezer.state");
}

/* "1", or "0"; in v1 "FROZEN", "FREEZING", or "THAWED". */
bool cgroup_file_says_frozen(const char *path)
{
	/* By the link of a container's folder, in whose place something else may be. */
	closes int fd = sys_openat(AT_FDCWD, path, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0);
	char first;

	return fd >= 0 && sys_read(fd, &first, 1) == 1 && (first == '1' || first == 'F');
}

bool cgroups_frozen(struct arena *arena, const struct cgroups *cgroups)
{
	const struct cgroup *freezer = cgroups_freezer(cgroups);

	return freezer && cgroup_file_says_frozen(cgroup_freezer_file(arena, freezer));
}

/* Whether it is as it should be: the kernel says so when the last process has stopped. */
static bool has_become(struct arena *arena, const struct cgroup *cgroup, bool frozen)
{
	const char *text;
	uint64_t number;

	if (!cgroup->unified)
		return cgroup_read(arena, cgroup, "freezer.state", &text) == 0 &&
		       strcmp(text, frozen ? "FROZEN" : "THAWED") == 0;
	return cgroup_read_entry(arena, cgroup, "cgroup.events", "frozen", &number) == 0 && number == frozen;
}

/* On v1 a process that is made while the others are being frozen can keep them from it: it helps to let them go on
 * for a moment (Documentation/admin-guide/cgroup-v1/freezer-subsystem.rst). */
static void push(const struct cgroup *cgroup, unsigned round)
{
	if (cgroup->unified)
		return;
	if (round % 50 == 49) {
		cgroup_write(cgroup, "freezer.state", "THAWED");
		clock_sleep_ms(1);
	}
	cgroup_write(cgroup, "freezer.state", "FROZEN");
}

int cgroups_freeze(struct arena *arena, const struct cgroups *cgroups, bool frozen)
{
	const struct cgroup *cgroup = cgroups_freezer(cgroups);
	const char *file = cgroup && cgroup->unified ? "cgroup.freeze" : "freezer.state";
	const uint64_t end = clock_ms() + PATIENCE_MS;
	int error;

	if (!cgroup)
		return -EOPNOTSUPP;
	error = cgroup_write(cgroup, file, cgroup->unified ? frozen ? "1" : "0" : frozen ? "FROZEN" : "THAWED");
	if (error)
		return error;
	for (unsigned round = 0; !has_become(arena, cgroup, frozen); round++) {
		if (clock_ms() > end) {
			cgroup_write(cgroup, file, cgroup->unified ? frozen ? "0" : "1" : frozen ? "THAWED" : "FROZEN");
			return -ETIMEDOUT;
		}
		clock_sleep_ms(round < 10 ? 1 : 10);
		if (frozen)
			push(cgroup, round);
	}
	return 0;
}

/* --- signals --- */

static void thaw(void *context, int folder)
{
	closes int fd = sys_openat(folder, "freezer.state", O_WRONLY, 0);

	(void)context;
	if (fd >= 0)
		sys_write(fd, "THAWED", 6);
}

void cgroups_let_end(struct arena *arena, const struct cgroups *cgroups)
{
	const struct cgroup *freezer = cgroups_with(cgroups, "freezer");

	if (freezer && !cgroups->shared)
		cgroup_walk(arena, freezer->path, &(struct cgroup_visitor){ .before = thaw });
}

static int compare_pids(const void *left, const void *right)
{
	const pid_t a = *(const pid_t *)left, b = *(const pid_t *)right;

	return (a > b) - (a < b);
}

/* Signals all but those of `old`, who have been signalled already, and makes `old` those that are there now. Returns
 * how many it signalled. */
static size_t signal_new(const struct cgroups *cgroups, int signal, struct pids *old, int *error)
{
	pid_t *pids;
	size_t count = cgroups_processes(old->arena, cgroups, &pids), signalled = 0;

	if (count)
		qsort(pids, count, sizeof(pid_t), compare_pids);
	for (size_t i = 0; i < count; i++) {
		int result;

		if (old->count && bsearch(&pids[i], old->at, old->count, sizeof(pid_t), compare_pids))
			continue;
		signalled++;
		result = sys_kill(pids[i], signal);
		if (result && result != -ESRCH)
			*error = result;
	}
	old->at = pids;
	old->count = count;
	return signalled;
}

/* Who is made while the others are signalled is there in the next round, and who is not seen yet since it is just
 * being made, in the one after that. False where there are always new ones. */
static bool signal_in_rounds(const struct cgroups *cgroups, int signal, struct pids *old, int *error)
{
	enum { ROUNDS = 32, QUIET = 2 };
	unsigned quiet = 0;

	for (unsigned round = 0; round < ROUNDS && quiet < QUIET; round++) {
		if (round)
			clock_sleep_ms(1);
		quiet = signal_new(cgroups, signal, old, error) ? 0 : quiet + 1;
		if (!round && !old->count) {
			*error = -ESRCH;
			return true;
		}
	}
	return quiet == QUIET;
}

/* One write ends all of them, also who is being forked (Linux 5.14). In v2 what is frozen ends too, in v1 only once
 * it goes on. */
static int kill_all(struct arena *arena, const struct cgroups *cgroups)
{
	const struct cgroup *unified = cgroups_unified(cgroups), *freezer = cgroups_with(cgroups, "freezer");
	int error = unified ? cgroup_write(unified, "cgroup.kill", "1") : -EOPNOTSUPP, ignored = 0;

	/* Of a hybrid layout: somebody may have moved one in the v2 hierarchy alone. */
	if (unified && !error && counted_in(cgroups) != unified)
		signal_new(cgroups, SIGKILL, &(struct pids){ .arena = arena }, &ignored);
	if (freezer && cgroups_frozen(arena, cgroups))
		cgroups_freeze(arena, cgroups, false);
	return error;
}

/* They are not stopped for it: who is killed before letting them go on would leave a container that stands still. Only
 * where they cannot be ended at once, and come faster than they are killed, there is no other way; who does this again
 * lets them go on. Those that outlive another signal and go on making new ones have had it. */
int cgroups_signal(struct arena *arena, const struct cgroups *cgroups, int signal)
{
	struct pids old = { .arena = arena };
	int error = 0;

	if (signal == SIGKILL && kill_all(arena, cgroups) == 0) {
		cgroups_let_end(arena, cgroups);
		return 0;
	}
	if (!signal_in_rounds(cgroups, signal, &old, &error) && signal == SIGKILL) {
		cgroups_freeze(arena, cgroups, true);
		signal_new(cgroups, signal, &old, &error);
	}
	if (signal == SIGKILL) {
		if (cgroups_frozen(arena, cgroups))
			cgroups_freeze(arena, cgroups, false);
		cgroups_let_end(arena, cgroups);
	}
	return error;
}
