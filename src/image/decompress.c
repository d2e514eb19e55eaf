/* decompress.c - see decompress.h */
#include "image/decompress.h"
#include "base/fd.h"
#include "base/json_write.h"
#include "image/archive_file.h"
#include "image/helper.h"
#include "spec/names.h"
#include "wire/message.h"
#include "wire/unpack.h"
#include <string.h>

int decompress_needed(int file)
{
	static const unsigned char gzip[] = { 0x1f, 0x8b }, zstd[] = { 0x28, 0xb5, 0x2f, 0xfd };
	unsigned char begin[sizeof(zstd)];
	ssize_t got = sys_pread(file, begin, sizeof(begin), 0);

	if (got < 0)
		return (int)got;
	return (got >= (ssize_t)sizeof(gzip) && !memcmp(begin, gzip, sizeof(gzip))) ||
	       (got == (ssize_t)sizeof(zstd) && !memcmp(begin, zstd, sizeof(zstd)));
}

/* In the store, where there is room for images: /tmp may be memory. */
static int open_nameless(const struct store *store)
{
	const char *name;
	int fd = sys_openat(store->fd, ".", O_TMPFILE | O_RDWR, 0600);

	if (fd != -EOPNOTSUPP && fd != -EISDIR)
		return fd;
	name = archive_name_beside(store->arena);
	fd = sys_openat(store->fd, name, O_RDWR | O_CREAT | O_EXCL, 0600);
	if (fd >= 0)
		sys_unlinkat(store->fd, name, 0);
	return fd;
}

static void put_request(struct text *text)
{
	static const char *const names[] = { "input", "output", NULL };
	struct json_writer json = json_writer_new(text, NULL);

	json_open_object(&json, NULL);
	json_put_text(&json, "op", "copy");
	json_put_texts(&json, "fds", names);
	json_put_text(&json, "compression", "auto");
	json_put_text(&json, "into", "none");
	json_close(&json);
}

static const char *text_of(const struct json *object, const char *key)
{
	const struct json *value = json_get(object, key);

	return value && value->kind == JSON_STRING ? value->text : "";
}

static bool take_copied(const struct json *copied, struct decompressed *ret)
{
	const struct json *size = json_get(copied, "output-size");

	return size && size->kind == JSON_NUMBER && text_to_u64(size->text, &ret->size) &&
	       digest_parse(text_of(copied, "digest"), &ret->read) &&
	       digest_parse(text_of(copied, "output-digest"), &ret->written);
}

/* Whether that was the last message. */
static bool take_message(const struct json *json, const struct digest *blob, struct decompressed *ret,
			 struct problem *problem)
{
	const struct json *error = json_get(json, "error"), *copied = json_get(json, "copied");

	if (error)
		problem_set(problem, "the blob %s cannot be decompressed: %s", blob->text, text_of(error, "message"));
	else if (!copied)
		return !json_get(json, "at");
	else if (!take_copied(copied, ret))
		problem_set(problem, "the program 'unpack' said something that makes no sense");
	else if (!digest_equal(&ret->read, blob))
		problem_set(problem, "the blob %s is damaged in the store: its digest is %s; remove the image and pull "
			    "it again", blob->text, ret->read.text);
	return true;
}

static void receive_all(struct helper *helper, const struct digest *blob, struct decompressed *ret,
			struct problem *problem)
{
	struct message message;
	struct arena arena;
	bool last = false;
	int got = 1;

	while (!last && got > 0) {
		arena_init(&arena, NULL, 0);
		got = message_receive(helper->socket, &arena, &message, problem);
		if (got > 0) {
			last = take_message(message.json, blob, ret, problem);
			message_close(&message);
		}
		arena_release(&arena);
	}
	if (got <= 0 || !ret->written.text[0])
		problem_set(problem, "the program 'unpack' ended without an answer");
}

static bool run_helper(const struct store *store, int blob, const struct digest *digest, struct decompressed *ret,
		       struct problem *problem)
{
	struct text text = text_new(store->arena);
	const int fds[] = { blob, ret->file };
	struct helper helper;
	int error;

	put_request(&text);
	if (!helper_start(store->arena, "unpack", HELPER_NOBODY, &helper, problem))
		return false;
	error = message_send(helper.socket, &text, fds, 2);
	if (error && error != -EPIPE)
		problem_set(problem, "cannot ask 'unpack': %s", errno_words(-error));
	else
		receive_all(&helper, digest, ret, problem);
	helper_kill(&helper);
	return !problem->found;
}

bool decompress(const struct store *store, const struct digest *blob, struct decompressed *ret, struct problem *problem)
{
	closes int input = store_open_blob(store, blob);
	bool done;

	*ret = (struct decompressed){ .file = open_nameless(store) };
	if (ret->file < 0)
		problem_set(problem, "cannot make a file in %s: %s", store->root, errno_words(-ret->file));
	if (input < 0)
		problem_set(problem, "the blob %s cannot be read: %s", blob->text, errno_words(-input));
	done = !problem->found && run_helper(store, input, blob, ret, problem);
	if (!done)
		fd_close_at(&ret->file);
	return done;
}
