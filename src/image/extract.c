/* extract.c - see extract.h */
#include "image/extract.h"
#include "base/json_write.h"
#include "image/helper.h"
#include "spec/names.h"
#include "wire/message.h"
#include "wire/unpack.h"
#include <errno.h>
#include <stdint.h>

static int ask(struct arena *arena, int socket, int input, int target)
{
	static const char *const names[] = { "input", "target", NULL };
	const int fds[] = { input, target };
	struct text text = text_new(arena);
	struct json_writer json = json_writer_new(&text, NULL);

	json_open_object(&json, NULL);
	json_put_text(&json, "op", "layer");
	json_put_texts(&json, "fds", names);
	json_put_text(&json, "compression", "auto");
	json_put_text(&json, "form", "plain");
	json_put_unsigned(&json, "max-bytes", UNPACK_MAX_BYTES);
	json_put_unsigned(&json, "max-entries", UNPACK_MAX_ENTRIES);
	json_put_unsigned(&json, "max-ratio", UNPACK_MAX_RATIO);
	json_close(&json);
	return message_send(socket, &text, fds, sizeof(fds) / sizeof(fds[0]));
}

/* Whether that was the last word. */
static bool take_answer(void *context, const struct json *json, struct problem *problem)
{
	const char *name = context;
	const struct json *error = json_get(json, "error");
	const char *entry = json_text(error, "entry");

	if (error)
		problem_set(problem, "%s: %s%s%s", name, entry, entry[0] ? ": " : "", json_text(error, "message"));
	return error || json_get(json, "unpacked");
}

bool extract_archive(struct arena *arena, int input, const char *name, int target, struct problem *problem)
{
	struct helper helper;
	int error;

	if (!helper_start(arena, "unpack", HELPER_OWNER, &helper, problem))
		return false;
	error = ask(arena, helper.socket, input, target);
	if (error && error != -EPIPE)
		problem_set(problem, "cannot ask 'unpack': %s", errno_words(-error));
	else
		helper_hear(&helper, name, take_answer, (void *)(uintptr_t)name, problem);
	if (problem->found)
		helper_kill(&helper);
	else
		helper_end(&helper);
	return !problem->found;
}
