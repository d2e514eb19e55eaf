/* record.h - a container on disk, and which containers there are.
 *
 * Below a root folder (--root) each container has a folder of its own, called as it is:
 *
 *	ROOT/ID/		0700. Who changes the container holds flock(2) on it; what is only read needs no
 *				lock, since files are replaced by rename(2)
 *		state.json	the record: what the later verbs need to know, once there is a process
 *		process		a link whose text is the pid and start time of the process, once more: where the record
 *				is damaged, `delete --force` still finds it
 *		running freezer	links too, from when the program runs on: what is asked most often (glance.h)
 *		filter		linux.seccomp as the kernel takes it, for exec: compiled once
 *		start		a FIFO; `start` writes a byte, and the container's process goes on. It is there
 *				as long as the container is created and not started. While it is being
 *				created it is called start.new
 *		answer		a FIFO; when the process can't become the program it says here why
 *		cgroups		which cgroups it has, noted before they are made
 *		ended		what these knew of it at its end (JSON), for as long as the folder stays
 *		notify/		where the container's NOTIFY_SOCKET is
 *
 * What a container is at the moment is not written down but found out: from its process, which is known by its
 * pid and start time together, and from what is in the folder. So a runtime that is killed at any moment
 * leaves nothing that has to be put right: what it was doing has ended with it, the lock with it, and
 * `delete` removes what is there. A folder without a record is a start that was cut off: its process was
 * tied to the runtime and has ended with it.
 */
#pragma once
#include "plan/plan.h"
#include <sys/types.h>

enum {
	RECORD_LIMIT = 16 * 1024 * 1024,	/* bytes of a state.json */
	RECORD_VERSION = 1
};

/* The names of the files, as above. */
#define RECORD_FILE "state.json"
#define RECORD_PROCESS "process"
#define RECORD_RUNNING "running"
#define RECORD_FREEZER "freezer"
#define RECORD_FILTER "filter"
#define RECORD_START_NEW "start.new"
#define RECORD_START "start"
#define RECORD_ANSWER "answer"
#define RECORD_NOTIFY "notify"
#define RECORD_CGROUPS "cgroups"
#define RECORD_ENDED "ended"

struct record {
	pid_t pid;			/* the first process; 0: there was none */
	uint64_t start_time;		/* of it: proc_pid_stat(5), field 22 */
	uint32_t owner;			/* uid of who made it */
	const char *id, *bundle;	/* absolute path */
	const char *rootfs;		/* absolute path */
	const char *created;		/* "2026-01-31T12:00:00.123456789Z" */
	bool gated;			/* made by `create`: it waits for `start` */
	struct texts directory;		/* what was made for it on the host (resctrl), the last one first */
	/* What the later verbs need of the config: ociVersion, root, process, hooks, annotations; of linux:
	 * namespaces, the id maps, personality, memoryPolicy, and seccomp without its rules. */
	struct spec spec;
};

enum status { STATUS_CREATING, STATUS_CREATED, STATUS_RUNNING, STATUS_PAUSED, STATUS_STOPPED };

/* "created" */
const char *status_name(enum status status);

/* A container that is there. */
struct container {
	struct arena *arena;
	const char *id;
	const char *path;		/* ROOT/ID */
	int folder;			/* open */
	bool locked;
	bool missing;			/* there is none of this id */
	bool recorded;			/* there is a record */
	struct record record;
	int process;			/* pidfd of its first process, which may have ended by now; -1: it has ended */
	enum status status;
	bool cgroups_known;		/* they have been read: see container_cgroups() */
	struct cgroups cgroups;
};

/* The folder of all containers: `given` (--root), or the one that is the caller's: /run/taru-oci for root,
 * $XDG_RUNTIME_DIR/taru-oci for others. An absolute path; it is not made. */
const char *record_root(struct arena *arena, const char *given, struct problem *problem);

/* Opens the container and finds out what it is. A problem where there is none ("container 'x' does not
 * exist"), or where its record cannot be read. */
bool container_open(struct arena *arena, const char *root, const char *id, struct container *ret_container,
		    struct problem *problem);

/* The same, and locked: nobody else changes it until container_close(). Waits for whoever has it locked, 10 s
 * at most; then a problem names that process. */
bool container_open_locked(struct arena *arena, const char *root, const char *id,
			   struct container *ret_container, struct problem *problem);

/* Makes the folder that containers are in, with what leads to it; nobody else may look into it (CVE-2024-25621). 0 or
 * -errno. */
int container_make_root(struct arena *arena, const char *root);

/* Makes the folder of a new container, locked, with nothing in it. A problem where there is one of that id. */
bool container_make(struct arena *arena, const char *root, const char *id, struct container *ret_container,
		    struct problem *problem);

/* Finds out again what it is: its process may have ended. */
void container_refresh(struct container *container);

/* Lets go of the lock; takes it again: false, where somebody else has removed the container meanwhile. */
void container_unlock(struct container *container);
bool container_lock_again(struct container *container);

/* Lets go of the lock, and of the folder and process. */
void container_close(struct container *container);

/* Removes the folder with all that is in it. The container is closed then. */
void container_remove(struct container *container, struct problem *problem);

/* The ids of all containers, sorted; a root that is not there has none. */
struct texts container_list(struct arena *arena, const char *root, struct problem *problem);

/* Sends a signal to its first process: 0 or -errno; -ESRCH where that has ended. */
int container_signal(const struct container *container, int signal);

/* Waits until its first process has ended, `timeout_ms` at most (-1: without end). */
bool container_wait(const struct container *container, int timeout_ms);

/* All processes of the container, in the host's count: those in its cgroups or, where it has none, those in its PID
 * namespace (where that is not its own, its mount namespace) and what descends from its first process. Returns how
 * many. */
size_t container_processes(struct arena *arena, struct container *container, pid_t **ret_pids);

/* Signals all of them, again and again until there are no more to be found where the signal is SIGKILL. */
int container_signal_all(struct arena *arena, struct container *container, int signal);

/* A process that the kernel has ended for want of memory. */
struct oom_victim {
	uint64_t pid;			/* on the host; 0: it is not known which it was */
	const char *name;		/* as the kernel has it; NULL or "": none */
	uint64_t memory;		/* bytes of its own (anonymous memory); 0: not known */
};

/* What was known of a container's memory when it had ended. */
struct memory_end {
	bool oom;			/* the kernel has ended a process of it for want of memory */
	uint64_t peak, limit;		/* bytes; 0: not known, no limit */
	uint64_t kills;			/* how many it has ended; 0: not known */
	struct oom_victim last;		/* of them */
};

/* --- the text of a record --- */

/* Of now: "2026-01-31T12:00:00.123456789Z". */
const char *record_now(struct arena *arena);

struct form;

/* The record of a container that is about to be made, with places for its process (struct form in
 * exec/exec.h). `config` is config.json as it was read. */
void record_write(struct arena *arena, const struct record *record, const struct json *config,
		  struct form *ret_form);

/* Reads one. The text is changed and must outlive the record. */
void record_read(struct arena *arena, char *text, size_t length, struct record *ret_record,
		 struct problem *problem);
