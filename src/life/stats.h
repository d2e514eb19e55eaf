/* stats.h - what a container uses, in the words of runc's `events` (its types/events.go), which engines read: key by
 * key and in its order; what is 0 or not known is left out where runc leaves it out. Times are in ns, sizes in bytes,
 * as cgroup v1 has them, whichever version there is. For life/ only.
 */
#pragma once
#include "base/json_write.h"
#include "life/cgroup.h"

struct stats {
	struct arena *arena;
	const struct cgroups *cgroups;
	struct json_writer *json;
};

/* Writes the object "data". `group` is the name of its resctrl group, or NULL. */
void stats_write(struct arena *arena, const struct cgroups *cgroups, const char *group, struct json_writer *json);

/* Each writes one object of it. stats_memory.c: */
void stats_memory(const struct stats *stats);
/* stats_io.c: */
void stats_io(const struct stats *stats);
/* stats_resctrl.c; `root` is where resctrl is mounted: */
void stats_resctrl(const struct stats *stats, const char *root, const char *group);

/* The group of resctrl that a process is in, by the kernel (Linux 5.6): its name; NULL where it has none of its own. */
const char *resctrl_group(struct arena *arena, pid_t pid);

/* --- for these --- */

/* The number in a file of the cgroup; 0 where there is none, or no cgroup. */
uint64_t stats_number(const struct stats *stats, const struct cgroup *cgroup, const char *file);

/* The same behind a word, in a file of lines "WORD NUMBER". */
uint64_t stats_entry(const struct stats *stats, const struct cgroup *cgroup, const char *file, const char *word);

/* Puts a number unless it is 0. */
void stats_put(const struct stats *stats, const char *key, uint64_t number);

/* "psi", from a file such as cpu.pressure of cgroup v2; nothing where there is none. */
void stats_pressure(const struct stats *stats, const char *file);
