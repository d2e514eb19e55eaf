/* push.c - see push.h */
#include "image/push.h"
#include "base/fd.h"
#include "base/json_write.h"
#include "image/event.h"
#include "image/progress.h"
#include "spec/names.h"
#include <poll.h>
#include <string.h>
#include <unistd.h>

enum { FROM_MAX = 8, DRAW_MS = 100 };

/* A blob on its way. */
struct sending {
	const struct descriptor *blob;
	uint64_t request;
	bool done;
};

struct pushing {
	struct store *store;
	const struct remotes *remotes;
	struct reference reference;
	const char *name;
	struct image image;
	struct document manifest;
	struct images images;
	struct remote remote;
	struct progress progress;
	struct sending *sending;	/* the layers, and the config last */
	size_t count, left;
};

static void tell(void *data, const char *text)
{
	progress_say(data, text);
}

/* --- from where a blob could be mounted --- */

static bool has_blob(const struct pushing *pushing, const struct image *image, const struct digest *digest)
{
	struct problem problem = { 0 };
	struct document manifest;

	if (!store_read_manifest(pushing->store, &image->manifest.digest, &manifest, &problem))
		return false;
	for (size_t i = 0; i < manifest.count; i++)
		if (digest_equal(&manifest.list[i].digest, digest))
			return true;
	return digest_equal(&manifest.config.digest, digest);
}

/* Other repositories of the same registry that have the blob, as far as this store knows. Ends in a NULL. */
static const char *const *find_from(const struct pushing *pushing, const struct digest *digest)
{
	const char **from = ARENA_ARRAY(pushing->store->arena, FROM_MAX + 1, const char *);
	size_t count = 0;

	for (size_t i = 0; i < pushing->images.count && count < FROM_MAX; i++) {
		const struct image *image = &pushing->images.at[i];
		struct problem problem = { 0 };
		struct reference other;

		if (!image->repo_digest.text[0] || !image->name[0] ||
		    !reference_read(pushing->store->arena, image->name, &other, &problem))
			continue;
		if (!strcmp(other.domain, pushing->reference.domain) &&
		    strcmp(other.path, pushing->reference.path) != 0 && has_blob(pushing, image, digest))
			from[count++] = other.path;
	}
	return from;
}

/* --- blobs --- */

static bool send_blob(struct pushing *pushing, struct sending *sending, struct problem *problem)
{
	closes int file = store_open_blob(pushing->store, &sending->blob->digest);
	struct text text = text_new(pushing->store->arena);
	struct json_writer json = remote_begin(&pushing->remote, &text, "push-blob");

	if (file < 0) {
		problem_set(problem, "%s: the blob %s is not in the store: %s; pull the image again", pushing->name,
			    sending->blob->digest.text, errno_words(-file));
		return false;
	}
	json_put_text(&json, "digest", sending->blob->digest.text);
	json_put_unsigned(&json, "size", sending->blob->size);
	json_put_texts(&json, "from", find_from(pushing, &sending->blob->digest));
	json_close(&json);
	sending->request = pushing->remote.last_id;
	return remote_send(&pushing->remote, &text, &file, 1, problem);
}

/* The config has no line: docker shows layers alone. */
static void show(struct pushing *pushing, size_t index, const char *phase, uint64_t at, bool done)
{
	if (index < pushing->progress.count)
		progress_set(&pushing->progress, index, phase, at, done ? 0 : pushing->sending[index].blob->size, done);
}

static const char *end_words(struct arena *arena, const struct json *ok)
{
	const char *how = json_text(ok, "how");

	if (!strcmp(how, "there"))
		return "Layer already exists";
	if (!strcmp(how, "mounted"))
		return arena_printf(arena, "Mounted from %s", json_text(ok, "from"));
	return "Pushed";
}

static bool take_answer(struct pushing *pushing, const struct remote_answer *answer, const struct problem *words,
			struct problem *problem)
{
	size_t i = 0;

	while (i < pushing->count && (pushing->sending[i].done || pushing->sending[i].request != answer->id))
		i++;
	if (i == pushing->count)
		return true;
	if (answer->progress) {
		show(pushing, i, "Pushing", answer->at, false);
		return true;
	}
	if (!answer->ok) {
		problem_set(problem, "blob %s: %s", pushing->sending[i].blob->digest.text, words->text);
		return false;
	}
	pushing->sending[i].done = true;
	pushing->left--;
	show(pushing, i, end_words(pushing->store->arena, answer->ok), 0, true);
	return true;
}

static bool await_blobs(struct pushing *pushing, struct problem *problem)
{
	struct remote_answer answer;
	struct problem words;
	bool fine = true;

	while (pushing->left && fine) {
		struct pollfd socket = { pushing->remote.helper.socket, POLLIN, 0 };

		progress_draw(&pushing->progress, false);
		if (poll(&socket, 1, DRAW_MS) <= 0)
			continue;
		words = (struct problem){ 0 };
		fine = remote_receive(&pushing->remote, pushing->store->arena, &answer, &words, problem) &&
		       take_answer(pushing, &answer, &words, problem);
	}
	progress_draw(&pushing->progress, true);
	return fine;
}

static bool send_blobs(struct pushing *pushing, struct problem *problem)
{
	struct arena *arena = pushing->store->arena;

	pushing->count = pushing->left = pushing->manifest.count + 1;
	pushing->sending = ARENA_ARRAY(arena, pushing->count, struct sending);
	pushing->progress.count = pushing->manifest.count;
	pushing->progress.line = ARENA_ARRAY(arena, pushing->count, struct progress_line);
	for (size_t i = 0; i < pushing->count; i++) {
		bool layer = i < pushing->manifest.count;

		pushing->sending[i].blob = layer ? &pushing->manifest.list[i] : &pushing->manifest.config;
		pushing->progress.line[i].label =
			arena_printf(arena, "%.12s", digest_hex(&pushing->sending[i].blob->digest));
	}
	for (size_t i = 0; i < pushing->count; i++)
		if (!send_blob(pushing, &pushing->sending[i], problem))
			return false;
	return await_blobs(pushing, problem);
}

/* --- the manifest --- */

static bool send_manifest(struct pushing *pushing, struct pushed *pushed, struct problem *problem)
{
	closes int file = store_open_blob(pushing->store, &pushing->image.manifest.digest);
	struct text text = text_new(pushing->store->arena);
	struct json_writer json = remote_begin(&pushing->remote, &text, "push-manifest");
	const struct reference *reference = &pushing->reference;
	const struct json *ok;
	enum fetch_error error;

	json_put_text(&json, "reference", reference->tag ? reference->tag : reference->digest);
	json_put_text(&json, "type", pushing->manifest.media_type);
	json_close(&json);
	ok = file < 0 ? NULL : remote_ask(&pushing->remote, &text, &file, 1, &error, problem);
	if (!ok) {
		problem_set(problem, "%s: cannot read its manifest", pushing->name);
		return false;
	}
	pushed->digest = pushing->image.manifest.digest;
	pushed->size = pushing->image.manifest.size;
	if (json_text(ok, "digest")[0] && strcmp(json_text(ok, "digest"), pushed->digest.text) != 0)
		problem_set(problem, "%s: the registry says that its digest is %s, but it is %s", pushing->name,
			    json_text(ok, "digest"), pushed->digest.text);
	return !problem->found;
}

/* From now on the name stands for something that a registry has. */
static bool note_digest(struct pushing *pushing, struct problem *problem)
{
	struct store_change change;
	struct image *row;
	bool done = true;

	if (!store_change(pushing->store, &change, problem))
		return false;
	row = images_named(&change.images, pushing->name);
	if (row && digest_equal(&row->manifest.digest, &pushing->image.manifest.digest) &&
	    !digest_equal(&row->repo_digest, &row->manifest.digest)) {
		row->repo_digest = row->manifest.digest;
		done = store_commit(&change, problem);
	}
	store_change_end(&change);
	return done;
}

/* --- */

static bool find_image(struct pushing *pushing, const char *given, struct problem *problem)
{
	const struct image *image;

	if (!reference_parse(pushing->store->arena, given, &pushing->reference, problem) ||
	    !store_images(pushing->store, &pushing->images, problem))
		return false;
	pushing->name = reference_text(pushing->store->arena, &pushing->reference);
	image = images_named(&pushing->images, pushing->name);
	if (!image) {
		problem_set(problem, "there is no image with the name %s here; 'taru tag IMAGE %s' gives one that name",
			    pushing->name, given);
		return false;
	}
	pushing->image = *image;
	return store_read_manifest(pushing->store, &image->manifest.digest, &pushing->manifest, problem);
}

bool push(struct store *store, const struct remotes *remotes, const char *name, const struct push_options *options,
	  struct pushed *ret_pushed, struct problem *problem)
{
	struct pushing pushing = { .store = store, .remotes = remotes };
	bool done;

	*ret_pushed = (struct pushed){ 0 };
	progress_begin(&pushing.progress, store->arena, options->quiet ? -1 : options->output, 0);
	if (!find_image(&pushing, name, problem))
		return false;
	progress_say(&pushing.progress, arena_printf(store->arena, "The push refers to repository [%s]",
						     reference_name(store->arena, &pushing.reference)));
	pushing.remote = (struct remote){ .helper.socket = -1, .note = tell, .note_data = &pushing.progress };
	done = remote_open(&pushing.remote, store->arena, remotes, &pushing.reference, true, problem) &&
	       send_blobs(&pushing, problem) && send_manifest(&pushing, ret_pushed, problem);
	remote_close(&pushing.remote);
	ret_pushed->reference = pushing.reference;
	if (done)
		event_image_by_name(store, &pushing.image, &pushing.reference, "push");
	return done && note_digest(&pushing, problem);
}
