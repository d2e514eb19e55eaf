/* explain.h - what the parts of explain_step() share. Private to show/.
 *
 * A teller writes one line for the kinds of step that it is named after.
 */
#pragma once
#include "show/words.h"

typedef void teller(struct text *out, const struct step *step);

/* explain_mounts.c: the mount tree */
teller tell_set_propagation, tell_open_layers, tell_mount_layers, tell_open_root, tell_new_id_mapping, tell_open_source,
	tell_mount, tell_bind, tell_change_mount, tell_hold_directory, tell_copy_up,
	tell_make_device, tell_make_link, tell_open_null, tell_open_empty, tell_mask,
	tell_make_readonly, tell_open_proc, tell_make_path, tell_pivot_root, tell_move_root;

/* explain_firewall.c */
teller tell_load_rules, tell_add_elements;

/* explain_cgroup.c: cgroups */
teller tell_make_cgroup, tell_enable_controllers, tell_start_scope, tell_open_cgroup, tell_set_devices,
	tell_own_cgroup, tell_write_lines;

/* explain_network.c: network devices */
teller tell_link_up, tell_move_link, tell_add_address, tell_make_bridge, tell_add_link, tell_add_route, tell_run_tool,
	tell_remove_link, tell_no_link_local;

/* explain_life.c: a container's life: hooks, the record, what callers are told, who joins it */
teller tell_open_process, tell_join_process, tell_write_record, tell_write_pid_file, tell_send_pidfd,
	tell_run_hook, tell_open_start, tell_await_start, tell_await_exec, tell_send_terminal;
