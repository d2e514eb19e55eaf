/* risks_mounts.c - files of the host, and of the kernel, that a process can reach or change. */
#include "base/text.h"
#include "spec/usual.h"
#include "xray/mounts.h"
#include "xray/risks.h"
#include <linux/capability.h>
#include <string.h>

static bool is_writable(const struct xray_mount *mount)
{
	return !mount->readonly && !mount->super_readonly;
}

static bool is_type(const struct xray_mount *mount, const char *type)
{
	return !strcmp(mount->type, type);
}

/* What lies on a mount can be taken away by who may do that; to others it is out of reach. */
static enum severity severity_of(struct judging *judging, const struct xray_mount *mount, enum severity open)
{
	const uint64_t administrator = UINT64_C(1) << CAP_SYS_ADMIN;
	const bool uncovers = judging->xray->status.set[SET_EFFECTIVE] & administrator;

	return mount->covered && !uncovers && open < SEVERITY_LOW ? SEVERITY_LOW : open;
}

static const char *covered_words(const struct xray_mount *mount)
{
	return mount->covered ? ", covered by another mount" : "";
}

/* --- sockets of those who may do all --- */

static const char *const sockets[] = { "docker.sock", "containerd.sock", "containerd.sock.ttrpc", "podman.sock",
				       "crio.sock", "cri-dockerd.sock", "buildkitd.sock", "private" };

static bool is_socket(const char *host)
{
	const char *slash = strrchr(host, '/'), *name = slash ? slash + 1 : host;

	if (xray_is_below(host, "/run/taru") || xray_is_below(host, "/var/run/taru"))
		return true;
	for (size_t i = 0; i < sizeof(sockets) / sizeof(sockets[0]); i++)
		if (!strcmp(name, sockets[i]))
			return strcmp(name, "private") != 0 || strstr(host, "systemd") != NULL;
	return false;
}

static void judge_socket(struct judging *judging, const struct xray_mount *mount)
{
	risk_add(judging, &(struct risk){
		severity_of(judging, mount, SEVERITY_CRITICAL), "engine-socket",
		risk_text(judging, "the host's '%s' is mounted at '%s'%s", risk_name(judging, mount->host),
			  risk_name(judging, mount->target), covered_words(mount)),
		"who talks to it is root of the host; that it is read-only does not hinder that", "unix(7)",
		"no -v with that path" });
}

/* --- folders of the host --- */

static const struct { const char *path; enum severity writable, readonly; const char *why; } folders[] = {
	{ "/", SEVERITY_CRITICAL, SEVERITY_HIGH, "all files of the host are in it" },
	{ "/etc", SEVERITY_CRITICAL, SEVERITY_MEDIUM, "what the host runs, and who is who on it, is written there" },
	{ "/root", SEVERITY_CRITICAL, SEVERITY_HIGH, "keys of root are in it" },
	{ "/boot", SEVERITY_CRITICAL, SEVERITY_LOW, "the kernel of the next start is in it" },
	{ "/dev", SEVERITY_HIGH, SEVERITY_HIGH, "the devices of the host are in it" },
	{ "/run", SEVERITY_CRITICAL, SEVERITY_CRITICAL, "the sockets of the host's services are in it" },
	{ "/usr/bin", SEVERITY_CRITICAL, SEVERITY_LOW, "the host's programs are in it" },
	{ "/usr/sbin", SEVERITY_CRITICAL, SEVERITY_LOW, "the host's programs are in it" },
	{ "/usr/lib", SEVERITY_CRITICAL, SEVERITY_LOW, "the host's libraries are in it" },
	{ "/usr", SEVERITY_CRITICAL, SEVERITY_LOW, "the host's programs are in it" },
	{ "/bin", SEVERITY_CRITICAL, SEVERITY_LOW, "the host's programs are in it" },
	{ "/sbin", SEVERITY_CRITICAL, SEVERITY_LOW, "the host's programs are in it" },
	{ "/lib", SEVERITY_CRITICAL, SEVERITY_LOW, "the host's libraries are in it" },
	{ "/lib64", SEVERITY_CRITICAL, SEVERITY_LOW, "the host's libraries are in it" },
	{ "/proc", SEVERITY_HIGH, SEVERITY_MEDIUM, "the processes of the host are in it" },
	{ "/sys", SEVERITY_HIGH, SEVERITY_LOW, "the devices and the kernel of the host are set there" },
	{ "/var", SEVERITY_HIGH, SEVERITY_MEDIUM, "the state of the host's services is in it" },
	{ "/var/lib/docker", SEVERITY_CRITICAL, SEVERITY_HIGH, "the files of all of Docker's containers are in it" },
	{ "/var/lib/containerd", SEVERITY_CRITICAL, SEVERITY_HIGH, "the files of other containers are in it" },
	{ "/var/lib/taru", SEVERITY_CRITICAL, SEVERITY_HIGH, "the files of all containers are in it" },
	{ "/var/log", SEVERITY_HIGH, SEVERITY_LOW, "the host's logs are in it" },
	{ "/home", SEVERITY_HIGH, SEVERITY_HIGH, "keys and files of users are in it" },
};

/* Folders of those that say what the host runs, and who may do what: each file in them counts as they do. */
static const char *const deep[] = { "/etc", "/root", "/boot", "/usr", "/bin", "/sbin", "/lib", "/lib64" };

static bool is_deep(const char *path)
{
	for (size_t i = 0; i < sizeof(deep) / sizeof(deep[0]); i++)
		if (xray_is_below(path, deep[i]))
			return true;
	return false;
}

/* What an engine bind-mounts of its own, wherever its store is: ".../containers/ID/hosts", ".../volumes/NAME/data"
 * ("_data" is Docker's). */
static bool is_engines(const char *path)
{
	enum { ID_LENGTH = 64 };
	const char *container = strstr(path, "/containers/"), *volume = strstr(path, "/volumes/");
	const char *id = container ? container + strlen("/containers/") : "";
	const char *data = volume ? strchr(volume + strlen("/volumes/"), '/') : NULL;

	return (strspn(id, "0123456789abcdef") == ID_LENGTH && id[ID_LENGTH] == '/') ||
	       (data && (xray_is_below(data, "/data") || xray_is_below(data, "/_data")));
}

/* The row of a path, or the nearest one above it. */
static size_t find_row(const char *path)
{
	const size_t rows = sizeof(folders) / sizeof(folders[0]);
	size_t best = rows;

	for (size_t i = 0; i < rows; i++)
		if (!strcmp(path, folders[i].path) ||
		    (is_deep(folders[i].path) && !is_engines(path) && xray_is_below(path, folders[i].path) &&
		     (best == rows || strlen(folders[i].path) > strlen(folders[best].path))))
			best = i;
	return best;
}

/* A sysfs shows what its network namespace has, and a proc its PID namespace: those are told elsewhere. What is only
 * below a row and read-only changes nothing, and is usual: a certificate, a time zone. */
static void judge_folder(struct judging *judging, const struct xray_mount *mount)
{
	const bool writable = is_writable(mount);
	const size_t row = find_row(mount->host);

	if (is_type(mount, "sysfs") || (is_type(mount, "proc") && !strcmp(mount->host, mount->target)) ||
	    row == sizeof(folders) / sizeof(folders[0]) || (!writable && strcmp(mount->host, folders[row].path) != 0))
		return;
	risk_add(judging, &(struct risk){
		severity_of(judging, mount, writable ? folders[row].writable : folders[row].readonly),
		strcmp(mount->host, "/") ? "host-folder" : "host-files",
		risk_text(judging, "the host's '%s' is mounted at '%s', %s%s", risk_name(judging, mount->host),
			  risk_name(judging, mount->target), writable ? "writable" : "read-only",
			  covered_words(mount)),
		strcmp(mount->host, folders[row].path) ?
			risk_text(judging, "of '%s': %s", folders[row].path, folders[row].why) : folders[row].why,
		"mount_namespaces(7)",
		writable ? "no -v with that path, or -v …:ro" : "no -v with that path" });
}

static void judge_propagation(struct judging *judging, const struct xray_mount *mount)
{
	if (mount->escapes)
		risk_add(judging, &(struct risk){
			SEVERITY_HIGH, "shared-mount",
			risk_text(judging, "'%s' is shared with the host", risk_name(judging, mount->target)),
			"what is mounted in it appears on the host", "mount_namespaces(7)",
			"no -v …:shared, :rshared" });
}

/* One finding for all of a version. */
static void judge_cgroups(struct judging *judging, const char *type, enum severity severity, const char *why,
			  const char *source)
{
	const struct xray_mounts *mounts = &judging->xray->mounts;
	const struct xray_mount *first = NULL;
	size_t count = 0;

	for (size_t i = 0; i < mounts->count; i++)
		if (is_type(&mounts->at[i], type) && is_writable(&mounts->at[i]) && !mounts->at[i].covered) {
			first = first ? first : &mounts->at[i];
			count++;
		}
	if (first)
		risk_add(judging, &(struct risk){
			risk_in_user(judging, severity, SEVERITY_LOW), "writable-cgroup",
			risk_text(judging, "the cgroups at '%s' are writable%s", risk_name(judging, first->target),
				  count > 1 ? risk_text(judging, ", and %zu more", count - 1) : ""),
			why, source, "no --privileged; -v /sys/fs/cgroup:/sys/fs/cgroup:ro" });
}

/* --- files of the kernel: proc(5), sysfs(5) --- */

const char *const xray_kernel_paths[] = {
	"/proc/sys/kernel/core_pattern", "/sys/kernel/uevent_helper", "/proc/sysrq-trigger", "/proc/irq", "/proc/bus",
	NULL
};

static const struct { enum severity severity; const char *why; } kernel[] = {
	{ SEVERITY_CRITICAL, "a program named there is run on the host, as root" },
	{ SEVERITY_CRITICAL, "a program named there is run on the host, as root" },
	{ SEVERITY_HIGH, "it can stop the machine" },
	{ SEVERITY_LOW, "interrupts can be moved" },
	{ SEVERITY_LOW, "devices of the machine can be set" },
};

_Static_assert(sizeof(kernel) / sizeof(kernel[0]) + 1 == sizeof(xray_kernel_paths) / sizeof(xray_kernel_paths[0]),
	       "a path is not judged");

/* What the machine does not have needs no mask. */
static bool is_seen(const struct xray *xray, const char *path, const struct xray_mount *mount)
{
	for (size_t i = 0; i < xray->absent.count; i++)
		if (!strcmp(xray->absent.at[i], path))
			return false;
	return mount && !mount->masks && (is_type(mount, "proc") || is_type(mount, "sysfs"));
}

/* Only root of the host may write there. */
static void judge_kernel_files(struct judging *judging)
{
	const struct xray *xray = judging->xray;
	const bool root = xray->status.uid[1] == 0 && !xray_own_user(xray);

	for (size_t i = 0; i < sizeof(kernel) / sizeof(kernel[0]) && root; i++) {
		const char *path = xray_kernel_paths[i];
		const struct xray_mount *mount = xray_mount_of(&xray->mounts, path);

		if (is_seen(xray, path, mount) && is_writable(mount))
			risk_add(judging, &(struct risk){
				kernel[i].severity, "writable-kernel-file",
				risk_text(judging, "'%s' is writable", path), kernel[i].why,
				"CVE-2025-31133, proc(5)",
				"no --privileged, no --security-opt systempaths=unconfined" });
	}
}

/* One finding for all of them. */
static void judge_masks(struct judging *judging)
{
	const struct xray *xray = judging->xray;
	struct text list = text_new(xray->arena);

	for (size_t i = 0; usual_masked_paths[i]; i++) {
		const struct xray_mount *mount = xray_mount_of(&xray->mounts, usual_masked_paths[i]);

		if (is_seen(xray, usual_masked_paths[i], mount))
			text_printf(&list, "%s%s", list.length ? ", " : "", usual_masked_paths[i]);
	}
	if (list.length)
		risk_add(judging, &(struct risk){
			risk_in_user(judging, SEVERITY_MEDIUM, SEVERITY_LOW), "unmasked",
			risk_text(judging, "not masked: %s", list.at), "they tell of the machine and of others on it",
			"proc(5)", "no --privileged, no --security-opt systempaths=unconfined" });
}

static void judge_root(struct judging *judging)
{
	const struct xray_mount *mount = xray_mount_of(&judging->xray->mounts, "/");

	if (mount && mount->host && !strcmp(mount->host, "/"))
		risk_add(judging, &(struct risk){
			SEVERITY_HIGH, "host-files", "its root is the host's", "all files of the host are in it",
			"mount_namespaces(7)", "a root of its own: taru run IMAGE" });
	if (mount && is_writable(mount))
		risk_add(judging, &(struct risk){
			SEVERITY_NOTE, "writable-root", "its root is writable",
			"what breaks into it can stay in its files", "mount(2)", "--read-only" });
}

void risks_of_mounts(struct judging *judging)
{
	const struct xray *xray = judging->xray;

	for (size_t i = 0; i < xray->mounts.count && xray_has_own(xray, NAMESPACE_MOUNT); i++) {
		const struct xray_mount *mount = &xray->mounts.at[i];

		if (mount->host && !mount->masks && strcmp(mount->target, "/") != 0) {
			if (is_socket(mount->host))
				judge_socket(judging, mount);
			else
				judge_folder(judging, mount);
		}
		judge_propagation(judging, mount);
	}
	judge_kernel_files(judging);
	judge_masks(judging);
	if (!xray_has_own(xray, NAMESPACE_MOUNT))
		return;
	judge_cgroups(judging, "cgroup", SEVERITY_HIGH,
		      "release_agent runs a program on the host; and limits can be changed",
		      "CVE-2022-0492, cgroups(7)");
	judge_cgroups(judging, "cgroup2", SEVERITY_MEDIUM, "limits can be changed", "cgroups(7)");
	judge_root(judging);
}
