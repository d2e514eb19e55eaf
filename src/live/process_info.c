/* process_info.c - reads what /proc says of a process: see process_info.h */
#include "live/process_info.h"
#include "base/file.h"
#include "base/sys.h"
#include <stdlib.h>
#include <string.h>

enum { FILE_MAX = 4 << 20 };

static const char *read_file(struct arena *arena, pid_t pid, const char *file, size_t *ret_length)
{
	char *text;
	size_t length;

	if (file_read(arena, AT_FDCWD, arena_printf(arena, "/proc/%d/%s", (int)pid, file), FILE_MAX, &text, &length))
		return NULL;
	if (ret_length)
		*ret_length = length;
	return text;
}

/* --- stat --- */

/* The name is in parentheses and may hold anything, even those. */
static bool read_stat(struct process_info *info)
{
	enum { PARENT = 4, GROUP = 5, TERMINAL = 7, USER = 14, SYSTEM = 15, NICE = 19, START = 22, SIZE = 23 };
	const char *text = read_file(info->arena, info->pid, "stat", NULL);
	const char *open = text ? strchr(text, '(') : NULL, *close = text ? strrchr(text, ')') : NULL;
	char *at;

	if (!open || !close || close[1] != ' ' || !close[2])
		return false;
	info->name = arena_copy(info->arena, open + 1, (size_t)(close - open - 1));
	info->state = close[2];
	at = (char *)(uintptr_t)close + 3;
	for (int field = PARENT; field <= SIZE; field++) {
		long long value = strtoll(at, &at, 10);

		switch (field) {
		case PARENT: info->parent = (pid_t)value; break;
		case GROUP: info->group = (pid_t)value; break;
		case TERMINAL: info->terminal = (int)value; break;
		case USER:
		case SYSTEM: info->ticks += (uint64_t)value; break;
		case NICE: info->nice = (long)value; break;
		case START: info->started_ticks = (uint64_t)value; break;
		case SIZE: info->size = (uint64_t)value; break;
		}
	}
	return true;
}

/* --- status --- */

static const char *line_of(const char *status, const char *word)
{
	const char *at = strstr(status, word);

	return at && (at == status || at[-1] == '\n') ? at + strlen(word) : "";
}

static void read_numbers(const char *line, struct process_ids *ids, bool others)
{
	char *end;

	for (size_t i = 0; *line && *line != '\n'; i++, line = end) {
		uint32_t id = (uint32_t)strtoul(line, &end, 10);

		if (end == line || memchr(line, '\n', (size_t)(end - line)))
			return;
		if (others && ids->groups < PROCESS_IDS_MAX)
			ids->group[ids->groups++] = id;
		else if (!others && i == 0)
			ids->real = id;
		else if (!others && i == 1)
			ids->effective = id;
	}
}

/* The last of the pids is the one in the innermost namespace. */
static pid_t last_number(const char *line)
{
	long number = 0;
	char *end;

	while (*line && *line != '\n') {
		long next = strtol(line, &end, 10);

		if (end == line || memchr(line, '\n', (size_t)(end - line)))
			break;
		number = next;
		line = end;
	}
	return (pid_t)number;
}

static bool read_status(struct process_info *info)
{
	info->status = read_file(info->arena, info->pid, "status", NULL);
	if (!info->status)
		return false;
	read_numbers(line_of(info->status, "Uid:"), &info->uid, false);
	read_numbers(line_of(info->status, "Gid:"), &info->gid, false);
	read_numbers(line_of(info->status, "Groups:"), &info->gid, true);
	info->own_pid = last_number(line_of(info->status, "NSpid:"));
	return true;
}

/* --- its words --- */

/* What a terminal would obey is not shown as it is. */
static const char *read_arguments(struct process_info *info)
{
	size_t length = 0;
	const char *text = read_file(info->arena, info->pid, "cmdline", &length);
	char *copy;

	if (!text || !length)
		return arena_printf(info->arena, "[%s]", info->name);
	copy = arena_copy(info->arena, text, length);
	for (size_t i = 0; i + 1 < length; i++)
		if (!copy[i])
			copy[i] = ' ';
	text_clean(copy, '?');
	return copy;
}

static const char *read_line(struct process_info *info, const char *file)
{
	const char *text = read_file(info->arena, info->pid, file, NULL);

	return text ? arena_copy(info->arena, text, strcspn(text, "\n")) : "";
}

bool process_info_read(struct arena *arena, pid_t pid, const struct process_names *names,
		       struct process_info *ret_info)
{
	char *up;
	size_t length;

	*ret_info = (struct process_info){ .arena = arena, .names = names, .pid = pid };
	if (!read_stat(ret_info) || !read_status(ret_info))
		return false;
	text_clean((char *)(uintptr_t)ret_info->name, '?');
	ret_info->arguments = read_arguments(ret_info);
	ret_info->label = read_line(ret_info, "attr/current");
	ret_info->uid_map = read_file(arena, pid, "uid_map", NULL);
	ret_info->gid_map = read_file(arena, pid, "gid_map", NULL);
	if (file_read(arena, AT_FDCWD, "/proc/uptime", FILE_MAX, &up, &length) == 0)
		ret_info->up_s = strtod(up, NULL);
	return true;
}
