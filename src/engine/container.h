/* container.h - a container of the engine on disk, and which containers there are.
 *
 *	ROOT/names/NAME			a symbolic link whose text is the ID: who has made it has the name
 *	ROOT/containers/ID/		mode 0700. Who changes the container holds flock(2) on it
 *	  config.json			with rootfs/ an OCI bundle
 *	  container.json		what was asked when it was made: struct made
 *	  ended.json			how its last run ended: struct ended. It is removed when another begins
 *	  keeper			locked by the process that looks after it, as long as there is one: keeper.c. It
 *					is there from the first start on, and says whether the run has ended
 *	  stopped			somebody has stopped it: it is not to be started again
 *	  again				a health check wants it to be started again when it has ended
 *	  log log.1 …			what it has written (wire/log.h)
 *	  log.attributes		what stands beside each line of that, where something was asked for
 *	  layers			the layers that it stands on, and those of images that are mounted in it, a line
 *					each: they are kept for it (image/store.h)
 *	  volumes			its volumes without a name, a line each: they go with a folder that has
 *					this, but no container.json
 *	  rootfs/			empty: where its tree is mounted, in its own mount namespace alone
 *	  upper/ work/			what it has changed, as overlayfs has it
 *	  overlays/N/{upper,work}	what it has changed of a mount with the option O
 *	  secrets/			files that are in its /run/secrets: secret_use.h
 *	  hostname hosts resolv.conf	bound into it
 *	  hosts.asked resolv.conf.asked	the same without what its networks add, where it has networks
 *	  network.json			what it has of networks: endpoint.h. It is removed with that
 *	RUN/ID/				as long as it runs: life/record.h, and
 *	  attach			the socket of its monitor (wire/attach.h)
 *	  health.json			what its health checks came to (health.h)
 *
 * Rules, as everywhere: a file is replaced by rename or not at all; what can be found out is not written down. A folder
 * without container.json is a container that was not finished, or is being removed; where nobody has it locked it is
 * garbage. A name that leads to no container is free. So nothing is to be repaired after a `kill -9`, nor after a
 * loss of power: RUN is empty then, and a container is not running that has no folder there.
 */
#pragma once
#include "image/store.h"
#include "life/record.h"

enum { CONTAINER_ID_LENGTH = 64, CONTAINER_NAME_MAX = 128 };

/* What becomes of it when it has ended by itself. */
enum restart_policy { RESTART_NO, RESTART_ON_FAILURE, RESTART_ALWAYS, RESTART_UNLESS_STOPPED };

/* What is done instead until it has passed: podman's --health-startup-cmd. Times in ns. */
struct startup_check {
	struct texts test;		/* as below; none: there is none */
	uint64_t interval, timeout;
	uint32_t retries;		/* so many that fail have the container started again; 0: none have */
	uint32_t success;		/* so many in a row that do not fail make it pass; 0: one */
};

/* How it is found out whether it works: docker's HEALTHCHECK. Times in ns. */
struct health_check {
	struct texts test;		/* "CMD", program, arguments; "CMD-SHELL", command; none: it is not */
	uint64_t interval, timeout, start_period, start_interval;
	uint32_t retries;		/* so many in a row that fail make it unhealthy */
	const char *on_failure;		/* "none", "kill", "restart", "stop" */
	struct startup_check startup;
	const char *log_destination;	/* "local", "events_logger", or a directory; NULL: "local" */
	uint32_t log_count, log_size;	/* results, and bytes of each, that are kept; 0: the usual, UINT32_MAX: all */
};

/* What its monitor does. */
struct upkeep {
	const char *log_driver;		/* "json-file", "local", "k8s-file", "journald" … */
	struct pairs log_options;
	enum restart_policy restart;
	uint32_t restart_max;		/* of RESTART_ON_FAILURE; 0: without end */
	bool interactive;		/* it has a standard input that stays open */
	uint32_t timeout;		/* seconds after which it is killed; 0: never */
	struct health_check health;
};

/* What somebody has asked to be mounted in it: a volume, or what is bound of this machine. */
struct made_mount {
	const char *name;		/* of the volume; "": none */
	const char *source, *destination;
	struct texts options;		/* the words behind the path in `--volume` */
	bool anonymous;			/* the volume goes where those of the container are removed */
};

/* A network that somebody has asked it to be in. Texts that were not given are "". */
struct made_network {
	const char *network;		/* its name */
	const char *ip, *ip6, *mac;
	const char *interface;		/* in the container; "": the next of eth0, eth1 … */
	struct texts aliases;
	struct texts options;		/* of a program that leads outward (outward.h) */
};

/* A port of it that others reach at one of this machine's. */
struct made_port {
	const char *address;		/* of this machine, without brackets; "": all, of both families */
	uint32_t outside, outside_last;	/* one of these, the first that is free; 0: any that is free */
	uint32_t inside;
	const char *protocol;		/* "tcp", "udp", "sctp" */
};

/* What was asked of it that its config.json does not tell any more, as it was given: asked_note.h. All of it is empty
 * in records of versions that did not write it. */
struct made_asked {
	struct texts cap_add, cap_drop, security_options, groups, device_rules, volumes_from;
	struct texts devices;		/* with those of --gpus, by their names */
	struct texts add_hosts, dns, dns_options, dns_search;
	struct texts weight_devices, read_bps, write_bps, read_iops, write_iops;	/* "/dev/sda:1m" */
	bool privileged, publish_all;
	const char *cid_file;		/* absolute; "": none */
};

struct made {
	const char *id, *name;
	const char *created;		/* "2026-01-31T12:00:00.123456789Z" */
	const char *image;		/* as it was asked for: "busybox"; "host" */
	const char *image_id;		/* "sha256:…"; "" where it stands on no image of the store */
	const char *rootfs;		/* a directory of this machine that it stands on: rootfs.h; "": none */
	bool rootfs_kept;		/* its changes are not made there */
	struct texts command;		/* what it runs, without the process 1 of --init */
	struct texts layer;		/* chain IDs, the lowest first */
	struct texts mounted_layers;	/* of images that are mounted in it; known only while it is made */
	const char *stop_signal;	/* "SIGTERM" */
	uint32_t stop_timeout;		/* seconds */
	bool remove;			/* --rm */
	struct upkeep upkeep;
	struct pairs labels;
	struct made_mount *mount;
	size_t mounts;
	struct texts secret_variables;	/* names of those that have a secret as their value */
	struct pairs joins;		/* "network" and the ID of who has it, where that is another: joins.h */
	struct made_network *network;
	size_t networks;		/* 0: its network namespace is what config.json says */
	struct pairs links;		/* --link: what it calls another, and that one's name: links.h */
	struct made_port *port;
	size_t ports;
	struct texts expose;		/* "80/tcp": of the image and of --expose */
	const char *sdnotify, *cgroups;	/* as they were asked for; "": the usual */
	const char *pid_file;		/* --pidfile, absolute; "": none */
	struct made_asked asked;
};

/* What its first process ended by. */
enum ended_by {
	ENDED_UNKNOWN,
	ENDED_EXIT,			/* it ended itself, with that status */
	ENDED_SIGNAL,
	ENDED_TIME,			/* --timeout: it was killed */
};

struct ended {
	const char *started, *finished;	/* as `created`; "" where it is not known */
	int64_t status;			/* exit status, or 128 + signal */
	enum ended_by by;
	bool known;			/* false: it was left alone, and nobody saw how it ended */
	struct memory_end memory;	/* its numbers are only known where memory ran out */
	const char *problem;		/* why it could not be started, or "" */
	uint64_t log_lost;		/* lines of its output that its log driver could not take: the disk was full */
	bool restarting;		/* its keeper was about to start it again: and does so, if it lives */
};

enum container_status { CONTAINER_CREATED, CONTAINER_RUNNING, CONTAINER_PAUSED, CONTAINER_EXITED,
			CONTAINER_RESTARTING };

/* "signal"; "" for what is not known. */
const char *engine_ended_by_name(enum ended_by by);
bool engine_ended_by(const char *name, enum ended_by *ret_by);

/* "running" */
const char *engine_status_name(enum container_status status);

/* "on-failure", and back: false for a word that is none. */
const char *engine_restart_name(enum restart_policy policy);
bool engine_restart_policy(const char *word, enum restart_policy *ret_policy);

struct engine_container;

/* Whether there is a process of it: it runs, or is paused. */
bool engine_lives(const struct engine_container *container);

/* Where containers are. */
struct engine {
	struct arena *arena;
	struct store *store;
	const char *run;		/* RUN: the folder of those that run */
	size_t unfinished;		/* engine_list(): so many folders are no containers (yet, or any more) */
	bool only_told;			/* `explain`: nothing is written, taken or made, but in memory (draft.h) */
};

/* A container that is there. */
struct engine_container {
	struct made made;
	struct ended ended;		/* of its last run, where there was one */
	enum container_status status;
	pid_t pid;			/* where it runs */
	const char *started;		/* where it runs */
	bool attended;			/* engine_list(): it runs, and its keeper lives */
	int folder;			/* open; -1: closed */
};

/* Which folder of running containers: `given` (--run-root), TARU_RUN_ROOT, /run/taru/containers for root, else
 * $XDG_RUNTIME_DIR/taru/containers. NULL after a problem. */
const char *engine_run_root(struct arena *arena, const char *given, struct problem *problem);

/* Whether the text can be a container's name: [a-zA-Z0-9][a-zA-Z0-9_.-]+, as docker has it. Else a problem,
 * which begins with `what`. */
bool engine_check_name(const char *what, const char *name, struct problem *problem);

/* --- making one --- */

/* A container that is being made: its folder is locked. */
struct container_making {
	const char *id, *path;		/* path: absolute */
	int folder;
};

/* Makes the folder of a new container with a new ID, and what is in it: rootfs, upper, work. */
bool engine_begin(struct engine *engine, struct container_making *ret_making, struct problem *problem);

/* Takes the name made->name, or where that is NULL one that is free, which is put there; then writes layers and
 * container.json: from here on it is one. What is made is written in `made`. */
bool engine_commit(struct engine *engine, const struct container_making *making, struct made *made,
		   struct problem *problem);

/* Removes what was made so far. */
void engine_abandon(struct engine *engine, struct container_making *making);

/* Writes a file of it, by rename. */
bool engine_write(const struct container_making *making, const char *name, const char *text, size_t length,
		  struct problem *problem);

/* --- those that are there --- */

/* All of them, the newest first. One that cannot be read is told in `warnings`, a line each, and left out. */
bool engine_list(struct engine *engine, struct engine_container **ret_list, size_t *ret_count,
		 struct text *warnings, struct problem *problem);

/* The container that a person means: by name, ID, or the begin of an ID that only one has. Its folder is open. */
bool engine_find(struct engine *engine, const char *given, struct engine_container *ret_container,
		 struct problem *problem);

/* Finds out again what it is at the moment. */
void engine_refresh(struct engine *engine, struct engine_container *container);

/* Locks it: nobody else changes it until engine_close(). Waits 10 s at most. Finds out again what it is. */
bool engine_lock(struct engine *engine, struct engine_container *container, struct problem *problem);
void engine_close(struct engine_container *container);

/* Gives a locked container another name. */
bool engine_rename(struct engine *engine, struct engine_container *container, const char *name,
		   struct problem *problem);

/* Writes container.json of a locked container again. */
bool engine_write_made(struct engine *engine, const struct engine_container *container, struct problem *problem);

/* Where the container that is meant has a record that cannot be read: puts one in its place that says whose it is and
 * what its name is, so that all that ends and removes a container can end and remove this one. Nothing is told of
 * it: who looks for the container then finds it, or not. */
void engine_replace_damaged(struct engine *engine, const char *given);

/* Writes ended.json. */
bool engine_write_ended(const struct engine *engine, int folder, const struct ended *ended, struct problem *problem);

/* --- who looks after it: keeper.c --- */

/* Becomes its keeper, as long as the descriptor is open, here and in processes that have inherited it. Waits for
 * the one before, which has nothing to do any more, 10 s at most. Returns the descriptor, or -errno; -EAGAIN. */
int engine_become_keeper(int folder);

/* Whether the one before has let go of it; else a problem. */
bool engine_has_become_keeper(int keeper, const struct made *made, struct problem *problem);

/* The same as engine_become_keeper() where it has none; else -EAGAIN. */
int engine_try_keeper(int folder);

/* How often a container was started again by its policy. */
struct restarts {
	uint32_t count;			/* since somebody has started it */
	uint32_t quick;			/* so many in a row that soon ended again */
};

/* Its keeper notes that a run begins: how the last one ended counts no more. */
void engine_note_start(int folder, int keeper, const struct restarts *restarts);

/* Its monitor notes the first process, once more: RUN may be lost. engine_noted_process() is that one, as long as it
 * lives and somebody looks after it; else 0. */
void engine_note_process(int keeper, pid_t pid);
pid_t engine_noted_process(int folder);

/* Whether a container that does not run has no such process; else a problem. */
bool engine_may_start(const struct engine_container *container, struct problem *problem);

/* Its keeper notes that the run has ended, which is all that is known for a moment, while its end is put away. */
void engine_note_end(int keeper);
bool engine_has_noted_end(int folder);

/* What was noted when it began. */
struct restarts engine_read_restarts(int folder);

/* Whether it has one. */
bool engine_has_keeper(int folder);

/* Waits until it has none, `timeout_ms` at most. */
bool engine_wait_for_keeper(int folder, int timeout_ms);

/* Whether it has ended a moment ago, and its keeper is about to write down how. */
bool engine_is_settling(const struct engine_container *container);

/* Waits for that, `timeout_ms` at most, and finds out again what it is. */
void engine_settle(struct engine *engine, struct engine_container *container, int timeout_ms);

/* Notes that somebody has stopped it, or takes that back; whether it is so. */
void engine_set_stopped(int folder, bool stopped);
bool engine_is_stopped(int folder);

/* Notes that it is to be started again when it has ended, whatever its policy says; takes that back, and whether it was
 * so. */
void engine_ask_for_restart(int folder);
bool engine_take_restart(int folder);

/* Removes what is left in RUN of a locked container; with `force` what runs is killed before, else one that runs is a
 * problem. What goes wrong with hooks is a line of `warnings`. */
bool engine_end_life(struct engine *engine, const struct engine_container *container, bool force,
		     struct text *warnings, struct problem *problem);

/* Removes a locked container that does not run, with its name; where it was made to be removed (--rm), with its
 * anonymous volumes. */
bool engine_remove(struct engine *engine, struct engine_container *container, struct problem *problem);

/* Removes what containers that were killed while they were made or removed have left. */
void engine_sweep(struct engine *engine);
