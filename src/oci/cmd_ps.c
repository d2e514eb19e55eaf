/* cmd_ps.c - `taru-oci ps`: the processes of a container.
 *
 * The table is what ps(1) prints of all processes, without those that are not the container's: so its
 * options, columns and looks are those that people know.
 */
#include "command/ps_table.h"
#include "command/table.h"
#include "oci/find.h"

struct ps_asked {
	const char *format;
};

struct pids {
	pid_t *at;
	size_t count;
};

static void add_json(struct text *out, const struct pids *pids)
{
	text_add(out, "[");
	for (size_t i = 0; i < pids->count; i++)
		text_printf(out, "%s%d", i ? "," : "", (int)pids->at[i]);
	text_add(out, "]\n");
}

/* ID OPTION …: the ID gives its place to the program's name. */
static void add_table(struct command *command, struct text *out, const struct pids *pids)
{
	static char ps[] = "ps", every[] = "-ef";
	char *every_process[] = { ps, every, NULL };
	char **words = command->operand;

	words[0] = ps;
	ps_table(out, words[1] ? words : every_process, pids->at, pids->count, command->problem);
}

static void run(struct command *command)
{
	const struct ps_asked *asked = command->asked;
	bool json = table_or_json(asked->format, command->problem);
	struct text out = text_new(command->arena);
	struct container container;
	struct pids pids;

	if (command->problem->found || !find_container(command, &container))
		return;
	pids.count = container_processes(command->arena, &container, &pids.at);
	container_close(&container);
	if (json)
		add_json(&out, &pids);
	else
		add_table(command, &out, &pids);
	if (!command->problem->found)
		command_print(command, &out);
}

static const struct option options[] = {
	{ "format", 'f', OPTION_TEXT, offsetof(struct ps_asked, format), "FORMAT",
	  N_("table (default) or json: the pids") },
	{ NULL }
};

const struct verb verb_ps = {
	.name = "ps",
	.operands = "ID [PS-OPTION...]",
	.summary = N_("show the processes of a container"),
	.notes = N_("The table is that of ps(1), which gets the options behind the id (default: -ef).\n"),
	.options = options,
	.asked_size = sizeof(struct ps_asked),
	.operands_min = 1,
	.operands_max = OPERANDS_ANY,
	.in_order = true,
	.run = run,
};
