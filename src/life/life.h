/* life.h - a container and its verbs. */
#pragma once
#include "life/record.h"
#include "plan/plan.h"
#include "show/show.h"

enum { CONFIG_LIMIT = 16 * 1024 * 1024 };	/* bytes of a config.json */

/* A bundle that has been read and planned: what run, explain and check begin with. */
struct bundle {
	const char *path;		/* absolute */
	const char *config;		/* path of its config.json, as given or PATH/config.json */
	const struct json *value;	/* the config as it was read, for the record */
	struct spec spec;
	struct host host;
	struct plan_request request;
	struct plan plan;
};

/* Whether the text can be a container's id: [a-zA-Z0-9_+-][a-zA-Z0-9_+.-]*, 1024 characters at
 * most. Else a problem. */
bool life_check_id(const char *id, struct problem *problem);

/* Reads `path`/config.json (or `config`), checks it, reads the facts about the host. No side effects. */
void bundle_read(struct arena *arena, const char *path, const char *config, enum cgroup_manager manager,
		 struct bundle *ret_bundle, struct problem *problem);

/* The same with the text of the config, which is changed and must live on; `path` is absolute. */
void bundle_take(struct arena *arena, const char *path, const char *config, char *text, size_t length,
		 enum cgroup_manager manager, struct bundle *ret_bundle, struct problem *problem);

/* The absolute path of its root file system. */
const char *bundle_root(struct arena *arena, const struct bundle *bundle);

/* The size of the terminal that this program was called in, for bundle->request; false where there
 * is none. */
bool life_terminal_size(unsigned short *ret_rows, unsigned short *ret_columns);

/* Makes bundle->plan, and checks it. bundle->request holds what the caller wants beyond the defaults;
 * bundle_read() has filled spec, host and bundle path in it. */
void bundle_plan(struct arena *arena, struct bundle *bundle, struct problem *problem);

/* What the host lacks for this bundle, one line each ("linux.seccomp: …"), without side effects: root path,
 * bind sources, namespace paths, file systems of the kernel, LSMs, tools, kernel version, rights.
 * Returns how many there are. */
size_t life_preflight(struct arena *arena, const struct bundle *bundle, struct text *out);

enum trace { TRACE_NONE, TRACE_TABLE, TRACE_FILE };

/* What a container that was started detached leaves to who has started it. */
struct detached {
	pid_t process;			/* its first, a child of the caller */
	int terminal;			/* the master of its terminal; -1: it has none */
};

/* Who tells the caller's service manager (NOTIFY_SOCKET) that a container is ready. */
enum notify_by {
	NOTIFY_BY_CONTAINER,		/* it does, and the manager is to watch its process */
	NOTIFY_FOR_RUNTIME,		/* it does, and the manager goes on watching the runtime, which stays with it */
	NOTIFY_BY_RUNTIME,		/* the runtime, as soon as the program runs */
	NOTIFY_LATER,			/* somebody, by life_notify(): until then it only knows whom to watch */
	NOTIFY_NEVER
};

/* Tells the service manager that NOTIFY_SOCKET names, where there is one, a line of sd_notify(3): "READY=1". */
void life_notify(const char *line);

/* What create, run and exec are told beyond the bundle. The paths of sockets and of the pid file are in
 * bundle->request. */
/* Who looks on while a program runs that is traced (ptrace(2)); its tracer is this process. */
struct onlooker {
	void (*begin)(void *context, const struct spec *spec, pid_t first);	/* before the first report */
	/* What waitpid(2) reports; lets who has stopped go on. */
	void (*take)(void *context, pid_t pid, int status);
	void *context;
};

struct start_options {
	const char *root;		/* of all containers: record_root() */
	enum trace trace;
	const char *trace_file;		/* TRACE_FILE */
	bool keep;			/* run: the container's folder stays after its end */
	int until_made;			/* run: whose flock(2) is given up once the container has one; 0: none */
	struct memory_end *memory;	/* run: whether memory ran out goes here; NULL: nowhere */
	bool *signalled;		/* run, in the foreground: whether a signal ended its process goes here; NULL:
					 * nowhere */
	int *program;			/* run: why the program cannot be executed goes here: -errno; NULL: nowhere.
					 * -ECANCELED: the start was given up by who stepped through it */
	bool step;			/* run: it stops before each step of the plan (debug/debug.h) */
	int commands, replies;		/* step: the descriptors that it reads from what to do, and writes to */
	const struct onlooker *onlooker;	/* run, in the foreground: the program is traced; NULL: it is not */
	int *signal;			/* step: the signal to this process that has the start given up goes here;
					 * NULL: nowhere */
	int give_up[2];			/* step: when one of these can be read from, the start is given up; 0: none */
	struct detached *detached;	/* run, detached: what the caller looks after from then on; NULL: nothing */
	enum notify_by notify;		/* run */
	void (*begun)(void *context);	/* run, in the foreground: called when its process is let go; NULL: not */
	void *context;
	bool no_subreaper;		/* run: processes that lose their parent go to the host's init */
};

/* Runs the container. In the foreground (request.end) until its process ends: signals are forwarded to it; a
 * terminal is put into raw mode and put back on every way out; *ret_status is the process's exit
 * status, or 128 + signal; and then the container is deleted. Detached until its program runs. A failure to
 * start is a problem with the whole diagnosis, and leaves nothing behind. What goes wrong after the end (a
 * poststop hook) is a line of `warnings`. */
void life_run(struct arena *arena, struct bundle *bundle, const struct start_options *options,
	      struct text *warnings, int *ret_status, struct problem *problem);

/* Whether what to do at each step can be read from the descriptor; else a problem says what is needed. */
bool life_can_step(int commands, struct problem *problem);

/* Makes the container, up to where its program would begin (request.end is END_CREATED). */
void life_create(struct arena *arena, struct bundle *bundle, const struct start_options *options,
		 struct text *warnings, struct problem *problem);

/* Lets the program of a created container begin, and tells why if it cannot. Runs the poststart hooks; if one
 * fails the container is killed (runtime.md, lifecycle 10). */
void life_start(struct arena *arena, const char *root, const char *id, struct problem *problem);

/* Removes a stopped container, with all that was made for it, and runs its poststop hooks. With `force` one
 * that is not stopped is killed before, and one that does not exist is no problem. What goes wrong
 * after the container is gone (a hook) is a line of `warnings`. */
void life_delete(struct arena *arena, const char *root, const char *id, bool force,
		 struct text *warnings, struct problem *problem);

/* Kills all its processes, also those of one whose record is damaged: what stands beside it says which they are. They
 * may not have ended yet. False where it does not exist. */
bool life_end(struct arena *arena, const char *root, const char *id);

/* Sends a signal to its first process, or to all. Only to a container that is created, running or paused. */
void life_kill(struct arena *arena, const char *root, const char *id, int signal, bool all,
	       struct problem *problem);

/* Stops all processes of a container where they are, and waits until they are: only of one that is created or running.
 * Lets those of a paused one go on. */
void life_pause(struct arena *arena, const char *root, const char *id, struct problem *problem);
void life_resume(struct arena *arena, const char *root, const char *id, struct problem *problem);

/* What `update` changes. What is not set stays as it is. */
struct update_request {
	struct resources resources;
	const char *l3_cache_schema, *mem_bw_schema;	/* of its resctrl group, or NULL */
};

/* Changes the limits of a container that is created, running or paused. All of them or none: if the kernel refuses one,
 * those that were changed before get back what they had, and the problem names the key, the file, the value and the
 * reason. Nothing is noted down: what holds is in the kernel alone. */
void life_update(struct arena *arena, const char *root, const char *id, const struct update_request *asked,
		 struct problem *problem);

/* Makes the plan that changes the networks of a container that is created, running or paused: ret_bundle->plan. */
bool life_connect_plan(struct arena *arena, const char *root, const char *id, const struct plan_network *network,
		       struct bundle *ret_bundle, struct problem *problem);

/* Does it. After a problem some of it may be done: *ret_linked tells whether a device was made. */
bool life_connect(struct arena *arena, struct bundle *bundle, bool *ret_linked, struct problem *problem);

/* What a container uses, as one line of JSON with its end: {"type":"stats","id":…,"data":{…}}. */
void life_stats(struct arena *arena, const char *root, const char *id, struct text *out,
		struct problem *problem);

/* What is known of its memory when it has ended, while its folder is still there; nothing where it has no cgroup. */
struct memory_end life_memory_end(struct arena *arena, const char *root, const char *id);

/* Calls `print` with such a line every `interval_ns`, and with {"type":"oom",…} when the kernel ends a process
 * because memory has run out, until the container ends, or `print` returns false. The line is gone after that. */
void life_events(struct arena *arena, const char *root, const char *id, uint64_t interval_ns,
		 bool (*print)(void *context, const struct text *line), void *context, struct problem *problem);

/* What is asked of exec beyond the process. */
struct exec_options {
	const char *root;		/* of all containers */
	int *program;			/* why the program cannot be executed goes here: -errno; NULL: nowhere */
	bool ignore_paused;
	bool detach;
	uint64_t timeout_ms;		/* after which it is killed, without a terminal; 0: never */
	void (*begun)(void *context);	/* called when its process is let go; NULL: not */
	void *context;
	struct keys *keys;		/* that leave it running, typed in its terminal (life/keys.h); NULL: there are
					 * none */
	bool *left;			/* whether they were typed goes here; NULL: nowhere */
	struct text *warnings;		/* that memory ran out is a line of it; NULL: it is not looked at */
	struct texts cgroup;		/* --cgroup, each [CONTROLLERS:]PATH */
	enum trace trace;
	const char *trace_file;
};

/* Reads the container that exec is for into a bundle: its spec has the container's own process at first, which
 * the caller changes (flags) or replaces (spec_read_process), and then bundle_plan_exec(). */
bool life_exec_read(struct arena *arena, const struct exec_options *options, const char *id,
		    struct bundle *ret_bundle, struct problem *problem);
void bundle_plan_exec(struct arena *arena, struct bundle *bundle, struct problem *problem);

/* Runs the process, like life_run(). */
void life_exec(struct arena *arena, struct bundle *bundle, const struct exec_options *options,
	       int *ret_status, struct problem *problem);

/* Makes sure that /proc/self/exe cannot be written to by what runs in the container (CVE-2019-5736): runs this program
 * again from a sealed copy unless it is one; `name` is what the process is called then. Returns 0, or -errno where that
 * could not be done. */
int self_protect(const char *name, char **argv, char **envp);
