/* risks_rights.c - what a process may do that it need not. */
#include "spec/names.h"
#include "spec/usual.h"
#include "xray/risks.h"
#include <linux/capability.h>

/* --- capabilities: capabilities(7) --- */

static const struct { unsigned capability; enum severity severity; const char *why, *source; } capabilities[] = {
	{ CAP_SYS_ADMIN, SEVERITY_CRITICAL, N_("it may mount, enter namespaces and write to cgroups' release_agent"),
	  "CVE-2022-0492, capabilities(7)" },
	{ CAP_SYS_MODULE, SEVERITY_CRITICAL, N_("it may load code into the kernel"), "init_module(2)" },
	{ CAP_SYS_RAWIO, SEVERITY_CRITICAL, N_("it may reach memory and ports of the machine"), "capabilities(7)" },
	{ CAP_SYS_PTRACE, SEVERITY_HIGH, N_("it may read and change every process that it sees"), "ptrace(2)" },
	{ CAP_DAC_READ_SEARCH, SEVERITY_CRITICAL,
	  N_("it may open any file of a file system that it sees a part of, by its handle"), "open_by_handle_at(2)" },
	{ CAP_BPF, SEVERITY_HIGH, N_("it may load programs into the kernel"), "bpf(2)" },
	{ CAP_PERFMON, SEVERITY_HIGH, N_("it may watch the whole machine"), "perf_event_open(2)" },
	{ CAP_SYS_BOOT, SEVERITY_HIGH, N_("it may restart the machine, or load another kernel"), "reboot(2)" },
	{ CAP_SYS_TIME, SEVERITY_HIGH, N_("it may change the machine's clock"), "settimeofday(2)" },
	{ CAP_MAC_ADMIN, SEVERITY_HIGH, N_("it may change the rules of the LSM"), "capabilities(7)" },
	{ CAP_MAC_OVERRIDE, SEVERITY_HIGH, N_("the rules of the LSM do not bind it"), "capabilities(7)" },
	{ CAP_NET_ADMIN, SEVERITY_MEDIUM,
	  N_("it may change addresses, routes and rules of its network, through much code of the kernel"),
	  "CVE-2022-25636, capabilities(7)" },
	{ CAP_SYSLOG, SEVERITY_MEDIUM, N_("it may read the kernel's messages and addresses"), "syslog(2)" },
	{ CAP_CHECKPOINT_RESTORE, SEVERITY_MEDIUM, N_("it may choose pids and read links of others in /proc"),
	  "capabilities(7)" },
};

static void judge_capability(struct judging *judging, unsigned number)
{
	const char *name = name_of(capability_names, number);
	struct risk risk = { SEVERITY_LOW, "capability", "", N_("Docker's default is without "
								"it"), "capabilities(7)", "" };

	name = name ? name : risk_text(judging, _("capability %u"), number);
	for (size_t i = 0; i < sizeof(capabilities) / sizeof(capabilities[0]); i++)
		if (capabilities[i].capability == number) {
			risk.severity = capabilities[i].severity;
			risk.why = capabilities[i].why;
			risk.source = capabilities[i].source;
		}
	if (xray_own_user(judging->xray)) {
		risk.severity = risk.severity < SEVERITY_LOW ? SEVERITY_LOW : SEVERITY_NOTE;
		risk.why = risk_text(judging, _("%s, as far as its user namespace goes"), _(risk.why));
	}
	risk.what = risk_text(judging, _("it has %s"), name);
	risk.mend = risk_text(judging, _("--cap-drop %s, and neither --cap-add nor --privileged"), name);
	risk_add(judging, &risk);
}

static void judge_capabilities(struct judging *judging)
{
	const struct xray_status *status = &judging->xray->status;
	const uint64_t held = status->set[SET_EFFECTIVE] | status->set[SET_PERMITTED] | status->set[SET_AMBIENT];
	/* Root gets with execve(2) what its bounding set has. */
	const uint64_t more = held | (status->uid[1] == 0 ? status->set[SET_BOUNDING] : 0);

	for (unsigned i = 0; i < 64; i++)
		if ((more & ~capability_usual()) >> i & 1)
			judge_capability(judging, i);
}

/* --- the rest --- */

static void judge_root(struct judging *judging)
{
	const struct xray_status *status = &judging->xray->status;

	if (!xray_shares(judging->xray, NAMESPACE_USER) || !status->sets_told ||
	    (status->uid[0] && status->uid[1] && status->uid[2]))
		return;
	risk_add(judging, &(struct risk){
		SEVERITY_MEDIUM, "host-root", N_("its uid 0 is uid 0 of the host"),
		N_("what it gets hold of outside, it may change as root"), "CVE-2019-5736, user_namespaces(7)",
		N_("--userns auto (docker: userns-remap), or --user UID") });
}

static void judge_seccomp(struct judging *judging)
{
	const struct maybe_u32 *mode = &judging->xray->status.seccomp;

	if (mode->set && mode->value == 0)
		risk_add(judging, &(struct risk){
			SEVERITY_HIGH, "no-seccomp", N_("no filter of system calls"),
			N_("all of the kernel's system calls can be attacked"), "seccomp(2)",
			N_("no --security-opt seccomp=unconfined, no --privileged") });
}

static void judge_no_new_privileges(struct judging *judging)
{
	const struct maybe_bool *told = &judging->xray->status.no_new_privileges;

	if (told->set && !told->value)
		risk_add(judging, &(struct risk){
			risk_in_user(judging, SEVERITY_LOW, SEVERITY_NOTE), "new-privileges",
			N_("no_new_privs is not "
			   "set"), N_("programs that are setuid, or have capabilities, give them to "
						      "it"),
			"PR_SET_NO_NEW_PRIVS(2const)", "--security-opt no-new-privileges" });
}

static bool is_unconfined(const char *label)
{
	static const char word[] = "unconfined";

	for (const char *at = label; *at; at++)
		for (size_t i = 0; at[i] == word[i]; i++)
			if (!word[i + 1])
				return true;
	return false;
}

static void judge_label(struct judging *judging)
{
	const struct xray *xray = judging->xray;

	if (!xray->label && (xray->apparmor || xray->selinux))
		risk_add(judging, &(struct risk){
			SEVERITY_LOW, "no-label", N_("it has no label of the LSM"), N_("the LSM does not confine it"),
			"apparmor(7), selinux(8)", N_("--security-opt apparmor=PROFILE, or label=LABEL") });
	else if (xray->label && is_unconfined(xray->label))
		risk_add(judging, &(struct risk){
			SEVERITY_LOW, "unconfined",
			risk_text(judging, _("its label is '%s'"), risk_name(judging, xray->label)),
			N_("the LSM does not confine it"), "apparmor(7), selinux(8)",
			N_("--security-opt apparmor=PROFILE, or label=LABEL") });
	else if (!xray->label)
		risk_add(judging, &(struct risk){
			SEVERITY_NOTE, "no-lsm", N_("this machine has neither AppArmor nor SELinux"),
			N_("nothing but the rest of this list confines it"), "apparmor(7), selinux(8)",
			N_("an LSM of the machine") });
}

static void judge_ptrace(struct judging *judging)
{
	const struct xray *xray = judging->xray;

	if (xray_shares(xray, NAMESPACE_PID) && xray->ptrace_scope.set && !xray->ptrace_scope.value)
		risk_add(judging, &(struct risk){
			SEVERITY_LOW, "ptrace-scope", N_("Yama's ptrace_scope is 0, and it sees the host's processes"),
			N_("it may trace every process of its uid"), "ptrace(2)",
			N_("no --pid host; sysctl kernel.yama.ptrace_scope=1") });
}

void risks_of_rights(struct judging *judging)
{
	judge_capabilities(judging);
	judge_root(judging);
	judge_seccomp(judging);
	judge_no_new_privileges(judging);
	judge_label(judging);
	judge_ptrace(judging);
}
