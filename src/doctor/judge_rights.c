/* judge_rights.c - what this process may do, and what security modules say to it. */
#include "doctor/judge.h"
#include "spec/names.h"
#include <linux/capability.h>

/* What root's containers take, beside what they are given themselves. */
static const unsigned wanted[] = { CAP_SYS_ADMIN, CAP_NET_ADMIN, CAP_SYS_CHROOT, CAP_SETUID, CAP_SETGID, CAP_SETPCAP,
				   CAP_MKNOD, CAP_CHOWN, CAP_FOWNER, CAP_DAC_OVERRIDE, CAP_KILL, CAP_SYS_RESOURCE };

static void judge_rights(struct judging *judging)
{
	static const char mend[] = N_("run taru as root of the machine; where it is in a container, give that one "
				      "--privileged");
	const struct host *host = &judging->machine->host;
	struct text missing = text_new(judging->arena);

	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
		if (!(host->capabilities & 1ULL << wanted[i]))
			text_printf(&missing, "%s%s", missing.length ? " " : "",
				    name_of(capability_names, wanted[i]));
	if (!host_privileged(host))
		judge_no(judging, _(mend), _("this root lacks %s"), missing.at);
	else if (missing.length)
		judge_partly(judging, _(mend), _("this root lacks %s"), missing.at);
	else if (host->user_namespace)
		judge_partly(judging, _("run taru as root of the machine, or as an ordinary user of it"),
			     _("root of a user namespace: devices and some mounts are not to be had"));
	else
		judge_yes(judging, _("root of the machine"));
}

static void judge_user_namespaces(struct judging *judging)
{
	const struct machine *machine = judging->machine;

	if (!machine->namespace[NAMESPACE_USER]) {
		judge_no(judging, _("boot a kernel with CONFIG_USER_NS"), _("the kernel has none"));
		return;
	}
	for (int i = 0; i < HOST_LOCKS; i++) {
		const struct host_lock_rule *rule = &host_lock_rules[i];
		const char *mend = judge_sysctl(judging, rule->sysctl, rule->open);

		if (!machine->lock[i])
			continue;
		if (rule->unconfined_only)
			mend = arena_printf(judging->arena, _("%s; or give taru an AppArmor profile with 'userns' "
							      "(/etc/apparmor.d/taru)"), mend);
		judge_no(judging, mend, _("forbidden: %s is %s"), rule->sysctl, rule->value);
		return;
	}
	judge_yes(judging, _("allowed"));
}

/* newuidmap is setuid or has file capabilities, and neither counts then. */
static void judge_new_privileges(struct judging *judging)
{
	if (judging->machine->no_new_privileges)
		judge_partly(judging, _("start taru outside of what has set it (systemd: NoNewPrivileges=no)"),
			     _("no_new_privs is set: programs get no rights of their own"));
	else
		judge_yes(judging, _("programs may have rights of their own"));
}

static void judge_lsm(struct judging *judging)
{
	const struct machine *machine = judging->machine;
	const char *list = machine->lsm ? machine->lsm : _("/sys/kernel/security is not mounted or not to be read");

	if (machine->host.selinux)
		judge_yes(judging, "SELinux; %s", list);
	else if (machine->host.apparmor && machine->profiles)
		judge_yes(judging, _("AppArmor with %zu profiles; %s"), machine->profiles, list);
	else if (machine->host.apparmor)
		judge_yes(judging, "AppArmor; %s", list);
	else
		judge_no(judging, _("install apparmor, and boot with lsm=...,apparmor"),
			 _("neither AppArmor nor SELinux; %s"), list);
}

const struct check checks_rights[] = {
	{ "rights", N_("all containers of root's"), FOR_ROOT, FOR_ROOT, judge_rights, 0 },
	{ "user-namespaces", N_("--userns; containers of ordinary "
				"users"), FOR_ALL, FOR_USER, judge_user_namespaces, 0 },
	{ "new-privileges", N_("newuidmap and newgidmap"), FOR_USER, FOR_NONE, judge_new_privileges, 0 },
	{ "lsm", N_("--security-opt apparmor= and label="), FOR_ALL, FOR_NONE, judge_lsm, 0 },
	{ 0 }
};
