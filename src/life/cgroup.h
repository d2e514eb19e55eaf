/* cgroup.h - the cgroups of a container that is there: what is in them, stopping and going on, their end.
 *
 * Which ones they are is noted in the container's folder before the first is made (RECORD_CGROUPS), so that none is
 * forgotten whenever the runtime is killed. A container may have none.
 */
#pragma once
#include "base/text.h"
#include "life/record.h"

/* Why a container has none, in the words of both programs' options. */
#define MADE_WITHOUT_CGROUPS \
	"it was made with --cgroup-manager disabled (taru: --cgroups disabled), or where it could have none"

/* --- which they are --- */

/* Notes them. */
void cgroups_note(const struct container *container, const struct cgroups *cgroups, struct problem *problem);

/* Those of the container, from its note. Half a note is none: then none was made either. */
const struct cgroups *container_cgroups(struct container *container);

/* --- their files --- */

/* The text of a file of the cgroup, without the line's end: 0 or -errno. */
int cgroup_read(struct arena *arena, const struct cgroup *cgroup, const char *file, const char **ret_text);

/* The number that it begins with; "max" is UINT64_MAX. -EBADMSG where it is none. */
int cgroup_read_number(struct arena *arena, const struct cgroup *cgroup, const char *file, uint64_t *ret_number);

/* The number behind a word in a file of lines "WORD NUMBER" ("oom_kill" in memory.events). -ENOENT where there is
 * no such word. */
int cgroup_read_entry(struct arena *arena, const struct cgroup *cgroup, const char *file, const char *word,
		      uint64_t *ret_number);

/* 0 or -errno. */
int cgroup_write(const struct cgroup *cgroup, const char *file, const char *text);

/* --- the processes in them --- */

/* All of them, also in cgroups below, in the count of this process's PID namespace. */
size_t cgroups_processes(struct arena *arena, const struct cgroups *cgroups, pid_t **ret_pids);

/* Whether another container that lives has one of them, or one below: then who is in them may be its. */
bool cgroups_are_others(const struct container *container, const struct cgroups *cgroups);

/* Whether they are frozen, or about to be. */
bool cgroups_frozen(struct arena *arena, const struct cgroups *cgroups);

/* The cgroup whose file says so, the file, and what it says. NULL where there is none. */
const struct cgroup *cgroups_freezer(const struct cgroups *cgroups);
const char *cgroup_freezer_file(struct arena *arena, const struct cgroup *freezer);
bool cgroup_file_says_frozen(const char *path);

/* Freezes them, or lets them go on, and waits until they are: 10 s at most. 0, -ETIMEDOUT (and then they go on as
 * before), -EOPNOTSUPP where no cgroup can, or another -errno. */
int cgroups_freeze(struct arena *arena, const struct cgroups *cgroups, bool frozen);

/* Signals all processes in them, also those that are being made meanwhile (but for those that outlive it and make new
 * ones without end). 0 or -errno. Frozen ones that are killed end when they go on, which they then do. */
int cgroups_signal(struct arena *arena, const struct cgroups *cgroups, int signal);

/* After SIGKILL: in v1 what is frozen does not end, and the container may have frozen some in cgroups below. */
void cgroups_let_end(struct arena *arena, const struct cgroups *cgroups);

/* --- their end --- */

/* What is known of a container that has ended, from its cgroups. What is not known is not set. */
struct usage {
	struct maybe_u64 memory_peak;	/* bytes */
	struct maybe_u64 memory_limit;	/* bytes */
	struct maybe_u64 oom_kills;
	struct maybe_u64 cpu_ns;
	struct maybe_u64 throttled;	/* how often */
	struct maybe_u64 throttled_ns;
	struct maybe_u64 pids_peak;
	struct maybe_u64 pids_refused;	/* how often the limit was met */
};

/* Reads it; the cgroups are still there. */
void cgroups_usage(struct arena *arena, const struct cgroups *cgroups, struct usage *ret_usage);

/* How many processes in them the kernel has ended so far for want of memory; 0 where that is not known. */
uint64_t cgroups_oom_kills(struct arena *arena, const struct cgroups *cgroups);

/* What they know of memory; and where it ran out, which process has ended for that since then (CLOCK_MONOTONIC), by the
 * kernel's log (oom.h), which is not looked at otherwise. */
struct memory_end cgroups_memory_end(struct arena *arena, const struct cgroups *cgroups, uint64_t since_us);

/* That as JSON: {"memoryPeak": …}. */
void usage_write(const struct usage *usage, struct text *out);

/* Removes them. With `kill` processes that are still in them are ended; without, one that has some stays. So do those
 * that another container lives in. */
void cgroups_remove(const struct container *container, const struct cgroups *cgroups, bool kill,
		    struct problem *problem);
