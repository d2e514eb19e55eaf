/* cmd_history.c - `taru history`: the steps that made an image, the last one first. */
#include "base/size.h"
#include "cli/shelf.h"
#include "image/layers.h"
#include "listing/human.h"
#include "listing/rows.h"
#include <time.h>

struct history_asked {
	bool whole, quiet;
	struct maybe_bool human;
	const char *format;
};

static const struct pair headers[] = {
	{ "Comment", "COMMENT" }, { "CreatedAt", "CREATED AT" }, { "CreatedBy", "CREATED BY" },
	{ "CreatedSince", "CREATED" }, { "ID", "IMAGE" }, { "Size", "SIZE" }, { NULL, NULL }
};

static const char human_table[] =
	"table {{.ID}}\t{{.CreatedSince}}\t{{.CreatedBy}}\t{{.Size}}\t{{.Comment}}";
static const char exact_table[] = "table {{.ID}}\t{{.CreatedAt}}\t{{.CreatedBy}}\t{{.Size}}\t{{.Comment}}";

/* The size of each layer's files where it is unpacked, else of its blob. */
static uint64_t layer_size(const struct shelf *shelf, const struct digest *chain, uint64_t blob)
{
	struct layer_facts facts;

	return layer_read(&shelf->store, chain, &facts) ? facts.size : blob;
}

static uint64_t *layer_sizes(const struct shelf *shelf, const struct document *manifest,
			     const struct image_config *config)
{
	uint64_t *sizes = ARENA_ARRAY(shelf->store.arena, config->diff_ids_count + 1, uint64_t);
	struct digest chain;

	for (size_t i = 0; i < config->diff_ids_count; i++) {
		chain = digest_chain(i ? &chain : NULL, &config->diff_ids[i]);
		sizes[i] = layer_size(shelf, &chain, i < manifest->count ? manifest->list[i].size : 0);
	}
	return sizes;
}

static void add_row(struct command *command, struct rows *rows, const struct history *step, const char *id,
		    uint64_t size)
{
	const struct history_asked *asked = command->asked;
	bool human = !asked->human.set || asked->human.value;
	int64_t created = image_time(step->created);
	struct json_writer *out = &rows->writer;

	json_open_object(out, NULL);
	json_put_text(out, "Comment", human_line(command->arena, step->comment, true));
	json_put_text(out, "CreatedAt", created ? human_rfc3339(command->arena, created) : "");
	json_put_text(out, "CreatedBy", human_line(command->arena, step->created_by, asked->whole));
	json_put_text(out, "CreatedSince", human_ago(command->arena, time(NULL), created));
	json_put_text(out, "ID", id);
	json_put_text(out, "Size", human ? size_human(command->arena, size, 3) :
					   arena_printf(command->arena, "%llu", (unsigned long long)size));
	json_close(out);
}

/* Layers and steps are told from the top. An image without a history has its layers alone. */
static void add_rows(struct command *command, struct rows *rows, const struct image *image,
		     const struct image_config *config, const uint64_t *sizes)
{
	const struct history_asked *asked = command->asked;
	static const struct history unknown = { "", "", "", "", false };
	size_t count = config->history_count ? config->history_count : config->diff_ids_count;
	size_t layer = config->diff_ids_count;

	for (size_t i = count; i-- > 0;) {
		const struct history *step = config->history_count ? &config->history[i] : &unknown;
		bool filled = !step->empty_layer && layer > 0;

		layer -= filled;
		add_row(command, rows, step,
			i + 1 == count ? shelf_id(command->arena, &image->id, asked->whole) : "<missing>",
			filled ? sizes[layer] : 0);
	}
}

static void print_history(struct command *command, const struct shelf *shelf, const struct image *image)
{
	const struct history_asked *asked = command->asked;
	bool human = !asked->human.set || asked->human.value;
	struct rows rows = rows_new(command->arena);
	struct rows_style style = { headers, human ? human_table : exact_table, asked->format };
	struct text out = text_new(command->arena);
	struct document manifest;
	struct image_config config;

	if (asked->quiet && rows_are_table(asked->format))
		style.format = "{{.ID}}";
	if (!store_read_manifest(&shelf->store, &image->manifest.digest, &manifest, command->problem) ||
	    !store_read_config(&shelf->store, &manifest, &config, command->problem))
		return;
	add_rows(command, &rows, image, &config, layer_sizes(shelf, &manifest, &config));
	if (rows_add(&out, &rows, &style, command->problem))
		command_print(command, &out);
}

static void run(struct command *command)
{
	const struct image *image;
	struct shelf shelf;

	if (!shelf_open(command, &shelf))
		return;
	image = shelf_find(command->arena, &shelf.images, command->operand[0], NULL, command->problem);
	if (image)
		print_history(command, &shelf, image);
	store_close(&shelf.store);
}

static const struct option options[] = {
	{ "format", 0, OPTION_TEXT, offsetof(struct history_asked, format), "FORMAT",
	  N_("table (default), json, or a template of Go's") },
	{ "human", 'H', OPTION_MAYBE_FLAG, offsetof(struct history_asked, human), NULL,
	  N_("sizes and times for people; on unless --human=false") },
	{ "no-trunc", 0, OPTION_FLAG, offsetof(struct history_asked, whole), NULL,
	  N_("whole IDs and commands") },
	{ "quiet", 'q', OPTION_FLAG, offsetof(struct history_asked, quiet), NULL,
	  N_("only the IDs") },
	{ NULL }
};

const struct verb verb_history = {
	.name = "history",
	.operands = "IMAGE",
	.summary = N_("show the steps that made an image"),
	.options = options,
	.asked_size = sizeof(struct history_asked),
	.operands_min = 1,
	.operands_max = 1,
	.run = run,
};
