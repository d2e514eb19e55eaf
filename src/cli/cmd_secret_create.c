/* cmd_secret_create.c - `taru secret create`: keeps a password or a key that containers are given. */
#include "base/fd.h"
#include "base/file.h"
#include "cli/volumes.h"
#include "engine/secret.h"
#include "spec/reason.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct create_asked {
	const char *driver;
	bool replace, variable;
	struct texts labels;
};

static void read_variable(struct command *command, const char *name, struct secret *secret)
{
	const char *value = getenv(name);

	if (!value)
		problem_set(command->problem, "option '--env': there is no variable '%s'", name);
	secret->bytes = value;
	secret->size = value ? strlen(value) : 0;
}

static void read_file(struct command *command, const char *path, struct secret *secret)
{
	closes int fd = strcmp(path, "-") ? sys_openat(AT_FDCWD, path, O_RDONLY | O_NOCTTY, 0) :
					    sys_fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
	char *bytes = NULL;
	int error = fd < 0 ? fd : file_read_fd(command->arena, fd, SECRET_SIZE_MAX, &bytes, &secret->size);

	if (error == -EFBIG)
		problem_set(command->problem, "%s: a secret has at most %d bytes", path, SECRET_SIZE_MAX);
	else if (error)
		problem_set(command->problem, "%s: %s", path, reason_words(error));
	secret->bytes = bytes;
}

static void create(struct command *command, struct place *place, struct secret *secret)
{
	const struct create_asked *asked = command->asked;
	struct text out = text_new(command->arena);

	if (!secret_create(&place->engine, secret, asked->replace, command->problem))
		return;
	text_printf(&out, "%s\n", secret->id);
	command_print(command, &out);
}

static void run(struct command *command)
{
	const struct create_asked *asked = command->asked;
	struct secret secret = {
		.name = command->operand[0],
		.labels = volumes_pairs(command->arena, "--label", &asked->labels, command->problem),
	};
	struct place place;

	if (asked->driver && strcmp(asked->driver, "file") != 0)
		problem_set(command->problem, "option '--driver': the only driver is file, not '%s'", asked->driver);
	(asked->variable ? read_variable : read_file)(command, command->operand[1], &secret);
	if (command->problem->found || !place_open(command, true, &place))
		return;
	create(command, &place, &secret);
	store_close(&place.store);
}

static const struct option options[] = {
	{ "driver", 'd', OPTION_TEXT, offsetof(struct create_asked, driver), "DRIVER",
	  N_("file, the only one") },
	{ "env", 0, OPTION_FLAG, offsetof(struct create_asked, variable), NULL,
	  N_("the second word is a variable of the caller's that has it") },
	{ "label", 'l', OPTION_TEXTS, offsetof(struct create_asked, labels), "KEY=VALUE", N_("a label") },
	{ "replace", 0, OPTION_FLAG, offsetof(struct create_asked, replace), NULL,
	  N_("in the place of one of that name") },
	{ NULL }
};

const struct verb verb_secret_create = {
	.name = "secret create",
	.operands = "NAME FILE|-",
	.summary = N_("keep a secret, for containers"),
	.notes = N_("Prints its ID.\n"),
	.options = options,
	.asked_size = sizeof(struct create_asked),
	.operands_min = 2,
	.operands_max = 2,
	.run = run,
};
