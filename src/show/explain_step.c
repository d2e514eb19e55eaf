/* explain_step.c - one step as one line.
 *
 * The line is the command of shell that has the same effect, with the path in the container as
 * it is written in the config; where there is no such command it is a short phrase.
 */
#include "show/show.h"
#include "show/explain.h"
#include <assert.h>
#include <string.h>
#include <sys/stat.h>

enum { LINE_LIMIT = 240 };

/* Each line is a word, so that the command is a line. */
static void add_redirect(struct text *out, const char *text, const char *to)
{
	text_add(out, "printf '%s\\n'");
	do {
		size_t length = strcspn(text, "\n");

		text_add(out, " ");
		text_add_word(out, arena_copy(out->arena, text, length));
		text += length + (text[length] == '\n');
	} while (*text);
	text_printf(out, " >%s", to);
}

/* --- processes and namespaces --- */

static void tell_open_namespace(struct text *out, const struct step *step)
{
	text_printf(out, _("open the %s namespace "), words_namespace(step->open_namespace.kind));
	text_add_word(out, step->open_namespace.path);
}

static void tell_clone(struct text *out, const struct step *step)
{
	text_add(out, "unshare");
	words_namespaces(out, step->clone.flags);
	text_add(out, " --fork");
}

static void tell_join_namespace(struct text *out, const struct step *step)
{
	text_printf(out, "nsenter --%s", words_namespace(step->join_namespace.kind));
}

static void tell_unshare(struct text *out, const struct step *step)
{
	text_add(out, "unshare");
	words_namespaces(out, (unsigned)step->unshare.flags);
}

static void tell_refork(struct text *out, const struct step *step)
{
	text_add(out, "unshare");
	words_namespaces(out, step->refork.flags);
	text_add(out, " --fork");
}

static void tell_open_gate(struct text *out, const struct step *step)
{
	text_printf(out, "open_gate %s", words_gate(step->gate.gate));
}

static void tell_await_gate(struct text *out, const struct step *step)
{
	text_printf(out, "await_gate %s", words_gate(step->gate.gate));
}

static void tell_map_ids(struct text *out, const struct step *step)
{
	text_add_word(out, step->map_ids.tool ? step->map_ids.tool : "newuidmap");
	text_add(out, " \"$child\" ");
	words_id_maps(out, step->map_ids.maps);
}

/* Without the line break that a map ends in: printf adds it. */
static void add_proc_file(struct text *out, const struct step *step, const char *process)
{
	struct text line = text_new(out->arena), to = text_new(out->arena);
	size_t length = strlen(step->write_proc.text);

	while (length && step->write_proc.text[length - 1] == '\n')
		length--;
	text_add_bytes(&line, step->write_proc.text, length);
	text_printf(&to, "/proc/%s/%s", process, step->write_proc.file);
	add_redirect(out, line.at, to.at);
}

static void tell_write_child(struct text *out, const struct step *step)
{
	add_proc_file(out, step, "\"$child\"");
}

static void tell_write_self(struct text *out, const struct step *step)
{
	add_proc_file(out, step, "self");
}

static void tell_set_dumpable(struct text *out, const struct step *step)
{
	text_printf(out, "prctl(2): PR_SET_DUMPABLE %d", step->dumpable.dumpable);
}

static void tell_new_keyring(struct text *out, const struct step *step)
{
	words_with(out, "keyctl session ", step->keyring.name);
}

static void tell_reset_signals(struct text *out, const struct step *step)
{
	text_add(out, "env --default-signal");
}

/* --- files of the host, network devices --- */

static void tell_make_directory(struct text *out, const struct step *step)
{
	text_printf(out, "mkdir -m %04o ", step->make_directory.mode);
	text_add_word(out, step->make_directory.path);
}

static void tell_write_file(struct text *out, const struct step *step)
{
	text_add(out, "printf %s ");
	text_add_word(out, step->write_file.text);
	words_with(out, " >", step->write_file.path);
}

static void tell_write_pid(struct text *out, const struct step *step)
{
	words_with(out, step->lane == LANE_RUNTIME ? "echo \"$child\" >" : "echo 0 >",
		      step->write_pid.path);
}

/* --- the terminal --- */

static void tell_new_session(struct text *out, const struct step *step)
{
	text_add(out, "setsid");
}

static void tell_open_terminal(struct text *out, const struct step *step)
{
	words_with(out, _("open a new terminal by "), step->terminal.ptmx);
	if (step->terminal.width || step->terminal.height)
		text_printf(out, _(", %u columns and %u rows"), step->terminal.width,
			    step->terminal.height);
}

static void tell_bind_console(struct text *out, const struct step *step)
{
	words_with(out, "mount --bind \"$tty\" ", step->console.target);
}

static void tell_take_terminal(struct text *out, const struct step *step)
{
	text_add(out, _("make the terminal the controlling one and standard input, output and error"));
}

static const char *slot_name(int slot)
{
	return slot == SLOT_PTY ? _("the terminal") : slot == SLOT_LISTENER ? _("the seccomp listener") :
							   _("a descriptor");
}

static void tell_send_slot(struct text *out, const struct step *step)
{
	text_printf(out, _("send %s to the runtime"), slot_name(step->pass.slot));
}

static void tell_receive_slot(struct text *out, const struct step *step)
{
	text_printf(out, _("receive %s from the container"), slot_name(step->pass.slot));
}

/* --- the process --- */

static void tell_set_hostname(struct text *out, const struct step *step)
{
	words_with(out, "hostname ", step->hostname.name);
}

static void tell_set_domainname(struct text *out, const struct step *step)
{
	words_with(out, "domainname ", step->domainname.name);
}

static void tell_set_sysctl(struct text *out, const struct step *step)
{
	struct text to = text_new(out->arena), path = text_new(out->arena);

	text_printf(&path, "/proc/sys/%s", step->sysctl.path);
	text_add_word(&to, path.at);
	add_redirect(out, step->sysctl.value, to.at);
}

static void tell_set_personality(struct text *out, const struct step *step)
{
	text_printf(out, "setarch %s", words_personality(step->personality.persona));
}

static void tell_set_rlimit(struct text *out, const struct step *step)
{
	text_add(out, step->lane == LANE_RUNTIME ? "prlimit --pid \"$child\" " : "prlimit ");
	words_rlimit(out, step);
}

static void tell_set_scheduler(struct text *out, const struct step *step)
{
	words_scheduler(out, step->scheduler.scheduler);
}

static void tell_set_umask(struct text *out, const struct step *step)
{
	text_printf(out, "umask %04o", step->umask.mask);
}

static void tell_own_streams(struct text *out, const struct step *step)
{
	text_add(out, "for fd in 0 1 2; do if [ -p /dev/fd/$fd ]; then ");
	if (step->streams.anybody)
		text_add(out, "chmod 0666");
	else
		text_printf(out, "chown %u", step->streams.id);
	text_add(out, " /dev/fd/$fd || :; fi; done");
}

static void tell_find_home(struct text *out, const struct step *step)
{
	text_printf(out, _("find the home of uid %u in /etc/passwd"), step->home.uid);
}

static void tell_set_groups(struct text *out, const struct step *step)
{
	text_add(out, step->groups.count ? "setpriv --groups=" : "setpriv --clear-groups");
	for (size_t i = 0; i < step->groups.count; i++)
		text_printf(out, "%s%u", i ? "," : "", step->groups.group[i]);
}

static void tell_set_gid(struct text *out, const struct step *step)
{
	text_printf(out, "setpriv --regid=%u", step->gid.id);
}

static void tell_set_uid(struct text *out, const struct step *step)
{
	text_printf(out, "setpriv --reuid=%u", step->uid.id);
}

static void tell_keep_capabilities(struct text *out, const struct step *step)
{
	text_printf(out, "prctl(2): PR_SET_KEEPCAPS %d", step->keep_capabilities.keep);
}

static void tell_drop_bounding(struct text *out, const struct step *step)
{
	text_add(out, "setpriv --bounding-set=");
	words_capability_list(out, step->bounding.keep);
}

static void tell_set_capabilities(struct text *out, const struct step *step)
{
	text_add(out, "capset(2): effective ");
	words_capabilities(out, step->capabilities.effective);
	text_add(out, "; permitted ");
	words_capabilities(out, step->capabilities.permitted);
	text_add(out, "; inheritable ");
	words_capabilities(out, step->capabilities.inheritable);
}

static void tell_set_ambient(struct text *out, const struct step *step)
{
	text_add(out, "setpriv --ambient-caps=");
	words_capability_list(out, step->ambient.raise);
}

static void tell_change_directory(struct text *out, const struct step *step)
{
	words_with(out, "cd ", step->directory.path);
}

static void tell_set_label(struct text *out, const struct step *step)
{
	words_with(out, step->label.apparmor ? "setpriv --apparmor-profile=" :
						  "setpriv --selinux-label=",
		      step->label.label);
}

static void tell_no_new_privileges(struct text *out, const struct step *step)
{
	text_add(out, "setpriv --no-new-privs");
}

static void tell_accept_tracer(struct text *out, const struct step *step)
{
	text_add(out, _("let the runtime trace this process"));
}

static void tell_close_descriptors(struct text *out, const struct step *step)
{
	text_printf(out, _("close descriptors from %u on"), step->descriptors.from);
}

static void tell_set_seccomp(struct text *out, const struct step *step)
{
	text_printf(out, step->seccomp.listener ? _("seccomp(2): load a filter of %zu instructions, with a listener") :
						  _("seccomp(2): load a filter of %zu instructions"),
		    step->seccomp.program.count);
}

static void tell_send_listener(struct text *out, const struct step *step)
{
	words_with(out, _("send the seccomp listener to "), step->listener.path);
}

static void tell_find_program(struct text *out, const struct step *step)
{
	words_with(out, "command -v ", step->exec.args && step->exec.args[0] ? step->exec.args[0] : "");
}

static void tell_exec(struct text *out, const struct step *step)
{
	text_add(out, "exec");
	for (char *const *arg = step->exec.args; arg && *arg; arg++)
		words_with(out, " ", *arg);
}

#define TELLERS(X) \
	X(STEP_OPEN_NAMESPACE, tell_open_namespace) \
	X(STEP_CLONE, tell_clone) \
	X(STEP_JOIN_NAMESPACE, tell_join_namespace) \
	X(STEP_UNSHARE, tell_unshare) \
	X(STEP_REFORK, tell_refork) \
	X(STEP_OPEN_GATE, tell_open_gate) \
	X(STEP_AWAIT_GATE, tell_await_gate) \
	X(STEP_MAP_IDS, tell_map_ids) \
	X(STEP_WRITE_CHILD, tell_write_child) \
	X(STEP_WRITE_SELF, tell_write_self) \
	X(STEP_SET_DUMPABLE, tell_set_dumpable) \
	X(STEP_NEW_KEYRING, tell_new_keyring) \
	X(STEP_RESET_SIGNALS, tell_reset_signals) \
	X(STEP_OPEN_PROCESS, tell_open_process) \
	X(STEP_JOIN_PROCESS, tell_join_process) \
	X(STEP_WRITE_RECORD, tell_write_record) \
	X(STEP_WRITE_PID_FILE, tell_write_pid_file) \
	X(STEP_SEND_PIDFD, tell_send_pidfd) \
	X(STEP_RUN_HOOK, tell_run_hook) \
	X(STEP_OPEN_START, tell_open_start) \
	X(STEP_AWAIT_START, tell_await_start) \
	X(STEP_AWAIT_EXEC, tell_await_exec) \
	X(STEP_MAKE_CGROUP, tell_make_cgroup) \
	X(STEP_ENABLE_CONTROLLERS, tell_enable_controllers) \
	X(STEP_START_SCOPE, tell_start_scope) \
	X(STEP_OPEN_CGROUP, tell_open_cgroup) \
	X(STEP_SET_DEVICES, tell_set_devices) \
	X(STEP_OWN_CGROUP, tell_own_cgroup) \
	X(STEP_MAKE_DIRECTORY, tell_make_directory) \
	X(STEP_WRITE_FILE, tell_write_file) \
	X(STEP_WRITE_LINES, tell_write_lines) \
	X(STEP_WRITE_PID, tell_write_pid) \
	X(STEP_NO_LINK_LOCAL, tell_no_link_local) \
	X(STEP_LINK_UP, tell_link_up) \
	X(STEP_REMOVE_LINK, tell_remove_link) \
	X(STEP_MOVE_LINK, tell_move_link) \
	X(STEP_ADD_ADDRESS, tell_add_address) \
	X(STEP_MAKE_BRIDGE, tell_make_bridge) \
	X(STEP_ADD_LINK, tell_add_link) \
	X(STEP_ADD_ROUTE, tell_add_route) \
	X(STEP_RUN_TOOL, tell_run_tool) \
	X(STEP_LOAD_RULES, tell_load_rules) \
	X(STEP_ADD_ELEMENTS, tell_add_elements) \
	X(STEP_SET_PROPAGATION, tell_set_propagation) \
	X(STEP_OPEN_LAYERS, tell_open_layers) \
	X(STEP_MOUNT_LAYERS, tell_mount_layers) \
	X(STEP_OPEN_ROOT, tell_open_root) \
	X(STEP_NEW_ID_MAPPING, tell_new_id_mapping) \
	X(STEP_OPEN_SOURCE, tell_open_source) \
	X(STEP_MOUNT, tell_mount) \
	X(STEP_BIND, tell_bind) \
	X(STEP_CHANGE_MOUNT, tell_change_mount) \
	X(STEP_HOLD_DIRECTORY, tell_hold_directory) \
	X(STEP_COPY_UP, tell_copy_up) \
	X(STEP_MAKE_DEVICE, tell_make_device) \
	X(STEP_MAKE_LINK, tell_make_link) \
	X(STEP_OPEN_NULL, tell_open_null) \
	X(STEP_OPEN_EMPTY, tell_open_empty) \
	X(STEP_MASK, tell_mask) \
	X(STEP_MAKE_READONLY, tell_make_readonly) \
	X(STEP_OPEN_PROC, tell_open_proc) \
	X(STEP_MAKE_PATH, tell_make_path) \
	X(STEP_PIVOT_ROOT, tell_pivot_root) \
	X(STEP_MOVE_ROOT, tell_move_root) \
	X(STEP_NEW_SESSION, tell_new_session) \
	X(STEP_OPEN_TERMINAL, tell_open_terminal) \
	X(STEP_BIND_CONSOLE, tell_bind_console) \
	X(STEP_TAKE_TERMINAL, tell_take_terminal) \
	X(STEP_SEND_SLOT, tell_send_slot) \
	X(STEP_RECEIVE_SLOT, tell_receive_slot) \
	X(STEP_SEND_TERMINAL, tell_send_terminal) \
	X(STEP_SET_HOSTNAME, tell_set_hostname) \
	X(STEP_SET_DOMAINNAME, tell_set_domainname) \
	X(STEP_SET_SYSCTL, tell_set_sysctl) \
	X(STEP_SET_PERSONALITY, tell_set_personality) \
	X(STEP_SET_RLIMIT, tell_set_rlimit) \
	X(STEP_SET_SCHEDULER, tell_set_scheduler) \
	X(STEP_SET_IO_PRIORITY, words_io_priority) \
	X(STEP_SET_MEMORY_POLICY, words_memory_policy) \
	X(STEP_SET_AFFINITY, words_affinity) \
	X(STEP_SET_UMASK, tell_set_umask) \
	X(STEP_FIND_HOME, tell_find_home) \
	X(STEP_SET_GROUPS, tell_set_groups) \
	X(STEP_SET_GID, tell_set_gid) \
	X(STEP_SET_UID, tell_set_uid) \
	X(STEP_OWN_STREAMS, tell_own_streams) \
	X(STEP_KEEP_CAPABILITIES, tell_keep_capabilities) \
	X(STEP_DROP_BOUNDING, tell_drop_bounding) \
	X(STEP_SET_CAPABILITIES, tell_set_capabilities) \
	X(STEP_SET_AMBIENT, tell_set_ambient) \
	X(STEP_CHANGE_DIRECTORY, tell_change_directory) \
	X(STEP_SET_LABEL, tell_set_label) \
	X(STEP_NO_NEW_PRIVILEGES, tell_no_new_privileges) \
	X(STEP_CLOSE_DESCRIPTORS, tell_close_descriptors) \
	X(STEP_ACCEPT_TRACER, tell_accept_tracer) \
	X(STEP_SET_SECCOMP, tell_set_seccomp) \
	X(STEP_SEND_LISTENER, tell_send_listener) \
	X(STEP_FIND_PROGRAM, tell_find_program) \
	X(STEP_EXEC, tell_exec)

TABLE_IS_FULL(TELLERS);
static teller *const tellers[STEP_KINDS] = { TELLERS(TABLE_ENTRY) };

void step_command(struct text *out, const struct step *step)
{
	tellers[step->kind](out, step);
}

/* Where a cut does not split a character of UTF-8. */
static size_t cut_at(const char *text, size_t length)
{
	if (length <= LINE_LIMIT)
		return length;
	length = LINE_LIMIT;
	while (length && ((unsigned char)text[length] & 0xc0) == 0x80)
		length--;
	return length;
}

/* What is written to a file may have lines of its own, which are told in this one. */
static void flatten(struct text *line)
{
	size_t length = 0;

	for (size_t i = 0; i < line->length; i++) {
		const bool blank = line->at[i] == '\n' || line->at[i] == '\t';

		if (!blank)
			line->at[length++] = line->at[i];
		else if (length && line->at[length - 1] != ' ')
			line->at[length++] = ' ';
	}
	line->length = length;
	line->at[length] = '\0';
}

void explain_step(struct text *out, const struct step *step)
{
	struct text line = text_new(out->arena);
	size_t length;

	step_command(&line, step);
	flatten(&line);
	length = cut_at(line.at, line.length);
	if (length < line.length) {
		line.at[length] = '\0';
		words_plain(out, line.at);
		text_add(out, " …");
	} else {
		words_plain(out, line.at);
	}
}
