/* cmd_top.c - `taru top`: the processes of a container. */
#include "base/fd.h"
#include "base/file.h"
#include "cli/columns.h"
#include "cli/place.h"
#include "cli/process_info.h"
#include "command/ps_table.h"
#include "engine/event.h"
#include "engine/root.h"
#include "life/record.h"
#include <string.h>

enum { FILE_MAX = 10 << 20, COLUMNS_MAX = 64 };

/* --- which columns --- */

/* Podman's words, by themselves or with commas between them. False where one is none: then all are for ps(1). */
static bool read_columns(struct arena *arena, char **words, const struct process_column **columns)
{
	size_t count = 0;

	for (; *words; words++) {
		char *rest = arena_copy(arena, *words, strlen(*words)), *word;

		while ((word = strsep(&rest, ", "))) {
			if (!*word)
				continue;
			if (count + 1 == COLUMNS_MAX || !(columns[count] = process_column_find(word)))
				return false;
			count++;
		}
	}
	columns[count] = NULL;
	return true;
}

static void use_usual(const struct process_column **columns)
{
	size_t count = 0;

	for (const struct process_column *column = process_usual; column->word; column++)
		columns[count++] = column;
	columns[count] = NULL;
}

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

static void add_processes(struct command *command, struct text *out, const struct process_column **columns,
			  const struct container *life, const pid_t *pids, size_t count)
{
	struct text cells = text_new(command->arena);
	const struct process_names names = read_names(command->arena, life->record.pid);
	struct process_info info;

	add_cells(&cells, columns, NULL);
	for (size_t i = 0; i < count; i++)
		if (process_info_read(command->arena, pids[i], &names, &info))
			add_cells(&cells, columns, &info);
	columns_add(out, cells.at);
}

/* CONTAINER OPTION …: the container gives its place to the program's name. */
static void add_by_ps(struct command *command, struct text *out, const pid_t *pids, size_t count)
{
	static char ps[] = "ps";

	command->operand[0] = ps;
	ps_table(out, command->operand, pids, count, command->problem);
}

static void show(struct command *command, struct place *place, struct engine_container *container)
{
	const struct process_column *columns[COLUMNS_MAX] = { NULL };
	struct text out = text_new(command->arena);
	struct container life;
	pid_t *pids;
	size_t count;
	bool ours = read_columns(command->arena, command->operand + 1, columns);

	if (container->status != CONTAINER_RUNNING && container->status != CONTAINER_PAUSED) {
		problem_set(command->problem, "container %s is not running but %s", container->made.name,
			    engine_status_name(container->status));
		return;
	}
	if (!container_open(command->arena, place->engine.run, container->made.id, &life, command->problem))
		return;
	count = container_processes(command->arena, &life, &pids);
	if (!columns[0])
		use_usual(columns);
	if (ours)
		add_processes(command, &out, columns, &life, pids, count);
	else
		add_by_ps(command, &out, pids, count);
	container_close(&life);
	if (command->problem->found)
		return;
	event_container(&place->engine, &container->made, "top", NULL);
	command_print(command, &out);
}

static void run(struct command *command)
{
	place_one(command, show);
}

static const struct option options[] = { { NULL } };

const struct verb verb_top = {
	.name = "top",
	.operands = "CONTAINER [COLUMN...|PS-OPTION...]",
	.summary = "show the processes of a container",
	.notes = "Columns: args, capamb, capbnd, capeff, capinh, capprm, comm, etime, group, groups, hgroup, hgroups,\n"
		 "hpid, huser, label, nice, pcpu, pgid, pid, ppid, rgroup, ruser, seccomp, state, stime, time, tty,\n"
		 "user, vsz; h… is as this machine has it. Anything else is for this machine's ps(1): aux, -o\n"
		 "pid,cmd.\n",
	.options = options,
	.operands_min = 1,
	.operands_max = OPERANDS_ANY,
	.in_order = true,
	.run = run,
};
