/* judge.c - see denial.h: who said no. The order is the kernel's: the seccomp filter comes before all else, then
 * what is a file's, then capabilities. */
#include "base/sys.h"
#include "base/translate.h"
#include "denial/calls.h"
#include "denial/judge_parts.h"
#include "plan/seccomp.h"
#include "spec/names.h"
#include "spec/syscalls.h"
#include <linux/capability.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

enum { ERRNO_DATA = 0xffff };

static const char *name_of_call(const struct attempt *attempt)
{
	const char *name = syscall_name_in(attempt->abi, attempt->call);

	return name ? name : _("a system call");
}

/* --- capabilities --- */

/* What is left when nothing else is known to say no. */
static void tell_label(const struct judging *judging)
{
	const char *label = judging->attempt->rights.label;

	if (*label && strcmp(label, "unconfined") != 0)
		text_printf(judging->out, _("  What the module calls the process is '%s' (--security-opt "
			    "apparmor=PROFILE, label=type:TYPE).\n"), label);
}

void judge_capability(const struct judging *judging, int capability, bool hosts)
{
	const uint64_t bit = 1ULL << capability;
	const struct rights *rights = &judging->attempt->rights;
	const char *name = name_of(capability_names, (uint64_t)capability);
	const char *word = name ? name + strlen("CAP_") : "ALL";

	if (hosts && judging->ground->own_user_namespace)
		text_printf(judging->out, _("  This container has a user namespace of its own, whose CAP_%s does "
			    "not count for the host: only a container in the host's user namespace could have "
			    "it.\n"), word);
	else if (!(rights->bounding & bit))
		text_printf(judging->out, _("  The container was not given CAP_%s (process.capabilities.bounding).\n"
			    "  To give it: --cap-add %s.\n"), word, word);
	else if (!(rights->effective & bit))
		text_printf(judging->out, _("  The container may have CAP_%s, but this process has not: its user is "
			    "not root, or it gave it up.\n  To have it: --user 0, or give the program the capability "
			    "in the image (setcap).\n"), word);
	else {
		text_printf(judging->out, _("  It has CAP_%s, so another says no: what it asks for may belong to "
			    "another user namespace, or a security module of the host is against it (dmesg; "
			    "ausearch -m avc).\n"), word);
		tell_label(judging);
	}
}

static bool judge_need(const struct judging *judging)
{
	const struct need *need = need_find(judging->call, judging->attempt->arg);

	if (!need || judging->attempt->error == EROFS || !judging->attempt->error)
		return false;
	text_printf(judging->out, "  %s\n", _(need->words));
	if (need->capability >= 0)
		judge_capability(judging, need->capability, need->hosts);
	return true;
}

/* --- the seccomp filter --- */

static bool is_refusal(uint32_t answer, const struct attempt *attempt)
{
	switch (answer & SECCOMP_RET_ACTION_FULL) {
	case SECCOMP_RET_KILL_PROCESS:
	case SECCOMP_RET_KILL_THREAD:
	case SECCOMP_RET_TRAP:
		return attempt->killed;
	case SECCOMP_RET_ERRNO:
		return attempt->error && (answer & ERRNO_DATA) == (uint32_t)attempt->error;
	}
	return false;
}

static struct seccomp_answer answer_of(const struct ground *ground, const struct attempt *attempt)
{
	const struct seccomp_call call = { attempt->abi, syscall_name_in(attempt->abi, attempt->call), attempt->call,
					   attempt->arg };

	return seccomp_answer(&ground->spec->seccomp, &call);
}

static void tell_rule(const struct judging *judging, const struct seccomp_answer *answer)
{
	const struct seccomp *seccomp = &judging->ground->spec->seccomp;
	const char *action = name_of(seccomp_action_names, answer->answer & SECCOMP_RET_ACTION_FULL);

	if (answer->unlisted)
		text_add(judging->out, _("  The seccomp filter kills it: linux.seccomp.architectures does not have the "
			 "kind of this program, which is not this machine's own.\n"));
	else if (answer->rule)
		text_printf(judging->out, _("  The seccomp filter refuses it, by the rule linux.seccomp.syscalls[%zu] "
			    "(%s).\n"), (size_t)(answer->rule - seccomp->rule), action ? action : "?");
	else
		text_printf(judging->out, _("  The seccomp filter refuses it: no rule of linux.seccomp.syscalls is for "
			    "such a call, so defaultAction holds (%s).\n"), action ? action : "?");
}

static bool judge_seccomp(const struct judging *judging)
{
	const struct attempt *attempt = judging->attempt;
	const struct seccomp *seccomp = &judging->ground->spec->seccomp;
	const struct seccomp_answer answer = answer_of(judging->ground, attempt);
	const struct need *need = need_find(judging->call, attempt->arg);
	const int capability = need ? need->capability : -1;

	if (!seccomp->asked || !is_refusal(answer.answer, attempt)) {
		if (attempt->killed)
			text_add(judging->out, _("  The container's filter does not: somebody sent it SIGSYS, or a "
				 "filter of the program's own did.\n"));
		return attempt->killed;
	}
	tell_rule(judging, &answer);
	if (answer.unlisted)
		return true;
	if (capability >= 0 && !(attempt->rights.bounding & (1ULL << capability))) {
		const char *name = name_of(capability_names, (uint64_t)capability);

		text_printf(judging->out, "  %s\n", _(need->words));
		text_printf(judging->out, _("  The container was not given it; with --cap-add %s the usual profile "
			    "allows the call too.\n"), name ? name + strlen("CAP_") : "ALL");
	} else {
		text_printf(judging->out, _("  To allow it give a profile of your own that has %s: --security-opt "
			    "seccomp=FILE.\n"), judging->call);
	}
	return true;
}

/* --- the network's settings --- */

static bool is_ping(const struct judging *judging)
{
	const uint64_t *arg = judging->attempt->arg;

	return strcmp(judging->call, "socket") == 0 && (arg[1] & 0xf) == SOCK_DGRAM &&
	       ((arg[0] == AF_INET && arg[2] == IPPROTO_ICMP) || (arg[0] == AF_INET6 && arg[2] == IPPROTO_ICMPV6));
}

static bool has(const struct attempt *attempt, int capability)
{
	return attempt->rights.effective & (1ULL << capability);
}

static bool judge_ping(const struct judging *judging)
{
	const char *groups = judging->ground->ping_groups;

	if (!is_ping(judging) || (judging->attempt->error && judging->attempt->error != EACCES))
		return false;
	if (!judging->attempt->error)
		text_printf(judging->out, _("  It may ping without CAP_NET_RAW, since its group is in the range of the "
			    "sysctl net.ipv4.ping_group_range (%s).\n"), groups ? groups : _("not known"));
	else
		text_printf(judging->out, _("  The group of the process is not in the range of the sysctl "
			    "net.ipv4.ping_group_range (%s).\n  To allow it: --sysctl "
			    "net.ipv4.ping_group_range='0 2147483647', or --cap-add NET_RAW for a ping that uses raw "
			    "sockets.\n"), groups ? groups : _("not known"));
	return true;
}

static bool judge_port(const struct judging *judging)
{
	const struct attempt *attempt = judging->attempt;
	const char *first = judging->ground->first_port;

	if (strcmp(judging->call, "bind") != 0 || !attempt->port || (attempt->error && attempt->error != EACCES))
		return false;
	if (!attempt->error) {
		text_printf(judging->out, _("  It may have port %u without CAP_NET_BIND_SERVICE, since the sysctl "
			    "net.ipv4.ip_unprivileged_port_start is %s.\n"), attempt->port,
			    first ? first : _("low enough"));
		return true;
	}
	text_printf(judging->out, _("  Port %u is below the sysctl net.ipv4.ip_unprivileged_port_start (%s), so it "
		    "needs CAP_NET_BIND_SERVICE.\n  Another way: --sysctl net.ipv4.ip_unprivileged_port_start=%u, or "
		    "let it listen at a higher port.\n"), attempt->port, first ? first : _("not known"), attempt->port);
	judge_capability(judging, CAP_NET_BIND_SERVICE, false);
	return true;
}

static bool judge_firewall(const struct judging *judging)
{
	static const char *const calls[] = { "sendto", "sendmsg", "sendmmsg", "connect", NULL };
	const int error = judging->attempt->error;

	if (judging->attempt->path[0] || !text_is_one_of(judging->call, calls) || (error != EPERM && error != EACCES))
		return false;
	text_add(judging->out, _("  A rule of a firewall refuses the packet (nft list ruleset, in the container's "
		 "network namespace and on the host), or it is for a broadcast address without SO_BROADCAST.\n"));
	return true;
}

/* --- all of it --- */

typedef bool judge(const struct judging *judging);

static struct judging judging_of(struct text *out, const struct ground *ground, const struct attempt *attempt)
{
	return (struct judging){ out, ground, attempt, name_of_call(attempt) };
}

void denial_judge(struct text *out, const struct ground *ground, const struct attempt *attempt)
{
	static judge *const judges[] = {
		judge_seccomp, judge_set_user_id, judge_mask, judge_read_only, judge_ping, judge_port, judge_firewall,
		judge_wall, judge_owner, judge_device, judge_need,
	};
	const struct judging judging = judging_of(out, ground, attempt);

	for (size_t i = 0; i < sizeof(judges) / sizeof(judges[0]); i++)
		if (judges[i](&judging))
			return;
	text_add(out, _("  No capability, mode or mount is known that says so: a security module of the host may be "
		 "against it (dmesg; ausearch -m avc), or the program has forbidden it to itself (landlock(7)).\n"));
	tell_label(&judging);
}

/* What worked without a right that it is mostly said to need. */
static bool works_without(const struct judging *judging)
{
	const struct attempt *attempt = judging->attempt;
	const uint64_t first = judging->ground->first_port ? strtoul(judging->ground->first_port, NULL, 10) : 0;
	enum { LOW = 1024 };

	if (is_ping(judging))
		return !has(attempt, CAP_NET_RAW);
	if (strcmp(judging->call, "bind") == 0)
		return attempt->port && attempt->port < LOW && first <= attempt->port &&
		       !has(attempt, CAP_NET_BIND_SERVICE);
	if (strncmp(judging->call, "exec", 4) == 0)
		return attempt->place.looked && attempt->place.mode & S_ISUID &&
		       attempt->place.uid != attempt->rights.uid;
	return strncmp(judging->call, "open", 4) == 0 && judge_mask_of(judging->ground, attempt->path);
}

bool denial_counts(const struct ground *ground, const struct attempt *attempt)
{
	const struct judging judging = judging_of(NULL, ground, attempt);
	const struct seccomp *seccomp = &ground->spec->seccomp;

	switch (attempt->error) {
	case 0: return attempt->killed || works_without(&judging);
	case EPERM:
	case EACCES:
	case EROFS: return true;
	/* What a program looks for in vain is mostly nothing to tell. */
	case ENOENT:
	case ENOTDIR: return judge_mask_hides(ground, attempt->path);
	/* So an old kernel is played, for which programs are prepared. */
	case ENOSYS: return false;
	}
	return seccomp->asked && is_refusal(answer_of(ground, attempt).answer, attempt);
}

static const char *outcome(struct arena *arena, const struct attempt *attempt)
{
	const char *name = errno_name(attempt->error);

	if (attempt->killed)
		return "SIGSYS";
	if (!attempt->error)
		return _("it worked");
	return name ? name : arena_printf(arena, _("error %d"), attempt->error);
}

void denial_tell_attempt(struct text *out, const struct attempt *attempt, size_t times)
{
	const char *call = name_of_call(attempt), *how = outcome(out->arena, attempt);

	if (times > 1)
		how = arena_printf(out->arena, _("%s, %zu times"), how, times);
	if (*attempt->path)
		text_printf(out, _("%s(2) of '%s' by %s (process %u): %s\n"), call, attempt->path, attempt->rights.name,
			    attempt->rights.pid, how);
	else
		text_printf(out, _("%s(2) by %s (process %u): %s\n"), call, attempt->rights.name,
			    attempt->rights.pid, how);
}
