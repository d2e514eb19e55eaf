/* cmd_container_cleanup.c - `taru container cleanup`: puts away what a container has left that has ended.
 *
 * A monitor becomes this when its container has ended (engine/keep.h): with --status, --by, and descriptors that it has
 * inherited. Anybody may call it without these. With --again it does the rest of what such a one was killed at: to
 * start the container again (engine/heal.c).
 */
#include "cli/place.h"
#include "engine/keep.h"
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

struct cleanup_asked {
	struct maybe_i64 status, keeper;
	struct maybe_u64 log_lost;
	const char *clients, *by;
	bool again;
};

/* "7,9": those that are sockets of this process. */
static size_t read_clients(struct command *command, const char *given, int **ret_clients)
{
	char *rest = arena_copy(command->arena, given ? given : "", given ? strlen(given) : 0), *word;
	size_t count = 0;

	*ret_clients = ARENA_ARRAY(command->arena, strlen(rest) + 1, int);
	while ((word = strsep(&rest, ","))) {
		uint64_t fd;

		if (text_to_u64(word, &fd) && fd < INT32_MAX && fcntl((int)fd, F_SETFD, FD_CLOEXEC) == 0)
			(*ret_clients)[count++] = (int)fd;
	}
	return count;
}

static void run(struct command *command)
{
	const struct cleanup_asked *asked = command->asked;
	struct text warnings = text_new(command->arena);
	struct ending ending = {
		.status = asked->status.value,
		.known = asked->status.set,
		.keeper = asked->keeper.set ? (int)asked->keeper.value : -1,
		.log_lost = asked->log_lost.value,
	};
	struct place place;
	int *clients;

	/* Hooks and helpers are no keepers. */
	if (ending.keeper >= 0)
		fcntl(ending.keeper, F_SETFD, FD_CLOEXEC);
	if (asked->by && !engine_ended_by(asked->by, &ending.by))
		problem_set(command->problem, "option '--by': a container ends by 'exit', 'signal' or 'time', not by "
			    "'%s'", asked->by);
	ending.clients = read_clients(command, asked->clients, &clients);
	ending.client = clients;
	if (command->problem->found || !place_open(command, false, &place))
		return;
	for (char **id = command->operand; *id && asked->again; id++)
		engine_resume(&place.engine, *id, command->problem);
	for (char **id = command->operand; *id && !asked->again; id++)
		engine_cleanup(&place.engine, *id, &ending, &warnings, command->problem);
	command_warn(command, &warnings);
	store_close(&place.store);
}

static const struct option options[] = {
	{ "again", 0, OPTION_FLAG, offsetof(struct cleanup_asked, again), NULL, NULL },
	{ "by", 0, OPTION_TEXT, offsetof(struct cleanup_asked, by), "WHAT", NULL },
	{ "clients", 0, OPTION_TEXT, offsetof(struct cleanup_asked, clients), "FDS", NULL },
	{ "keeper", 0, OPTION_SIGNED, offsetof(struct cleanup_asked, keeper), "FD", NULL },
	{ "log-lost", 0, OPTION_UNSIGNED, offsetof(struct cleanup_asked, log_lost), "N", NULL },
	{ "status", 0, OPTION_SIGNED, offsetof(struct cleanup_asked, status), "N", NULL },
	{ NULL }
};

const struct verb verb_container_cleanup = {
	.name = "container cleanup",
	.operands = "CONTAINER...",
	.summary = N_("put away what containers have left that have ended"),
	.notes = N_("Their monitors do that, and so does each command that sees one that was left alone.\n"),
	.options = options,
	.asked_size = sizeof(struct cleanup_asked),
	.operands_min = 1,
	.operands_max = OPERANDS_ANY,
	.starts_container = true,
	.run = run,
};
