/* cmd_secret_inspect.c - `taru secret inspect`: what is known of a secret, but for the secret. */
#include "base/json_write.h"
#include "cli/place.h"
#include "engine/secret.h"
#include "listing/rows.h"
#include <stdlib.h>
#include <string.h>

struct secret_inspect_asked { const char *format; };

static void put_secret(struct json_writer *out, const struct secret *secret)
{
	json_open_object(out, NULL);
	json_put_text(out, "ID", secret->id);
	json_put_text(out, "CreatedAt", secret->created);
	json_put_text(out, "UpdatedAt", secret->updated);
	json_open_object(out, "Spec");
	json_put_text(out, "Name", secret->name);
	json_open_object(out, "Driver");
	json_put_text(out, "Name", "file");
	json_close(out);
	json_open_object(out, "Labels");
	for (size_t i = 0; i < secret->labels.count; i++)
		json_put_text(out, secret->labels.at[i].key, secret->labels.at[i].value);
	json_close(out);
	json_close(out);
	json_close(out);
}

static void put_each(struct command *command, struct place *place, struct json_writer *out)
{
	for (char **name = command->operand; *name; name++) {
		struct problem problem = { 0 };
		struct secret secret;

		if (secret_find(&place->engine, *name, &secret, &problem)) {
			put_secret(out, &secret);
			continue;
		}
		log_message(command->log, "error", problem.text);
		command->status = EXIT_FAILURE;
	}
}

static void run(struct command *command)
{
	const struct secret_inspect_asked *asked = command->asked;
	struct text secrets = text_new(command->arena), out = text_new(command->arena);
	struct json_writer writer = json_writer_new(&secrets, asked->format ? NULL : "    ");
	struct place place;

	if (!place_open(command, false, &place))
		return;
	json_open_array(&writer, NULL);
	put_each(command, &place, &writer);
	json_close(&writer);
	store_close(&place.store);
	if (asked->format)
		rows_add_values(&out, asked->format, &secrets, command->problem);
	if (!command->problem->found)
		command_print(command, asked->format ? &out : &secrets);
}

static const struct option options[] = {
	{ "format", 'f', OPTION_TEXT, offsetof(struct secret_inspect_asked, format), "FORMAT",
	  N_("json, or a template of Go's") },
	{ NULL }
};

const struct verb verb_secret_inspect = {
	.name = "secret inspect",
	.operands = "SECRET...",
	.summary = N_("show what is known of a secret, but for the secret itself, as JSON"),
	.options = options,
	.asked_size = sizeof(struct secret_inspect_asked),
	.operands_min = 1,
	.operands_max = OPERANDS_ANY,
	.run = run,
};
