/* criu_parts.h - what the files life/criu_*.c have from each other: see criu.h. */
#pragma once
#include "base/text.h"
#include "life/criu.h"
#include "life/launch.h"

/* --- criu_message.c: what goes over the socket (CRIU's rpc.proto) --- */

enum criu_request {
	CRIU_DUMP = 1, CRIU_RESTORE = 2, CRIU_PRE_DUMP = 4, CRIU_NOTIFY = 6, CRIU_FEATURES = 9,
	CRIU_VERSION = 10
};

/* How cgroups are dumped and restored. */
enum { CRIU_CGROUPS_IGNORE = 0, CRIU_CGROUPS_SOFT = 3, CRIU_CGROUPS_FULL = 4, CRIU_CGROUPS_STRICT = 5 };

enum { CRIU_LOCK_IPTABLES = 1, CRIU_LOCK_NFTABLES = 2, CRIU_LOCK_SKIP = 3 };

struct criu_join { const char *kind, *path; };			/* "ipc" */
struct criu_inherit { const char *key; int fd; };		/* fd: a number that CRIU's process will have */

/* All that CRIU is told. Zero, NULL, false and -1 for a descriptor are left out. */
struct criu_options {
	int images, work;		/* directories, open in this process */
	int status;			/* descriptor of this process; see `status-ready` */
	uint32_t pid;			/* dump: the root of the tree */
	uint32_t log_level, empty_namespaces, network_lock;
	struct maybe_u32 cgroups_mode;
	const char *log_file, *root, *parent, *config_file, *lsm_profile, *lsm_mount_context;
	const char *page_server;	/* address */
	uint32_t page_server_port;
	bool leave_running, ext_unix_sk, tcp_established, tcp_skip_in_flight, tcp_close, evasive_devices,
		shell_job, file_locks, link_remap, track_memory, auto_dedup, lazy_pages, notify,
		restore_sibling, orphan_terminal, old_mounts;
	struct texts external;		/* "net[4026531840]:extRootNetNS" */
	/* dump: where it is in the container → what it is called in the image; restore: that name → where it
	 * is on the host */
	struct pairs mount;
	struct criu_join *join;
	size_t joins;
	struct criu_inherit *inherit;
	size_t inherits;
};

/* What CRIU answered, or tells on the way. */
struct criu_response {
	uint32_t kind;			/* enum criu_request */
	bool success;
	uint32_t error;			/* an errno */
	uint32_t restored;		/* RESTORE: the root of the tree */
	char stage[32];			/* NOTIFY: "post-dump" */
	uint32_t pid;			/* NOTIFY: whom it is about */
	bool memory_tracking, lazy_pages;	/* FEATURES */
	uint32_t major, minor, sublevel;	/* VERSION */
	char reason[256];
};

/* A whole request; `options` may be NULL. With `stay` CRIU waits for another one after its answer. */
void criu_write_request(struct text *out, enum criu_request kind, const struct criu_options *options,
			bool stay);

/* That what a notification was about went well, or did not. */
void criu_write_notified(struct text *out, bool good);

/* Reads an answer: 0, or -EBADMSG where it is none. */
int criu_read_response(const char *bytes, size_t length, struct criu_response *ret_response);

/* --- criu_process.c: CRIU's process, and the talk with it --- */

enum {
	CRIU_SOCKET = 3,
	CRIU_FIRST_INHERITED = 4,	/* descriptor; below are its standard streams and the socket */
	CRIU_VERSION_LEAST = 30000	/* 3.0.0 */
};

struct criu {
	struct arena *arena;
	const char *verb;		/* "checkpoint": what messages begin with */
	const char *log, *log_folder;	/* the log's name, and where it is, for messages */
	int work;			/* that folder */
	pid_t pid;
	int socket;
	int said;			/* a file in memory: its standard output and error */
	uint32_t version;		/* 31701 is 3.17.1 */
};

struct criu_start {
	const char *program;		/* as criu_asked.program */
	const int *inherit;		/* they become CRIU_FIRST_INHERITED and the following ones */
	size_t inherits;
	bool keeps_input;		/* its standard input is the caller's: shell jobs */
	/* Done in its process, before it becomes CRIU; false after a problem. NULL: nothing. */
	bool (*prepare)(void *context, struct problem *problem);
	void *context;
};

/* What is done when CRIU has come to a stage of its work, and waits. `fd` is a descriptor that came with it, or
 * -1; the listener closes it. False after a problem: CRIU then gives up. */
struct criu_listener {
	bool (*reached)(void *context, const struct criu_response *stage, int fd, struct problem *problem);
	void *context;
};

/* Starts CRIU, and asks for its version. It ends when this process does. */
bool criu_start(struct criu *criu, const struct criu_start *start, struct problem *problem);

/* A problem where CRIU is older than that: "3.15". */
void criu_need_version(const struct criu *criu, uint32_t version, const char *what, struct problem *problem);

/* Has it do the work, up to its answer. A problem says what CRIU's log says. */
bool criu_work(struct criu *criu, enum criu_request kind, const struct criu_options *options,
	       const struct criu_listener *listener, struct criu_response *ret_response,
	       struct problem *problem);

/* Lets it go, and waits for its end. */
void criu_end(struct criu *criu);

/* --- criu_log.c --- */

/* The problem with what CRIU has done: its own words, from its log, from `response` (NULL: there was none), or from
 * what it said before it had a log. */
void criu_tell_failure(const struct criu *criu, const struct criu_response *response, struct problem *problem);

/* --- criu_image.c: the folders of a checkpoint --- */

struct criu_folders {
	int image, work;		/* work: the same as image where there is no --work-path */
	const char *image_path, *work_path;
};

#define CRIU_DUMP_LOG "dump.log"
#define CRIU_RESTORE_LOG "restore.log"

/* For a checkpoint, made if they are missing; for restoring one. What is in the image has to be plain files, but
 * for the link to a parent image. */
void criu_make_folders(struct arena *arena, const struct criu_asked *asked, struct criu_folders *ret_folders,
		       struct problem *problem);
void criu_open_folders(struct arena *arena, const struct criu_asked *asked, struct criu_folders *ret_folders,
		       struct problem *problem);

/* --- criu_asked.c --- */

/* What is the same for both, from the command line. */
void criu_read_asked(struct arena *arena, const struct criu_asked *asked, const char *verb,
		     struct criu_options *options, struct problem *problem);

/* CRIU's own configuration file for this container: the annotation org.criu.config, or the machine's. */
const char *criu_config_file(const struct spec *spec);

/* A problem where this CRIU does not know that way of locking the network. */
void criu_need_lock(const struct criu *criu, uint32_t lock, struct problem *problem);

/* How a network and a PID namespace that were joined are called in an image: runc's words. */
#define CRIU_NETWORK_KEY "extRootNetNS"
#define CRIU_PID_KEY "extRootPidNS"

/* Where a container has the socket of notify.c. */
#define CRIU_NOTIFY_FOLDER "/run/notify"

/* In the folder of a container: a file, if it was saved and stopped; where its root is mounted for CRIU. */
#define CRIU_CHECKPOINTED "checkpointed"
#define CRIU_ROOT "root"

/* As errno_words(), but without the phrases that engines take for a command that is missing or may not be run. */
const char *criu_error_words(int error);

/* --- criu_mounts.c: the mounts that are not the container's own --- */

/* What CRIU has to be told to restore: names in the image, and where these are on the host. */
struct pairs criu_find_mounts(struct arena *arena, const struct plan *plan);

/* Where they are in the container whose first process that is: what CRIU has to be told for a dump. A problem for a
 * mount that CRIU cannot bring back. */
void criu_name_mounts(struct arena *arena, const struct plan *plan, pid_t pid, struct criu_options *options,
		      struct problem *problem);

/* /proc/PID/mountinfo; "" after a problem. */
const char *criu_read_mountinfo(struct arena *arena, pid_t pid, struct problem *problem);

/* Where the mount with that id is, as its process sees it, or NULL. */
const char *criu_find_mount_point(struct arena *arena, const char *mountinfo, uint64_t id);

/* --- criu_streams.c: standard input, output and error of the tree's root --- */

enum { CRIU_STREAMS = 3 };

struct criu_streams {
	const char *key[CRIU_STREAMS];	/* how each is called in the image; NULL: it needs no name */
	bool null[CRIU_STREAMS];	/* it was the host's /dev/null */
};

/* Those of the process; files of the host's become options->external. */
void criu_name_streams(struct arena *arena, pid_t pid, struct criu_streams *ret_streams,
		       struct criu_options *options, struct problem *problem);

/* Keeps the names beside the image, and reads them there. */
void criu_write_streams(struct arena *arena, const struct criu_folders *folders,
			const struct criu_streams *streams, struct problem *problem);
void criu_read_streams(struct arena *arena, const struct criu_folders *folders,
		       struct criu_streams *ret_streams, struct problem *problem);

/* The text of that file, which is changed. Of the names only those are kept that stand for something of the host's;
 * none after a problem. */
void criu_parse_streams(struct arena *arena, char *text, size_t length, struct criu_streams *ret_streams,
			struct problem *problem);

/* --- criu_steps.c --- */

/* The plan with only the steps that are wanted in a lane. */
struct plan criu_select_steps(struct arena *arena, const struct plan *plan,
			      bool (*is_wanted)(const struct step *step));

/* The problem with the step that failed. */
void criu_tell_step(const struct launch *launch, struct problem *problem);

/* Makes the container's cgroups, with their limits, and puts this process in them; false after a problem. */
bool criu_enter_cgroups(const struct launch *launch, struct problem *problem);

/* --- criu_stage.c: where CRIU works when it restores --- */

struct criu_stage {
	const char *rootfs, *root;	/* the first is mounted on the second, a folder */
	bool new_cgroup_namespace;
	const char *cgroup_namespace;	/* to be joined instead, or NULL */
};

/* Makes it: for criu_start. `context` is the struct criu_stage. */
bool criu_enter_stage(void *context, struct problem *problem);

/* criu_find.c: the caller's PATH, and behind it where programs usually are. */
const char *criu_search_path(struct arena *arena);
