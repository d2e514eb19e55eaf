/* save_choose.c - which images are saved, and by which names. */
#include "image/save_parts.h"
#include "base/text.h"
#include "image/reference.h"
#include <stdlib.h>
#include <string.h>

/* The entry of the image, which is made where it is not there. */
static struct saved_image *entry_of(struct saving *saving, const struct image *row)
{
	struct arena *arena = saving->store->arena;

	for (size_t i = 0; i < saving->count; i++)
		if (digest_equal(&saving->image[i].row->manifest.digest, &row->manifest.digest))
			return &saving->image[i];
	saving->image = arena_resize(arena, saving->image, saving->count * sizeof(*saving->image),
				     (saving->count + 1) * sizeof(*saving->image));
	saving->image[saving->count] = (struct saved_image){ .row = row };
	return &saving->image[saving->count++];
}

static void add_name(struct arena *arena, struct saved_image *image, const char *name)
{
	const char **names;

	for (size_t i = 0; i < image->names_count; i++)
		if (!strcmp(image->names[i], name))
			return;
	names = ARENA_ARRAY(arena, image->names_count + 2, const char *);
	if (image->names_count)
		memcpy(names, image->names, image->names_count * sizeof(*names));
	names[image->names_count++] = name;
	qsort(names, image->names_count, sizeof(*names), text_order);
	image->names = names;
}

static int by_name(const void *one, const void *other)
{
	return strcmp((*(const struct image *const *)one)->name, (*(const struct image *const *)other)->name);
}

/* All that have this repository's name. Whether there are any. */
static bool choose_repository(struct saving *saving, const struct reference *wanted)
{
	struct arena *arena = saving->store->arena;
	const struct image **found = ARENA_ARRAY(arena, saving->images.count + 1, const struct image *);
	struct reference reference;
	size_t count = 0;

	for (size_t i = 0; i < saving->images.count; i++) {
		const struct image *row = &saving->images.at[i];
		struct problem problem = { 0 };

		if (row->name[0] && reference_read(arena, row->name, &reference, &problem) && !reference.digest &&
		    reference_same_name(&reference, wanted))
			found[count++] = row;
	}
	qsort(found, count, sizeof(struct image *), by_name);
	for (size_t i = 0; i < count; i++)
		add_name(arena, entry_of(saving, found[i]), found[i]->name);
	return count > 0;
}

/* A name with a tag, or an ID. A name by digest is no name that an archive could give back. */
static bool choose_one(struct saving *saving, const char *given, const char *full, struct problem *problem)
{
	const struct image *row = full ? images_named(&saving->images, full) : NULL;
	bool named = row != NULL;

	if (!row)
		row = store_find(&saving->images, full, given, problem);
	if (!row)
		return false;
	entry_of(saving, row);
	if (named)
		add_name(saving->store->arena, entry_of(saving, row), row->name);
	return true;
}

static bool choose(struct saving *saving, const char *given, struct problem *problem)
{
	struct arena *arena = saving->store->arena;
	/* Other tools write names that are not full ones: "one". */
	const struct image *row = given[0] ? images_named(&saving->images, given) : NULL;
	struct problem ignored = { 0 };
	struct reference reference;
	bool is_name = reference_read(arena, given, &reference, &ignored);

	if (row) {
		add_name(arena, entry_of(saving, row), row->name);
		return true;
	}
	if (is_name && !reference.tag && !reference.digest && choose_repository(saving, &reference))
		return true;
	return choose_one(saving, given, is_name ? reference_text(arena, &reference) : NULL, problem);
}

bool save_choose(struct saving *saving, const char *const *names, size_t count, struct problem *problem)
{
	for (size_t i = 0; i < count; i++)
		if (!choose(saving, names[i], problem))
			return false;
	return true;
}
