/* volumes.c - see volumes.h */
#include "cli/volumes.h"
#include "image/manifest.h"
#include "listing/human.h"
#include <string.h>

struct pairs volumes_pairs(struct arena *arena, const char *option, const struct texts *given, struct problem *problem)
{
	struct pairs pairs = { ARENA_ARRAY(arena, given->count + 1, struct pair), 0 };

	for (size_t i = 0; i < given->count; i++) {
		const char *text = given->at[i], *equals = strchr(text, '=');
		const char *key = equals ? arena_copy(arena, text, (size_t)(equals - text)) : text;
		size_t at = 0;

		if (!key[0])
			problem_set(problem, "option '%s': '%s' is not KEY=VALUE", option, text);
		while (at < pairs.count && strcmp(pairs.at[at].key, key) != 0)
			at++;
		pairs.at[at] = (struct pair){ key, equals ? equals + 1 : "" };
		pairs.count += at == pairs.count;
	}
	return pairs;
}

/* --- all that is known of it --- */

static void put_pairs(struct json_writer *out, const char *key, const struct pairs *pairs)
{
	if (!pairs->count) {
		json_put_null(out, key);
		return;
	}
	json_open_object(out, key);
	for (size_t i = 0; i < pairs->count; i++)
		json_put_text(out, pairs->at[i].key, pairs->at[i].value);
	json_close(out);
}

static void put_volume(struct arena *arena, struct json_writer *out, const struct volume *volume)
{
	json_open_object(out, NULL);
	json_put_text(out, "CreatedAt", human_rfc3339(arena, image_time(volume->created)));
	json_put_text(out, "Driver", "local");
	put_pairs(out, "Labels", &volume->labels);
	json_put_text(out, "Mountpoint", volume->path);
	json_put_text(out, "Name", volume->name);
	put_pairs(out, "Options", &volume->options);
	json_put_text(out, "Scope", "local");
	json_put_bool(out, "Anonymous", volume->anonymous);
	json_close(out);
}

bool volumes_show(struct place *place, const char *name, struct json_writer *out, struct problem *problem)
{
	struct volume volume;

	if (!volume_find(&place->engine, name, &volume, problem))
		return false;
	put_volume(place->engine.arena, out, &volume);
	volume_close(&volume);
	return true;
}

/* --- --filter --- */

struct looked_at { const struct volume *volume; bool used; struct problem *problem; };

static bool fits(void *context, const struct filter *filter)
{
	const struct looked_at *at = context;
	const struct volume *volume = at->volume;
	bool truth = false;

	if (!strcmp(filter->key, "label"))
		return filter_has_label(&volume->labels, filter->value) != filter->negated;
	if (!strcmp(filter->key, "name"))
		return filter_matches_name(filter->value, volume->name);
	if (!strcmp(filter->key, "driver"))
		return !strcmp(filter->value, "local");
	return filter_truth(filter, &truth, at->problem) && truth != at->used;
}

bool volumes_choose(struct command *command, struct place *place, const struct filters *filters,
		    struct volume **ret_list, size_t *ret_count)
{
	struct text warnings = text_new(command->arena);
	struct volume_users users = { 0 };
	const struct engine_container *user;
	size_t kept = 0;

	if (!volume_list(&place->engine, ret_list, ret_count, &warnings, command->problem))
		return false;
	command_warn(command, &warnings);
	if (filters_find(filters, "dangling") && !volume_users_read(&place->engine, &users, command->problem))
		return false;
	for (size_t i = 0; i < *ret_count; i++) {
		struct volume *volume = &(*ret_list)[i];
		struct looked_at at = { volume, volume_users_of(&users, volume->name, &user) > 0, command->problem };

		if (filters_fit(filters, fits, &at))
			(*ret_list)[kept++] = *volume;
	}
	*ret_count = kept;
	return !command->problem->found;
}
