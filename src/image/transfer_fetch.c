/* transfer_fetch.c - blobs of layers, from a registry or an archive: see transfer.h */
#include "base/fd.h"
#include "base/sys_file.h"
#include "image/archive.h"
#include "image/partial.h"
#include "image/transfer_parts.h"
#include "spec/names.h"

/* --- the beginning --- */

void transfer_say(struct transfer *transfer, size_t index, const char *phase, uint64_t at, bool done)
{
	const struct layer_transfer *layer = &transfer->layer[index];

	progress_set(transfer->progress, index, phase, at, done ? 0 : layer->blob->size, done);
}

/* A layer before that has the same blob: only the first is fetched. */
static bool find_twin(const struct transfer *transfer, size_t index, size_t *ret_twin)
{
	for (size_t i = 0; i < index; i++) {
		if (!digest_equal(&transfer->layer[i].blob->digest, &transfer->layer[index].blob->digest))
			continue;
		*ret_twin = i;
		return true;
	}
	return false;
}

/* 0 or -errno; -ENOENT: it is not there. */
static int hold_blob(struct transfer *transfer, struct layer_transfer *layer)
{
	int error = store_hold_blob(transfer->store, transfer->holds, &layer->blob->digest);
	int file = error ? error : store_open_blob(transfer->store, &layer->blob->digest);

	if (file < 0)
		return file;
	layer->file = file;
	layer->kept = true;
	layer->fetching = FETCHING_WHOLE;
	layer->at = layer->blob->size;
	return 0;
}

void transfer_begin_layer(struct transfer *transfer, size_t index)
{
	struct layer_transfer *layer = &transfer->layer[index];
	int held;

	layer->chain = digest_chain(index ? &transfer->layer[index - 1].chain : NULL, &layer->diff_id);
	layer->file = layer->wake = -1;
	layer->unpacking.helper.socket = -1;
	layer->there = layer_is_there(transfer->store, &layer->chain, &held);
	if (layer->there)
		store_hold(transfer->store, transfer->holds, held);
	if (find_twin(transfer, index, &layer->twin))
		layer->fetching = transfer->layer[layer->twin].fetching == FETCHING_WHOLE ? FETCHING_WHOLE :
											    FETCHING_TWIN;
	else if (hold_blob(transfer, layer))
		layer->fetching = FETCHING_LOCKED;
	if (layer->there && layer->fetching != FETCHING_LOCKED)
		transfer_say(transfer, index, "Already exists", 0, true);
}

/* --- blobs become part of the store --- */

void transfer_keep(struct transfer *transfer, struct layer_transfer *layer, struct problem *problem)
{
	int error = 0;

	if (!layer->kept && !layer->keeping.child && layer->file >= 0)
		error = keeping_begin(transfer->store, &layer->blob->digest, layer->file, &layer->keeping);
	if (error)
		problem_set(problem, "blob %s: cannot be stored: %s", layer->blob->digest.text, errno_words(-error));
}

/* Waits for the child, if there is one. */
void transfer_end_keeping(struct transfer *transfer, struct layer_transfer *layer, struct problem *problem)
{
	int error;

	if (!layer->keeping.child)
		return;
	error = keeping_end(&layer->keeping);
	if (!error)
		error = store_hold_blob(transfer->store, transfer->holds, &layer->blob->digest);
	layer->kept = !error;
	if (error)
		problem_set(problem, "blob %s: cannot be stored: %s", layer->blob->digest.text, errno_words(-error));
}

/* --- fetching --- */

static void wake_twins(struct transfer *transfer, size_t index)
{
	for (size_t i = index + 1; i < transfer->count; i++)
		if (transfer->layer[i].fetching == FETCHING_TWIN && transfer->layer[i].twin == index)
			transfer->layer[i].fetching = FETCHING_WHOLE;
}

/* The pipe that tells unpack, which is not started yet, that the file has grown. */
static bool begin_fetching(struct transfer *transfer, struct layer_transfer *layer, struct problem *problem)
{
	int ends[2], error = sys_pipe2(ends, O_CLOEXEC);
	bool sent;

	if (error) {
		problem_set(problem, "cannot make a pipe: %s", errno_words(-error));
		return false;
	}
	sys_fcntl(ends[1], F_SETFL, O_WRONLY | O_NONBLOCK);
	sent = transfer_ask(transfer->remote, layer->blob, layer->file, ends[1], &layer->request, problem);
	sys_close(ends[1]);
	layer->wake = ends[0];
	layer->fetching = FETCHING_RUNS;
	transfer->fetched_any = true;
	return sent;
}

static void end_fetching(struct transfer *transfer, struct layer_transfer *layer, struct problem *problem)
{
	size_t index = (size_t)(layer - transfer->layer);

	layer->fetching = FETCHING_WHOLE;
	layer->at = layer->blob->size;
	/* What comes from an archive is only known to be good when it is unpacked. */
	if (transfer->remote || layer->there)
		transfer_keep(transfer, layer, problem);
	transfer_say(transfer, index, layer->there ? "Download complete" : "Extracting", layer->unpacking.at,
		     layer->there);
	wake_twins(transfer, index);
}

/* From an archive. What is unpacked is hashed then; what is not, here. */
static bool copy_blob(struct transfer *transfer, size_t index, struct problem *problem)
{
	struct layer_transfer *layer = &transfer->layer[index];
	int error = sys_ftruncate(layer->file, 0);
	struct digest digest = layer->blob->digest;

	transfer_say(transfer, index, "Loading", 0, false);
	if (!error)
		error = transfer->copy(transfer->copy_data, layer->blob, layer->file);
	if (!error && layer->there)
		error = digest_of_file(layer->file, &digest);
	if (error)
		problem_set(problem, "layer %s: %s", layer->blob->digest.text, archive_words(error));
	else if (!digest_equal(&digest, &layer->blob->digest))
		problem_set(problem, "layer %s: its bytes have the digest %s", layer->blob->digest.text,
			    digest.text);
	else
		end_fetching(transfer, layer, problem);
	if (problem->found)
		sys_ftruncate(layer->file, 0);
	transfer->fetched_any = true;
	return !problem->found;
}

/* One that somebody else was fetching: it is there now, or ours to go on with, or still theirs. */
bool transfer_fetch(struct transfer *transfer, size_t index, struct problem *problem)
{
	struct layer_transfer *layer = &transfer->layer[index];
	int file = partial_open(transfer->store, &layer->blob->digest);

	if (file == -EEXIST) {
		/* What has gone since is fetched the next time. */
		file = hold_blob(transfer, layer);
		if (!file) {
			wake_twins(transfer, index);
			return true;
		}
	}
	if (file == -EAGAIN || file == -ENOENT) {
		transfer_say(transfer, index, "Waiting for another process", 0, false);
		return true;
	}
	if (file < 0) {
		problem_set(problem, "blob %s: cannot be stored: %s", layer->blob->digest.text, errno_words(-file));
		return false;
	}
	layer->file = file;
	if (transfer->remote) {
		transfer_say(transfer, index, "Downloading", 0, false);
		return begin_fetching(transfer, layer, problem);
	}
	return copy_blob(transfer, index, problem);
}

static struct layer_transfer *with_request(struct transfer *transfer, uint64_t id)
{
	for (size_t i = 0; i < transfer->count; i++)
		if (transfer->layer[i].fetching == FETCHING_RUNS && transfer->layer[i].request == id)
			return &transfer->layer[i];
	return NULL;
}

bool transfer_receive(struct transfer *transfer, struct problem *problem)
{
	struct problem words = { 0 };
	struct remote_answer answer;
	struct layer_transfer *layer;
	struct arena arena;
	bool heard;

	arena_init(&arena, NULL, 0);
	heard = remote_receive(transfer->remote, &arena, &answer, &words, problem);
	layer = heard ? with_request(transfer, answer.id) : NULL;
	if (layer && answer.progress) {
		layer->at = answer.at;
		transfer_say(transfer, (size_t)(layer - transfer->layer), "Downloading", answer.at, false);
	} else if (layer && answer.ok) {
		end_fetching(transfer, layer, problem);
	} else if (layer) {
		problem_set(problem, "layer %s: %s", layer->blob->digest.text, words.text);
	}
	arena_release(&arena);
	return !problem->found;
}
