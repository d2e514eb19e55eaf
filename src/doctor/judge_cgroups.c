/* judge_cgroups.c - which cgroups there are, and which of their controllers taru can use. */
#include "doctor/judge.h"
#include <string.h>

enum controller { CONTROLLER_CPU, CONTROLLER_CPUSET, CONTROLLER_IO, CONTROLLER_MEMORY, CONTROLLER_PIDS, CONTROLLERS };

static const struct { const char *v1, *v2, *config; } controllers[CONTROLLERS] = {
	[CONTROLLER_CPU] = { "cpu", "cpu", "CONFIG_FAIR_GROUP_SCHED" },
	[CONTROLLER_CPUSET] = { "cpuset", "cpuset", "CONFIG_CPUSETS" },
	[CONTROLLER_IO] = { "blkio", "io", "CONFIG_BLK_CGROUP" },
	[CONTROLLER_MEMORY] = { "memory", "memory", "CONFIG_MEMCG" },
	[CONTROLLER_PIDS] = { "pids", "pids", "CONFIG_CGROUP_PIDS" },
};

static void judge_layout(struct judging *judging)
{
	static const char unify[] = N_("boot with systemd.unified_cgroup_hierarchy=1 (and without "
				       "SYSTEMD_CGROUP_ENABLE_LEGACY_FORCE)");

	switch (judging->machine->host.cgroup) {
	case CGROUP_V2:
		judge_yes(judging, "v2");
		return;
	case CGROUP_V1:
	case CGROUP_HYBRID:
		if (judge_is_root(judging))
			judge_yes(judging, "%s", judging->machine->host.cgroup == CGROUP_HYBRID ?
				  _("v1, and v2 beside it (hybrid)") : "v1");
		else
			judge_partly(judging, _(unify), "%s", _("v1: ordinary users have no limits of it"));
		return;
	case CGROUP_NONE:
	case CGROUP_LAYOUTS:
		break;
	}
	judge_no(judging, "mount -t cgroup2 cgroup2 /sys/fs/cgroup", _("nothing is mounted on /sys/fs/cgroup"));
}

static const struct host_cgroup *unified(const struct host *host)
{
	const struct host_cgroup *last = host->hierarchies ? &host->hierarchy[host->hierarchies - 1] : NULL;

	return last && last->unified ? last : NULL;
}

static const char *mend_delegation(const struct judging *judging)
{
	const uint32_t uid = judging->machine->host.uid;

	if (judging->machine->systemd)
		return arena_printf(judging->arena, _("log in by a session of systemd's (loginctl enable-linger %u), "
						      "or start taru by systemd-run --user --scope -p "
						      "Delegate=yes"), uid);
	return arena_printf(judging->arena, _("as root: mkdir /sys/fs/cgroup/user-%u, chown that folder and its "
					      "cgroup.procs, cgroup.threads and cgroup.subtree_control to %u, and "
					      "start taru in it"), uid,
			    uid);
}

static void judge_delegation(struct judging *judging)
{
	const struct host_cgroup *tree = unified(&judging->machine->host);
	const char *mend = mend_delegation(judging);

	if (tree && tree->base)
		judge_yes(judging, "below %s%s", tree->mount, tree->base);
	else if (tree && tree->refused)
		judge_no(judging, mend, _("%s is not the user's, so containers have no cgroup"), tree->refused);
	else
		judge_no(judging, mend, _("there is no tree of v2"));
}

/* Whether "cpu,cpuacct" has it as a word. */
static bool has_word(const char *list, const char *word)
{
	const size_t length = strlen(word);

	for (const char *at = list; (at = strstr(at, word)); at += length)
		if ((at == list || at[-1] == ',') && (at[length] == ',' || !at[length]))
			return true;
	return false;
}

static const struct host_cgroup *find_controller(const struct host *host, enum controller controller)
{
	for (size_t i = 0; i < host->hierarchies; i++) {
		const struct host_cgroup *tree = &host->hierarchy[i];

		const char *name = tree->unified ? controllers[controller].v2 : controllers[controller].v1;

		if (has_word(tree->controllers, name))
			return tree;
	}
	return NULL;
}

static const char *mend_controller(const struct judging *judging, enum controller controller)
{
	const struct machine *machine = judging->machine;
	const char *name = controllers[controller].v1;

	if (has_word(machine->disabled_controllers, name))
		return arena_printf(judging->arena, _("boot without cgroup_disable=%s, or with cgroup_enable=%s"), name,
				    name);
	if (judge_is_root(judging))
		return arena_printf(judging->arena, _("boot a kernel with %s; in a container, have the controller "
						      "passed on "
						      "(cgroup.subtree_control)"), controllers[controller].config);
	if (machine->host.cgroup != CGROUP_V2)
		return _("boot with cgroups of v2");
	if (!machine->systemd)
		return arena_printf(judging->arena, _("as root: echo +%s >cgroup.subtree_control in the cgroup above"),
				    controllers[controller].v2);
	return _("/etc/systemd/system/user@.service.d/delegate.conf with [Service] and Delegate=cpu cpuset io memory "
		 "pids; then systemctl daemon-reload, and log in anew");
}

static void judge_controller(struct judging *judging)
{
	const enum controller controller = (enum controller)judging->check->subject;
	const struct host_cgroup *tree = find_controller(&judging->machine->host, controller);
	const char *mend = mend_controller(judging, controller);

	if (!tree)
		judge_no(judging, mend, _("no cgroup that is to be had has it"));
	else if (!tree->base)
		judge_no(judging, mend, _("%s is not the user's"), tree->refused ? tree->refused : tree->mount);
	else
		judge_yes(judging, "%s at %s%s", tree->unified ? "v2" : "v1", tree->mount, tree->base);
}

const struct check checks_cgroups[] = {
	{ "cgroups", N_("limits, and what containers use"), FOR_ALL, FOR_NONE, judge_layout, 0 },
	{ "delegation", N_("cgroups of one's own"), FOR_USER, FOR_NONE, judge_delegation, 0 },
	{ "cgroup-cpu", "--cpus, --cpu-shares", FOR_ALL, FOR_NONE, judge_controller, CONTROLLER_CPU },
	{ "cgroup-cpuset", "--cpuset-cpus, --cpuset-mems", FOR_ALL, FOR_NONE, judge_controller, CONTROLLER_CPUSET },
	{ "cgroup-io", "--blkio-weight, --device-read-bps", FOR_ALL, FOR_NONE, judge_controller, CONTROLLER_IO },
	{ "cgroup-memory", "--memory, --memory-swap", FOR_ALL, FOR_NONE, judge_controller, CONTROLLER_MEMORY },
	{ "cgroup-pids", "--pids-limit", FOR_ALL, FOR_NONE, judge_controller, CONTROLLER_PIDS },
	{ 0 }
};
