/* risks_shared.c - what a process shares with the host: namespaces, resources, descriptors, ports. */
#include "xray/parse.h"
#include "xray/risks.h"
#include <linux/capability.h>
#include <string.h>

/* --- namespaces: namespaces(7) --- */

static const struct { enum namespace_kind kind; struct risk risk; } shared[] = {
	{ NAMESPACE_MOUNT, { SEVERITY_HIGH, "host-mount", N_("it is in the host's mount namespace"),
			     N_("it sees all files of the host"), "mount_namespaces(7)",
			     N_("taru run: every container has its own") } },
	{ NAMESPACE_PID, { SEVERITY_HIGH, "host-pid", N_("it is in the host's PID namespace"),
			   N_("it sees the host's processes, and may signal those of its uid"), "pid_namespaces(7)",
			   N_("no --pid host") } },
	{ NAMESPACE_NETWORK, { SEVERITY_HIGH, "host-network", N_("it is in the host's network namespace"),
			       N_("it reaches what listens on loopback and on abstract sockets, and may listen itself"),
			       "CVE-2020-15257, network_namespaces(7)", N_("no --network host; -p for ports") } },
	{ NAMESPACE_IPC, { SEVERITY_MEDIUM, "host-ipc", N_("it is in the host's IPC namespace"),
			   N_("it reaches shared memory and queues of others"), "ipc_namespaces(7)",
			   N_("no --ipc host") } },
	{ NAMESPACE_CGROUP, { SEVERITY_LOW, "host-cgroup", N_("it is in the host's cgroup namespace"),
			      N_("it sees where the host has it"), "cgroup_namespaces(7)", "--cgroupns private" } },
	{ NAMESPACE_UTS, { SEVERITY_LOW, "host-uts", N_("it is in the host's UTS namespace"),
			   N_("with CAP_SYS_ADMIN it may rename the "
			      "host"), "uts_namespaces(7)", N_("no --uts host") } },
};

/* chroot(2) hides the rest from who may not do it once more: by that it is left again. */
static bool is_shut_in(const struct xray *xray)
{
	const uint64_t leaves = UINT64_C(1) << CAP_SYS_CHROOT | UINT64_C(1) << CAP_SYS_ADMIN;

	return xray->root && strcmp(xray->root, "/") != 0 && xray->status.sets_told &&
	       !(xray->status.set[SET_EFFECTIVE] & leaves);
}

static void judge_namespaces(struct judging *judging)
{
	const struct xray *xray = judging->xray;

	for (size_t i = 0; i < sizeof(shared) / sizeof(shared[0]); i++) {
		if (!xray_shares(xray, shared[i].kind))
			continue;
		if (shared[i].kind != NAMESPACE_MOUNT || !is_shut_in(xray))
			risk_add(judging, &shared[i].risk);
		else
			risk_add(judging, &(struct risk){
				SEVERITY_LOW, "host-mount",
				risk_text(judging, "it is in the host's mount namespace, shut into '%s' by chroot",
					  risk_name(judging, xray->root)),
				"a directory outside that it is given leads to all files of the host", "chroot(2)",
				"taru run: every container has its own" });
	}
}

/* --- cgroups: cgroups(7) --- */

static void judge_limits(struct judging *judging)
{
	const struct xray_limits *limits = &judging->xray->limits;

	if (limits->pids_known && !limits->pids.set)
		risk_add(judging, &(struct risk){
			SEVERITY_MEDIUM, "no-pids-limit", N_("no limit of processes"),
			N_("it can make so many that the host can make no more"), "fork(2)", "--pids-limit 2048" });
	if (limits->memory_known && !limits->memory.set)
		risk_add(judging, &(struct risk){
			SEVERITY_MEDIUM, "no-memory-limit", N_("no limit of memory"),
			N_("it can use up the host's"), "cgroups(7)", "--memory 512m" });
	if (limits->all_devices.set && limits->all_devices.value)
		risk_add(judging, &(struct risk){
			risk_in_user(judging, SEVERITY_HIGH, SEVERITY_NOTE), "all-devices",
			N_("its cgroup allows all devices"),
			N_("with CAP_MKNOD it may make one for the host's disk, and write to it"),
			"mknod(2)", N_("no --privileged; --device for single ones") });
}

static void judge_block_devices(struct judging *judging)
{
	const struct texts *list = &judging->xray->block_devices;
	const struct maybe_bool *all = &judging->xray->limits.all_devices;
	const bool open = !all->set || all->value;

	if (list->count)
		risk_add(judging, &(struct risk){
			open ? risk_in_user(judging, SEVERITY_CRITICAL, SEVERITY_HIGH) : SEVERITY_MEDIUM,
			"block-device",
			risk_text(judging, _("block devices are in its /dev: %zu, such as %s%s"), list->count,
				  risk_name(judging, list->at[0]), open ? "" : _(" (its cgroup does not allow all)")),
			N_("who writes to a disk writes to every file on it"), "sd(4)",
			N_("no --privileged, no --device for a disk") });
}

/* --- descriptors --- */

static const char *name_file(struct judging *judging, const struct xray_file *file)
{
	const char *path = risk_name(judging, file->path);

	return file->number < 0 ? risk_text(judging, _("its working directory is '%s', outside of its root"), path) :
	       risk_text(judging, _("descriptor %d leads to %s '%s' outside of its root"), file->number,
			 file->directory ? _("the directory") : file->terminal ? _("the device") : _("the file"), path);
}

static bool is_null(const char *path)
{
	return !strcmp(path, "/dev/null");
}

static void judge_file(struct judging *judging, const struct xray_file *file)
{
	struct risk risk = { SEVERITY_NOTE, "descriptor", "", N_("it was opened by who started it"), "open(2)",
			     N_("-d, and no redirection of the caller's") };

	if (!file->outside || is_null(file->path))
		return;
	risk.what = name_file(judging, file);
	if (file->directory) {
		risk.severity = SEVERITY_CRITICAL;
		risk.why = N_("through it all files of the host can be reached");
		risk.source = "CVE-2024-21626, openat(2)";
		risk.mend = N_("close it before the start; no runtime older than runc 1.1.12");
	} else if (!file->terminal && file->number > 2) {
		risk.severity = file->writable ? SEVERITY_HIGH : SEVERITY_MEDIUM;
		risk.why = N_("it can use a file that it does not see");
		risk.mend = N_("no --preserve-fds; close it before the start");
	}
	risk_add(judging, &risk);
}

/* --- ports --- */

static void judge_ports(struct judging *judging)
{
	const struct xray_sockets *sockets = &judging->xray->sockets;
	enum { PRIVILEGED = 1024 };

	for (size_t i = 0; i < sockets->count && xray_shares(judging->xray, NAMESPACE_NETWORK); i++) {
		const struct xray_socket *socket = &sockets->at[i];

		if (socket->held && socket->listening && socket->port < PRIVILEGED)
			risk_add(judging, &(struct risk){
				SEVERITY_LOW, "privileged-port",
				risk_text(judging, _("it listens on port %u (%s) of the host"), socket->port,
					  xray_protocol_name(socket->protocol)),
				N_("others take what answers there for a service of the host's"), "ip(7)",
				N_("no --network host; -p HOST:CONTAINER") });
	}
}

void risks_of_sharing(struct judging *judging)
{
	const struct xray_files *files = &judging->xray->files;

	judge_namespaces(judging);
	judge_limits(judging);
	judge_block_devices(judging);
	for (size_t i = 0; i < files->count; i++)
		judge_file(judging, &files->at[i]);
	judge_ports(judging);
}
