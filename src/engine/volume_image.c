/* volume_image.c - see volume_image.h */
#include "engine/volume_image.h"
#include "base/text.h"
#include "engine/layers_take.h"
#include "image/mount.h"
#include "image/reference.h"
#include "spec/lists.h"
#include <string.h>

/* By a name as other tools may have written it, in full, or by ID. It is not brought: what is mounted is chosen by who
 * has it. */
static const struct image *find(const struct store *store, const struct volume_asked *volume, struct problem *problem)
{
	struct images *images = ARENA_NEW(store->arena, struct images);
	const struct image *image;
	struct problem no_name = { 0 }, missing = { 0 };
	struct reference reference;
	const char *full = NULL;

	if (!store_images(store, images, problem))
		return NULL;
	if (reference_parse(store->arena, volume->source, &reference, &no_name))
		full = reference_text(store->arena, &reference);
	image = images_named(images, volume->source);
	if (!image)
		image = store_find(images, full, volume->source, &missing);
	if (!image)
		problem_set(problem, "option '%s': %s: an image that is mounted must be here: 'taru pull' brings one",
			    volume->option, missing.text);
	return image;
}

/* The layers below the uppermost one, as overlayfs takes them behind it. */
static const char *words_below(const struct store *store, const struct digest *chain, size_t count)
{
	const size_t lowest = mount_lowest(store, chain, count);
	struct text words = text_new(store->arena);

	text_add(&words, "");
	for (size_t i = count - 1; i-- > lowest;)
		text_printf(&words, ":%s/layers/%s/diff", store->root, digest_hex(&chain[i]));
	return words.at;
}

/* It is found by now, and nobody else is to look for it. */
static void take_part(struct volume_taking *taking, struct volume_asked *volume, const struct digest *chain,
		      size_t count)
{
	const struct store *store = taking->engine->store;
	const size_t lowest = mount_lowest(store, chain, count);
	const char *part = volume_image_part(store, chain + lowest, count - lowest, volume, taking->problem);
	const char *colon = part ? strchr(part, ':') : NULL;

	volume->subpath = NULL;
	volume->path = colon ? arena_copy(store->arena, part, (size_t)(colon - part)) : part ? part : "";
	volume->below = colon ? colon : "";
}

void volume_take_image(struct volume_taking *taking, struct volume_asked *volume)
{
	struct store *store = taking->engine->store;
	const struct image *image = find(store, volume, taking->problem);
	struct image_config config;
	struct document manifest;
	struct digest *chain;

	if (!image || !store_read_manifest(store, &image->manifest.digest, &manifest, taking->problem) ||
	    !store_read_config(store, &manifest, &config, taking->problem) ||
	    !layers_take(store, &config, volume->source, taking->holds, &chain, taking->problem))
		return;
	if (!config.diff_ids_count) {
		problem_set(taking->problem, "option '%s': image '%s' has no layer: there is nothing to be seen in it",
			    volume->option, volume->source);
		return;
	}
	for (size_t i = 0; i < config.diff_ids_count; i++)
		texts_add(store->arena, &taking->layers, chain[i].text);
	volume->type = "bind";
	volume->overlay = true;
	if (volume->subpath) {
		take_part(taking, volume, chain, config.diff_ids_count);
		return;
	}
	volume->path = arena_printf(store->arena, "%s/layers/%s/diff", store->root,
				    digest_hex(&chain[config.diff_ids_count - 1]));
	volume->below = words_below(store, chain, config.diff_ids_count);
}
