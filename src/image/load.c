/* load.c - see load.h */
#include "image/load.h"
#include "image/event.h"
#include "image/load_parts.h"
#include "image/reference.h"
#include "image/transfer.h"
#include <stdlib.h>

bool load_name(struct loading *loading, const char *given, const char **ret_name)
{
	struct problem problem = { 0 };
	struct reference reference;

	if (!reference_parse(loading->store->arena, given, &reference, &problem))
		return false;
	*ret_name = reference_text(loading->store->arena, &reference);
	return true;
}

/* Whether archives of this form, at this place, may be loaded. */
static bool check_policy(struct loading *loading, const struct policy *policy, bool oci, struct problem *problem)
{
	const char *transport = !oci ? "docker-archive" : loading->archive.folder < 0 ? "oci-archive" : "oci";
	char real[4096];
	const char *path = realpath(loading->archive.path, real);
	struct policy_verdict verdict;

	if (!policy_for_path(policy, loading->store->arena, transport, path ? path : "/dev/stdin", "", &verdict,
			     problem))
		return false;
	if (verdict.signatures)
		problem_set(problem, "%s: the policy (%s, %s) wants a signature, and archives have none",
			    loading->archive.path, policy->file, verdict.scope);
	return !problem->found;
}

/* --- layers --- */

struct copying { const struct archive *archive; const struct load_image *image; };

static int copy_layer(void *data, const struct descriptor *blob, int file)
{
	const struct copying *copying = data;
	size_t index = (size_t)(blob - copying->image->manifest.list);

	return archive_copy(copying->archive, copying->image->layer_file[index], file);
}

static bool load_layers(struct loading *loading, const struct load_image *image, uint64_t *ret_content,
			struct problem *problem)
{
	struct arena *arena = loading->store->arena;
	struct copying copying = { &loading->archive, image };
	size_t count = image->manifest.count;
	struct progress progress;
	struct transfer transfer = { .store = loading->store, .copy = copy_layer, .copy_data = &copying,
				     .holds = &loading->layer_holds, .progress = &progress,
				     .squash = loading->options->squash,
				     .layer = ARENA_ARRAY(arena, count + 1, struct layer_transfer), .count = count };
	bool done;

	progress_begin(&progress, arena, loading->options->quiet ? -1 : loading->options->output, count);
	for (size_t i = 0; i < count; i++) {
		transfer.layer[i].blob = &image->manifest.list[i];
		transfer.layer[i].diff_id = image->config.diff_ids[i];
		progress.line[i].label = arena_printf(arena, "%.12s", digest_hex(&image->config.diff_ids[i]));
	}
	done = transfer_run(&transfer, problem);
	*ret_content = transfer.content;
	return done;
}

/* --- rows --- */

static bool put_rows(struct loading *loading, const struct load_image *from, uint64_t content,
		     struct problem *problem)
{
	struct image image = image_row("", &from->manifest, &from->manifest_digest, from->manifest_size,
				       &from->config);
	struct store_change change;
	bool done;

	image.size = content;
	if (!store_change(loading->store, &change, problem))
		return false;
	for (size_t i = 0; i < from->names; i++) {
		const struct image *old = images_named(&change.images, from->name[i]);

		/* The one that was pulled knows what the registry calls it. */
		if (old && old->complete && digest_equal(&old->manifest.digest, &image.manifest.digest))
			continue;
		image.name = from->name[i];
		images_put(loading->store->arena, &change.images, &image);
	}
	if (!from->names && !images_with_manifest(&change.images, &image.manifest.digest))
		images_put(loading->store->arena, &change.images, &image);
	done = store_commit(&change, problem);
	store_change_end(&change);
	if (done)
		event_image(loading->store, &image, "load");
	return done;
}

static bool load_image(struct loading *loading, const struct load_image *image, struct loaded *ret_loaded,
		       struct problem *problem)
{
	uint64_t content;

	bool done;

	*ret_loaded = (struct loaded){ image->manifest.config.digest, image->name, image->names };
	done = load_layers(loading, image, &content, problem) && put_rows(loading, image, content, problem);
	/* Its rows hold them now. */
	store_release(&loading->layer_holds);
	return done;
}

static bool load_all(struct loading *loading, const struct policy *policy, struct loaded **ret_loaded,
		     size_t *ret_count, struct problem *problem)
{
	bool oci = archive_has(&loading->archive, "oci-layout") && archive_has(&loading->archive, "index.json");

	if (!oci && !archive_has(&loading->archive, "manifest.json")) {
		problem_set(problem, "%s: holds neither manifest.json (docker save) nor oci-layout; a root file system "
			    "goes to 'taru import'", loading->archive.path);
		return false;
	}
	if (!check_policy(loading, policy, oci, problem) || !(oci ? load_oci : load_docker)(loading, problem))
		return false;
	*ret_loaded = ARENA_ARRAY(loading->store->arena, loading->count + 1, struct loaded);
	for (size_t i = 0; i < loading->count; i++) {
		if (!load_image(loading, &loading->image[i], &(*ret_loaded)[i], problem))
			return false;
		*ret_count = i + 1;
	}
	return true;
}

bool load(struct store *store, const struct policy *policy, const char *path, const struct load_options *options,
	  struct loaded **ret_loaded, size_t *ret_count, struct problem *problem)
{
	struct loading loading = { .store = store, .options = options };
	bool done;

	*ret_count = 0;
	if (!archive_open(&loading.archive, store, path, problem))
		return false;
	done = load_all(&loading, policy, ret_loaded, ret_count, problem);
	store_release(&loading.layer_holds);
	store_release(&loading.holds);
	store_sweep(store, false);
	archive_close(&loading.archive);
	return done;
}
