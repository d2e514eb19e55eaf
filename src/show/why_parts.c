/* why_parts.c - the names of a step that a message can be about. */
#include "show/why.h"

const char *why_source(const struct step *step)
{
	switch ((int)step->kind) {
	case STEP_OPEN_NAMESPACE: return step->open_namespace.path;
	case STEP_ADD_LINK: return step->add_link.link->parent;
	case STEP_RUN_TOOL: return step->run_tool.tool->args.at[0];
	case STEP_OPEN_LAYERS: return step->open_layers.layers->from;
	case STEP_MOUNT_LAYERS: return step->mount_layers.layers->from;
	case STEP_OPEN_ROOT: return step->open_root.path;
	case STEP_OPEN_SOURCE: return step->open_source.path;
	case STEP_MOUNT: return step->mount.source;
	case STEP_BIND: return step->bind.source;
	case STEP_HOLD_DIRECTORY: return step->hold.target;
	case STEP_COPY_UP: return step->copy_up.target;
	case STEP_OPEN_NULL: return "/dev/null";
	case STEP_OPEN_PROC: return "/proc";
	case STEP_OPEN_TERMINAL: return step->terminal.ptmx;
	case STEP_FIND_HOME: return "/etc/passwd";
	}
	return NULL;
}

const char *why_target(const struct step *step)
{
	switch ((int)step->kind) {
	case STEP_MAKE_CGROUP: return step->make_cgroup.path;
	case STEP_ENABLE_CONTROLLERS: return step->enable.path;
	case STEP_OPEN_CGROUP: return step->open_cgroup.path;
	case STEP_SET_DEVICES: return step->set_devices.path;
	case STEP_OWN_CGROUP: return step->own_cgroup.path;
	case STEP_WRITE_LINES: return step->write_lines.path;
	case STEP_START_SCOPE: return step->scope.scope->bus;
	case STEP_MAKE_DIRECTORY: return step->make_directory.path;
	case STEP_WRITE_FILE: return step->write_file.path;
	case STEP_WRITE_PID: return step->write_pid.path;
	case STEP_WRITE_CHILD:
	case STEP_WRITE_SELF: return step->write_proc.file;
	case STEP_OPEN_LAYERS: return step->open_layers.path;
	case STEP_MOUNT_LAYERS: return step->mount_layers.path;
	case STEP_OPEN_SOURCE: return step->open_source.beneath;
	case STEP_SET_PROPAGATION:
	case STEP_OPEN_ROOT: return "/";
	case STEP_MOUNT: return step->mount.target;
	case STEP_BIND: return step->bind.target;
	case STEP_CHANGE_MOUNT: return step->change_mount.target;
	case STEP_HOLD_DIRECTORY: return step->hold.target;
	case STEP_COPY_UP: return step->copy_up.target;
	case STEP_MAKE_DEVICE: return step->make_device.target;
	case STEP_MAKE_LINK: return step->make_link.target;
	case STEP_MASK: return step->mask.target;
	case STEP_MAKE_READONLY: return step->readonly.target;
	case STEP_MAKE_PATH: return step->make_path.target;
	case STEP_BIND_CONSOLE: return step->console.target;
	case STEP_SET_SYSCTL: return step->sysctl.path;
	case STEP_CHANGE_DIRECTORY: return step->directory.path;
	case STEP_RUN_HOOK: return step->run_hook.hook->path;
	case STEP_WRITE_RECORD: return step->write_record.path;
	case STEP_WRITE_PID_FILE: return step->pid_file.path;
	case STEP_OPEN_START: return step->open_start.start;
	case STEP_SEND_TERMINAL:
	case STEP_SEND_PIDFD: return step->socket.path;
	case STEP_SEND_LISTENER: return step->listener.path;
	case STEP_ADD_ADDRESS: return step->add_address.name;
	case STEP_MAKE_BRIDGE: return step->make_bridge.bridge->name;
	case STEP_ADD_LINK: return step->add_link.link->outside;
	case STEP_ADD_ROUTE: return step->add_route.name;
	case STEP_RUN_TOOL: return step->run_tool.tool->args.at[0];
	}
	return NULL;
}

const char *why_name(const struct step *step)
{
	switch ((int)step->kind) {
	case STEP_WRITE_CHILD:
	case STEP_WRITE_SELF: return step->write_proc.file;
	case STEP_NO_LINK_LOCAL: return step->no_link_local.name;
	case STEP_LINK_UP: return step->link_up.name;
	case STEP_REMOVE_LINK: return step->remove_link.name;
	case STEP_MOVE_LINK: return step->move_link.name;
	case STEP_ADD_ADDRESS: return step->add_address.name;
	case STEP_MAKE_BRIDGE: return step->make_bridge.bridge->name;
	case STEP_ADD_LINK: return step->add_link.link->inside;
	case STEP_ADD_ROUTE: return step->add_route.name;
	case STEP_RUN_TOOL: return step->run_tool.tool->args.at[0];
	case STEP_SET_HOSTNAME: return step->hostname.name;
	case STEP_SET_DOMAINNAME: return step->domainname.name;
	case STEP_SET_SYSCTL: return step->sysctl.path;
	case STEP_SET_RLIMIT: return words_rlimit_name(step->rlimit.resource);
	case STEP_SET_LABEL: return step->label.label;
	case STEP_NEW_KEYRING: return step->keyring.name;
	case STEP_START_SCOPE: return step->scope.scope->unit;
	}
	return NULL;
}
