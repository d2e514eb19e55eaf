/* stream.c - see stream.h */
#include "image/stream.h"
#include "base/json_write.h"
#include "base/sys.h"
#include "image/archive_file.h"
#include "image/helper.h"
#include "spec/names.h"
#include "wire/message.h"

static int ask(const struct store *store, struct helper *helper, int input, int output, const char *into)
{
	static const char *const names[] = { "input", "output", NULL };
	struct text text = text_new(store->arena);
	struct json_writer json = json_writer_new(&text, NULL);
	const int fds[] = { input, output };

	json_open_object(&json, NULL);
	json_put_text(&json, "op", "copy");
	json_put_texts(&json, "fds", names);
	json_put_text(&json, "compression", "auto");
	json_put_text(&json, "into", into);
	json_close(&json);
	return message_send(helper->socket, &text, fds, 2);
}

struct hearing { const char *what; struct streamed *streamed; };

/* True when there is no more to hear. */
static bool take_message(void *context, const struct json *json, struct problem *problem)
{
	const struct hearing *hearing = context;
	const char *what = hearing->what;
	struct streamed *streamed = hearing->streamed;
	const struct json *copied = json_get(json, "copied"), *error = json_get(json, "error");

	if (error)
		problem_set(problem, "%s: %s", what, json_text(error, "message"));
	if (!copied)
		return error != NULL;
	if (!digest_parse(json_text(copied, "digest"), &streamed->digest) ||
	    !digest_parse(json_text(copied, "output-digest"), &streamed->output_digest))
		problem_set(problem, "%s: the program 'unpack' says no digest", what);
	json_unsigned(copied, "size", &streamed->size);
	json_unsigned(copied, "output-size", &streamed->output_size);
	return true;
}

bool stream_copy(const struct store *store, int input, int output, const char *into, const char *what,
		 struct streamed *ret_streamed, struct problem *problem)
{
	struct hearing hearing = { what, ret_streamed };
	struct helper helper;
	int error;

	*ret_streamed = (struct streamed){ 0 };
	if (!helper_start(store->arena, "unpack", HELPER_NOBODY, &helper, problem))
		return false;
	error = ask(store, &helper, input, output, into);
	if (error)
		problem_set(problem, "%s: cannot ask 'unpack': %s", what, errno_words(-error));
	else
		helper_hear(&helper, what, take_message, &hearing, problem);
	helper_kill(&helper);
	return !problem->found;
}

int stream_file(const struct store *store)
{
	const char *name;
	int fd = sys_openat(store->fd, "partial", O_TMPFILE | O_RDWR, 0600);

	/* Not all file systems have that. */
	if (fd != -EOPNOTSUPP && fd != -EISDIR)
		return fd;
	name = archive_name_beside(store->arena);
	fd = sys_openat(store->fd, name, O_RDWR | O_CREAT | O_EXCL, 0600);
	if (fd >= 0)
		sys_unlinkat(store->fd, name, 0);
	return fd;
}
