/* globals.h - the verbs of taru, and the options that stand before them. */
#pragma once
#include "command/command.h"

struct globals {
	bool debug, version;
	const char *log_level, *root, *run_root, *host;
};

/* One in each cmd_*.c; names.c has what they are called. */
extern const struct verb verb_images, verb_inspect, verb_image_inspect, verb_history, verb_tag, verb_rmi,
	verb_image_prune, verb_system_df, verb_pull, verb_push, verb_load, verb_import,
	verb_save, verb_export, verb_login, verb_logout, verb_search, verb_run, verb_ps, verb_rm, verb_kill,
	verb_stop,
	verb_create, verb_start, verb_rename, verb_container_prune, verb_container_exists, verb_image_exists,
	verb_secret_exists, verb_volume_exists, verb_container_inspect,
	verb_attach, verb_logs, verb_restart, verb_container_cleanup, verb_healthcheck_run, verb_system_check,
	verb_system_prune,
	verb_system_start_restarting, verb_exec, verb_pause, verb_unpause, verb_wait,
	verb_cp, verb_diff, verb_commit, verb_container_export, verb_image_export,
	verb_stats, verb_update, verb_top, verb_port, verb_info, verb_version,
	verb_network_cleanup, verb_network_create, verb_network_exists, verb_network_inspect, verb_network_ls,
	verb_network_prune, verb_network_connect, verb_network_disconnect, verb_network_reload, verb_network_rm,
	verb_network_update,
	verb_secret_create, verb_secret_inspect, verb_secret_ls, verb_secret_rm,
	verb_volume_create, verb_volume_export, verb_volume_import, verb_volume_inspect, verb_volume_ls,
	verb_volume_prune, verb_volume_rm,
	verb_unshare, verb_completion, verb_events, verb_doctor, verb_explain, verb_why, verb_xray;
