/* cmd_system_df.c - `taru system df`: what images and volumes need on the disk. */
#include "base/size.h"
#include "cli/df_volumes.h"
#include "cli/shelf.h"
#include "image/layers.h"
#include "listing/human.h"
#include "listing/rows.h"
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct df_asked {
	bool verbose;
	const char *format;
};

/* A blob, or an unpacked layer: something on the disk that images share. */
struct part {
	struct digest digest;
	uint64_t size;
	size_t image;			/* of which image: its place in the list */
	bool shared;
};

struct parts {
	struct part *at;
	size_t count, room;
};

static void add_part(struct arena *arena, struct parts *parts, const struct digest *digest, uint64_t size,
		     size_t image)
{
	parts->at = arena_grow(arena, parts->at, parts->count, &parts->room, sizeof(*parts->at));
	parts->at[parts->count++] = (struct part){ *digest, size, image, false };
}

static void add_layers(const struct shelf *shelf, struct parts *parts, const struct image_config *config, size_t image)
{
	struct layer_facts facts;
	struct digest chain;

	for (size_t i = 0; i < config->diff_ids_count; i++) {
		chain = digest_chain(i ? &chain : NULL, &config->diff_ids[i]);
		if (layer_read(&shelf->store, &chain, &facts))
			add_part(shelf->store.arena, parts, &chain, facts.size, image);
	}
}

/* All that an image has on the disk. One that cannot be read has its manifest. */
static void add_image(const struct shelf *shelf, struct parts *parts, size_t image)
{
	const struct descriptor *descriptor = &shelf->images.at[image].manifest;
	struct arena *arena = shelf->store.arena;
	struct problem problem = { 0 };
	struct document manifest;
	struct image_config config;

	add_part(arena, parts, &descriptor->digest, descriptor->size, image);
	if (!store_read_manifest(&shelf->store, &descriptor->digest, &manifest, &problem))
		return;
	add_part(arena, parts, &manifest.config.digest, manifest.config.size, image);
	for (size_t i = 0; i < manifest.count; i++)
		add_part(arena, parts, &manifest.list[i].digest, manifest.list[i].size, image);
	if (store_read_config(&shelf->store, &manifest, &config, &problem))
		add_layers(shelf, parts, &config, image);
}

static int compare_parts(const void *one, const void *other)
{
	const struct part *a = one, *b = other;
	int order = strcmp(a->digest.text, b->digest.text);

	return order ? order : (a->image > b->image) - (a->image < b->image);
}

/* Sorts them, keeps one of those that an image has twice, and marks those that several images have. */
static void sort_parts(struct parts *parts)
{
	size_t kept = 0;

	if (parts->count)
		qsort(parts->at, parts->count, sizeof(struct part), compare_parts);
	for (size_t i = 0; i < parts->count; i++)
		if (!kept || compare_parts(&parts->at[kept - 1], &parts->at[i]) != 0)
			parts->at[kept++] = parts->at[i];
	parts->count = kept;
	for (size_t i = 1; i < parts->count; i++)
		if (digest_equal(&parts->at[i - 1].digest, &parts->at[i].digest))
			parts->at[i - 1].shared = parts->at[i].shared = true;
}

/* Whether a row before this one is the same image under another name. */
static bool is_told(const struct images *images, size_t index)
{
	for (size_t i = 0; i < index; i++)
		if (digest_equal(&images->at[i].manifest.digest, &images->at[index].manifest.digest))
			return true;
	return false;
}

static struct parts find_parts(const struct shelf *shelf)
{
	struct parts parts = { 0 };

	for (size_t i = 0; i < shelf->images.count; i++)
		if (!is_told(&shelf->images, i))
			add_image(shelf, &parts, i);
	sort_parts(&parts);
	return parts;
}

static uint64_t sum_all(const struct parts *parts)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < parts->count; i++)
		if (!i || !digest_equal(&parts->at[i - 1].digest, &parts->at[i].digest))
			sum += parts->at[i].size;
	return sum;
}

static uint64_t sum_of(const struct parts *parts, size_t image, bool shared)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < parts->count; i++)
		if (parts->at[i].image == image && parts->at[i].shared == shared)
			sum += parts->at[i].size;
	return sum;
}

/* --- in short --- */

static const struct pair headers[] = {
	{ "Active", "ACTIVE" }, { "Reclaimable", "RECLAIMABLE" }, { "Size", "SIZE" }, { "TotalCount", "TOTAL" },
	{ "Type", "TYPE" }, { NULL, NULL }
};

static const char usual_table[] = "table {{.Type}}\t{{.TotalCount}}\t{{.Active}}\t{{.Size}}\t{{.Reclaimable}}";

/* No image is in use, since there are no containers of this engine yet. */
static void add_summary(struct arena *arena, struct rows *rows, const struct shelf *shelf, const struct parts *parts)
{
	uint64_t size = sum_all(parts);
	const char *words = size_human(arena, size, 4);
	size_t count = 0;

	for (size_t i = 0; i < shelf->images.count; i++)
		count += !is_told(&shelf->images, i);
	json_open_object(&rows->writer, NULL);
	json_put_text(&rows->writer, "Active", "0");
	json_put_text(&rows->writer, "Reclaimable", size ? arena_printf(arena, "%s (100%%)", words) : words);
	json_put_text(&rows->writer, "Size", words);
	json_put_text(&rows->writer, "TotalCount", arena_printf(arena, "%zu", count));
	json_put_text(&rows->writer, "Type", "Images");
	json_close(&rows->writer);
}

/* --- by image --- */

static const struct pair image_headers[] = {
	{ "Containers", "CONTAINERS" }, { "CreatedSince", "CREATED" }, { "ID", "IMAGE ID" },
	{ "Repository", "REPOSITORY" }, { "SharedSize", "SHARED SIZE" }, { "Size", "SIZE" }, { "Tag", "TAG" },
	{ "UniqueSize", "UNIQUE SIZE" }, { NULL, NULL }
};

static const char image_table[] = "table {{.Repository}}\t{{.Tag}}\t{{.ID}}\t{{.CreatedSince}}\t{{.Size}}\t"
				  "{{.SharedSize}}\t{{.UniqueSize}}\t{{.Containers}}";

static void add_images(struct arena *arena, struct rows *rows, const struct shelf *shelf, const struct parts *parts)
{
	for (size_t i = 0; i < shelf->images.count; i++) {
		const struct image *image = &shelf->images.at[i];
		struct shelf_name name = shelf_name(arena, image);
		uint64_t shared = sum_of(parts, i, true), unique = sum_of(parts, i, false);

		if (is_told(&shelf->images, i))
			continue;
		json_open_object(&rows->writer, NULL);
		json_put_text(&rows->writer, "Containers", "0");
		json_put_text(&rows->writer, "CreatedSince", human_ago(arena, time(NULL), image->created));
		json_put_text(&rows->writer, "ID", image->complete ? shelf_id(arena, &image->id, false) : "<none>");
		json_put_text(&rows->writer, "Repository", name.repository);
		json_put_text(&rows->writer, "SharedSize", size_human(arena, shared, 4));
		json_put_text(&rows->writer, "Size", size_human(arena, shared + unique, 4));
		json_put_text(&rows->writer, "Tag", name.tag);
		json_put_text(&rows->writer, "UniqueSize", size_human(arena, unique, 4));
		json_close(&rows->writer);
	}
}

static void run(struct command *command)
{
	const struct df_asked *asked = command->asked;
	struct rows_style short_style = { headers, usual_table, asked->format };
	struct rows_style long_style = { image_headers, image_table, asked->format };
	struct rows rows = rows_new(command->arena);
	struct text out = text_new(command->arena);
	bool tables = asked->verbose && rows_are_table(asked->format), told;
	struct df_volumes volumes;
	struct shelf shelf;
	struct parts parts;

	if (!shelf_open(command, &shelf))
		return;
	parts = find_parts(&shelf);
	(asked->verbose ? add_images : add_summary)(command->arena, &rows, &shelf, &parts);
	told = df_volumes_read(command, &shelf.store, &volumes);
	store_close(&shelf.store);
	if (told && !asked->verbose)
		df_volumes_summary(command->arena, &rows, &volumes);
	if (tables)
		text_add(&out, "Images space usage:\n\n");
	if (told && rows_add(&out, &rows, asked->verbose ? &long_style : &short_style, command->problem) &&
	    (!tables || df_volumes_table(&out, &volumes, command->problem)))
		command_print(command, &out);
}

static const struct option options[] = {
	{ "format", 0, OPTION_TEXT, offsetof(struct df_asked, format), "FORMAT",
	  N_("table (default), json, or a template of Go's") },
	{ "verbose", 'v', OPTION_FLAG, offsetof(struct df_asked, verbose), NULL,
	  N_("each image and volume by itself") },
	{ NULL }
};

const struct verb verb_system_df = {
	.name = "system df",
	.operands = "",
	.summary = N_("show what images and volumes need on the disk"),
	.options = options,
	.asked_size = sizeof(struct df_asked),
	.run = run,
};
