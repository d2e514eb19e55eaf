/* image_filter.c - see image_filter.h */
#include "cli/image_filter.h"
#include <string.h>
#include <time.h>

static const char *const list_keys[] = { "before", "dangling", "label", "reference", "since", "until", NULL };
static const char *const prune_keys[] = { "dangling", "label", "until", NULL };

static void read_dangling(struct image_filter *to, const struct filter *filter, struct problem *problem)
{
	bool dangling = false;

	if (filter_truth(filter, &dangling, problem))
		to->dangling = dangling ? DANGLING_ONLY : DANGLING_NOT;
}

static void set_before(struct image_filter *to, int64_t time)
{
	if (!to->before || time < to->before)
		to->before = time;
}

static int64_t created_of(struct arena *arena, const struct shelf *shelf, const char *name, struct problem *problem)
{
	const struct image *image = shelf_find(arena, &shelf->images, name, NULL, problem);

	return image ? image->created : 0;
}

static void read_one(struct arena *arena, struct image_filter *to, const struct filter *filter,
		     const struct shelf *shelf, struct problem *problem)
{
	int64_t when = 0;

	if (!strcmp(filter->key, "dangling"))
		read_dangling(to, filter, problem);
	else if (!strcmp(filter->key, "label"))
		to->labels = true;
	else if (!strcmp(filter->key, "reference"))
		to->references = true;
	else if (!strcmp(filter->key, "until") && filter_time(filter, time(NULL), &when, problem))
		set_before(to, when);
	else if (!strcmp(filter->key, "before"))
		set_before(to, created_of(arena, shelf, filter->value, problem));
	else if (!strcmp(filter->key, "since"))
		to->after = created_of(arena, shelf, filter->value, problem);
}

bool image_filter_read(struct arena *arena, const struct texts *given, enum image_filter_for purpose,
		       const struct shelf *shelf, struct image_filter *ret_filter, struct problem *problem)
{
	*ret_filter = (struct image_filter){ .dangling = DANGLING_ANY };
	filters_read(arena, given, purpose == IMAGE_FILTER_LIST ? list_keys : prune_keys, &ret_filter->filters,
		     problem);
	for (size_t i = 0; i < ret_filter->filters.count && !problem->found; i++)
		read_one(arena, ret_filter, &ret_filter->filters.at[i], shelf, problem);
	return !problem->found;
}

/* As docker's reference filter: by "name:tag" or by the name alone. */
static bool is_like(struct arena *arena, const char *pattern, const struct image *image)
{
	struct shelf_name name = shelf_name(arena, image);

	return image->name[0] && (filter_matches(pattern, name.text) || filter_matches(pattern, name.repository) ||
				  filter_matches(pattern, image->name));
}

static bool has_reference(struct arena *arena, const struct image_filter *filter, const struct image *image)
{
	for (size_t i = 0; i < filter->filters.count; i++)
		if (!strcmp(filter->filters.at[i].key, "reference") &&
		    is_like(arena, filter->filters.at[i].value, image))
			return true;
	return false;
}

static bool has_labels(const struct image_filter *filter, const struct shelf *shelf, const struct image *image,
		       struct problem *problem)
{
	struct image_config config;

	return shelf_config(shelf, image, &config, problem) &&
	       filters_have_labels(&filter->filters, json_get(config.config, "Labels"));
}

bool image_filter_takes(const struct image_filter *filter, const struct shelf *shelf, const struct image *image,
			struct problem *problem)
{
	struct arena *arena = shelf->store.arena;

	if (filter->dangling != DANGLING_ANY && (filter->dangling == DANGLING_ONLY) != !image->name[0])
		return false;
	if ((filter->before && image->created >= filter->before) || (filter->after && image->created <= filter->after))
		return false;
	if (filter->pattern && !is_like(arena, filter->pattern, image))
		return false;
	if (filter->references && !has_reference(arena, filter, image))
		return false;
	return !filter->labels || has_labels(filter, shelf, image, problem);
}
