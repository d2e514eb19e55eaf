/* process_columns.c - the columns of `top`: see process_info.h */
#include "base/name.h"
#include "live/process_info.h"
#include "spec/names.h"
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <time.h>

enum { TICKS = 100 };			/* in a second: USER_HZ is 100 on all machines */

/* --- ids and their names --- */

/* "name:password:ID:…"; the number where it has none. */
static const char *name_of_id(struct arena *arena, const char *file, uint32_t id)
{
	for (const char *line = file; line && *line; line += strcspn(line, "\n"), line += *line == '\n') {
		size_t name = strcspn(line, ":\n"), skip = line[name] == ':' ? strcspn(line + name + 1, ":\n") : 0;
		const char *number = line[name] == ':' ? line + name + 1 + skip : "";
		char *end;

		if (name && *number == ':' && strtoul(number + 1, &end, 10) == id && *end == ':' && end > number + 1) {
			char *text = arena_copy(arena, line, name);

			text_clean(text, '?');
			return text;
		}
	}
	return arena_printf(arena, "%u", id);
}

/* An id of this machine as a user namespace has it: lines "INSIDE OUTSIDE COUNT". */
static uint32_t map_id(const char *map, uint32_t id)
{
	for (char *at = (char *)(uintptr_t)map; at && *at;) {
		uint64_t inside = strtoull(at, &at, 10), outside = strtoull(at, &at, 10), count = strtoull(at, &at, 10);

		if (id >= outside && id - outside < count)
			return (uint32_t)(inside + id - outside);
		at = strchr(at, '\n');
		at = at ? at + 1 : NULL;
	}
	return id;
}

static const char *user_of(const struct process_info *info, uint32_t id)
{
	return name_of_id(info->arena, info->names->users, map_id(info->uid_map, id));
}

static const char *group_of(const struct process_info *info, uint32_t id)
{
	return name_of_id(info->arena, info->names->groups, map_id(info->gid_map, id));
}

static const char *host_group_of(const struct process_info *info, uint32_t id)
{
	return name_of_id(info->arena, info->names->host_groups, id);
}

static const char *user(const struct process_info *info) { return user_of(info, info->uid.effective); }
static const char *real_user(const struct process_info *info) { return user_of(info, info->uid.real); }
static const char *group(const struct process_info *info) { return group_of(info, info->gid.effective); }
static const char *real_group(const struct process_info *info) { return group_of(info, info->gid.real); }
static const char *host_group(const struct process_info *info) { return host_group_of(info, info->gid.effective); }

static const char *host_user(const struct process_info *info)
{
	return name_of_id(info->arena, info->names->host_users, info->uid.effective);
}

static const char *join(const struct process_info *info,
			const char *(*one)(const struct process_info *info, uint32_t id))
{
	struct text text = text_new(info->arena);

	for (size_t i = 0; i < info->gid.groups; i++)
		text_printf(&text, "%s%s", i ? "," : "", one(info, info->gid.group[i]));
	return text.at;
}

static const char *groups(const struct process_info *info) { return join(info, group_of); }
static const char *host_groups(const struct process_info *info) { return join(info, host_group_of); }

/* --- numbers --- */

static const char *number(const struct process_info *info, long long value)
{
	return arena_printf(info->arena, "%lld", value);
}

static const char *pid(const struct process_info *info) { return number(info, info->own_pid); }
static const char *host_pid(const struct process_info *info) { return number(info, info->pid); }
static const char *parent(const struct process_info *info) { return number(info, info->parent); }
static const char *process_group(const struct process_info *info) { return number(info, info->group); }
static const char *nice_of(const struct process_info *info) { return number(info, info->nice); }
static const char *size(const struct process_info *info) { return number(info, (long long)(info->size / 1024)); }

static const char *state(const struct process_info *info)
{
	return arena_printf(info->arena, "%c", info->state);
}

static const char *name(const struct process_info *info) { return info->name; }
static const char *arguments(const struct process_info *info) { return info->arguments; }

static const char *label(const struct process_info *info)
{
	return info->label[0] ? info->label : "?";
}

/* "pts/0", "tty1" by the device's number; "?" for none. */
static const char *terminal(const struct process_info *info)
{
	enum { TTY = 4, PTS_FIRST = 136, PTS_LAST = 143 };
	unsigned device = (unsigned)info->terminal, kind = major(device), index = minor(device);

	if (kind >= PTS_FIRST && kind <= PTS_LAST)
		return arena_printf(info->arena, "pts/%u", index + 256 * (kind - PTS_FIRST));
	if (kind == TTY)
		return index < 64 ? arena_printf(info->arena, "tty%u", index) :
				    arena_printf(info->arena, "ttyS%u", index - 64);
	return device ? arena_printf(info->arena, "%u:%u", kind, index) : "?";
}

/* --- times --- */

static double age(const struct process_info *info)
{
	double seconds = info->up_s - (double)info->started_ticks / TICKS;

	return seconds > 0 ? seconds : 0;
}

static double percent(const struct process_info *info)
{
	return age(info) > 0 ? (double)info->ticks / TICKS / age(info) * 100 : 0;
}

static const char *processor(const struct process_info *info)
{
	return arena_printf(info->arena, "%.3f", percent(info));
}

static const char *processor_whole(const struct process_info *info)
{
	return number(info, (long long)percent(info));
}

static const char *processor_time(const struct process_info *info)
{
	unsigned long long seconds = info->ticks / TICKS;

	return arena_printf(info->arena, "%02llu:%02llu:%02llu", seconds / 3600, seconds / 60 % 60, seconds % 60);
}

/* "[[DAYS-]HOURS:]MINUTES:SECONDS", as ps(1) has it. */
static const char *elapsed(const struct process_info *info)
{
	unsigned long long seconds = (unsigned long long)age(info), days = seconds / 86400, hours = seconds / 3600 % 24;
	const char *rest = arena_printf(info->arena, "%02llu:%02llu", seconds / 60 % 60, seconds % 60);

	if (days)
		return arena_printf(info->arena, "%llu-%02llu:%s", days, hours, rest);
	return hours ? arena_printf(info->arena, "%02llu:%s", hours, rest) : rest;
}

/* The time of day, or of an older one the date. */
static const char *start(const struct process_info *info)
{
	time_t then = time(NULL) - (time_t)age(info), today = time(NULL);
	struct tm began, now;
	char text[16];

	localtime_r(&today, &now);
	localtime_r(&then, &began);
	strftime(text, sizeof(text), began.tm_yday == now.tm_yday && began.tm_year == now.tm_year ? "%H:%M" : "%b%d",
		 &began);
	return arena_copy(info->arena, text, strlen(text));
}

/* --- rights --- */

static const char *line_of(const struct process_info *info, const char *word)
{
	const char *at = strstr(info->status, word);

	return at ? at + strlen(word) : "";
}

/* "CHOWN,KILL", "full", "none". */
static const char *capabilities(const struct process_info *info, const char *word)
{
	uint64_t set = strtoull(line_of(info, word), NULL, 16);
	struct text text = text_new(info->arena);
	bool full = true;

	for (const struct name *one = capability_names; one->name; one++) {
		bool has = set >> one->value & 1;

		full &= has;
		if (has)
			text_printf(&text, "%s%s", text.length ? "," : "", one->name + strlen("CAP_"));
	}
	return full ? "full" : text.length ? text.at : "none";
}

static const char *ambient(const struct process_info *info) { return capabilities(info, "\nCapAmb:"); }
static const char *bounding(const struct process_info *info) { return capabilities(info, "\nCapBnd:"); }
static const char *effective(const struct process_info *info) { return capabilities(info, "\nCapEff:"); }
static const char *inherited(const struct process_info *info) { return capabilities(info, "\nCapInh:"); }
static const char *permitted(const struct process_info *info) { return capabilities(info, "\nCapPrm:"); }

static const char *seccomp(const struct process_info *info)
{
	static const char *const modes[] = { "disabled", "strict", "filter" };
	unsigned long mode = strtoul(line_of(info, "\nSeccomp:"), NULL, 10);

	return mode < sizeof(modes) / sizeof(modes[0]) ? modes[mode] : "?";
}

/* --- */

const struct process_column process_columns[] = {
	{ "args", "COMMAND", arguments },
	{ "capamb", "AMBIENT CAPS", ambient },
	{ "capbnd", "BOUNDING CAPS", bounding },
	{ "capeff", "EFFECTIVE CAPS", effective },
	{ "capinh", "INHERITED CAPS", inherited },
	{ "capprm", "PERMITTED CAPS", permitted },
	{ "comm", "COMMAND", name },
	{ "etime", "ELAPSED", elapsed },
	{ "group", "GROUP", group },
	{ "groups", "GROUPS", groups },
	{ "hgroup", "HGROUP", host_group },
	{ "hgroups", "HGROUPS", host_groups },
	{ "hpid", "HPID", host_pid },
	{ "huser", "HUSER", host_user },
	{ "label", "LABEL", label },
	{ "nice", "NI", nice_of },
	{ "pcpu", "%CPU", processor },
	{ "pgid", "PGID", process_group },
	{ "pid", "PID", pid },
	{ "ppid", "PPID", parent },
	{ "rgroup", "RGROUP", real_group },
	{ "ruser", "RUSER", real_user },
	{ "seccomp", "SECCOMP", seccomp },
	{ "state", "STATE", state },
	{ "stime", "STIME", start },
	{ "time", "TIME", processor_time },
	{ "tty", "TTY", terminal },
	{ "user", "USER", user },
	{ "vsz", "VSZ", size },
	{ NULL, NULL, NULL }
};

const struct process_column process_usual[] = {
	{ "huser", "UID", host_user },
	{ "hpid", "PID", host_pid },
	{ "ppid", "PPID", parent },
	{ "c", "C", processor_whole },
	{ "stime", "STIME", start },
	{ "tty", "TTY", terminal },
	{ "time", "TIME", processor_time },
	{ "args", "CMD", arguments },
	{ NULL, NULL, NULL }
};

const struct process_column *process_column_find(const char *word)
{
	for (const struct process_column *column = process_columns; column->word; column++)
		if (!strcmp(column->word, word))
			return column;
	return NULL;
}
