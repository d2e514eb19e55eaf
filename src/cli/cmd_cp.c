/* cmd_cp.c - `taru cp`: copies files into a container and out of it. */
#include "base/file.h"
#include "cli/place.h"
#include "engine/copy.h"
#include "engine/event.h"
#include <string.h>
#include <unistd.h>

struct cp_asked { bool archive, follow, overwrite, quiet; };

/* "CONTAINER:PATH"; what begins with '/' or '.' is a path of this machine, as with docker. */
static bool split(struct arena *arena, const char *operand, const char **ret_container, const char **ret_path)
{
	const char *colon = strchr(operand, ':');

	if (operand[0] == '/' || operand[0] == '.' || !colon || colon == operand)
		return false;
	*ret_container = arena_copy(arena, operand, (size_t)(colon - operand));
	*ret_path = colon + 1;
	return true;
}

static const char *path_or_stream(const char *operand)
{
	return strcmp(operand, "-") ? operand : NULL;
}

static void copy(struct command *command, struct place *place, const char *name, const char *path, bool out)
{
	const struct cp_asked *asked = command->asked;
	const struct copy_options options = { asked->archive, asked->follow, asked->overwrite,
					      { command_warn_of, command } };
	const char *here = path_or_stream(command->operand[out ? 1 : 0]);
	struct engine_container container;
	const struct pair at[] = { { "path", path }, { NULL, NULL } };
	struct text told = text_new(command->arena);
	bool done;

	if (!engine_find(&place->engine, name, &container, command->problem))
		return;
	if (out)
		done = engine_copy_from(&place->engine, &container, path, here, &options, command->problem);
	else
		done = engine_copy_to(&place->engine, &container, here, path, &options, command->problem);
	engine_close(&container);
	if (done)
		event_container(&place->engine, &container.made, out ? "archive-path" : "extract-to-dir", at);
	if (!done || asked->quiet || !here || !isatty(STDERR_FILENO))
		return;
	text_printf(&told, "Successfully copied %s to %s\n", command->operand[0], command->operand[1]);
	file_write_all(STDERR_FILENO, told.at, told.length);
}

static void run(struct command *command)
{
	const char *container = "", *path = "", *other, *other_path;
	bool out = split(command->arena, command->operand[0], &container, &path);
	bool in = split(command->arena, command->operand[1], out ? &other : &container, out ? &other_path : &path);
	struct place place;

	if (out && in)
		problem_set(command->problem, "copying from one container to another is not possible: copy it to "
			    "this machine first, or 'taru cp %s - | taru cp - %s'", command->operand[0],
			    command->operand[1]);
	else if (!out && !in)
		problem_set(command->problem, "one of the two must be CONTAINER:PATH");
	if (command->problem->found || !place_open(command, false, &place))
		return;
	copy(command, &place, container, path, out);
	store_close(&place.store);
}

static const struct option options[] = {
	{ "archive", 'a', OPTION_FLAG, offsetof(struct cp_asked, archive), NULL,
	  N_("keep owners (by number) and set-user-ID bits") },
	{ "follow-link", 'L', OPTION_FLAG, offsetof(struct cp_asked, follow), NULL,
	  N_("where the source is a symbolic link, copy what it leads to") },
	{ "overwrite", 0, OPTION_FLAG, offsetof(struct cp_asked, overwrite), NULL,
	  N_("a directory replaces a file, and a file a directory") },
	{ "quiet", 'q', OPTION_FLAG, offsetof(struct cp_asked, quiet), NULL,
	  N_("do not tell on a terminal what was copied") },
	{ NULL }
};

const struct verb verb_cp = {
	.name = "cp",
	.operands = "CONTAINER:PATH PATH|- | PATH|- CONTAINER:PATH",
	.summary = N_("copy files into a container or out of it"),
	.notes = N_("'-' is a tar archive: to standard output, or from standard input, for a directory.\n"
		    "DIR/. is what is in the directory. A path with a colon is written as ./PATH.\n"),
	.options = options,
	.asked_size = sizeof(struct cp_asked),
	.operands_min = 2,
	.operands_max = 2,
	.run = run,
};
