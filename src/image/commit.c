/* commit.c - see commit.h */
#include "image/commit.h"
#include "base/fd.h"
#include "base/json_write.h"
#include "image/compression.h"
#include "image/new_image.h"
#include "spec/names.h"
#include <string.h>
#include <time.h>

struct committing {
	struct new_image new;
	const struct commit_options *options;
	struct document manifest;	/* of the parent */
	struct image_config parent;
	struct digest chain;		/* of its layers */
};

/* --- the parent --- */

/* A layer that came from a registry of docker's kind has a media type of docker's, which has no place in a manifest of
 * the OCI. It is what it is, by its first bytes. */
static bool take_layer(struct committing *committing, const struct descriptor *from, struct descriptor *to,
		       struct problem *problem)
{
	struct store *store = committing->new.store;
	int error = store_hold_blob(store, &committing->new.holds, &from->digest);
	closes int blob = error ? error : store_open_blob(store, &from->digest);

	*to = *from;
	if (blob < 0) {
		problem_set(problem, "the image that the container was made from has lost its layer %.12s: %s; pull it "
			    "again", digest_hex(&from->digest), errno_words(-blob));
		return false;
	}
	if (strncmp(from->media_type, "application/vnd.oci.", strlen("application/vnd.oci.")) != 0)
		to->media_type = compression_media_type(compression_of_file(blob));
	return true;
}

/* So many layers of the parent are below the new one. */
static size_t below(const struct committing *committing)
{
	return committing->options->squash ? 0 : committing->manifest.count;
}

static struct descriptor *take_layers(struct committing *committing, struct problem *problem)
{
	size_t count = below(committing);
	struct descriptor *layers = ARENA_ARRAY(committing->new.store->arena, count + 1, struct descriptor);

	for (size_t i = 0; i < count && !problem->found; i++)
		take_layer(committing, &committing->manifest.list[i], &layers[i], problem);
	return layers;
}

static bool read_parent(struct committing *committing, const struct image *parent, struct problem *problem)
{
	struct store *store = committing->new.store;

	if (!store_read_manifest(store, &parent->manifest.digest, &committing->manifest, problem) ||
	    !store_read_config(store, &committing->manifest, &committing->parent, problem))
		return false;
	for (size_t i = 0; i < committing->parent.diff_ids_count; i++)
		committing->chain = digest_chain(i ? &committing->chain : NULL, &committing->parent.diff_ids[i]);
	return true;
}

/* --- the config --- */

static void put_unless_empty(struct json_writer *json, const char *key, const char *text)
{
	if (text && text[0])
		json_put_text(json, key, text);
}

static void put_history(struct committing *committing, struct json_writer *json, const char *created)
{
	const struct image_config *parent = &committing->parent;
	const struct commit_options *options = committing->options;

	json_open_array(json, "history");
	for (size_t i = 0; i < parent->history_count && !options->squash; i++) {
		const struct history *history = &parent->history[i];

		json_open_object(json, NULL);
		put_unless_empty(json, "created", history->created);
		put_unless_empty(json, "created_by", history->created_by);
		put_unless_empty(json, "author", history->author);
		put_unless_empty(json, "comment", history->comment);
		if (history->empty_layer)
			json_put_bool(json, "empty_layer", true);
		json_close(json);
	}
	json_open_object(json, NULL);
	json_put_text(json, "created", created);
	put_unless_empty(json, "created_by", options->created_by);
	put_unless_empty(json, "author", options->author);
	put_unless_empty(json, "comment", options->message);
	json_close(json);
	json_close(json);
}

static void write_config(struct committing *committing, struct text *out)
{
	const struct image_config *parent = &committing->parent;
	const struct commit_options *options = committing->options;
	const char *created = new_image_time(out->arena, committing->new.now);
	struct json_writer json = json_writer_new(out, NULL);

	json_open_object(&json, NULL);
	json_put_text(&json, "created", created);
	put_unless_empty(&json, "author", options->author ? options->author : parent->author);
	json_put_text(&json, "architecture", parent->architecture);
	put_unless_empty(&json, "variant", parent->variant);
	json_put_text(&json, "os", parent->os);
	put_unless_empty(&json, "os.version", parent->os_version);
	image_run_write(&json, options->run);
	json_open_object(&json, "rootfs");
	json_put_text(&json, "type", "layers");
	json_open_array(&json, "diff_ids");
	for (size_t i = 0; i < parent->diff_ids_count && !options->squash; i++)
		json_put_text(&json, NULL, parent->diff_ids[i].text);
	json_put_text(&json, NULL, committing->new.unpacking.diff_id.text);
	json_close(&json);
	json_close(&json);
	put_history(committing, &json, created);
	json_close(&json);
}

static bool run(struct committing *committing, const struct image *parent, int input, struct image *ret_image,
		struct problem *problem)
{
	const char *name = committing->options->name;
	struct text config = text_new(committing->new.store->arena);
	struct descriptor *layers;
	size_t count;

	if (!read_parent(committing, parent, problem))
		return false;
	layers = take_layers(committing, problem);
	count = below(committing);
	if (problem->found ||
	    !new_image_read_layer(&committing->new, input, count ? &committing->chain : NULL, false, problem))
		return false;
	layers[count] = committing->new.layer;
	write_config(committing, &config);
	return new_image_put(&committing->new, &config, layers, count + 1, count ? parent->size : 0, name ? name : "",
			     ret_image, problem);
}

bool commit_image(struct store *store, const struct image *parent, int input, const struct commit_options *options,
		  struct image *ret_image, struct problem *problem)
{
	struct committing committing = { .new = { .store = store, .what = "the container's changes",
						  .now = time(NULL) },
					 .options = options };
	bool done = run(&committing, parent, input, ret_image, problem);

	new_image_end(&committing.new);
	return done;
}
