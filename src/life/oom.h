/* oom.h - which process the kernel has killed for want of memory (its OOM killer): by its log.
 *
 *	oom_find() ─→ /dev/kmsg ─→ oom_take(), once for each record ─→ struct oom_search
 *
 * The counters of a cgroup tell that it has, and how often. Which process it was stands in the log alone, in two
 * records (mm/oom_kill.c and mm/memcontrol.c of the kernel, in this form since Linux 5.3):
 *
 *	6,878301,55825372528,-;oom-kill:constraint=CONSTRAINT_MEMCG,…,task_memcg=/a/b,task=sh,pid=25598,uid=0
 *	3,878302,55825372541,-;Memory cgroup out of memory: Killed process 25598 (sh) total-vm:268kB, anon-rss:16kB,…
 *
 * The names of cgroups and processes in them are chosen by anybody, so what can be read in two ways is not read at
 * all. Where it kills more than ten in five seconds the kernel leaves out the first.
 */
#pragma once
#include "base/text.h"
#include "life/record.h"

enum { OOM_NAME = 16 };			/* bytes of a process's name, with a NUL at the end: TASK_COMM_LEN */

struct oom_search {
	const char *cgroup;		/* whose processes, and of those below it: "/a", without a '/' at its end */
	bool anywhere;			/* above it there may be others, which the caller does not see */
	uint64_t since_us;		/* what is older is of somebody else */
	size_t found;			/* how many were killed */
	/* The last of them. */
	uint64_t pid;			/* in the kernel's count */
	char name[OOM_NAME];		/* UTF-8 that a terminal does not obey */
	uint64_t memory;		/* bytes of its own (anonymous memory); 0: not known */
};

/* Takes a record of /dev/kmsg: "PRIORITY,NUMBER,MICROSECONDS,FLAGS;TEXT\n…" (Documentation/ABI/testing/dev-kmsg).
 * What is not the kernel's, or of no interest, changes nothing. */
void oom_take(struct oom_search *search, const char *record, size_t length);

/* Looks for the last process of the memory cgroup, or of one below it, that was killed since then (CLOCK_MONOTONIC).
 * *ret_victim stays as it is, or its pid is 0, where that is not to be found, or the log may not be read
 * (kernel.dmesg_restrict). Costs some ms, so it is for who knows that there is one. */
void oom_find(struct arena *arena, const struct cgroup *memory, uint64_t since_us, struct oom_victim *ret_victim);

/* The time on that clock at which a process began, from its ticks after boot (struct proc_stat). */
uint64_t oom_time_of(uint64_t start_time);

/* Adds a line: that the container has run out of memory, and what is known of that. `when`: "", or " meanwhile". */
void oom_tell(struct text *out, const char *id, const char *when, const struct memory_end *memory);
