/* script.h - what the parts of explain_script() share. Private to show/.
 *
 * The script has two lanes as the plan has, each a shell:
 *
 *	runtime		the shell that reads the script: writes id maps, moves network
 *			devices, makes the pivot, waits
 *	container	a second shell, in the new namespaces: makes the mount tree, and
 *			becomes the program
 *
 * A step becomes some lines in the lane it is in, below a comment with its config key. Three groups
 * of steps are said in one place each, where they cannot stand alone in shell: the way
 * into the namespaces (script_start.c), giving up rights, and the last exec (script_process.c).
 */
#pragma once
#include "show/words.h"

/* How the container's shell is started. */
struct start {
	uint64_t flags;			/* CLONE_NEW*: all the new namespaces */
	const char *join[NAMESPACES];	/* paths */
	bool joins;			/* some namespace but the user namespace */
	bool holder;			/* id maps are written from outside: somebody must hold the namespace */
	bool maps_itself;		/* one id, its own: unshare(1) writes the maps */
	bool user;			/* ends in a user namespace that is not the runtime's */
	const struct step *enter;	/* STEP_JOIN_PROCESS: it joins a container that is there; or NULL */
	bool offsets;			/* of clocks, in a new time namespace */
	size_t clone, ids;		/* STEP_CLONE; the runtime's STEP_OPEN_GATE for GATE_IDS */
	size_t tree;			/* where the mount tree is done */
};

struct script {
	struct arena *arena;
	const struct plan *plan;
	const struct plan_request *request;
	struct start start;
	struct text *out;		/* the lane that is written to */
	struct text privileges;		/* options of setpriv(1), which come last */
	struct text descriptors;	/* the command that closes what a POSIX shell cannot name */
	struct text last;		/* what the last shell does before it starts the program */
	const char *margin;		/* before each line of that; else "" */
	bool turned;			/* the runtime's lane has come to where the root is changed */
	const char *joint;		/* between two commands of one step */
	const char *indent;
	size_t commands;		/* how many the step has by now */
	const char *said, *last_said;	/* the key of the last comment; in `last` */
	bool in_chain;			/* the container's lane has begun to collect "$@" */
};

/* --- comments (script_comments.c) --- */

/* Adds lines of ours, with their comments in the reader's language: what stands together of lines that begin with "# "
 * is one sentence, which is marked with N_(). What is from a config must not come through here. */
void script_say(struct text *out, const char *text);

/* Adds the words as lines of a comment. */
void script_wrap(struct text *out, const char *words);

/* --- lines (script_steps.c) --- */

/* All steps of the lane but those that the start of the container's shell says. */
void script_write_lane(struct script *script, enum lane lane, struct text *out);

/* One step, with its key. */
void script_write_step(struct script *script, size_t index);

/* Begins one command of the step, after what the step has already. Returns where to write it. */
struct text *script_line(struct script *script);

/* One command. */
void script_command(struct script *script, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* A command with a path of the container as its last word: script_place(s, "place_dir", "/dev"). */
void script_place(struct script *script, const char *function, const char *path);

/* "# KEY" above the next command, unless the last comment said it. */
void script_key(struct script *script, const char *why);

/* "# KEY: text": for what shell has no word for. Broken into lines. */
void script_note(struct script *script, const char *why, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* script_network.c: the way into the namespace of an ordinary user's networks, where the plan is done in there. */
void script_add_networks(const struct script *script, struct text *out);

/* Whether a step of the container's lane comes after all else: the last shell takes it, which lives through
 * the change of the root. */
bool script_is_last(const struct step *step);

/* Whether it is written for that shell now. */
bool script_in_last(const struct script *script);

/* --- the way into the namespaces (script_start.c) --- */

/* Fills script->start: which steps start the container's shell. */
void script_find_start(struct script *script);

/* Whether the step is said by the commands that start the container's shell. */
bool script_start_says(const struct script *script, size_t index);

/* STEP_CLONE, and with a user namespace all until the ids are mapped. */
void script_write_start(struct script *script);

/* Whether a copy of mount(8) is needed that is not setuid. */
bool script_needs_plain_mount(const struct script *script);

/* Adds the command that enters the container's namespaces from the runtime, up to its program. */
void script_add_enter(const struct script *script, struct text *out);

/* Adds the options of nsenter(1) about ids, where it enters a user namespace. */
void script_add_credentials(const struct script *script, struct text *out);

/* --- the outline (explain_script.c) --- */

/* Signals of the runtime's shell are the program's from there on. */
void script_add_signals(const struct script *script, struct text *out);

/* The runtime's part when the container's process waits for its root: it changes it. */
void script_change_root(struct script *script);

/* --- a container that is not there yet (script_draft.c) --- */

/* Add the variable with its folder, what removes that, and the steps that make it, in the runtime's lane. */
void script_add_draft_folder(const struct script *script, struct text *out);
void script_add_draft_end(const struct script *script, struct text *out);
void script_add_draft(struct script *script, struct text *out);

/* Keeps the user namespace that an ordinary user's container has, so that its files can be removed as their owners
 * (user_namespaces(7)). While $holder is there. */
void script_add_draft_owners(const struct script *script, struct text *out);

/* Add what is noted of it in its networks, and what takes that back (script_lease.c). */
void script_add_leases(struct script *script);
void script_add_leases_end(const struct script *script, struct text *out);

/* The changes of owners by an ordinary user, who has the right in the container's user namespace. While $holder is
 * there. */
void script_add_draft_changes(struct script *script);

/* --- what is done before it is mounted (script_changes.c) --- */

/* Adds the commands for U, z and Z, each behind `prefix`, but of new volumes that are still to be filled. */
void script_add_changes(struct script *script, const char *prefix);

/* Those of a new volume, which come when it has been filled. */
struct texts script_filled_changes(const struct script *script, const char *path);

/* "UID:GID", on this machine, whose it becomes by the mount with this mapping, which is lent; NULL: nobody's else. */
const char *script_filled_owner(const struct script *script, const char *path, const struct step *mapping);

/* Whether find_beneath is needed for them. */
bool script_changes_beneath(const struct script *script);

/* Whether the step makes the copy of a secret, which script_add_secrets() does: it fills them from the store, and sets
 * variables of the script to those that are variables of the container. */
bool script_is_secret(const struct script *script, const struct step *step);
void script_add_secrets(struct script *script);

/* The same of a container that is there: the script ends where it is not given them. */
void script_ask_for_secrets(const struct script *script, struct text *out);

/* Adds "NAME=" and the variable, where the entry of the environment is a secret; else false. */
bool script_add_secret(const struct script *script, struct text *out, const char *entry);

/* Whether it is one of these steps. */
bool script_is_of_draft(const struct script *script, size_t index);

/* Whether the directory is to get what the image has where it is mounted. */
bool script_is_filled(const struct script *script, const char *source);

/* --- binds with a map of ids (script_idmap.c) --- */

/* The STEP_OPEN_SOURCE that fills the slot of a bind, and the STEP_NEW_ID_MAPPING that this takes; NULL: none. */
const struct step *script_source(const struct plan *plan, int slot);
const struct step *script_mapping(const struct plan *plan, int slot);

/* "X-mount.idmap=u:0:100000:65536 g:…": the option of mount(8). */
const char *script_idmap_option(struct arena *arena, const struct step *mapping);

/* Adds "if …; then" with a line break: whether mount(8) knows that option, which an older one takes for one of the
 * file system, and leaves the ids as they are. */
void script_add_if_idmap(struct text *out);

/* Adds the command that tells that it did not. */
void script_add_without_idmap(struct text *out, const struct step *step);

/* --- what the runtime's shell mounts for the container's (script_lend.c) --- */

/* Whether the step is such a mount; the halves of it in the two lanes. */
bool script_is_lent(const struct script *script, const struct step *step);
bool script_lends_mounts(const struct script *script);
void script_lend(struct script *script, const struct step *step);
void script_borrow(struct script *script, const struct step *step);

/* Whether the root file system is one: then it is mounted at $rootfs in the script's own folder. */
bool script_lends_root(const struct script *script);

/* The path of it in the plan (explain_script.c). */
const char *script_root_path(const struct script *script);

/* Add the functions of shell for it: in the runtime's lane, in the container's. */
void script_add_lend_functions(const struct script *script, struct text *out);
void script_add_borrow_function(const struct script *script, struct text *out);

/* --- a container that is there (script_enter.c) --- */

/* Add the two calls of nsenter(1); the first up to its program. */
void script_add_first_enter(struct script *script, struct text *out);
void script_add_last_enter(struct script *script, struct text *out);

/* Sets $child to the process itself, in the runtime's lane. */
void script_find_process(struct script *script);

/* The function of shell that sets $process. */
const char *script_find_process_function(const struct script *script);

/* The whole script of a plan that changes the networks of a container that is there (script_connect.c). */
void script_connect(struct script *script, struct text *out, const char *what);

/* --- a container's life (script_life.c) --- */

/* Whether a hook is to see another name than its path: one that a shell of the lane runs, or the last shell. */
bool script_names_hooks(const struct script *script, enum lane lane);
bool script_names_last_hooks(const struct plan *plan);

/* Whether poststop hooks are run at the end, and the function of shell that does it. */
bool script_has_poststop(const struct script *script);
void script_add_poststop(struct script *script, struct text *out);

/* The path of the FIFO that `start` writes to; NULL where nobody waits for it. */
const char *script_start_pipe(const struct plan *plan);

/* --- the end (script_process.c, script_program.c) --- */

/* Begins to collect commands in "$@", unless it has begun. */
void script_begin_chain(struct script *script);

/* The directory that the program starts in. */
const char *script_directory(const struct script *script);

/* --- the readers of the kinds --- */

typedef void script_writer(struct script *script, const struct step *step);

/* script_mounts.c */
script_writer script_set_propagation, script_open_layers, script_mount_layers, script_open_root, script_open_source,
	script_mount, script_bind,
	script_change_mount, script_hold_directory, script_copy_up, script_make_device,
	script_make_link, script_open_empty, script_mask, script_make_readonly, script_make_path;

/* script_process.c */
script_writer script_chain, script_umask, script_rlimit, script_memory_policy, script_gid, script_privilege,
	script_groups, script_capabilities, script_label, script_seccomp, script_descriptors;

/* script_program.c */
script_writer script_find_home, script_exec;

/* script_life.c */
script_writer script_run_hook, script_write_record, script_write_pid_file, script_send, script_open_start,
	script_await_start, script_await_exec, script_find_program;

/* script_cgroup.c */
script_writer script_load_rules, script_add_elements;
script_writer script_write_file, script_make_cgroup, script_enable_controllers, script_set_devices, script_own_cgroup;

/* Whether it is a limit for processes, which the script's own would be counted by; and what writes all of these, when
 * there is nothing left to start but the program. */
bool script_counts_processes(const struct script *script, const struct step *step);
void script_limit_processes(struct script *script);

/* Whether something does that, by the file «enter». */
bool script_begins_in(const struct script *script);

/* Whether the runtime's shell does it with a process that joins a container, and how. $child is that process. */
bool script_is_put_in(const struct script *script);
void script_put_in(struct script *script);

/* What puts the process in its cgroup before anything else: the head of the chain of commands that starts it. */
void script_add_begin_in(const struct script *script, struct text *out);

/* script_network.c */
script_writer script_make_bridge, script_add_link;

/* script_enter.c */
script_writer script_open_process;

/* Text that is the same for every container (script_text.c). */
extern const char script_intro[], script_enter_intro[], script_begin[], script_runtime_head[],
	script_enter_head[], script_clean_up[], script_enter_clean_up[], script_lend_function[],
	script_cgroup_function[], script_enter_file[], script_among_mounts_function[], script_lend_mount_function[],
	script_owners_function[], script_borrow_function[],
	script_plain_mount[], script_gates[], script_lane_head[], script_hello[], script_toolbox_head[],
	script_toolbox_tail[], script_signals[], script_signals_end[], script_wait[], script_leave[];

/* Functions of shell, for the steps that need them. */
extern const char script_place_function[], script_place_functions[], script_names_head[], script_find_function[],
	script_plain_function[], script_mode_function[], script_node_function[], script_link_function[],
	script_copy_function[], script_below_function[], script_beneath_function[],
	script_mask_function[], script_readonly_function[];

/* Whether a tmpfs is to have the mode of the directory that it hides. */
bool script_keeps_mode(const struct step *step);

/* Whether it opens what is meant beneath a directory; the command that finds that. */
bool script_is_beneath(const struct step *step);
void script_find_beneath(struct text *out, const struct step *source);

/* Whether no symbolic link may lead to where it is mounted. */
bool script_is_plain(const struct step *step);

/* Whether it changes how the root passes mounts on, which must wait for pivot_root(8). */
bool script_changes_root(const struct step *step);
