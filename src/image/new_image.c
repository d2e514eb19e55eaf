/* new_image.c - see new_image.h */
#include "image/new_image.h"
#include "base/fd.h"
#include "image/compression.h"
#include "image/partial.h"
#include "spec/names.h"
#include <string.h>
#include <time.h>

/* Reads the input to its end: into a directory, and each byte into the file. */
static bool unpack(struct new_image *new, int input, int tee, bool squash, struct problem *problem)
{
	const struct unpacking_input from = { .file = input, .wake = -1, .tee = tee,
					      .squash = squash };
	struct unpacking *unpacking = &new->unpacking;

	unpacking->helper.socket = -1;
	if (!unpacking_begin(new->store, unpacking, &from, problem))
		return false;
	while (unpacking->state == UNPACKING_READS)
		unpacking_receive(new->store, unpacking);
	/* There is nothing below. */
	if (unpacking->state == UNPACKING_READ)
		unpacking_settle(new->store, unpacking, NULL, 0);
	while (unpacking->state == UNPACKING_SETTLES)
		unpacking_receive(new->store, unpacking);
	if (unpacking->state != UNPACKING_WHOLE)
		problem_set(problem, "%s: %s", new->what, unpacking->failure.text);
	return !problem->found;
}

/* The bytes as they came become the layer's blob. */
static bool keep_blob(struct new_image *new, int tee, struct problem *problem)
{
	struct store *store = new->store;
	const struct digest *digest = &new->unpacking.digest;
	int error = 0;

	new->layer = (struct descriptor){
		.media_type = compression_media_type(compression_of_file(tee)),
		.digest = *digest, .size = new->unpacking.size };
	error = partial_adopt(store, digest, tee);
	if (!error)
		error = store_hold_blob(store, &new->holds, digest);
	if (error)
		problem_set(problem, "cannot write to the store %s: %s", store->root, errno_words(-error));
	return !error;
}

static bool keep_layer(struct new_image *new, const struct digest *parent, struct problem *problem)
{
	struct unpacking *unpacking = &new->unpacking;
	const struct layer_facts facts = { digest_chain(parent, &unpacking->diff_id), unpacking->diff_id,
					   unpacking->digest,
					   unpacking->content };
	int error = layer_finish(new->store, &unpacking->making, &facts);

	if (error) {
		problem_set(problem, "cannot store the layer: %s", errno_words(-error));
		return false;
	}
	store_hold(new->store, &new->holds, unpacking->making.folder);
	unpacking->making.folder = -1;
	unpacking->state = UNPACKING_NONE;
	return true;
}

bool new_image_read_layer(struct new_image *new, int input, const struct digest *parent, bool squash,
			  struct problem *problem)
{
	closes int tee = partial_anonymous(new->store);

	if (tee < 0) {
		problem_set(problem, "cannot write to the store %s: %s", new->store->root, errno_words(-tee));
		return false;
	}
	return unpack(new, input, tee, squash, problem) && keep_blob(new, tee, problem) &&
	       keep_layer(new, parent, problem);
}

/* --- documents --- */

const char *new_image_time(struct arena *arena, int64_t seconds)
{
	time_t time = (time_t)seconds;
	struct tm parts;
	char text[32];

	gmtime_r(&time, &parts);
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &parts);
	return arena_copy(arena, text, strlen(text));
}

static bool put_row(struct new_image *new, const struct image *image, struct problem *problem)
{
	struct store_change change;
	bool done;

	if (!store_change(new->store, &change, problem))
		return false;
	images_put(new->store->arena, &change.images, image);
	done = store_commit(&change, problem);
	store_change_end(&change);
	return done;
}

bool new_image_put(struct new_image *new, const struct text *config, struct descriptor *layers, size_t count,
		   uint64_t size, const char *name, struct image *ret_image, struct problem *problem)
{
	struct store *store = new->store;
	struct text text = text_new(store->arena);
	struct document manifest = { .kind = DOCUMENT_MANIFEST, .media_type = media_oci_manifest,
				     .config = { .media_type = media_oci_config, .size = config->length },
				     .list = layers, .count = count };

	*ret_image = (struct image){ .name = name, .created = new->now, .complete = true };
	if (!store_put_blob(store, &new->holds, config->at, config->length, &manifest.config.digest, problem))
		return false;
	manifest_write(&text, &manifest);
	ret_image->manifest = (struct descriptor){ .media_type = media_oci_manifest, .size = text.length };
	ret_image->id = manifest.config.digest;
	ret_image->size = size + new->unpacking.content;
	return store_put_blob(store, &new->holds, text.at, text.length, &ret_image->manifest.digest, problem) &&
	       put_row(new, ret_image, problem);
}

void new_image_end(struct new_image *new)
{
	unpacking_abandon(new->store, &new->unpacking);
	store_release(&new->holds);
}
