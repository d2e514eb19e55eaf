/* transfer_blob.c - one blob: see transfer.h */
#include "base/clock.h"
#include "base/fd.h"
#include "base/json_write.h"
#include "image/partial.h"
#include "image/transfer.h"
#include "spec/names.h"

enum { LOOK_AGAIN_MS = 10 };		/* for the locks of others */

bool transfer_ask(struct remote *remote, const struct descriptor *blob, int file, int wake,
			  uint64_t *ret_request, struct problem *problem)
{
	struct text text = text_new(remote->arena);
	struct json_writer json = remote_begin(remote, &text, "blob");
	static const char *const none[] = { NULL };
	const int fds[] = { file, wake };

	json_put_text(&json, "digest", blob->digest.text);
	json_put_unsigned(&json, "size", blob->size);
	json_put_texts(&json, "urls", blob->urls && descriptor_is_foreign(blob) ? blob->urls : none);
	json_close(&json);
	*ret_request = remote->last_id;
	return remote_send(remote, &text, fds, wake < 0 ? 1 : 2, problem);
}

/* Waits for who else fetches it. The file, or -EEXIST, or -errno. */
static int await_partial(const struct store *store, const struct digest *digest)
{
	int file;

	while ((file = partial_open(store, digest)) == -EAGAIN)
		clock_sleep_ms(LOOK_AGAIN_MS);
	return file;
}

bool transfer_blob(struct store *store, struct remote *remote, struct store_holds *holds,
		   const struct descriptor *blob, struct problem *problem)
{
	struct remote_answer answer = { 0 };
	struct problem words = { 0 };
	uint64_t request;
	int error;

	error = store_hold_blob(store, holds, &blob->digest);
	if (!error)
		return true;
	/* One that is there and cannot be read is no case for the registry. */
	closes int file = error == -ENOENT ? await_partial(store, &blob->digest) : error;

	if (file == -EEXIST)
		return transfer_blob(store, remote, holds, blob, problem);
	if (file < 0)
		problem_set(problem, "blob %s: cannot be stored: %s", blob->digest.text, errno_words(-file));
	else if (transfer_ask(remote, blob, file, -1, &request, problem))
		while (remote_receive(remote, store->arena, &answer, &words, problem) &&
		       (answer.progress || answer.id != request))
			;
	if (problem->found)
		return false;
	error = answer.ok ? partial_commit(store, &blob->digest, file) : 0;
	if (answer.ok && !error)
		error = store_hold_blob(store, holds, &blob->digest);
	if (!answer.ok)
		problem_set(problem, "blob %s: %s", blob->digest.text, words.text);
	else if (error)
		problem_set(problem, "blob %s: cannot be stored: %s", blob->digest.text, errno_words(-error));
	return !problem->found;
}
