/* explain_json.c - the plan as data: each step with all that it holds. */
#include "show/show.h"
#include "show/json.h"
#include "spec/lists.h"
#include "spec/names.h"

void put_octal(struct json_writer *json, const char *key, unsigned value)
{
	json_put_text(json, key, arena_printf(json->text->arena, "%04o", value));
}

void put_hex(struct json_writer *json, const char *key, uint64_t value)
{
	json_put_text(json, key, arena_printf(json->text->arena, "0x%llx", (unsigned long long)value));
}

void put_namespaces(struct json_writer *json, uint64_t flags)
{
	json_open_array(json, "namespaces");
	for (int kind = 0; kind < NAMESPACES; kind++)
		if (flags & (unsigned)namespace_flag(kind))
			json_put_text(json, NULL, name_of(namespace_names, (unsigned)kind));
	json_close(json);
}

/* --- processes, namespaces, files of the host, the terminal --- */

static void put_nothing(struct json_writer *json, const struct step *step)
{
}

static void put_open_namespace(struct json_writer *json, const struct step *step)
{
	json_put_text(json, "type", name_of(namespace_names, step->open_namespace.kind));
	json_put_text(json, "path", step->open_namespace.path);
	json_put_signed(json, "slot", step->open_namespace.slot);
}

static void put_clone(struct json_writer *json, const struct step *step)
{
	put_namespaces(json, step->clone.flags);
}

static void put_join_namespace(struct json_writer *json, const struct step *step)
{
	json_put_text(json, "type", name_of(namespace_names, step->join_namespace.kind));
	json_put_signed(json, "slot", step->join_namespace.slot);
}

static void put_unshare(struct json_writer *json, const struct step *step)
{
	put_namespaces(json, (unsigned)step->unshare.flags);
}

static void put_refork(struct json_writer *json, const struct step *step)
{
	put_namespaces(json, step->refork.flags);
}

static void put_gate(struct json_writer *json, const struct step *step)
{
	json_put_text(json, "gate", words_gate(step->gate.gate));
}

static void put_map_ids(struct json_writer *json, const struct step *step)
{
	json_put_text(json, "tool", step->map_ids.tool);
	id_maps_put(json, "maps", step->map_ids.maps);
}

static void put_write_proc(struct json_writer *json, const struct step *step)
{
	json_put_text(json, "file", step->write_proc.file);
	json_put_text(json, "text", step->write_proc.text);
}

static void put_dumpable(struct json_writer *json, const struct step *step)
{
	json_put_bool(json, "dumpable", step->dumpable.dumpable);
}

static void put_keyring(struct json_writer *json, const struct step *step)
{
	json_put_text(json, "name", step->keyring.name);
}

static void put_make_directory(struct json_writer *json, const struct step *step)
{
	json_put_text(json, "path", step->make_directory.path);
	put_octal(json, "mode", step->make_directory.mode);
}

static void put_write_file(struct json_writer *json, const struct step *step)
{
	json_put_text(json, "path", step->write_file.path);
	json_put_text(json, "text", step->write_file.text);
}

static void put_write_pid(struct json_writer *json, const struct step *step)
{
	json_put_text(json, "path", step->write_pid.path);
}

static void put_terminal(struct json_writer *json, const struct step *step)
{
	json_put_text(json, "ptmx", step->terminal.ptmx);
	json_put_bool(json, "inRoot", step->terminal.in_root);
	json_put_bool(json, "plainNewlines", step->terminal.plain_newlines);
	json_put_unsigned(json, "height", step->terminal.height);
	json_put_unsigned(json, "width", step->terminal.width);
	json_put_unsigned(json, "uid", step->terminal.uid);
}

static void put_console(struct json_writer *json, const struct step *step)
{
	json_put_text(json, "target", step->console.target);
}

static void put_pass(struct json_writer *json, const struct step *step)
{
	json_put_signed(json, "slot", step->pass.slot);
}

#define FIELDS(X) \
	X(STEP_OPEN_NAMESPACE, put_open_namespace) \
	X(STEP_CLONE, put_clone) \
	X(STEP_JOIN_NAMESPACE, put_join_namespace) \
	X(STEP_UNSHARE, put_unshare) \
	X(STEP_REFORK, put_refork) \
	X(STEP_OPEN_GATE, put_gate) \
	X(STEP_AWAIT_GATE, put_gate) \
	X(STEP_MAP_IDS, put_map_ids) \
	X(STEP_WRITE_CHILD, put_write_proc) \
	X(STEP_WRITE_SELF, put_write_proc) \
	X(STEP_SET_DUMPABLE, put_dumpable) \
	X(STEP_NEW_KEYRING, put_keyring) \
	X(STEP_RESET_SIGNALS, put_nothing) \
	X(STEP_OPEN_PROCESS, put_open_process) \
	X(STEP_JOIN_PROCESS, put_join_process) \
	X(STEP_WRITE_RECORD, put_record) \
	X(STEP_WRITE_PID_FILE, put_pid_file) \
	X(STEP_SEND_PIDFD, put_socket) \
	X(STEP_RUN_HOOK, put_run_hook) \
	X(STEP_OPEN_START, put_open_start) \
	X(STEP_AWAIT_START, put_nothing) \
	X(STEP_AWAIT_EXEC, put_nothing) \
	X(STEP_MAKE_CGROUP, put_make_cgroup) \
	X(STEP_ENABLE_CONTROLLERS, put_enable_controllers) \
	X(STEP_START_SCOPE, put_scope) \
	X(STEP_OPEN_CGROUP, put_open_cgroup) \
	X(STEP_SET_DEVICES, put_set_devices) \
	X(STEP_OWN_CGROUP, put_own_cgroup) \
	X(STEP_MAKE_DIRECTORY, put_make_directory) \
	X(STEP_WRITE_FILE, put_write_file) \
	X(STEP_WRITE_LINES, put_write_lines) \
	X(STEP_WRITE_PID, put_write_pid) \
	X(STEP_NO_LINK_LOCAL, put_no_link_local) \
	X(STEP_LINK_UP, put_link_up) \
	X(STEP_MOVE_LINK, put_move_link) \
	X(STEP_ADD_ADDRESS, put_add_address) \
	X(STEP_MAKE_BRIDGE, put_make_bridge) \
	X(STEP_ADD_LINK, put_add_link) \
	X(STEP_ADD_ROUTE, put_add_route) \
	X(STEP_REMOVE_LINK, put_remove_link) \
	X(STEP_RUN_TOOL, put_run_tool) \
	X(STEP_LOAD_RULES, put_load_rules) \
	X(STEP_ADD_ELEMENTS, put_elements) \
	X(STEP_SET_PROPAGATION, put_propagation) \
	X(STEP_OPEN_LAYERS, put_open_layers) \
	X(STEP_MOUNT_LAYERS, put_mount_layers) \
	X(STEP_OPEN_ROOT, put_open_root) \
	X(STEP_NEW_ID_MAPPING, put_id_mapping) \
	X(STEP_OPEN_SOURCE, put_open_source) \
	X(STEP_MOUNT, put_mount) \
	X(STEP_BIND, put_bind) \
	X(STEP_CHANGE_MOUNT, put_change_mount) \
	X(STEP_HOLD_DIRECTORY, put_hold) \
	X(STEP_COPY_UP, put_copy_up) \
	X(STEP_MAKE_DEVICE, put_make_device) \
	X(STEP_MAKE_LINK, put_make_link) \
	X(STEP_OPEN_NULL, put_nothing) \
	X(STEP_OPEN_EMPTY, put_nothing) \
	X(STEP_MASK, put_mask) \
	X(STEP_MAKE_READONLY, put_readonly) \
	X(STEP_OPEN_PROC, put_open_proc) \
	X(STEP_MAKE_PATH, put_make_path) \
	X(STEP_PIVOT_ROOT, put_nothing) \
	X(STEP_MOVE_ROOT, put_nothing) \
	X(STEP_NEW_SESSION, put_nothing) \
	X(STEP_OPEN_TERMINAL, put_terminal) \
	X(STEP_BIND_CONSOLE, put_console) \
	X(STEP_TAKE_TERMINAL, put_nothing) \
	X(STEP_SEND_SLOT, put_pass) \
	X(STEP_RECEIVE_SLOT, put_pass) \
	X(STEP_SEND_TERMINAL, put_socket) \
	X(STEP_SET_HOSTNAME, put_hostname) \
	X(STEP_SET_DOMAINNAME, put_domainname) \
	X(STEP_SET_SYSCTL, put_sysctl) \
	X(STEP_SET_PERSONALITY, put_personality) \
	X(STEP_SET_RLIMIT, put_rlimit) \
	X(STEP_SET_SCHEDULER, put_scheduler) \
	X(STEP_SET_IO_PRIORITY, put_io_priority) \
	X(STEP_SET_MEMORY_POLICY, put_memory_policy) \
	X(STEP_SET_AFFINITY, put_affinity) \
	X(STEP_SET_UMASK, put_umask) \
	X(STEP_FIND_HOME, put_home) \
	X(STEP_SET_GROUPS, put_groups) \
	X(STEP_SET_GID, put_gid) \
	X(STEP_SET_UID, put_uid) \
	X(STEP_OWN_STREAMS, put_streams) \
	X(STEP_KEEP_CAPABILITIES, put_keep) \
	X(STEP_DROP_BOUNDING, put_bounding) \
	X(STEP_SET_CAPABILITIES, put_sets) \
	X(STEP_SET_AMBIENT, put_ambient) \
	X(STEP_CHANGE_DIRECTORY, put_directory) \
	X(STEP_SET_LABEL, put_label) \
	X(STEP_NO_NEW_PRIVILEGES, put_nothing) \
	X(STEP_CLOSE_DESCRIPTORS, put_descriptors) \
	X(STEP_ACCEPT_TRACER, put_nothing) \
	X(STEP_SET_SECCOMP, put_seccomp) \
	X(STEP_SEND_LISTENER, put_listener) \
	X(STEP_FIND_PROGRAM, put_exec) \
	X(STEP_EXEC, put_exec)

TABLE_IS_FULL(FIELDS);
static json_fields *const fields_of[STEP_KINDS] = { FIELDS(TABLE_ENTRY) };

static void put_step(struct json_writer *json, size_t index, const struct step *step)
{
	struct text what = text_new(json->text->arena);

	explain_step(&what, step);
	json_open_object(json, NULL);
	json_put_unsigned(json, "index", index);
	json_put_text(json, "kind", step_name(step->kind));
	json_put_text(json, "lane", words_lane(step->lane));
	json_put_text(json, "why", step->why);
	json_put_text(json, "what", what.at);
	if (step->tolerate)
		json_put_text(json, "tolerates", errno_name(step->tolerate));
	if (step->fallback_of)
		json_put_unsigned(json, "fallbackOf", step->fallback_of - 1);
	fields_of[step->kind](json, step);
	json_close(json);
}

void explain_details(struct text *out, const struct plan *plan, size_t index)
{
	struct json_writer json = json_writer_new(out, "\t");

	put_step(&json, index, &plan->step[index]);
}

void json_step(struct text *out, const struct step *step)
{
	struct json_writer json = json_writer_new(out, NULL);

	json_open_object(&json, NULL);
	fields_of[step->kind](&json, step);
	json_close(&json);
}

/* The namespace of an ordinary user's networks, in which the steps are taken. */
static void put_shared(struct json_writer *json, const struct plan_network *network)
{
	if (!network || !network->holder)
		return;
	json_open_object(json, "sharedNetwork");
	json_put_text(json, "holder", network->holder);
	json_put_text(json, "enteredBy", network->enter);
	json_put_text(json, "ports", network->ports);
	json_close(json);
}

void explain_json(struct text *out, const struct plan *plan, const struct plan_request *request)
{
	struct json_writer json = json_writer_new(out, "\t");

	json_open_object(&json, NULL);
	json_put_text(&json, "id", request->id);
	json_put_text(&json, "bundle", request->bundle);
	json_put_signed(&json, "slots", plan->slots);
	put_shared(&json, request->network);
	json_open_array(&json, "steps");
	for (size_t i = 0; i < plan->count; i++)
		put_step(&json, i, &plan->step[i]);
	json_close(&json);
	json_close(&json);
}
