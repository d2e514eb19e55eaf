/* cmd_secret_inspect.c - `taru secret inspect`: what is known of a secret, but for the secret. */
#include "cli/named.h"
#include "engine/secret.h"

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

static bool put(struct place *place, const char *name, struct json_writer *out, struct problem *problem)
{
	struct secret secret;

	if (!secret_find(&place->engine, name, &secret, problem))
		return false;
	put_secret(out, &secret);
	return true;
}

static void run(struct command *command)
{
	const struct secret_inspect_asked *asked = command->asked;

	named_inspect(command, asked->format, false, put);
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
