/* json.h - what the parts of explain_json() share. Private to show/. */
#pragma once
#include "base/json_write.h"
#include "show/words.h"

/* Puts what a step of its kind holds into the object that is open. */
typedef void json_fields(struct json_writer *json, const struct step *step);

/* explain_json.c: what a step of any kind holds, as one object without blanks. */
void json_step(struct text *out, const struct step *step);

/* json_mounts.c */
json_fields put_propagation, put_open_layers, put_mount_layers, put_open_root, put_id_mapping, put_open_source,
	put_mount, put_bind, put_change_mount, put_hold, put_copy_up, put_make_device, put_make_link, put_mask,
	put_readonly, put_open_proc, put_make_path;

/* json_process.c */
json_fields put_hostname, put_domainname, put_sysctl, put_personality, put_rlimit, put_scheduler,
	put_io_priority, put_memory_policy, put_umask, put_streams, put_home, put_groups, put_gid,
	put_uid, put_keep, put_bounding, put_sets, put_ambient, put_directory, put_label,
	put_descriptors, put_seccomp, put_listener, put_affinity, put_exec;

/* explain_firewall.c */
json_fields put_load_rules, put_elements;

/* json_cgroup.c */
json_fields put_make_cgroup, put_enable_controllers, put_scope, put_open_cgroup, put_set_devices,
	put_own_cgroup, put_write_lines;

/* json_network.c */
json_fields put_link_up, put_move_link, put_add_address, put_make_bridge, put_add_link, put_add_route, put_run_tool,
	put_remove_link, put_no_link_local;

/* json_life.c */
json_fields put_open_process, put_join_process, put_record, put_pid_file, put_socket, put_run_hook,
	put_open_start;

/* "namespaces": ["mount", …], of CLONE_NEW* */
void put_namespaces(struct json_writer *json, uint64_t flags);

/* "0644" */
void put_octal(struct json_writer *json, const char *key, unsigned value);

/* "0x1000" */
void put_hex(struct json_writer *json, const char *key, uint64_t value);
