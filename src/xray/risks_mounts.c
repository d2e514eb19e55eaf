/* risks_mounts.c - what the mounts of a process let it reach or change: files of the kernel, cgroups, its root. */
#include "base/text.h"
#include "spec/usual.h"
#include "xray/mounts.h"
#include "xray/risks.h"
#include <linux/capability.h>
#include <string.h>

static void judge_propagation(struct judging *judging, const struct xray_mount *mount)
{
	if (mount->escapes)
		risk_add(judging, &(struct risk){
			SEVERITY_HIGH, "shared-mount",
			risk_text(judging, _("'%s' is shared with the host"), risk_name(judging, mount->target)),
			N_("what is mounted in it appears on the host"), "mount_namespaces(7)",
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
		if (risk_type(&mounts->at[i], type) && risk_writable(&mounts->at[i]) && !mounts->at[i].covered) {
			first = first ? first : &mounts->at[i];
			count++;
		}
	if (first)
		risk_add(judging, &(struct risk){
			risk_in_user(judging, severity, SEVERITY_LOW), "writable-cgroup",
			risk_text(judging, _("the cgroups at '%s' are writable%s"), risk_name(judging, first->target),
				  count > 1 ? risk_text(judging, _(", and %zu more"), count - 1) : ""),
			why, source, N_("no --privileged; -v /sys/fs/cgroup:/sys/fs/cgroup:ro") });
}

/* --- files of the kernel: proc(5), sysfs(5) --- */

const char *const xray_kernel_paths[] = {
	"/proc/sys/kernel/core_pattern", "/sys/kernel/uevent_helper", "/proc/sysrq-trigger", "/proc/irq", "/proc/bus",
	NULL
};

static const struct { enum severity severity; const char *why; } kernel[] = {
	{ SEVERITY_CRITICAL, N_("a program named there is run on the host, as root") },
	{ SEVERITY_CRITICAL, N_("a program named there is run on the host, as root") },
	{ SEVERITY_HIGH, N_("it can stop the machine") },
	{ SEVERITY_LOW, N_("interrupts can be moved") },
	{ SEVERITY_LOW, N_("devices of the machine can be set") },
};

_Static_assert(sizeof(kernel) / sizeof(kernel[0]) + 1 == sizeof(xray_kernel_paths) / sizeof(xray_kernel_paths[0]),
	       "a path is not judged");

/* What the machine does not have needs no mask. */
static bool is_seen(const struct xray *xray, const char *path, const struct xray_mount *mount)
{
	for (size_t i = 0; i < xray->absent.count; i++)
		if (!strcmp(xray->absent.at[i], path))
			return false;
	return mount && !mount->masks && (risk_type(mount, "proc") || risk_type(mount, "sysfs"));
}

/* Only root of the host may write there. */
static void judge_kernel_files(struct judging *judging)
{
	const struct xray *xray = judging->xray;
	const bool root = xray->status.uid[1] == 0 && !xray_own_user(xray);

	for (size_t i = 0; i < sizeof(kernel) / sizeof(kernel[0]) && root; i++) {
		const char *path = xray_kernel_paths[i];
		const struct xray_mount *mount = xray_mount_of(&xray->mounts, path);

		if (is_seen(xray, path, mount) && risk_writable(mount))
			risk_add(judging, &(struct risk){
				kernel[i].severity, "writable-kernel-file",
				risk_text(judging, _("'%s' is writable"), path), kernel[i].why,
				"CVE-2025-31133, proc(5)",
				N_("no --privileged, no --security-opt systempaths=unconfined") });
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
			risk_text(judging, _("not masked: %s"), list.at),
			N_("they tell of the machine and of others on it"), "proc(5)",
			N_("no --privileged, no --security-opt systempaths=unconfined") });
}

static void judge_root(struct judging *judging)
{
	const struct xray_mount *mount = xray_mount_of(&judging->xray->mounts, "/");

	if (mount && mount->host && !strcmp(mount->host, "/"))
		risk_add(judging, &(struct risk){
			SEVERITY_HIGH, "host-files", N_("its root is the host's"),
				N_("all files of the host are in it"),
			"mount_namespaces(7)", N_("a root of its own: taru run IMAGE") });
	if (mount && risk_writable(mount))
		risk_add(judging, &(struct risk){
			SEVERITY_NOTE, "writable-root", N_("its root is writable"),
			N_("what breaks into it can stay in its files"), "mount(2)", "--read-only" });
}

void risks_of_mounts(struct judging *judging)
{
	const struct xray *xray = judging->xray;

	for (size_t i = 0; i < xray->mounts.count && xray_has_own(xray, NAMESPACE_MOUNT); i++) {
		const struct xray_mount *mount = &xray->mounts.at[i];

		if (mount->host && !mount->masks && strcmp(mount->target, "/") != 0)
			risk_of_host_file(judging, mount);
		judge_propagation(judging, mount);
	}
	judge_kernel_files(judging);
	judge_masks(judging);
	if (!xray_has_own(xray, NAMESPACE_MOUNT))
		return;
	judge_cgroups(judging, "cgroup", SEVERITY_HIGH,
		      N_("release_agent runs a program on the host; and limits can be changed"),
		      "CVE-2022-0492, cgroups(7)");
	judge_cgroups(judging, "cgroup2", SEVERITY_MEDIUM, N_("limits can be changed"), "cgroups(7)");
	judge_root(judging);
}
