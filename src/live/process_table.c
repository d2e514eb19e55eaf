/* process_table.c - see process_table.h */
#include "live/process_table.h"
#include "base/fd.h"
#include "base/file.h"
#include "engine/root.h"
#include "listing/columns.h"

enum { FILE_MAX = 10 << 20 };

/* --- names of users --- */

static const char *host_file(struct arena *arena, const char *path)
{
	char *text;
	size_t length;

	return file_read(arena, AT_FDCWD, path, FILE_MAX, &text, &length) ? "" : text;
}

static const char *container_file(const struct container_root *root, const char *path)
{
	char *text;
	size_t length;

	return root->from < 0 || root_read_file(root, path, FILE_MAX, &text, &length) ? "" : text;
}

static struct process_names read_names(struct arena *arena, pid_t pid)
{
	char here[] = ".", *directory[] = { here, NULL };
	closes int from = sys_openat(AT_FDCWD, arena_printf(arena, "/proc/%d/root", (int)pid), O_PATH | O_DIRECTORY, 0);
	const struct container_root root = { arena, from, { directory, 1 } };

	return (struct process_names){ host_file(arena, "/etc/passwd"), host_file(arena, "/etc/group"),
				       container_file(&root, "etc/passwd"), container_file(&root, "etc/group") };
}

/* --- the table --- */

static void add_cells(struct text *out, const struct process_column **columns, const struct process_info *info)
{
	for (size_t i = 0; columns[i]; i++)
		text_printf(out, "%s%s", i ? "\t" : "", info ? columns[i]->text(info) : columns[i]->header);
	text_add(out, "\n");
}

void process_table(struct text *out, const struct process_column **columns, pid_t first, const pid_t *pids,
		   size_t count)
{
	struct text cells = text_new(out->arena);
	const struct process_names names = read_names(out->arena, first);
	struct process_info info;

	add_cells(&cells, columns, NULL);
	for (size_t i = 0; i < count; i++)
		if (process_info_read(out->arena, pids[i], &names, &info))
			add_cells(&cells, columns, &info);
	columns_add(out, cells.at);
}
