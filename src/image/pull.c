/* pull.c - see pull.h */
#include "image/pull.h"
#include "base/fd.h"
#include "base/file.h"
#include "base/json_write.h"
#include "image/event.h"
#include "image/progress.h"
#include "image/signature.h"
#include "image/transfer.h"
#include <linux/memfd.h>

/* One pull on its way. */
struct pulling {
	struct store *store;
	const struct remotes *remotes;
	const struct pull_options *options;
	struct reference reference;
	const char *name;		/* in full */
	struct remote remote;
	struct store_holds holds;
	struct progress progress;
	struct digest digest;		/* of what the registry has under the name */
	struct digest manifest_digest;
	size_t manifest_size;
	struct document manifest;
	struct image_config config;
	bool newer;
	uint64_t content, left_out;
};

static void tell(void *data, const char *text)
{
	progress_say(data, text);
}

/* --- the manifest --- */

/* A manifest is kept as it came, since its digest is of these bytes. */
static bool keep_manifest(struct pulling *pulling, const struct remote_document *document, struct problem *problem)
{
	struct store *store = pulling->store;
	char *copy = arena_copy(store->arena, document->text, document->length);

	if (!document_read(store->arena, copy, document->length, document->type, pulling->name, &pulling->manifest,
			   problem))
		return false;
	if (pulling->manifest.kind != DOCUMENT_MANIFEST)
		return true;
	pulling->manifest_size = document->length;
	return store_put_blob(store, &pulling->holds, document->text, document->length, &pulling->manifest_digest,
			      problem);
}

static bool get_manifest(struct pulling *pulling, enum fetch_error *ret_error, struct problem *problem)
{
	const struct reference *reference = &pulling->reference;
	const struct descriptor *chosen;
	struct remote_document document;

	if (!remote_manifest(&pulling->remote, reference->digest ? reference->digest : reference->tag, &document,
			     ret_error, problem))
		return false;
	*ret_error = FETCH_SERVER;
	pulling->digest = document.digest;
	if (!keep_manifest(pulling, &document, problem))
		return false;
	if (pulling->manifest.kind == DOCUMENT_MANIFEST)
		return true;
	chosen = platform_choose_manifest(pulling->store->arena, pulling->options->platform, &pulling->manifest,
					  pulling->name, problem);
	if (!chosen || !remote_manifest(&pulling->remote, chosen->digest.text, &document, ret_error, problem) ||
	    !keep_manifest(pulling, &document, problem))
		return false;
	if (pulling->manifest.kind != DOCUMENT_MANIFEST)
		problem_set(problem, "%s: an index lists an index; taru reads one level", pulling->name);
	return !problem->found;
}

/* --- the config and the layers --- */

static bool get_config(struct pulling *pulling, struct problem *problem)
{
	const struct descriptor *config = &pulling->manifest.config;

	if (config->size > CONFIG_MAX) {
		problem_set(problem, "%s: its config has %llu bytes; at most %d are read", pulling->name,
			    (unsigned long long)config->size, CONFIG_MAX);
		return false;
	}
	if (!transfer_blob(pulling->store, &pulling->remote, &pulling->holds, config, problem) ||
	    !store_read_config(pulling->store, &pulling->manifest, &pulling->config, problem))
		return false;
	if (pulling->config.diff_ids_count != pulling->manifest.count)
		problem_set(problem, "%s: its manifest has %zu layers, and its config %zu", pulling->name,
			    pulling->manifest.count, pulling->config.diff_ids_count);
	return !problem->found;
}

static bool get_layers(struct pulling *pulling, struct problem *problem)
{
	struct arena *arena = pulling->store->arena;
	size_t count = pulling->manifest.count;
	struct transfer transfer = { .store = pulling->store, .remote = &pulling->remote, .holds = &pulling->holds,
				     .progress = &pulling->progress, .squash = pulling->options->squash,
				     .layer = ARENA_ARRAY(arena, count + 1, struct layer_transfer), .count = count };
	bool done;

	pulling->progress.count = count;
	pulling->progress.line = ARENA_ARRAY(arena, count + 1, struct progress_line);
	for (size_t i = 0; i < count; i++) {
		transfer.layer[i].blob = &pulling->manifest.list[i];
		transfer.layer[i].diff_id = pulling->config.diff_ids[i];
		pulling->progress.line[i].label =
			arena_printf(arena, "%.12s", digest_hex(&transfer.layer[i].blob->digest));
	}
	done = transfer_run(&transfer, problem);
	pulling->newer |= transfer.fetched_any;
	pulling->content = transfer.content;
	pulling->left_out = transfer.left_out;
	return done;
}

/* --- the name --- */

static struct image make_row(struct pulling *pulling)
{
	struct image image = image_row(pulling->name, &pulling->manifest, &pulling->manifest_digest,
				       pulling->manifest_size, &pulling->config);

	image.repo_digest = pulling->digest;
	image.size = pulling->content;
	return image;
}

static bool put_row(struct pulling *pulling, struct image *ret_image, struct problem *problem)
{
	struct store_change change;
	const struct image *old;
	bool done;

	*ret_image = make_row(pulling);
	if (!store_change(pulling->store, &change, problem))
		return false;
	old = images_named(&change.images, pulling->name);
	if (old && digest_equal(&old->manifest.digest, &ret_image->manifest.digest) &&
	    digest_equal(&old->repo_digest, &ret_image->repo_digest) && old->complete) {
		store_change_end(&change);
		return true;
	}
	pulling->newer = true;
	images_put(pulling->store->arena, &change.images, ret_image);
	done = store_commit(&change, problem);
	store_change_end(&change);
	return done;
}

/* --- all of it --- */

static bool pull_open(struct pulling *pulling, struct image *ret_image, enum fetch_error *ret_error,
		      struct problem *problem)
{
	struct policy_verdict verdict;

	if (!signature_wanted(pulling->store->arena, pulling->remotes, &pulling->reference, &verdict, problem) ||
	    !remote_open(&pulling->remote, pulling->store->arena, pulling->remotes, &pulling->reference, false,
			 problem))
		return false;
	return get_manifest(pulling, ret_error, problem) &&
	       signature_check(&pulling->remote, pulling->remotes, &pulling->reference, &pulling->digest, &verdict,
			       problem) &&
	       get_config(pulling, problem) && get_layers(pulling, problem) && put_row(pulling, ret_image, problem);
}

static bool pull_one(struct store *store, const struct remotes *remotes, const struct reference *reference,
		     const struct pull_options *options, struct pulled *ret_pulled, enum fetch_error *ret_error,
		     struct problem *problem)
{
	struct pulling pulling = { .store = store, .remotes = remotes, .options = options, .reference = *reference,
				   .name = reference_text(store->arena, reference) };
	bool done;

	*ret_error = FETCH_SERVER;
	progress_begin(&pulling.progress, store->arena, options->quiet ? -1 : options->output, 0);
	if (!options->quiet)
		progress_say(&pulling.progress, arena_printf(store->arena, "%s: Pulling from %s",
			     reference->digest ? reference->digest : reference->tag,
			     reference_name(store->arena, reference)));
	pulling.remote = (struct remote){ .helper.socket = -1, .note = tell, .note_data = &pulling.progress };
	done = pull_open(&pulling, &ret_pulled->image, ret_error, problem);
	remote_close(&pulling.remote);
	store_release(&pulling.holds);
	store_sweep(store, false);
	ret_pulled->reference = *reference;
	ret_pulled->newer = pulling.newer;
	ret_pulled->left_out = pulling.left_out;
	return done;
}

static bool may_be_elsewhere(enum fetch_error error)
{
	return error == FETCH_NOT_FOUND || error == FETCH_UNREACHABLE || error == FETCH_UNAUTHORIZED;
}

bool pull(struct store *store, const struct remotes *remotes, const char *name, const struct pull_options *options,
	  struct pulled *ret_pulled, struct problem *problem)
{
	struct reference *candidates;
	enum fetch_error error;
	size_t count;

	*ret_pulled = (struct pulled){ 0 };
	if (!registries_candidates(&remotes->registries, store->arena, name, &candidates, &count, problem))
		return false;
	for (size_t i = 0; i < count; i++) {
		struct problem here = { 0 };

		if (pull_one(store, remotes, &candidates[i], options, ret_pulled, &error, &here)) {
			event_image_by_name(store, &ret_pulled->image, &ret_pulled->reference, "pull");
			return true;
		}
		problem_set(problem, "%s", here.text);
		if (!may_be_elsewhere(error)) {
			*problem = here;
			problem_set(problem, "%s: it could not be pulled", name);
			return false;
		}
	}
	return false;
}

/* --- tags --- */

bool pull_list_tags(struct arena *arena, const struct remotes *remotes, const struct reference *reference,
		    const char *const **ret_tags, size_t *ret_count, struct problem *problem)
{
	enum { TAGS_MAX = 10000, BYTES_MAX = 4 * 1024 * 1024 };
	closes int body = sys_memfd_create("tags", MFD_CLOEXEC);
	struct remote remote = { .helper.socket = -1 };
	struct text text = text_new(arena);
	enum fetch_error error;
	const struct json *list = NULL;
	const char **tags;
	size_t length, count = 0;
	char *answer;

	if (!remote_open(&remote, arena, remotes, reference, false, problem))
		return false;
	struct json_writer json = remote_begin(&remote, &text, "tags");

	json_put_unsigned(&json, "limit", TAGS_MAX);
	json_close(&json);
	if (remote_ask(&remote, &text, &body, 1, &error, problem) && sys_lseek(body, 0, SEEK_SET) == 0 &&
	    !file_read_fd(arena, body, BYTES_MAX, &answer, &length))
		list = json_read(arena, answer, length, "tags", problem);
	remote_close(&remote);
	if (!list) {
		problem_set(problem, "%s: its tags cannot be read", reference_name(arena, reference));
		return false;
	}
	tags = ARENA_ARRAY(arena, list->count + 1, const char *);
	for (const struct json *tag = list->first; tag; tag = tag->next)
		if (tag->kind == JSON_STRING)
			tags[count++] = tag->text;
	*ret_tags = tags;
	*ret_count = count;
	return true;
}
