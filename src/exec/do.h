/* do.h - what the files of exec/ share.
 *
 * There is one function do_x for each kind of step. Each returns 0 or -errno, after having
 * said with trying() which system call it is about to make, and for which part of the step:
 * so that a failure can be told in words by who reads the tape.
 */
#pragma once
#include "base/fd.h"
#include "exec/exec.h"

/* Each kind of step and who does it. exec.c makes its table from this list and does not compile when
 * one is missing. */
#define STEP_DOERS(DOER) \
	DOER(STEP_OPEN_NAMESPACE, do_open_namespace) \
	DOER(STEP_CLONE, do_clone) \
	DOER(STEP_JOIN_NAMESPACE, do_join_namespace) \
	DOER(STEP_UNSHARE, do_unshare) \
	DOER(STEP_REFORK, do_refork) \
	DOER(STEP_OPEN_GATE, do_open_gate) \
	DOER(STEP_AWAIT_GATE, do_await_gate) \
	DOER(STEP_MAP_IDS, do_map_ids) \
	DOER(STEP_WRITE_CHILD, do_write_child) \
	DOER(STEP_WRITE_SELF, do_write_self) \
	DOER(STEP_SET_DUMPABLE, do_set_dumpable) \
	DOER(STEP_NEW_KEYRING, do_new_keyring) \
	DOER(STEP_RESET_SIGNALS, do_reset_signals) \
	DOER(STEP_OPEN_PROCESS, do_open_process) \
	DOER(STEP_JOIN_PROCESS, do_join_process) \
	DOER(STEP_WRITE_RECORD, do_write_record) \
	DOER(STEP_WRITE_PID_FILE, do_write_pid_file) \
	DOER(STEP_SEND_PIDFD, do_send_pidfd) \
	DOER(STEP_RUN_HOOK, do_run_hook) \
	DOER(STEP_OPEN_START, do_open_start) \
	DOER(STEP_AWAIT_START, do_await_start) \
	DOER(STEP_AWAIT_EXEC, do_await_exec) \
	DOER(STEP_MAKE_CGROUP, do_make_cgroup) \
	DOER(STEP_ENABLE_CONTROLLERS, do_enable_controllers) \
	DOER(STEP_START_SCOPE, do_start_scope) \
	DOER(STEP_OPEN_CGROUP, do_open_cgroup) \
	DOER(STEP_SET_DEVICES, do_set_devices) \
	DOER(STEP_OWN_CGROUP, do_own_cgroup) \
	DOER(STEP_MAKE_DIRECTORY, do_make_directory) \
	DOER(STEP_WRITE_FILE, do_write_file) \
	DOER(STEP_WRITE_LINES, do_write_lines) \
	DOER(STEP_WRITE_PID, do_write_pid) \
	DOER(STEP_NO_LINK_LOCAL, do_no_link_local) \
	DOER(STEP_LINK_UP, do_link_up) \
	DOER(STEP_MOVE_LINK, do_move_link) \
	DOER(STEP_ADD_ADDRESS, do_add_address) \
	DOER(STEP_MAKE_BRIDGE, do_make_bridge) \
	DOER(STEP_ADD_LINK, do_add_link) \
	DOER(STEP_ADD_ROUTE, do_add_route) \
	DOER(STEP_REMOVE_LINK, do_remove_link) \
	DOER(STEP_RUN_TOOL, do_run_tool) \
	DOER(STEP_LOAD_RULES, do_load_rules) \
	DOER(STEP_ADD_ELEMENTS, do_add_elements) \
	DOER(STEP_SET_PROPAGATION, do_set_propagation) \
	DOER(STEP_OPEN_LAYERS, do_open_layers) \
	DOER(STEP_MOUNT_LAYERS, do_mount_layers) \
	DOER(STEP_OPEN_ROOT, do_open_root) \
	DOER(STEP_NEW_ID_MAPPING, do_new_id_mapping) \
	DOER(STEP_OPEN_SOURCE, do_open_source) \
	DOER(STEP_MOUNT, do_mount) \
	DOER(STEP_BIND, do_bind) \
	DOER(STEP_CHANGE_MOUNT, do_change_mount) \
	DOER(STEP_HOLD_DIRECTORY, do_hold_directory) \
	DOER(STEP_COPY_UP, do_copy_up) \
	DOER(STEP_MAKE_DEVICE, do_make_device) \
	DOER(STEP_MAKE_LINK, do_make_link) \
	DOER(STEP_OPEN_NULL, do_open_null) \
	DOER(STEP_OPEN_EMPTY, do_open_empty) \
	DOER(STEP_MASK, do_mask) \
	DOER(STEP_MAKE_READONLY, do_make_readonly) \
	DOER(STEP_OPEN_PROC, do_open_proc) \
	DOER(STEP_MAKE_PATH, do_make_path) \
	DOER(STEP_PIVOT_ROOT, do_pivot_root) \
	DOER(STEP_MOVE_ROOT, do_move_root) \
	DOER(STEP_NEW_SESSION, do_new_session) \
	DOER(STEP_OPEN_TERMINAL, do_open_terminal) \
	DOER(STEP_BIND_CONSOLE, do_bind_console) \
	DOER(STEP_TAKE_TERMINAL, do_take_terminal) \
	DOER(STEP_SEND_SLOT, do_send_slot) \
	DOER(STEP_RECEIVE_SLOT, do_receive_slot) \
	DOER(STEP_SEND_TERMINAL, do_send_terminal) \
	DOER(STEP_SET_HOSTNAME, do_set_hostname) \
	DOER(STEP_SET_DOMAINNAME, do_set_domainname) \
	DOER(STEP_SET_SYSCTL, do_set_sysctl) \
	DOER(STEP_SET_PERSONALITY, do_set_personality) \
	DOER(STEP_SET_RLIMIT, do_set_rlimit) \
	DOER(STEP_SET_SCHEDULER, do_set_scheduler) \
	DOER(STEP_SET_IO_PRIORITY, do_set_io_priority) \
	DOER(STEP_SET_MEMORY_POLICY, do_set_memory_policy) \
	DOER(STEP_SET_AFFINITY, do_set_affinity) \
	DOER(STEP_SET_UMASK, do_set_umask) \
	DOER(STEP_FIND_HOME, do_find_home) \
	DOER(STEP_SET_GROUPS, do_set_groups) \
	DOER(STEP_SET_GID, do_set_gid) \
	DOER(STEP_SET_UID, do_set_uid) \
	DOER(STEP_OWN_STREAMS, do_own_streams) \
	DOER(STEP_KEEP_CAPABILITIES, do_keep_capabilities) \
	DOER(STEP_DROP_BOUNDING, do_drop_bounding) \
	DOER(STEP_SET_CAPABILITIES, do_set_capabilities) \
	DOER(STEP_SET_AMBIENT, do_set_ambient) \
	DOER(STEP_CHANGE_DIRECTORY, do_change_directory) \
	DOER(STEP_SET_LABEL, do_set_label) \
	DOER(STEP_NO_NEW_PRIVILEGES, do_no_new_privileges) \
	DOER(STEP_CLOSE_DESCRIPTORS, do_close_descriptors) \
	DOER(STEP_ACCEPT_TRACER, do_accept_tracer) \
	DOER(STEP_SET_SECCOMP, do_set_seccomp) \
	DOER(STEP_SEND_LISTENER, do_send_listener) \
	DOER(STEP_FIND_PROGRAM, do_find_program) \
	DOER(STEP_EXEC, do_exec)

#define DOER_PROTOTYPE(kind, function) int function(struct run *run, const struct step *step);
STEP_DOERS(DOER_PROTOTYPE)

/* Notes in the step's mark what is tried next. */
static inline void trying(struct run *run, int call, enum subject subject)
{
	run->mark->call = (int16_t)call;
	run->mark->subject = (uint8_t)subject;
}

/* --- exec.c: descriptors, gates of the process --- */

/* Hands a descriptor over to be closed some time after the step; returns what it was given, so that
 * an error goes through. */
int scratch_add(struct run *run, int fd);

/* Closes all that was handed over. */
void scratch_close(struct run *run);

/* Closes `count` descriptors; consecutive numbers in one call. Negative ones are skipped. */
void close_all(const int *fd, size_t count);

/* Puts a descriptor, or an error, which it then returns, in a slot. */
int slot_fill(struct run *run, int slot, int fd);

/* --- do_namespace.c --- */

/* Lets the process live on when the runtime dies. Called before it can no longer be done (a seccomp
 * filter) or must be (execve). */
void untie(struct run *run);

/* Waits for the end of a child. Returns its status as wait4(2) tells it, or -errno. */
int reap(pid_t pid);

/* --- do_gate.c --- */

/* Sends text with one descriptor. Returns how much of the text was taken, or -errno. */
ssize_t send_descriptor(int socket, const char *text, size_t length, int fd);

/* --- do_life.c --- */

/* Fills in what a form says of the process. */
void form_fill(struct form *form, pid_t pid, uint64_t start_time);

/* Tells `start`, if it waits, at which step the container's lane has failed. */
void say_last_words(struct run *run);

/* --- tool.c --- */

/* Runs a program to its end, with an environment of its own; `input` is its standard input, -1: the runtime's. The
 * first line that it complains with is put in the tape's note. -ENOENT: it is not there; -EPERM: it failed. */
int tool_run(struct run *run, char *const *args, int input);

/* --- do_target.c: paths in the container's root file system --- */

/* How the path of a target is resolved; RESOLVE_NO_SYMLINKS can be added to it. */
enum { RESOLVE_TARGET = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS };

/* Opens what is at the target. */
int target_open(struct run *run, const char *target, uint64_t flags, uint64_t resolve);

/* Makes what is missing and opens it (O_PATH): a directory or an empty file, by the type in `mode`,
 * and the directories that lead to it. */
int target_create(struct run *run, const char *target, mode_t mode, uint64_t resolve);

/* The same where the last name is all that is missing, which is mostly so. -EAGAIN: it is not. */
int target_make_beside(struct run *run, const char *target, mode_t mode);

/* Whether the last thing was made in the directory that this target is in. */
bool target_has_neighbour(const struct run *run, const char *target);

/* Opens it (O_PATH), after having made it if it was missing. */
int target_make(struct run *run, const char *target, mode_t mode, uint64_t resolve);

/* The directory that the target is in, made if it is missing, and the target's name in it. The
 * descriptor is not the caller's to close. */
int target_parent(struct run *run, const char *target, const char **ret_name);

/* --- do_mount.c --- */

/* Attaches a mount at a target. `missing` is the mode of what is made where nothing is; 0: as the
 * mount's root is. */
int mount_attach(struct run *run, int mount, const char *target, mode_t missing, uint64_t resolve);

/* Attaches it at what `to` is open on. */
int mount_attach_at(struct run *run, int mount, int to);

/* A copy of the mount at `path`, with attributes changed (NULL: not). */
int mount_clone(struct run *run, int dir, const char *path, bool all, const struct mount_change *change);

/* Applies a change to the mount that fd is open on. */
int mount_change(struct run *run, int fd, const struct mount_change *change);

/* --- do_devices.c --- */

struct bpf_insn;

/* Has the program (plan/device_rules.h) decide about devices in the cgroup v2 that `cgroup` is open on (O_PATH is
 * enough), beside those of others, which all must agree. With `replace` it takes the place of what an earlier call
 * attached there; at no moment is there none. 0 or -errno: EINVAL or E2BIG for a program that the
 * kernel does not take, E2BIG also where 64 are attached, EPERM without CAP_BPF and CAP_NET_ADMIN. */
int set_devices(int cgroup, const struct bpf_insn *program, size_t count, bool replace);

/* --- do_filesystem.c --- */

/* Sets the options, in their order. */
int fs_configure(struct run *run, int fs, const struct pairs *data);

/* fsconfig(2) with a command that has neither key nor value. */
int fs_command(struct run *run, int fs, unsigned command);

/* --- do_files.c --- */

/* Opens and writes in one go: 0 or -errno. */
int write_at(struct run *run, int dir, const char *path, uint64_t resolve, const char *text);

/* --- put.c --- */

/* Decimal digits and a NUL; returns where the NUL is. */
char *put_number(char *at, uint64_t number);

/* Text and a NUL; returns where the NUL is. */
char *put_text(char *at, const char *text);

/* --- note_program.c --- */

/* Notes on the tape, in words, why a program could not be run, where its file tells. Returns false where there
 * is nothing of that name. */
bool note_program(struct tape *tape, const char *path, int error);

/* Notes that there is no `path`, and where there is a program of that name; NULL: nowhere. */
void note_elsewhere(struct tape *tape, const char *path, const char *other);
