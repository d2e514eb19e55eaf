/* cmd_top.c - `taru top`: the processes of a container. */
#include "cli/place.h"
#include "command/ps_table.h"
#include "engine/event.h"
#include "life/record.h"
#include "live/process_table.h"
#include "live/usage_view.h"
#include <string.h>
#include <unistd.h>

enum { COLUMNS_MAX = 64 };

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

/* --- the table --- */

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
		process_table(&out, columns, life.record.pid, pids, count);
	else
		add_by_ps(command, &out, pids, count);
	container_close(&life);
	if (command->problem->found)
		return;
	event_container(&place->engine, &container->made, "top", NULL);
	command_print(command, &out);
}

static void show_all(struct command *command)
{
	enum { INTERVAL_MS = 1000 };
	struct place place;

	if (!place_open(command, false, &place))
		return;
	usage_view(command, &place.engine, &(struct usage_view_asked){ command->operand, .interval_ms = INTERVAL_MS });
	store_close(&place.store);
}

static void run(struct command *command)
{
	if (command->operand[0])
		place_one(command, show);
	else if (isatty(STDIN_FILENO) && isatty(STDOUT_FILENO))
		show_all(command);
	else
		problem_set(command->problem, "top needs a CONTAINER, or a terminal on which all are shown");
}

static const struct option options[] = { { NULL } };

const struct verb verb_top = {
	.name = "top",
	.operands = "[CONTAINER [COLUMN...|PS-OPTION...]]",
	.summary = N_("show the processes of a container"),
	.notes = N_(
		"Without CONTAINER: the picture that stats --view bars shows, of all that run.\n"
		"Columns: args, capamb, capbnd, capeff, capinh, capprm, comm, etime, group, groups, hgroup, hgroups,\n"
		"hpid, huser, label, nice, pcpu, pgid, pid, ppid, rgroup, ruser, seccomp, state, stime, time, tty,\n"
		"user, vsz; h… is as this machine has it. Anything else is for this machine's ps(1): aux, -o\n"
		"pid,cmd.\n"),
	.options = options,
	.operands_max = OPERANDS_ANY,
	.in_order = true,
	.run = run,
};
