/* cmd_secret.c - `taru secret create`, `ls` and `rm`: passwords and keys that containers are given. */
#include "base/fd.h"
#include "base/file.h"
#include "cli/named.h"
#include "cli/volumes.h"
#include "engine/secret.h"
#include "image/manifest.h"
#include "listing/filter.h"
#include "listing/human.h"
#include "listing/rows.h"
#include "spec/lists.h"
#include "spec/reason.h"
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* --- create --- */

struct secret_create_asked {
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
	const struct secret_create_asked *asked = command->asked;
	struct text out = text_new(command->arena);

	if (!secret_create(&place->engine, secret, asked->replace, command->problem))
		return;
	text_printf(&out, "%s\n", secret->id);
	command_print(command, &out);
}

static void run_create(struct command *command)
{
	const struct secret_create_asked *asked = command->asked;
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

static const struct option create_options[] = {
	{ "driver", 'd', OPTION_TEXT, offsetof(struct secret_create_asked, driver), "DRIVER",
	  N_("file, the only one") },
	{ "env", 0, OPTION_FLAG, offsetof(struct secret_create_asked, variable), NULL,
	  N_("the second word is a variable of the caller's that has it") },
	{ "label", 'l', OPTION_TEXTS, offsetof(struct secret_create_asked, labels), "KEY=VALUE", N_("a label") },
	{ "replace", 0, OPTION_FLAG, offsetof(struct secret_create_asked, replace), NULL,
	  N_("in the place of one of that name") },
	{ NULL }
};

const struct verb verb_secret_create = {
	.name = "secret create",
	.operands = "NAME FILE|-",
	.summary = N_("keep a secret, for containers"),
	.notes = N_("Prints its ID.\n"),
	.options = create_options,
	.asked_size = sizeof(struct secret_create_asked),
	.operands_min = 2,
	.operands_max = 2,
	.run = run_create,
};

/* --- ls --- */

struct secret_ls_asked {
	bool quiet;
	const char *format;
	struct texts filter;
};

static const struct pair headers[] = {
	{ "CreatedAt", "CREATED" }, { "Driver", "DRIVER" }, { "ID", "ID" }, { "Labels", "LABELS" }, { "Name", "NAME" },
	{ "UpdatedAt", "UPDATED" }, { NULL, NULL }
};

static const char *const filter_keys[] = { "id", "label", "name", NULL };

static bool fits(void *context, const struct filter *filter)
{
	const struct secret *secret = context;

	if (!strcmp(filter->key, "label"))
		return filter_has_label(&secret->labels, filter->value) != filter->negated;
	if (!strcmp(filter->key, "id"))
		return !strncmp(secret->id, filter->value, strlen(filter->value));
	return strstr(secret->name, filter->value);
}

static void add_row(struct arena *arena, struct json_writer *out, const struct secret *secret)
{
	int64_t now = time(NULL);

	json_open_object(out, NULL);
	json_put_text(out, "CreatedAt", human_ago(arena, now, image_time(secret->created)));
	json_put_text(out, "Driver", "file");
	json_put_text(out, "ID", secret->id);
	json_put_text(out, "Labels", pairs_join(arena, &secret->labels));
	json_put_text(out, "Name", secret->name);
	json_put_text(out, "UpdatedAt", human_ago(arena, now, image_time(secret->updated)));
	json_close(out);
}

static void list(struct command *command, struct place *place, const struct filters *filters, struct rows *rows)
{
	struct text warnings = text_new(command->arena);
	struct secret *secrets;
	size_t count;

	if (!secret_list(&place->engine, &secrets, &count, &warnings, command->problem))
		return;
	command_warn(command, &warnings);
	for (size_t i = 0; i < count; i++)
		if (filters_fit(filters, fits, &secrets[i]))
			add_row(command->arena, &rows->writer, &secrets[i]);
}

static void run_ls(struct command *command)
{
	const struct secret_ls_asked *asked = command->asked;
	struct rows_style style = {
		headers, "table {{.ID}}\t{{.Name}}\t{{.Driver}}\t{{.CreatedAt}}\t{{.UpdatedAt}}", asked->format
	};
	struct rows rows = rows_new(command->arena);
	struct text out = text_new(command->arena);
	struct filters filters;
	struct place place;

	if (asked->quiet && rows_are_table(asked->format))
		style.format = "{{.ID}}";
	if (!filters_read(command->arena, &asked->filter, filter_keys, &filters, command->problem) ||
	    !place_open(command, false, &place))
		return;
	list(command, &place, &filters, &rows);
	if (!command->problem->found && rows_add(&out, &rows, &style, command->problem))
		command_print(command, &out);
	store_close(&place.store);
}

static const struct option ls_options[] = {
	{ "filter", 'f', OPTION_TEXTS, offsetof(struct secret_ls_asked, filter), "KEY=VALUE",
	  N_("only those; may be given more than once") },
	{ "format", 0, OPTION_TEXT, offsetof(struct secret_ls_asked, format), "FORMAT",
	  N_("table (default), json, or a template of Go's") },
	{ "quiet", 'q', OPTION_FLAG, offsetof(struct secret_ls_asked, quiet), NULL, N_("only the IDs") },
	{ NULL }
};

const struct verb verb_secret_ls = {
	.name = "secret ls",
	.operands = "",
	.summary = N_("list secrets"),
	.notes = N_("Filters: id=ID, label=KEY[=VALUE], name=PART.\n"),
	.options = ls_options,
	.asked_size = sizeof(struct secret_ls_asked),
	.run = run_ls,
};

/* --- rm --- */

static bool remove_named(void *context, const char *name, struct problem *problem)
{
	struct place *place = context;
	struct secret secret;

	return secret_find(&place->engine, name, &secret, problem) &&
	       secret_remove(&place->engine, &secret, problem);
}

static void run_rm(struct command *command)
{
	struct text done = text_new(command->arena);
	struct place place;

	if (!place_open(command, false, &place))
		return;
	named_each(command, remove_named, &place, &done);
	command_print(command, &done);
	store_close(&place.store);
}

static const struct option rm_options[] = { { NULL } };

const struct verb verb_secret_rm = {
	.name = "secret rm",
	.operands = "SECRET...",
	.summary = N_("remove secrets; containers keep what they have"),
	.options = rm_options,
	.operands_min = 1,
	.operands_max = OPERANDS_ANY,
	.run = run_rm,
};
