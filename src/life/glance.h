/* glance.h - whether a container runs, at the price of two or three files.
 *
 * Two links that are made when the program runs, and go with the folder, say what is on record elsewhere too and does
 * not change as long as it runs:
 *
 *	ROOT/ID/freezer		leads to the file that says whether its cgroup is frozen, where there is one
 *	ROOT/ID/running		"PID START_TIME RUNTIME FREEZER CREATED", short enough for an inode
 *
 *	PID START_TIME	as in `process`
 *	RUNTIME		the pid of who has started it, whose child it is as long as that one lives
 *	FREEZER		the version of the cgroup with the freezer; 0: there is none
 *	CREATED		as in state.json
 *
 * Nothing of it is believed before /proc has said that there is such a process still. So it can only say that a
 * container runs: of all others, and of those without a link, it says nothing, and container_open() finds it out.
 */
#pragma once
#include "life/record.h"

struct glance {
	pid_t pid;
	const char *created;
	bool paused;
	bool attended;			/* who has started it lives, and is its parent */
};

/* False: nothing can be said at a glance. */
bool container_glance(struct arena *arena, const char *root, const char *id, struct glance *ret_glance);

/* Makes the link. The container's record and cgroups are known. Without it all goes on as well, only slower. */
void container_note_running(const struct container *container, const struct cgroups *cgroups);
