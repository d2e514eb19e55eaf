/* import.c - see import.h */
#include "image/import.h"
#include "base/fd.h"
#include "base/json_write.h"
#include "image/changes.h"
#include "image/compression.h"
#include "image/partial.h"
#include "image/platform.h"
#include "image/stream.h"
#include "image/unpacking.h"
#include "spec/names.h"
#include <string.h>
#include <time.h>
#include <unistd.h>

struct importing {
	struct store *store;
	const struct import_options *options;
	const char *path;		/* for messages */
	struct platform platform;
	struct store_holds holds;
	struct unpacking unpacking;
	struct descriptor layer;
	int64_t now;
};

/* Reads the input to its end: into a directory, and each byte into the file. */
static bool unpack(struct importing *importing, int input, int tee, struct problem *problem)
{
	const struct unpacking_input from = { .file = input, .wake = -1, .tee = tee,
					      .squash = importing->options->squash };
	struct unpacking *unpacking = &importing->unpacking;

	unpacking->helper.socket = -1;
	if (!unpacking_begin(importing->store, unpacking, &from, problem))
		return false;
	while (unpacking->state == UNPACKING_READS)
		unpacking_receive(importing->store, unpacking);
	/* There is nothing below. */
	if (unpacking->state == UNPACKING_READ)
		unpacking_settle(importing->store, unpacking, NULL, 0);
	while (unpacking->state == UNPACKING_SETTLES)
		unpacking_receive(importing->store, unpacking);
	if (unpacking->state != UNPACKING_WHOLE)
		problem_set(problem, "%s: %s", importing->path, unpacking->failure.text);
	return !problem->found;
}

/* The bytes as they came become the layer's blob. */
static bool keep_blob(struct importing *importing, int tee, struct problem *problem)
{
	struct store *store = importing->store;
	const struct digest *digest = &importing->unpacking.digest;
	int error = 0;

	importing->layer = (struct descriptor){
		.media_type = compression_media_type(compression_of_file(tee)),
		.digest = *digest, .size = importing->unpacking.size };
	error = partial_adopt(store, digest, tee);
	if (!error)
		error = store_hold_blob(store, &importing->holds, digest);
	if (error)
		problem_set(problem, "cannot write to the store %s: %s", store->root, errno_words(-error));
	return !error;
}

static bool keep_layer(struct importing *importing, struct problem *problem)
{
	struct unpacking *unpacking = &importing->unpacking;
	const struct layer_facts facts = { unpacking->diff_id, unpacking->diff_id, unpacking->digest,
					   unpacking->content };
	int error = layer_finish(importing->store, &unpacking->making, &facts);

	if (error) {
		problem_set(problem, "cannot store the layer: %s", errno_words(-error));
		return false;
	}
	store_hold(importing->store, &importing->holds, unpacking->making.folder);
	unpacking->making.folder = -1;
	unpacking->state = UNPACKING_NONE;
	return true;
}

/* --- documents --- */

static const char *time_text(struct arena *arena, int64_t seconds)
{
	time_t time = (time_t)seconds;
	struct tm parts;
	char text[32];

	gmtime_r(&time, &parts);
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &parts);
	return arena_copy(arena, text, strlen(text));
}

static void write_history(struct importing *importing, struct json_writer *json, const char *created)
{
	const struct import_options *options = importing->options;

	json_open_array(json, "history");
	json_open_object(json, NULL);
	json_put_text(json, "created", created);
	json_put_text(json, "comment", options->message ? options->message :
		      arena_printf(importing->store->arena, "Imported from %s", importing->path));
	json_close(json);
	json_close(json);
}

static bool write_config(struct importing *importing, struct text *out, struct problem *problem)
{
	struct arena *arena = importing->store->arena;
	const struct platform *platform = &importing->platform;
	const char *created = time_text(arena, importing->now);
	struct json_writer json = json_writer_new(out, NULL);
	struct image_run run = { 0 };

	for (size_t i = 0; i < importing->options->changes.count; i++)
		change_apply(arena, &run, importing->options->changes.at[i], problem);
	json_open_object(&json, NULL);
	json_put_text(&json, "created", created);
	json_put_text(&json, "architecture", platform->architecture);
	if (platform->variant[0])
		json_put_text(&json, "variant", platform->variant);
	json_put_text(&json, "os", platform->os);
	image_run_write(&json, &run);
	json_open_object(&json, "rootfs");
	json_put_text(&json, "type", "layers");
	json_put_texts(&json, "diff_ids", (const char *const[]){ importing->unpacking.diff_id.text, NULL });
	json_close(&json);
	write_history(importing, &json, created);
	json_close(&json);
	return !problem->found;
}

static bool put_row(struct importing *importing, const struct image *image, struct problem *problem)
{
	struct store_change change;
	bool done;

	if (!store_change(importing->store, &change, problem))
		return false;
	images_put(importing->store->arena, &change.images, image);
	done = store_commit(&change, problem);
	store_change_end(&change);
	return done;
}

static bool make_image(struct importing *importing, const struct text *config_text, struct image *ret_image,
		       struct problem *problem)
{
	struct store *store = importing->store;
	struct text text = text_new(store->arena);
	struct document manifest = { .kind = DOCUMENT_MANIFEST, .media_type = media_oci_manifest,
				     .config = { .media_type = media_oci_config, .size = config_text->length },
				     .list = &importing->layer, .count = 1 };

	*ret_image = (struct image){ .name = importing->options->name ? importing->options->name : "",
				     .created = importing->now, .complete = true };
	if (!store_put_blob(store, &importing->holds, config_text->at, config_text->length, &manifest.config.digest,
			    problem))
		return false;
	manifest_write(&text, &manifest);
	ret_image->manifest = (struct descriptor){ .media_type = media_oci_manifest, .size = text.length };
	ret_image->id = manifest.config.digest;
	ret_image->size = importing->unpacking.content;
	return store_put_blob(store, &importing->holds, text.at, text.length, &ret_image->manifest.digest, problem) &&
	       put_row(importing, ret_image, problem);
}

static bool run(struct importing *importing, int input, struct image *ret_image, struct problem *problem)
{
	closes int tee = partial_anonymous(importing->store);
	struct text config = text_new(importing->store->arena);

	if (tee < 0) {
		problem_set(problem, "cannot write to the store %s: %s", importing->store->root, errno_words(-tee));
		return false;
	}
	return unpack(importing, input, tee, problem) && write_config(importing, &config, problem) &&
	       keep_blob(importing, tee, problem) && keep_layer(importing, problem) &&
	       make_image(importing, &config, ret_image, problem);
}

/* What was asked for is checked before anything is read. */
static bool check(struct importing *importing, struct problem *problem)
{
	const struct import_options *options = importing->options;
	struct arena *arena = importing->store->arena;
	struct platform here = platform_here(arena);
	struct image_run run = { 0 };

	importing->platform = here;
	if (options->platform && !platform_parse(arena, options->platform, &here, &importing->platform, problem))
		return false;
	for (size_t i = 0; i < options->changes.count; i++)
		if (!change_apply(arena, &run, options->changes.at[i], problem))
			return false;
	return true;
}

bool import(struct store *store, const char *path, const struct import_options *options, struct image *ret_image,
	    struct problem *problem)
{
	bool standard = !strcmp(path, "-");
	struct importing importing = { .store = store, .options = options, .path = path, .now = time(NULL) };
	bool done;

	if (!check(&importing, problem))
		return false;
	closes int input = standard ? sys_fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3) :
				      sys_openat(AT_FDCWD, path, O_RDONLY | O_NOCTTY, 0);

	if (input < 0) {
		problem_set(problem, "%s: %s", path, errno_words(-input));
		return false;
	}
	done = run(&importing, input, ret_image, problem);
	unpacking_abandon(store, &importing.unpacking);
	store_release(&importing.holds);
	return done;
}
