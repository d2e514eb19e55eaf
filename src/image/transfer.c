/* transfer.c - see transfer.h */
#include "image/transfer_parts.h"
#include "base/fd.h"
#include "base/sys_file.h"
#include "spec/names.h"
#include <poll.h>
#include <stdio.h>
#include <unistd.h>

enum {
	LOOK_AGAIN_MS = 100,		/* for the locks of others, and to draw */
	UNPACK_AT_ONCE_MIN = 2, UNPACK_AT_ONCE_MAX = 8,
};

/* --- unpacking --- */

static size_t unpack_at_once(void)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN);

	if (processors < UNPACK_AT_ONCE_MIN)
		return UNPACK_AT_ONCE_MIN;
	return processors > UNPACK_AT_ONCE_MAX ? UNPACK_AT_ONCE_MAX : (size_t)processors;
}

/* The file as the helper reads it: with a place of its own in it. */
static int open_input(struct transfer *transfer, struct layer_transfer *layer)
{
	int file = layer->fetching == FETCHING_WHOLE && layer->file < 0 ? transfer->layer[layer->twin].file :
									  layer->file;
	char path[32];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", file);
	return sys_openat(AT_FDCWD, path, O_RDONLY, 0);
}

/* diff/ of the layers below, the nearest first. */
static bool open_lowers(struct transfer *transfer, size_t index, int *ret_lowers, struct problem *problem)
{
	for (size_t i = 0; i < index; i++) {
		ret_lowers[i] = layer_lend_diff(transfer->store, &transfer->layer[index - 1 - i].chain);
		if (ret_lowers[i] < 0) {
			problem_set(problem, "layer %s: %s", transfer->layer[index - 1 - i].chain.text,
				    errno_words(-ret_lowers[i]));
			return false;
		}
	}
	return true;
}

static void close_lowers(const int *lowers, size_t count)
{
	for (size_t i = 0; i < count; i++)
		fd_close_at(&lowers[i]);
}

/* With all layers below at hand, or without. */
static bool begin_unpacking(struct transfer *transfer, size_t index, bool with_lowers, struct problem *problem)
{
	struct layer_transfer *layer = &transfer->layer[index];
	int *lowers = ARENA_ARRAY(transfer->store->arena, index + 1, int);
	size_t count = with_lowers ? index : 0;
	closes int file = open_input(transfer, layer);
	const struct unpacking_input input = {
		.file = file, .wake = layer->fetching == FETCHING_WHOLE ? -1 : layer->wake, .tee = -1,
		.squash = transfer->squash, .lowers = with_lowers ? lowers : NULL, .lowers_count = count };
	bool begun = open_lowers(transfer, count, lowers, problem);

	if (file < 0)
		problem_set(problem, "layer %s: %s", layer->blob->digest.text, errno_words(-file));
	begun = begun && file >= 0 && unpacking_begin(transfer->store, &layer->unpacking, &input, problem);
	close_lowers(lowers, count);
	return begun;
}

static bool settle(struct transfer *transfer, size_t index, struct problem *problem)
{
	int *lowers = ARENA_ARRAY(transfer->store->arena, index + 1, int);
	bool opened = open_lowers(transfer, index, lowers, problem);

	if (opened)
		unpacking_settle(transfer->store, &transfer->layer[index].unpacking, lowers, index);
	close_lowers(lowers, opened ? index : 0);
	return opened;
}

/* What was read while the file had bad bytes in it, which fetch has replaced since, proves nothing. */
static bool try_again(struct transfer *transfer, size_t index, struct problem *problem)
{
	struct layer_transfer *layer = &transfer->layer[index];

	if (!layer->again && layer->wake >= 0) {
		layer->again = true;
		return begin_unpacking(transfer, index, false, problem);
	}
	problem_set(problem, "layer %s: %s", layer->blob->digest.text, layer->unpacking.failure.text);
	return false;
}

/* Whether what was unpacked is the blob, and is what the config says. */
static bool check_result(const struct layer_transfer *layer, struct problem *problem)
{
	const struct unpacking *unpacking = &layer->unpacking;

	if (!digest_equal(&unpacking->digest, &layer->blob->digest))
		problem_set(problem, "layer %s: what was unpacked has the digest %s", layer->blob->digest.text,
			    unpacking->digest.text);
	else if (!digest_equal(&unpacking->diff_id, &layer->diff_id))
		problem_set(problem, "layer %s: decompressed it is %s, but the image's config says %s",
			    layer->blob->digest.text, unpacking->diff_id.text, layer->diff_id.text);
	return !problem->found;
}

/* --- the end of a layer --- */

static bool finish_layer(struct transfer *transfer, size_t index, struct problem *problem)
{
	struct layer_transfer *layer = &transfer->layer[index];
	const struct layer_facts facts = { layer->chain, layer->diff_id, layer->blob->digest,
					   layer->unpacking.content };
	int error;

	if (!check_result(layer, problem))
		return false;
	error = layer_finish(transfer->store, &layer->unpacking.making, &facts);
	if (error) {
		problem_set(problem, "layer %s: cannot be stored: %s", layer->chain.text, errno_words(-error));
		return false;
	}
	store_hold(transfer->store, transfer->holds, layer->unpacking.making.folder);
	layer->unpacking.making.folder = -1;
	layer->unpacking.state = UNPACKING_NONE;
	layer->there = true;
	transfer_keep(transfer, layer, problem);
	transfer->left_out += layer->unpacking.left_out;
	transfer_say(transfer, index, "Pull complete", 0, true);
	return !problem->found;
}

/* --- the loop --- */

/* How many helpers are busy, not counting those that wait for the layers below. */
static size_t count_busy(const struct transfer *transfer)
{
	size_t busy = 0;

	for (size_t i = 0; i < transfer->count; i++)
		busy += transfer->layer[i].unpacking.state == UNPACKING_READS ||
			transfer->layer[i].unpacking.state == UNPACKING_SETTLES;
	return busy;
}

/* Whatever this layer can do next without waiting. */
static bool advance_layer(struct transfer *transfer, size_t index, struct problem *problem)
{
	struct layer_transfer *layer = &transfer->layer[index];
	bool lowest = index == transfer->whole, fetched = layer->fetching == FETCHING_WHOLE;

	if (layer->there)
		return true;
	switch (layer->unpacking.state) {
	case UNPACKING_NONE:
		if (!fetched && layer->fetching != FETCHING_RUNS)
			return true;
		return count_busy(transfer) >= unpack_at_once() || begin_unpacking(transfer, index, false, problem);
	case UNPACKING_READ:
		return !lowest || settle(transfer, index, problem);
	case UNPACKING_MISPLACED:
		return !lowest || !fetched || begin_unpacking(transfer, index, true, problem);
	case UNPACKING_FAILED:
		return !fetched || try_again(transfer, index, problem);
	case UNPACKING_WHOLE:
		if (fetched && !digest_equal(&layer->unpacking.digest, &layer->blob->digest) && layer->wake >= 0 &&
		    !layer->again)
			return try_again(transfer, index, problem);
		return !lowest || !fetched || finish_layer(transfer, index, problem);
	case UNPACKING_READS:
	case UNPACKING_SETTLES:
		break;
	}
	return true;
}

static bool advance(struct transfer *transfer, struct problem *problem)
{
	for (size_t i = 0; i < transfer->count; i++) {
		struct layer_transfer *layer = &transfer->layer[i];

		if (layer->fetching == FETCHING_LOCKED && !transfer_fetch(transfer, i, problem))
			return false;
		if (!advance_layer(transfer, i, problem))
			return false;
		if (i == transfer->whole && layer->there && layer->fetching == FETCHING_WHOLE)
			transfer->whole++;
	}
	return true;
}

/* One for what is fetched, and one for each layer: an answer of its helper, or the end of the child
 * that keeps its blob. */
static size_t list_sockets(const struct transfer *transfer, struct pollfd *fds, size_t *who)
{
	size_t count = 0;

	fds[count++] = (struct pollfd){ transfer->remote ? transfer->remote->helper.socket : -1, POLLIN, 0 };
	for (size_t i = 0; i < transfer->count; i++) {
		const struct layer_transfer *layer = &transfer->layer[i];

		if (layer->unpacking.state == UNPACKING_READS || layer->unpacking.state == UNPACKING_SETTLES) {
			who[count] = i;
			fds[count++] = (struct pollfd){ layer->unpacking.helper.socket, POLLIN, 0 };
		}
		if (layer->keeping.child) {
			who[count] = i;
			fds[count++] = (struct pollfd){ layer->keeping.fd, POLLIN, 0 };
		}
	}
	return count;
}

static void receive_from(struct transfer *transfer, size_t index, int fd, struct problem *problem)
{
	struct layer_transfer *layer = &transfer->layer[index];

	if (layer->keeping.child && fd == layer->keeping.fd) {
		transfer_end_keeping(transfer, layer, problem);
		return;
	}
	unpacking_receive(transfer->store, &layer->unpacking);
	if (layer->fetching == FETCHING_WHOLE && layer->unpacking.state == UNPACKING_READS)
		transfer_say(transfer, index, "Extracting", layer->unpacking.at, false);
}

static bool wait_and_receive(struct transfer *transfer, struct pollfd *fds, size_t *who, struct problem *problem)
{
	size_t count = list_sockets(transfer, fds, who);

	if (poll(fds, count, LOOK_AGAIN_MS) < 0)
		return true;
	if (fds[0].revents && !transfer_receive(transfer, problem))
		return false;
	for (size_t i = 1; i < count; i++)
		if (fds[i].revents)
			receive_from(transfer, who[i], fds[i].fd, problem);
	return !problem->found;
}

static void give_up(struct transfer *transfer, struct problem *problem)
{
	for (size_t i = 0; i < transfer->count; i++) {
		unpacking_abandon(transfer->store, &transfer->layer[i].unpacking);
		transfer_end_keeping(transfer, &transfer->layer[i], problem);
	}
}

static bool run_loop(struct transfer *transfer, struct problem *problem)
{
	struct arena *arena = transfer->store->arena;
	struct pollfd *fds = ARENA_ARRAY(arena, 2 * transfer->count + 1, struct pollfd);
	size_t *who = ARENA_ARRAY(arena, 2 * transfer->count + 1, size_t);

	while (advance(transfer, problem)) {
		if (transfer->whole == transfer->count)
			return true;
		progress_draw(transfer->progress, false);
		if (!wait_and_receive(transfer, fds, who, problem))
			return false;
	}
	return false;
}

/* All that is awaited now is the disk. */
static bool finish_blobs(struct transfer *transfer, struct problem *problem)
{
	struct layer_facts facts;

	for (size_t i = 0; i < transfer->count; i++) {
		transfer_end_keeping(transfer, &transfer->layer[i], problem);
		if (layer_read(transfer->store, &transfer->layer[i].chain, &facts))
			transfer->content += facts.size;
	}
	return !problem->found;
}

static void close_files(struct transfer *transfer)
{
	for (size_t i = 0; i < transfer->count; i++) {
		struct layer_transfer *layer = &transfer->layer[i];

		fd_close_at(&layer->wake);
		/* With a partial file goes its lock; a blob's holds it. */
		if (layer->kept && layer->fetching == FETCHING_WHOLE && layer->file >= 0)
			store_hold(transfer->store, transfer->holds, layer->file);
		else
			fd_close_at(&layer->file);
	}
}

/* What was copied from an archive and not checked is of no use to anybody. */
static void forget_copies(struct transfer *transfer)
{
	for (size_t i = 0; i < transfer->count; i++)
		if (!transfer->layer[i].kept && transfer->layer[i].file >= 0)
			sys_ftruncate(transfer->layer[i].file, 0);
}

bool transfer_run(struct transfer *transfer, struct problem *problem)
{
	bool done;

	if (transfer->count > UNPACK_LOWERS_MAX + 1) {
		problem_set(problem, "the image has %zu layers; at most %d can be unpacked", transfer->count,
			    UNPACK_LOWERS_MAX + 1);
		return false;
	}
	for (size_t i = 0; i < transfer->count; i++)
		transfer_begin_layer(transfer, i);
	done = run_loop(transfer, problem) && finish_blobs(transfer, problem);
	progress_draw(transfer->progress, true);
	if (!done)
		give_up(transfer, problem);
	if (!done && !transfer->remote)
		forget_copies(transfer);
	close_files(transfer);
	return done;
}
