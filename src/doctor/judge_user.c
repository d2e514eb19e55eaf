/* judge_user.c - the ids that an ordinary user has beside its own, and the programs that hand them out. */
#include "doctor/judge.h"

enum { USUAL = 65536 };			/* ids: as many as images take for granted */

enum { OF_UID, OF_GID };

static void judge_user(struct judging *judging)
{
	const struct host *host = &judging->machine->host;

	if (host->user)
		judge_yes(judging, "%s (%u)", host->user, host->uid);
	else
		judge_partly(judging, arena_printf(judging->arena, "useradd --uid %u NAME", host->uid),
			     _("id %u has no line in /etc/passwd, so it has no subordinate ids by name"), host->uid);
}

static const char *name_or_id(const struct judging *judging)
{
	const struct host *host = &judging->machine->host;

	return host->user ? host->user : arena_printf(judging->arena, "%u", host->uid);
}

static void judge_ranges(struct judging *judging)
{
	bool uid = judging->check->subject == OF_UID;
	uint64_t count = uid ? judging->machine->subordinate_uids : judging->machine->subordinate_gids;
	const char *file = uid ? "/etc/subuid" : "/etc/subgid";
	const char *mend = arena_printf(judging->arena, _("the line %s:100000:65536 in %s, with ids that no other line "
							  "has (usermod --add-sub%ss)"),
					name_or_id(judging), file, uid ? "uid" : "gid");

	if (count >= USUAL)
		judge_yes(judging, _("%llu ids in %s"), (unsigned long long)count, file);
	else if (count)
		judge_partly(judging, mend, _("%llu ids in %s; images take %d for granted"), (unsigned long long)count,
			     file, USUAL);
	else
		judge_no(judging, mend, _("%s has no line for %s: containers have one id"), file, name_or_id(judging));
}

static void judge_tool(struct judging *judging)
{
	bool uid = judging->check->subject == OF_UID;
	const struct machine_tool *tool = uid ? &judging->machine->newuidmap : &judging->machine->newgidmap;
	const char *capability = uid ? "cap_setuid" : "cap_setgid";

	if (!tool->path)
		judge_no(judging, _("apt install uidmap (Fedora: shadow-utils; Alpine: shadow-uidmap)"),
			 _("not installed"));
	else if (!tool->setuid && !tool->capable)
		judge_no(judging, arena_printf(judging->arena, _("setcap %s+ep %s, or chmod u+s %s"), capability,
					       tool->path, tool->path),
			 _("%s has no rights: it is neither setuid nor has %s"), tool->path, capability);
	else if (tool->nosuid)
		judge_no(judging, _("mount -o remount,suid that file system"), _("%s lies on a mount with nosuid"),
			 tool->path);
	else
		judge_yes(judging, "%s, %s", tool->path, tool->setuid ? "setuid" : _("with file capabilities"));
}

const struct check checks_user[] = {
	{ "user", N_("lines of /etc/subuid by name"), FOR_USER, FOR_NONE, judge_user, 0 },
	{ "subuid", N_("users of images"), FOR_USER, FOR_NONE, judge_ranges, OF_UID },
	{ "subgid", N_("groups of images"), FOR_USER, FOR_NONE, judge_ranges, OF_GID },
	{ "newuidmap", N_("users of images"), FOR_USER, FOR_NONE, judge_tool, OF_UID },
	{ "newgidmap", N_("groups of images"), FOR_USER, FOR_NONE, judge_tool, OF_GID },
	{ 0 }
};
