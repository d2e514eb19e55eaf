/* fuzz_documents.c - any bytes as a manifest, an index, an image's config, index.json: nothing is written or read
 * beyond them, what index.json holds survives being written and read again, and what is a manifest is not an index. */
#include "image/index.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static char *copy_of(struct arena *arena, const void *bytes, size_t size)
{
	return arena_copy(arena, bytes, size);
}

static void check_same(const struct image *one, const struct image *other)
{
	if (strcmp(one->name, other->name) != 0 || !digest_equal(&one->manifest.digest, &other->manifest.digest) ||
	    one->manifest.size != other->manifest.size || one->complete != other->complete ||
	    one->manifest.annotations_count != other->manifest.annotations_count)
		abort();
}

static void check_index(struct arena *arena, const struct images *images)
{
	struct text text = text_new(arena);
	struct problem problem = { 0 };
	struct images again;

	images_write(&text, images);
	if (text.length > MANIFEST_MAX)
		return;
	if (!images_read(arena, text.at, text.length, &again, &problem) || again.count != images->count)
		abort();
	for (size_t i = 0; i < images->count; i++)
		check_same(&images->at[i], &again.at[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct problem problems[3] = { 0 };
	struct document document;
	struct image_config config;
	struct images images;
	struct arena arena;

	arena_init(&arena, NULL, 0);
	if (document_read(&arena, copy_of(&arena, bytes, size), size, "", "document", &document, &problems[0]) &&
	    document.kind == DOCUMENT_MANIFEST && !document.config.digest.text[0])
		abort();
	if (image_config_read(&arena, copy_of(&arena, bytes, size), size, "config", &config, &problems[1]))
		image_time(config.created);
	if (images_read(&arena, copy_of(&arena, bytes, size), size, &images, &problems[2]))
		check_index(&arena, &images);
	arena_release(&arena);
	return 0;
}
