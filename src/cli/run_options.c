/* run_options.c - see run_options.h. By chapters, in each by name. */
#include "cli/run_options.h"

#define AT(member) offsetof(struct run_asked, member)

const struct option run_options[] = {
	/* the container */
	{ "annotation", 0, OPTION_TEXTS, AT(annotations), "KEY=VALUE", N_("an annotation in its config.json") },
	{ "health-cmd", 0, OPTION_TEXT, AT(health_cmd), "COMMAND", N_("how to find out whether it works") },
	{ "health-interval", 0, OPTION_TEXT, AT(health_interval), "TIME", N_("how often (30s)") },
	{ "health-on-failure", 0, OPTION_TEXT, AT(health_on_failure), "none|kill|restart|stop",
	  N_("where it does not (none)") },
	{ "health-retries", 0, OPTION_UNSIGNED, AT(health_retries), "N", N_("so many checks must fail in a row (3)") },
	{ "health-start-interval", 0, OPTION_TEXT, AT(health_start_interval), "TIME", N_("how often at first (5s)") },
	{ "health-start-period", 0, OPTION_TEXT, AT(health_start_period), "TIME",
	  N_("how long it may take to begin (0s)") },
	{ "health-timeout", 0, OPTION_TEXT, AT(health_timeout), "TIME", N_("of one check (30s)") },
	{ "label", 'l', OPTION_TEXTS, AT(labels), "KEY=VALUE", N_("a label") },
	{ "log-driver", 0, OPTION_TEXT, AT(log_driver), "DRIVER",
	  N_("json-file, k8s-file, journald, none, passthrough") },
	{ "log-opt", 0, OPTION_TEXTS, AT(log_options), "KEY=VALUE", N_("of the log driver: max-size, max-file") },
	{ "name", 0, OPTION_TEXT, AT(name), "NAME", N_("what it is called (default: two words)") },
	{ "no-healthcheck", 0, OPTION_FLAG, AT(no_healthcheck), NULL, N_("not the image's HEALTHCHECK") },
	{ "restart", 0, OPTION_TEXT, AT(restart), "POLICY", N_("no, on-failure[:TIMES], always, unless-stopped") },
	{ "rm", 0, OPTION_FLAG, AT(remove), NULL, N_("remove it when it has ended") },
	{ "stop-signal", 0, OPTION_TEXT, AT(stop_signal), "SIGNAL",
	  N_("what `stop` sends (default: the image's, TERM)") },
	{ "stop-timeout", 0, OPTION_UNSIGNED, AT(stop_timeout), "SECONDS", N_("how long `stop` waits then (10)") },
	{ "timeout", 0, OPTION_UNSIGNED, AT(timeout), "SECONDS",
	  N_("how long it may run before it is killed (0: for ever)") },

	/* the process */
	{ "entrypoint", 0, OPTION_TEXT, AT(entrypoint), "PROGRAM", N_("instead of the image's") },
	{ "env", 'e', OPTION_TEXTS, AT(env), "NAME[=VALUE]", N_("a variable; without a value: the caller's") },
	{ "env-file", 0, OPTION_TEXTS, AT(env_files), "FILE", N_("variables, a line each") },
	{ "group-add", 0, OPTION_TEXTS, AT(groups), "GROUP", N_("one more group, by name or number") },
	{ "interactive", 'i', OPTION_FLAG, AT(interactive), NULL, N_("it reads what the caller types") },
	{ "oom-score-adj", 0, OPTION_SIGNED, AT(oom_score_adj), "N",
	  N_("from -1000 to 1000: the higher, the sooner it is killed") },
	{ "tty", 't', OPTION_FLAG, AT(terminal), NULL, N_("it has a terminal") },
	{ "ulimit", 0, OPTION_TEXTS, AT(ulimits), "NAME=SOFT[:HARD]",
	  N_("a limit of setrlimit(2), as in nofile=1024") },
	{ "umask", 0, OPTION_TEXT, AT(umask), "OCTAL", N_("its umask") },
	{ "unsetenv", 0, OPTION_TEXTS, AT(unset_env), "NAME", N_("take a variable of the image away") },
	{ "user", 'u', OPTION_TEXT, AT(user), "USER[:GROUP]", N_("who it is, by name in the image or by number") },
	{ "workdir", 'w', OPTION_TEXT, AT(workdir), "DIR", N_("where it begins") },

	/* files */
	{ "device", 0, OPTION_TEXTS, AT(devices), "PATH[:PATH][:rwm]",
	  N_("a device of this machine, or VENDOR/CLASS=NAME by CDI") },
	{ "mount", 0, OPTION_TEXTS, AT(mounts), "type=volume|bind|tmpfs,…",
	  N_("source=, target=, readonly, bind-propagation=, volume-nocopy, volume-opt=, tmpfs-size=, "
	     "tmpfs-mode= …") },
	{ "read-only", 0, OPTION_FLAG, AT(read_only), NULL, N_("its root file system cannot be written to") },
	{ "secret", 0, OPTION_TEXTS, AT(secrets), "NAME[,type=mount|env]…",
	  N_("a secret, as a file in /run/secrets or a variable; target=, uid=, gid=, mode=") },
	{ "shm-size", 0, OPTION_BYTES, AT(shm_size), "BYTES", N_("of /dev/shm (64m)") },
	{ "tmpfs", 0, OPTION_TEXTS, AT(tmpfs), "PATH[:OPTIONS]", N_("files in memory") },
	{ "volume", 'v', OPTION_TEXTS, AT(volumes), "[NAME|DIR:]PATH[:OPTIONS]",
	  N_("a volume, or a directory or file of this machine; ro, nocopy, z, Z, U, O, noexec, shared, idmap …") },
	{ "volumes-from", 0, OPTION_TEXTS, AT(volumes_from), "CONTAINER[:ro|rw]",
	  N_("the volumes of another container") },

	/* namespaces */
	{ "cgroupns", 0, OPTION_TEXT, AT(cgroupns), "private|host", N_("its view of cgroups") },
	{ "domainname", 0, OPTION_TEXT, AT(domainname), "NAME", N_("its NIS domain") },
	{ "hostname", 'h', OPTION_TEXT, AT(hostname), "NAME", N_("its host name (default: the begin of its ID)") },
	{ "ipc", 0, OPTION_TEXT, AT(ipc), "private|host|container:NAME", N_("shared memory and semaphores") },
	{ "pid", 0, OPTION_TEXT, AT(pid), "private|host|container:NAME", N_("which processes it sees") },
	{ "uts", 0, OPTION_TEXT, AT(uts), "private|host|container:NAME", N_("whose host name it has") },

	{ .kind = OPTION_TABLE, .table = network_options },
	{ .kind = OPTION_TABLE, .table = host_options },

	/* rights */
	{ "cap-add", 0, OPTION_TEXTS, AT(cap_add), "CAPABILITY", N_("one more than usual; ALL") },
	{ "cap-drop", 0, OPTION_TEXTS, AT(cap_drop), "CAPABILITY", N_("one less than usual; ALL") },
	{ "device-cgroup-rule", 0, OPTION_TEXTS, AT(device_rules), "RULE",
	  N_("which devices it may use: 'c 10:200 rwm'") },
	{ "privileged", 0, OPTION_FLAG, AT(privileged), NULL, N_("all rights that the caller has") },
	{ "security-opt", 0, OPTION_TEXTS, AT(security_options), "OPTION",
	  N_("seccomp=, apparmor=, label=, mask=, unmask=, no-new-privileges") },
	{ "sysctl", 0, OPTION_TEXTS, AT(sysctls), "KEY=VALUE", N_("a setting of the kernel, in its namespaces") },

	/* limits */
	{ "blkio-weight", 0, OPTION_UNSIGNED, AT(blkio_weight), "N", N_("10 to 1000") },
	{ "blkio-weight-device", 0, OPTION_TEXTS, AT(blkio_weight_devices), "DEVICE:N", N_("the same for one device") },
	{ "cgroup-parent", 0, OPTION_TEXT, AT(cgroup_parent), "PATH",
	  N_("the cgroup that its own is made in (the root)") },
	{ "cpu-period", 0, OPTION_UNSIGNED, AT(cpu_period), "US", N_("of --cpu-quota") },
	{ "cpu-quota", 0, OPTION_SIGNED, AT(cpu_quota), "US", N_("time of processors in each period") },
	{ "cpu-shares", 'c', OPTION_UNSIGNED, AT(cpu_shares), "N", N_("its part where processors are short (1024)") },
	{ "cpus", 0, OPTION_TEXT, AT(cpus), "N", N_("how many processors, as in 1.5") },
	{ "cpuset-cpus", 0, OPTION_TEXT, AT(cpuset_cpus), "LIST", N_("which processors, as in 0-2,7") },
	{ "cpuset-mems", 0, OPTION_TEXT, AT(cpuset_mems), "LIST", N_("which nodes of memory") },
	{ "device-read-bps", 0, OPTION_TEXTS, AT(read_bps), "DEVICE:BYTES", N_("in a second") },
	{ "device-read-iops", 0, OPTION_TEXTS, AT(read_iops), "DEVICE:N", N_("in a second") },
	{ "device-write-bps", 0, OPTION_TEXTS, AT(write_bps), "DEVICE:BYTES", N_("in a second") },
	{ "device-write-iops", 0, OPTION_TEXTS, AT(write_iops), "DEVICE:N", N_("in a second") },
	{ "memory", 'm', OPTION_BYTES, AT(memory), "BYTES", N_("at most, as in 512m") },
	{ "memory-reservation", 0, OPTION_BYTES, AT(memory_reservation), "BYTES", N_("where memory is short") },
	{ "memory-swap", 0, OPTION_BYTES, AT(memory_swap), "BYTES", N_("memory and swap together; -1: no limit") },
	{ "memory-swappiness", 0, OPTION_UNSIGNED, AT(memory_swappiness), "N", N_("0 to 100 (cgroup v1)") },
	{ "oom-kill-disable", 0, OPTION_FLAG, AT(oom_kill_disable), NULL,
	  N_("wait for memory, do not end (cgroup v1)") },
	{ "pids-limit", 0, OPTION_SIGNED, AT(pids_limit), "N", N_("how many processes; -1: no limit") },
	{ NULL }
};
