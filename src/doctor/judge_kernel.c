/* judge_kernel.c - the kernel, and what a filter or others' mounts around us leave of it. */
#include "doctor/judge.h"
#include "spec/names.h"
#include <errno.h>
#include <string.h>

enum { NOT_TRIED = 1 };

static void judge_kernel(struct judging *judging)
{
	const struct machine *machine = judging->machine;

	if (host_kernel_at_least(&machine->host, 5, 14))
		judge_yes(judging, "Linux %s", machine->release);
	else
		judge_no(judging, _("install Linux 5.14 or newer, as Debian 12, Ubuntu 22.04 and RHEL 9 have it"),
			 _("Linux %s is too old: taru needs 5.14"), machine->release);
}

static void judge_processor(struct judging *judging)
{
	static const char *const names[HOST_ARCHITECTURES] = { [HOST_X86_64] = "x86_64", [HOST_ARM64] = "aarch64" };
	const char *ours = names[judging->machine->host.architecture], *told = judging->machine->processor;

	if (!strcmp(ours, told))
		judge_yes(judging, "%s", told);
	else
		judge_partly(judging, arena_printf(judging->arena, "setarch %s taru ...", ours),
			     _("this process is told that the machine is %s, and this taru is for %s"), told, ours);
}

static void judge_calls(struct judging *judging)
{
	const struct machine *machine = judging->machine;
	struct text missing = text_new(judging->arena);

	for (int i = 0; i < MACHINE_CALLS; i++)
		if (machine->call[i])
			text_printf(&missing, "%s%s", missing.length ? " " : "", machine_calls[i]);
	if (machine->calls_killed)
		judge_no(judging, _("run taru outside of what filters its system calls (systemd: SystemCallFilter=)"),
			 _("a filter around this process ends who makes them"));
	else if (missing.length && !host_kernel_at_least(&machine->host, 5, 14))
		judge_no(judging, _("install Linux 5.14 or newer"), _("missing: %s"), missing.at);
	else if (missing.length)
		judge_no(judging, _("run taru outside of the container that it is in, or give that one a seccomp "
				    "profile that allows them (--security-opt seccomp=unconfined)"),
			 _("a filter around this process forbids %s"), missing.at);
	else
		judge_yes(judging, _("all that are needed"));
}

/* --- namespaces --- */

static bool needs(const struct judging *judging, enum namespace_kind kind)
{
	return kind != NAMESPACE_CGROUP && kind != NAMESPACE_TIME &&
	       (kind != NAMESPACE_USER || !judge_is_root(judging));
}

static void judge_namespaces(struct judging *judging)
{
	struct text missing = text_new(judging->arena);
	bool needed = false;

	for (int kind = 0; kind < NAMESPACES; kind++) {
		if (judging->machine->namespace[kind])
			continue;
		text_printf(&missing, "%s%s", missing.length ? " " : "", name_of(namespace_names, (uint64_t)kind));
		needed |= needs(judging, (enum namespace_kind)kind);
	}
	if (!missing.length)
		judge_yes(judging, _("all eight kinds"));
	else if (needed)
		judge_no(judging, _("mount /proc, or boot a kernel that has them (CONFIG_NAMESPACES, CONFIG_USER_NS, "
				    "CONFIG_PID_NS, CONFIG_NET_NS)"), _("missing: %s"), missing.at);
	else
		judge_partly(judging, _("boot a kernel that has them (CONFIG_USER_NS, CONFIG_CGROUPS, CONFIG_TIME_NS)"),
			     _("missing: %s"), missing.at);
}

static void judge_namespace_limits(struct judging *judging)
{
	for (int i = SYSCTL_MNT_NAMESPACES; i <= SYSCTL_TIME_NAMESPACES; i++) {
		bool needed = i != SYSCTL_CGROUP_NAMESPACES && i != SYSCTL_TIME_NAMESPACES;

		if (judging->machine->sysctl[i] != 0)
			continue;
		if (needed)
			judge_no(judging, judge_sysctl(judging, machine_sysctls[i], "15000"), _("%s is 0"),
				 machine_sysctls[i]);
		else
			judge_partly(judging, judge_sysctl(judging, machine_sysctls[i], "15000"), _("%s is 0"),
				     machine_sysctls[i]);
		return;
	}
	judge_yes(judging, _("the sysctls user.max_*_namespaces allow them"));
}

static void judge_trial(struct judging *judging)
{
	int error = judging->machine->trial;
	const char *mend = judge_is_root(judging) ?
		_("run taru as root of the machine; where it is in a container, give that one --privileged") :
		_("see user-namespaces and system-calls");

	if (!error)
		judge_yes(judging, _("made for a trial"));
	else
		judge_no(judging, error == -ENOSPC ? _("raise the sysctls user.max_*_namespaces") : mend,
			 _("they could not be made: %s"), errno_words(-error));
}

/* --- mounts --- */

static void judge_mounts(struct judging *judging)
{
	const struct machine *machine = judging->machine;
	struct text failed = text_new(judging->arena);
	bool covered = false;

	if (machine->mount[MOUNT_PROC] == NOT_TRIED)
		return;
	for (int i = 0; i < MOUNT_OVERLAY; i++) {
		if (!machine->mount[i])
			continue;
		text_printf(&failed, "%s%s (%s)", failed.length ? ", " : "", machine_mounts[i],
			    errno_words(-machine->mount[i]));
		covered |= machine->mount[i] == -EPERM && (i == MOUNT_PROC || i == MOUNT_SYSFS);
	}
	if (!failed.length)
		judge_yes(judging, _("proc, sysfs, tmpfs, devpts and mqueue, made for a trial"));
	else if (covered)
		judge_no(judging, _("run taru outside of the container that it is in, which has parts of /proc or "
				    "/sys covered, or give that one --security-opt systempaths=unconfined (podman: "
				    "unmask=ALL)"),
			 _("cannot be made: %s"), failed.at);
	else
		judge_no(judging, _("boot a kernel that has them (CONFIG_PROC_FS, CONFIG_SYSFS, CONFIG_TMPFS, "
				    "CONFIG_UNIX98_PTYS, CONFIG_POSIX_MQUEUE)"), _("cannot be made: %s"), failed.at);
}

static void judge_overlay(struct judging *judging)
{
	int error = judging->machine->mount[MOUNT_OVERLAY];
	const char *words = judge_module_words(judging, MODULE_OVERLAY);

	if (error == NOT_TRIED)
		return;
	if (!error)
		judge_yes(judging, _("overlayfs, %s, made for a trial"), words);
	else if (error == -ENODEV)
		judge_no(judging, _("modprobe overlay (and the line overlay in /etc/modules-load.d/taru.conf), or "
				    "boot a kernel with CONFIG_OVERLAY_FS"),
			 _("the kernel does not know overlayfs: its module is %s"), words);
	else
		judge_no(judging, _("see mounts and system-calls; a security module may forbid it, too"),
			 _("overlayfs cannot be mounted: %s"), errno_words(-error));
}

static void judge_seccomp(struct judging *judging)
{
	if (!judging->machine->seccomp)
		judge_no(judging, _("boot a kernel with CONFIG_SECCOMP_FILTER, or run containers with --security-opt "
				    "seccomp=unconfined"), _("the kernel has no filters"));
	else if (!judging->machine->seccomp_notify)
		judge_partly(judging, NULL, _("filters, but no notices (SCMP_ACT_NOTIFY)"));
	else
		judge_yes(judging, _("filters, and notices"));
}

static void judge_bpf(struct judging *judging)
{
	int error = judging->machine->bpf;

	if (error == NOT_TRIED)
		return;
	if (error)
		judge_no(judging, _("boot a kernel with CONFIG_CGROUP_BPF; in a container, allow bpf(2)"),
			 _("the kernel did not take a program for devices: %s"), errno_words(-error));
	else
		judge_yes(judging, _("the kernel takes programs for devices"));
}

const struct check checks_kernel[] = {
	{ "kernel", N_("all containers"), FOR_ALL, FOR_ALL, judge_kernel, 0 },
	{ "processor", N_("programs of images"), FOR_ALL, FOR_NONE, judge_processor, 0 },
	{ "system-calls", N_("all containers"), FOR_ALL, FOR_ALL, judge_calls, 0 },
	{ "namespaces", N_("a container's own view of the machine"), FOR_ALL, FOR_ALL, judge_namespaces, 0 },
	{ "namespace-limits", N_("how many of them there may be"), FOR_ALL, FOR_ALL, judge_namespace_limits, 0 },
	{ "trial", N_("all namespaces of a container at once"), FOR_ALL, FOR_ALL, judge_trial, 0 },
	{ "mounts", N_("/proc, /sys and /dev of containers"), FOR_ALL, FOR_ALL, judge_mounts, 0 },
	{ "overlay", N_("images, and what containers change"), FOR_ALL, FOR_ALL, judge_overlay, 0 },
	{ "seccomp", N_("the list of allowed system calls"), FOR_ALL, FOR_ALL, judge_seccomp, 0 },
	{ "bpf", N_("rules for devices, with cgroups of v2"), FOR_ROOT, FOR_ROOT, judge_bpf, 0 },
	{ "fuse", N_("file systems by FUSE in containers"), FOR_ALL, FOR_NONE, judge_module, MODULE_FUSE },
	{ 0 }
};
