/* judge_limits.c - how much of it there may be, and the clock. */
#include "doctor/judge.h"

enum {
	FILES_LEAST = 4096,		/* descriptors: an image has up to 500 layers, and each takes a few */
	PROCESSES_LEAST = 1024,
	INSTANCES_LEAST = 128,		/* the kernel's own choice */
	KEYS_LEFT = 20,			/* a container takes one */
	PIDS_LEAST = 32768,
};

#define YEAR_2025 1735689600		/* before it this program was not there */

static void judge_open_files(struct judging *judging)
{
	uint64_t limit = judging->machine->files_limit;

	if (limit == UINT64_MAX)
		judge_yes(judging, _("no limit"));
	else if (limit >= FILES_LEAST)
		judge_yes(judging, "%llu", (unsigned long long)limit);
	else
		judge_partly(judging, _("/etc/security/limits.d/taru.conf with '* hard nofile 524288' (systemd: "
					"LimitNOFILE=)"),
			     _("%llu for a process; images with many layers take up to %d"), (unsigned long long)limit,
			     FILES_LEAST);
}

static void judge_processes(struct judging *judging)
{
	uint64_t limit = judging->machine->processes_limit;
	int64_t pids = judging->machine->sysctl[SYSCTL_PID_MAX];

	if (limit < PROCESSES_LEAST)
		judge_partly(judging, _("/etc/security/limits.d/taru.conf with '* hard nproc 65536' (systemd: "
					"LimitNPROC=)"),
			     _("%llu for this user"), (unsigned long long)limit);
	else if (pids > 0 && pids < PIDS_LEAST)
		judge_partly(judging, judge_sysctl(judging, machine_sysctls[SYSCTL_PID_MAX], "4194304"),
			     _("%lld on this machine"), (long long)pids);
	else
		judge_yes(judging, _("%lld on this machine"), (long long)pids);
}

static void judge_inotify(struct judging *judging)
{
	int64_t instances = judging->machine->sysctl[SYSCTL_INOTIFY_INSTANCES];
	int64_t watches = judging->machine->sysctl[SYSCTL_INOTIFY_WATCHES];

	if (instances < 0)
		judge_partly(judging, _("boot a kernel with CONFIG_INOTIFY_USER"), _("the kernel has none"));
	else if (instances < INSTANCES_LEAST)
		judge_partly(judging, judge_sysctl(judging, machine_sysctls[SYSCTL_INOTIFY_INSTANCES], "1024"),
			     _("%lld for a user"), (long long)instances);
	else
		judge_yes(judging, _("%lld for a user, with %lld watches"), (long long)instances, (long long)watches);
}

static void judge_keys(struct judging *judging)
{
	const struct machine *machine = judging->machine;
	const char *root = judge_is_root(judging) ? "root_" : "";
	const bool few = machine->keys + KEYS_LEFT > machine->keys_max;

	if (!machine->keys_max)
		return;
	if (few || machine->key_bytes + machine->key_bytes_max / 10 > machine->key_bytes_max)
		judge_partly(judging, judge_sysctl(judging, arena_printf(judging->arena, "kernel.keys.%smax%s", root,
									 few ? "keys" : "bytes"), "1000000"),
			     _("%llu of %llu keys and %llu of %llu bytes are taken"), (unsigned long long)machine->keys,
			     (unsigned long long)machine->keys_max, (unsigned long long)machine->key_bytes,
			     (unsigned long long)machine->key_bytes_max);
	else
		judge_yes(judging, _("%llu of %llu keys are taken"), (unsigned long long)machine->keys,
			  (unsigned long long)machine->keys_max);
}

static void judge_clock(struct judging *judging)
{
	if (judging->machine->now < YEAR_2025)
		judge_partly(judging, _("timedatectl set-ntp true, or date --set"),
			     _("it is years behind: no certificate is good, and nothing is pulled"));
	else if (!judging->machine->synchronised)
		judge_yes(judging, _("right to the year; nobody has told the kernel that it is synchronised"));
	else
		judge_yes(judging, _("synchronised"));
}

const struct check checks_limits[] = {
	{ "open-files", N_("layers of images"), FOR_ALL, FOR_NONE, judge_open_files, 0 },
	{ "processes", N_("programs in containers"), FOR_ALL, FOR_NONE, judge_processes, 0 },
	{ "inotify", N_("logs -f, events; programs that watch"), FOR_ALL, FOR_NONE, judge_inotify, 0 },
	{ "keys", N_("a keyring for each container"), FOR_ALL, FOR_NONE, judge_keys, 0 },
	{ "clock", N_("certificates of registries"), FOR_ALL, FOR_NONE, judge_clock, 0 },
	{ 0 }
};
