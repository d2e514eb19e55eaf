/* unpacking.c - see unpacking.h */
#include "image/unpacking.h"
#include "base/json_write.h"
#include "spec/names.h"
#include "wire/message.h"
#include <errno.h>

/* --- the request --- */

enum { FDS_ROOM = UNPACK_LOWERS_AT_ONCE + 4 };

/* Descriptors, and what they are called. */
struct given {
	int fds[FDS_ROOM];
	const char *names[FDS_ROOM + 1];
	size_t count;
};

static void give(struct given *given, const char *name, int fd)
{
	if (fd < 0 || given->count == FDS_ROOM)
		return;
	given->names[given->count] = name;
	given->fds[given->count++] = fd;
}

static void put_request(struct text *text, const struct unpacking_input *input, const struct given *given)
{
	struct json_writer json = json_writer_new(text, NULL);

	json_open_object(&json, NULL);
	json_put_text(&json, "op", "layer");
	json_put_texts(&json, "fds", given->names);
	json_put_text(&json, "compression", "auto");
	json_put_text(&json, "form", "overlay");
	json_put_bool(&json, "squash", input->squash);
	json_put_unsigned(&json, "max-bytes", UNPACK_MAX_BYTES);
	json_put_unsigned(&json, "max-entries", UNPACK_MAX_ENTRIES);
	json_put_unsigned(&json, "max-ratio", UNPACK_MAX_RATIO);
	json_close(&json);
}

/* The nearest layers below, so that the rest has room in one message. *lowers and *count are that rest. */
static int send_below(const struct store *store, int socket, const int **lowers, size_t *count)
{
	int error = 0;

	while (*count > UNPACK_LOWERS_AT_ONCE && !error) {
		struct text text = text_new(store->arena);
		struct json_writer json = json_writer_new(&text, NULL);
		struct given given = { 0 };

		for (int i = 0; i < UNPACK_LOWERS_AT_ONCE; i++)
			give(&given, "layer", (*lowers)[i]);
		json_open_object(&json, NULL);
		json_put_text(&json, "op", "below");
		json_put_texts(&json, "fds", given.names);
		json_close(&json);
		error = message_send(socket, &text, given.fds, given.count);
		*lowers += UNPACK_LOWERS_AT_ONCE;
		*count -= UNPACK_LOWERS_AT_ONCE;
	}
	return error;
}

static int send_request(const struct store *store, struct unpacking *unpacking, const struct unpacking_input *input)
{
	struct text text = text_new(store->arena);
	struct given given = { 0 };
	const int *lowers = input->lowers;
	size_t count = lowers ? input->lowers_count : 0;
	int error = send_below(store, unpacking->helper.socket, &lowers, &count);

	give(&given, "input", input->file);
	give(&given, "wake", input->wake);
	give(&given, "target", unpacking->making.diff);
	give(&given, "tee", input->tee);
	for (size_t i = 0; i < count; i++)
		give(&given, "lower", lowers[i]);
	put_request(&text, input, &given);
	return error ? error : message_send(unpacking->helper.socket, &text, given.fds, given.count);
}

static int make_place(const struct store *store, struct unpacking *unpacking)
{
	if (unpacking->making.name[0])
		return layer_restart(store, &unpacking->making);
	return layer_begin(store, &unpacking->making);
}

bool unpacking_begin(const struct store *store, struct unpacking *unpacking, const struct unpacking_input *input,
		     struct problem *problem)
{
	struct layer_making making = unpacking->making;
	int error;

	if (unpacking->state != UNPACKING_NONE)
		helper_kill(&unpacking->helper);
	*unpacking = (struct unpacking){ .making = making, .helper.socket = -1,
					 .lowers_given = input->lowers != NULL };
	error = make_place(store, unpacking);
	if (error)
		problem_set(problem, "cannot make a folder in %s/layers: %s", store->root, errno_words(-error));
	if (error || !helper_start(store->arena, "unpack", HELPER_OWNER, &unpacking->helper, problem))
		return false;
	unpacking->state = UNPACKING_READS;
	error = send_request(store, unpacking, input);
	if (error && error != -EPIPE)
		problem_set(problem, "cannot ask 'unpack': %s", errno_words(-error));
	return !problem->found;
}

/* --- answers --- */

static void fail(struct unpacking *unpacking, enum unpack_error error, const char *words)
{
	unpacking->state = UNPACKING_FAILED;
	unpacking->error = error;
	problem_set(&unpacking->failure, "%s", words);
}

static const char id_advice[] =
	"; more ids for this user come by 'usermod --add-subuids 100000-165535 --add-subgids 100000-165535 USER' "
	"(/etc/subuid, /etc/subgid), and --ignore-chown does without";

static void take_error(struct arena *arena, struct unpacking *unpacking, const struct json *error)
{
	const struct name *kind = name_find(unpack_error_names, json_text(error, "kind"));
	const char *entry = json_text(error, "entry"), *message = json_text(error, "message");

	bool id = kind && kind->value == UNPACK_ID;

	fail(unpacking, kind ? (enum unpack_error)kind->value : UNPACK_FILE,
	     arena_printf(arena, "%s%s%s%s", entry, entry[0] ? ": " : "", message, id ? id_advice : ""));
}

static void take_result(struct unpacking *unpacking, const struct json *result)
{
	uint64_t implied, links;

	if (!digest_parse(json_text(result, "digest"), &unpacking->digest) ||
	    !digest_parse(json_text(result, "diff-id"), &unpacking->diff_id)) {
		fail(unpacking, UNPACK_FILE, "the program 'unpack' says no digest");
		return;
	}
	json_unsigned(result, "size", &unpacking->size);
	unpacking->at = unpacking->size;
	json_unsigned(result, "content", &unpacking->content);
	json_unsigned(result, "entries", &unpacking->entries);
	json_unsigned(result, "devices-left-out", &unpacking->left_out);
	json_unsigned(result, "implied", &implied);
	json_unsigned(result, "links", &links);
	unpacking->needs_lowers = !unpacking->lowers_given && (implied || links);
	unpacking->state = unpacking->needs_lowers ? UNPACKING_READ : UNPACKING_WHOLE;
	if (unpacking->state == UNPACKING_WHOLE)
		helper_end(&unpacking->helper);
}

static void take_settled(struct unpacking *unpacking, const struct json *settled)
{
	unpacking->state = settled->kind == JSON_BOOL && settled->boolean ? UNPACKING_WHOLE : UNPACKING_MISPLACED;
	helper_end(&unpacking->helper);
}

static void take_message(struct arena *arena, struct unpacking *unpacking, const struct json *json)
{
	const struct json *error = json_get(json, "error"), *unpacked = json_get(json, "unpacked");
	const struct json *settled = json_get(json, "settled");

	if (error)
		take_error(arena, unpacking, error);
	else if (unpacked && unpacking->state == UNPACKING_READS)
		take_result(unpacking, unpacked);
	else if (settled && unpacking->state == UNPACKING_SETTLES)
		take_settled(unpacking, settled);
	else if (json_get(json, "at"))
		json_unsigned(json, "at", &unpacking->at);
	else
		fail(unpacking, UNPACK_FILE, "the program 'unpack' said something that makes no sense");
}

void unpacking_receive(const struct store *store, struct unpacking *unpacking)
{
	struct problem problem = { 0 };
	struct message message;
	struct arena arena;
	int got;

	arena_init(&arena, NULL, 0);
	got = message_receive(unpacking->helper.socket, &arena, &message, &problem);
	if (got > 0) {
		take_message(store->arena, unpacking, message.json);
		message_close(&message);
	} else {
		fail(unpacking, UNPACK_FILE, problem.found ? problem.text :
		     arena_printf(store->arena, "the program 'unpack' %s",
				  helper_status(store->arena, helper_end(&unpacking->helper))));
	}
	if (unpacking->state == UNPACKING_FAILED)
		helper_kill(&unpacking->helper);
	arena_release(&arena);
}

void unpacking_settle(const struct store *store, struct unpacking *unpacking, const int *lowers, size_t count)
{
	struct text text = text_new(store->arena);
	struct json_writer json = json_writer_new(&text, NULL);
	struct given given = { 0 };
	int error = send_below(store, unpacking->helper.socket, &lowers, &count);

	for (size_t i = 0; i < count; i++)
		give(&given, "layer", lowers[i]);
	json_open_object(&json, NULL);
	json_put_text(&json, "op", "settle");
	json_put_texts(&json, "fds", given.names);
	json_close(&json);
	unpacking->state = UNPACKING_SETTLES;
	if (!error)
		error = message_send(unpacking->helper.socket, &text, given.fds, given.count);
	if (error && error != -EPIPE)
		fail(unpacking, UNPACK_FILE, errno_words(-error));
}

void unpacking_abandon(const struct store *store, struct unpacking *unpacking)
{
	if (unpacking->state == UNPACKING_NONE && !unpacking->making.name[0])
		return;
	helper_kill(&unpacking->helper);
	layer_abandon(store, &unpacking->making);
	unpacking->state = UNPACKING_NONE;
}
