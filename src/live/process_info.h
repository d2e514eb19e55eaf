/* process_info.h - what /proc says of a process, and the columns of `top` that are made of it.
 *
 * Nothing of a container is run for it. Its names of users are read in its own files by descriptor, and ids are told as
 * it has them.
 */
#pragma once
#include "base/text.h"
#include <stddef.h>
#include <sys/types.h>

enum { PROCESS_IDS_MAX = 64 };

struct process_ids { uint32_t real, effective; uint32_t group[PROCESS_IDS_MAX]; size_t groups; };

/* Where names are found: texts of etc/passwd and etc/group, of this machine and of the container. */
struct process_names { const char *host_users, *host_groups, *users, *groups; };

struct process_info {
	struct arena *arena;
	const struct process_names *names;
	pid_t pid, own_pid, parent, group;	/* own_pid: in its own PID namespace */
	char state;
	int terminal;			/* as stat has it; 0: none */
	long nice;
	uint64_t ticks, started_ticks;	/* processor time; after boot */
	uint64_t size;			/* of its memory, bytes */
	double up_s;			/* of this machine */
	const char *name, *arguments, *label, *status;	/* status: the text of the file */
	struct process_ids uid, gid;	/* as this machine has them */
	const char *uid_map, *gid_map;	/* of its user namespace */
};

/* Reads it; false where it has ended. */
bool process_info_read(struct arena *arena, pid_t pid, const struct process_names *names,
		       struct process_info *ret_info);

struct process_column {
	const char *word, *header;
	const char *(*text)(const struct process_info *info);
};

/* Podman's words for columns; ends in a NULL. */
extern const struct process_column process_columns[];

/* The columns that `ps -ef` has. */
extern const struct process_column process_usual[];

/* The column of that word, or NULL. */
const struct process_column *process_column_find(const char *word);
