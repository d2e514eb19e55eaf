/* asked.h - what `taru run` and `taru create` are asked for, in docker's words: one field for each option.
 *
 * Texts are as they were given, and NULL where they were not; what they mean is found out, and what makes no sense is
 * refused, where they become a part of the container's config (config.h).
 */
#pragma once
#include "spec/spec.h"

struct run_asked {
	/* the container */
	const char *name, *hostname, *domainname, *stop_signal;
	struct maybe_u64 stop_timeout, timeout;
	const char *restart, *log_driver;
	struct texts log_options;
	const char *health_cmd, *health_interval, *health_timeout, *health_start_period, *health_start_interval,
		*health_on_failure;
	struct maybe_u64 health_retries;
	const char *startup_cmd, *startup_interval, *startup_timeout;	/* --health-startup-… */
	struct maybe_u64 startup_retries, startup_success;
	const char *health_log_destination;
	struct maybe_u64 health_log_count, health_log_size;
	bool no_healthcheck;
	bool remove;
	struct texts labels, label_files, annotations;

	/* how it is tied to this machine */
	const char *cid_file, *pid_file, *timezone, *systemd, *sdnotify, *cgroups, *gpus;
	bool replace, env_host, http_proxy;
	struct texts expose;

	/* the process */
	bool interactive, terminal, init;
	const char *entrypoint, *user, *workdir, *umask, *personality;
	bool entrypoint_given, unset_all;
	struct texts entrypoint_words;	/* once it is found out: entrypoint.h */
	struct texts env, env_files, env_merge, unset_env, groups;
	struct texts ulimits;
	struct maybe_i64 oom_score_adj;
	struct maybe_bool passwd;
	const char *passwd_entry, *group_entry;
	struct texts host_users;

	/* files */
	bool rootfs;			/* in the place of the image stands a directory: rootfs.h */
	struct texts volumes, mounts, tmpfs, devices, volumes_from, secrets;
	const char *image_volume;
	bool read_only, read_only_tmpfs;
	struct maybe_i64 shm_size;

	/* namespaces */
	const char *pid, *ipc, *uts, *cgroupns, *userns;

	/* networks */
	struct texts networks;		/* a mode (none, host, container:, ns:), or names with what is asked there */
	const char *network;		/* the mode, once it is found out: networks_read_asked() */
	const char *ip, *ip6, *mac;
	struct texts network_aliases, links, publish;
	bool publish_all, no_hosts, no_hostname;
	const char *hosts_file;
	struct texts add_hosts, dns, dns_search, dns_options;

	struct texts uid_maps, gid_maps;
	const char *subuid_name, *subgid_name;

	/* rights */
	bool privileged;
	struct texts cap_add, cap_drop, security_options, sysctls;
	struct texts device_rules;

	/* limits */
	struct maybe_i64 memory, memory_reservation, memory_swap, pids_limit, cpu_quota;
	struct maybe_u64 cpu_shares, cpu_period;
	const char *cpus, *cpuset_cpus, *cpuset_mems, *cgroup_parent;
	struct maybe_u64 blkio_weight, memory_swappiness;
	bool oom_kill_disable;
	struct texts cgroup_files;
	struct texts blkio_weight_devices, read_bps, write_bps, read_iops, write_iops;
};
