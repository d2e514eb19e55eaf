/* cmd_images.c - `taru images`, `taru image ls`: the images that are here, the newest first. */
#include "base/size.h"
#include "cli/image_filter.h"
#include "listing/human.h"
#include "listing/order.h"
#include "listing/rows.h"
#include <string.h>
#include <time.h>

struct images_asked {
	bool all, quiet, digests, whole;
	const char *format, *sort;
	struct texts filter;
};

static const struct pair headers[] = {
	{ "Containers", "CONTAINERS" }, { "CreatedAt", "CREATED AT" }, { "CreatedSince", "CREATED" },
	{ "Digest", "DIGEST" }, { "ID", "IMAGE ID" }, { "Repository", "REPOSITORY" },
	{ "SharedSize", "SHARED SIZE" }, { "Size", "SIZE" }, { "Tag", "TAG" }, { "UniqueSize", "UNIQUE SIZE" },
	{ "VirtualSize", "SIZE" }, { NULL, NULL }
};

static const char usual_table[] = "table {{.Repository}}\t{{.Tag}}\t{{.ID}}\t{{.CreatedSince}}\t{{.Size}}";
static const char digests_table[] =
	"table {{.Repository}}\t{{.Tag}}\t{{.Digest}}\t{{.ID}}\t{{.CreatedSince}}\t{{.Size}}";

static int compare_age(const void *one, const void *other)
{
	const struct image *a = one, *b = other;

	if (a->created != b->created)
		return a->created < b->created ? 1 : -1;
	return strcmp(a->name, b->name);
}

static int compare_id(const void *one, const void *other)
{
	const struct image *a = one, *b = other;

	return strcmp(a->id.text, b->id.text);
}

static int compare_name(const void *one, const void *other)
{
	const struct image *a = one, *b = other;

	return strcmp(a->name, b->name);
}

static int compare_size(const void *one, const void *other)
{
	const struct image *a = one, *b = other;

	return a->size < b->size ? 1 : a->size > b->size ? -1 : compare_name(one, other);
}

static int compare_tag(const void *one, const void *other)
{
	const char *a = strrchr(((const struct image *)one)->name, ':');
	const char *b = strrchr(((const struct image *)other)->name, ':');
	int order = strcmp(a ? a : "", b ? b : "");

	return order ? order : compare_name(one, other);
}

static const struct order orders[] = {
	{ "created", compare_age }, { "id", compare_id }, { "repository", compare_name }, { "size", compare_size },
	{ "tag", compare_tag }, { NULL, NULL }
};

static void add_row(struct arena *arena, struct rows *rows, const struct image *image, bool whole)
{
	struct shelf_name name = shelf_name(arena, image);
	const char *size = size_human(arena, image->size, 3);
	struct json_writer *out = &rows->writer;

	json_open_object(out, NULL);
	json_put_text(out, "Containers", "N/A");
	json_put_text(out, "CreatedAt", image->created ? human_time(arena, image->created) : "N/A");
	json_put_text(out, "CreatedSince", human_ago(arena, time(NULL), image->created));
	json_put_text(out, "Digest", image->repo_digest.text[0] ? image->repo_digest.text : "<none>");
	json_put_text(out, "ID", shelf_id(arena, &image->id, whole));
	json_put_text(out, "Repository", name.repository);
	json_put_text(out, "SharedSize", "N/A");
	json_put_text(out, "Size", size);
	json_put_text(out, "Tag", name.tag);
	json_put_text(out, "UniqueSize", "N/A");
	json_put_text(out, "VirtualSize", size);
	json_close(out);
}

/* One whose blobs cannot be read is told, so that the others can be seen. */
static void add_rows(struct command *command, struct rows *rows, const struct image_filter *filter,
		     const struct shelf *shelf)
{
	const struct images_asked *asked = command->asked;
	const struct images *images = &shelf->images;

	for (size_t i = 0; i < images->count && !command->problem->found; i++) {
		const struct image *image = &images->at[i];

		if (!image->complete)
			log_message(command->log, "warning",
				    arena_printf(command->arena, "%s: this image cannot be read",
						 image->manifest.digest.text));
		else if (image_filter_takes(filter, shelf, image, command->problem))
			add_row(command->arena, rows, image, asked->whole);
	}
}

static void run(struct command *command)
{
	const struct images_asked *asked = command->asked;
	struct rows rows = rows_new(command->arena);
	struct text out = text_new(command->arena);
	struct rows_style style = { headers, asked->digests ? digests_table : usual_table, asked->format };
	const struct order *order = order_find(orders, asked->sort, command->problem);
	struct image_filter filter;
	struct shelf shelf;

	if (asked->quiet && rows_are_table(asked->format))
		style.format = "{{.ID}}";
	if (!order || !shelf_open(command, &shelf))
		return;
	order_put(order, shelf.images.at, shelf.images.count, sizeof(struct image));
	if (image_filter_read(command->arena, &asked->filter, IMAGE_FILTER_LIST, &shelf, &filter, command->problem)) {
		filter.pattern = command->operand[0];
		add_rows(command, &rows, &filter, &shelf);
		if (rows_add(&out, &rows, &style, command->problem))
			command_print(command, &out);
	}
	store_close(&shelf.store);
}

static const struct option options[] = {
	{ "all", 'a', OPTION_FLAG, offsetof(struct images_asked, all), NULL,
	  N_("accepted: there are no hidden ones") },
	{ "digests", 0, OPTION_FLAG, offsetof(struct images_asked, digests), NULL,
	  N_("also what the registry calls them") },
	{ "filter", 'f', OPTION_TEXTS, offsetof(struct images_asked, filter), "KEY=VALUE",
	  N_("only those; may be given more than once") },
	{ "format", 0, OPTION_TEXT, offsetof(struct images_asked, format), "FORMAT",
	  N_("table (default), json, or a template of Go's") },
	{ "no-trunc", 0, OPTION_FLAG, offsetof(struct images_asked, whole), NULL,
	  N_("whole IDs") },
	{ "quiet", 'q', OPTION_FLAG, offsetof(struct images_asked, quiet), NULL,
	  N_("only the IDs") },
	{ "sort", 0, OPTION_TEXT, offsetof(struct images_asked, sort), "created|id|repository|size|tag",
	  N_("by what they are in order (created: the newest first)") },
	{ NULL }
};

const struct verb verb_images = {
	.name = "images",
	.operands = "[REPOSITORY[:TAG]]",
	.summary = N_("list images"),
	.notes = N_(
		"Filters: dangling=true|false, label=KEY[=VALUE], label!=…, before=IMAGE, since=IMAGE, until=TIME,\n"
		"reference=PATTERN.\n"),
	.options = options,
	.asked_size = sizeof(struct images_asked),
	.operands_max = 1,
	.run = run,
};
