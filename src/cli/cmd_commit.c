/* cmd_commit.c - `taru commit`: makes an image of a container. */
#include "base/fd.h"
#include "base/file.h"
#include "cli/new_name.h"
#include "cli/place.h"
#include "engine/commit.h"
#include "spec/reason.h"
#include <string.h>

struct cmd_commit_asked {
	const char *author, *message, *id_file;
	struct texts changes;
	struct maybe_bool pause;
	bool quiet, squash;
};

static void write_id(struct command *command, const char *path, const char *id)
{
	closes int fd = sys_openat(AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	int error = fd < 0 ? fd : file_write_all(fd, id, strlen(id));

	if (error)
		problem_set(command->problem, "option '--iidfile': cannot write '%s': %s; the image is there: %s", path,
			    reason_words(error), id);
}

static void tell(struct command *command, const struct image *image)
{
	const struct cmd_commit_asked *asked = command->asked;
	struct text out = text_new(command->arena);

	text_printf(&out, "%s\n", image->id.text);
	command_print(command, &out);
	if (asked->id_file)
		write_id(command, asked->id_file, image->id.text);
}

static void run(struct command *command)
{
	const struct cmd_commit_asked *asked = command->asked;
	struct commit_asked commit = { .author = asked->author, .message = asked->message, .changes = asked->changes,
				       .pause = asked->pause, .squash = asked->squash,
				       .notes = { command_warn_of, command } };
	struct engine_container container;
	struct image image;
	struct place place;

	if (!new_name_read(command, command->operand[1], &commit.name) || !place_open(command, true, &place))
		return;
	if (engine_find(&place.engine, command->operand[0], &container, command->problem) &&
	    engine_commit_image(&place.engine, &container, &commit, &image, command->problem))
		tell(command, &image);
	engine_close(&container);
	store_close(&place.store);
}

#define AT(member) offsetof(struct cmd_commit_asked, member)

static const struct option options[] = {
	{ "author", 'a', OPTION_TEXT, AT(author), "TEXT", N_("who has made it") },
	{ "change", 'c', OPTION_TEXTS, AT(changes), "LINE",
	  N_("a line of a Dockerfile: CMD, ENTRYPOINT, ENV, EXPOSE, HEALTHCHECK, LABEL, ONBUILD, STOPSIGNAL, "
	     "USER, VOLUME, WORKDIR") },
	{ "iidfile", 0, OPTION_TEXT, AT(id_file), "FILE", N_("write the image's ID there") },
	{ "message", 'm', OPTION_TEXT, AT(message), "TEXT", N_("for its history") },
	{ "pause", 'p', OPTION_MAYBE_FLAG, AT(pause), NULL,
	  N_("stop its processes meanwhile; by default, where it can be") },
	{ "quiet", 'q', OPTION_FLAG, AT(quiet), NULL, N_("only the ID is printed, as always") },
	{ "squash", 's', OPTION_FLAG, AT(squash), NULL, N_("one layer of all its files, those of its image too") },
	{ NULL }
};

const struct verb verb_commit = {
	.name = "commit",
	.operands = "CONTAINER [NAME[:TAG]]",
	.summary = N_("make an image of a container"),
	.notes = N_("What the container has changed becomes a layer on top of its image; the image runs what the\n"
		    "container runs. Volumes are not in it.\n"),
	.options = options,
	.asked_size = sizeof(struct cmd_commit_asked),
	.operands_min = 1,
	.operands_max = 2,
	.run = run,
};
