/* difference_settings.c - in what two containers differ beside the steps of their start: see difference.h. */
#include "show/difference.h"
#include <string.h>

struct settings {
	struct pairs list;		/* with what is taken for what differs in any case */
	bool *used;
};

static struct settings read_settings(struct arena *arena, const struct told_plan *told)
{
	struct settings settings = {
		{ ARENA_ARRAY(arena, told->settings.count + 1, struct pair), told->settings.count },
		ARENA_ARRAY(arena, told->settings.count + 1, bool),
	};

	for (size_t i = 0; i < told->settings.count; i++)
		settings.list.at[i] = (struct pair){ told->settings.at[i].key,
						     difference_text(arena, told->settings.at[i].value, told->same) };
	return settings;
}

/* The value of a setting of that name that is still to be told, and which is `value` where that is not NULL. */
static const char *take(struct settings *settings, const char *name, const char *value)
{
	for (size_t i = 0; i < settings->list.count; i++) {
		const struct pair *one = &settings->list.at[i];

		if (settings->used[i] || strcmp(one->key, name) != 0 || (value && strcmp(one->value, value) != 0))
			continue;
		settings->used[i] = true;
		return one->value;
	}
	return NULL;
}

static void add(struct differences *differences, const char *name, const char *left, const char *right)
{
	differences->setting[differences->settings++] = (struct setting_difference){ name, left, right };
}

void setting_differences(struct arena *arena, const struct told_plan *left, const struct told_plan *right,
			 struct differences *differences)
{
	struct settings lefts = read_settings(arena, left), rights = read_settings(arena, right);

	differences->setting = ARENA_ARRAY(arena, lefts.list.count + rights.list.count + 1, struct setting_difference);
	differences->settings = 0;
	for (size_t i = 0; i < lefts.list.count; i++)
		lefts.used[i] = take(&rights, lefts.list.at[i].key, lefts.list.at[i].value);
	for (size_t i = 0; i < lefts.list.count; i++)
		if (!lefts.used[i])
			add(differences, lefts.list.at[i].key, lefts.list.at[i].value,
			    take(&rights, lefts.list.at[i].key, NULL));
	for (size_t i = 0; i < rights.list.count; i++)
		if (!rights.used[i])
			add(differences, rights.list.at[i].key, NULL, rights.list.at[i].value);
}
