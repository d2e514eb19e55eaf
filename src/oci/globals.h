/* globals.h - the verbs of taru-oci, and the options that stand before them. */
#pragma once
#include "command/command.h"
#include "plan/cgroup.h"

struct globals {
	bool debug, systemd_cgroup, version;
	const char *log, *log_format, *log_level, *root, *cgroup_manager, *rootless, *criu;
};

/* One in each cmd_*.c; main.c has the table. */
extern const struct verb verb_create, verb_start, verb_run, verb_exec, verb_state, verb_list, verb_ps,
	verb_kill, verb_delete, verb_pause, verb_resume, verb_update, verb_events, verb_checkpoint,
	verb_restore, verb_spec, verb_features, verb_explain, verb_check;

/* The folder of all containers: --root, or the caller's own (record_root()). */
const char *command_root(struct command *command);

/* Who makes cgroups: --systemd-cgroup, --cgroup-manager. */
enum cgroup_manager command_cgroup_manager(const struct command *command);
