/* cmd_version.c - `taru version`, and what `taru --version` prints. */
#include "base/json_write.h"
#include "cli/version.h"
#include "image/platform.h"
#include "listing/object.h"
#include "taru_commit.h"

struct version_asked { const char *format; };

void version_print(struct command *command)
{
	struct text out = text_new(command->arena);

	text_add(&out, "taru version " TARU_VERSION "\ncommit: " TARU_COMMIT "\n");
	command_print(command, &out);
}

/* There is no server: all of it is the client. */
static void add_json(struct text *out)
{
	const struct platform here = platform_here(out->arena);
	struct json_writer json = json_writer_new(out, NULL);

	json_open_object(&json, NULL);
	json_open_object(&json, "Client");
	json_put_text(&json, "Version", TARU_VERSION);
	json_put_text(&json, "GitCommit", TARU_COMMIT);
	json_put_text(&json, "Os", here.os);
	json_put_text(&json, "Arch", here.architecture);
	json_close(&json);
	json_close(&json);
}

static void run(struct command *command)
{
	const struct version_asked *asked = command->asked;
	struct text json = text_new(command->arena);

	if (!asked->format) {
		version_print(command);
		return;
	}
	add_json(&json);
	object_print(command, &json, asked->format);
}

static const struct option options[] = {
	{ "format", 'f', OPTION_TEXT, offsetof(struct version_asked, format), "FORMAT",
	  N_("json, or a template of Go's") },
	{ NULL }
};

const struct verb verb_version = {
	.name = "version",
	.operands = "",
	.summary = N_("show the version"),
	.options = options,
	.asked_size = sizeof(struct version_asked),
	.run = run,
};
