/* volume_users.c - which containers use a volume, and what goes with them: see volume.h. */
#include "engine/volume.h"
#include <string.h>

bool volume_users_read(struct engine *engine, struct volume_users *ret_users, struct problem *problem)
{
	struct text unread = text_new(engine->arena);

	if (!engine_list(engine, &ret_users->list, &ret_users->count, &unread, problem))
		return false;
	unread.at[strcspn(unread.at, "\n")] = '\0';
	if (unread.at[0])
		problem_set(problem, "nobody knows which volumes are in use: %s", unread.at);
	return !problem->found;
}

static bool uses(const struct made *made, const char *name)
{
	for (size_t i = 0; i < made->mounts; i++)
		if (!strcmp(made->mount[i].name, name))
			return true;
	return false;
}

size_t volume_users_of(const struct volume_users *users, const char *name, const struct engine_container **ret_first)
{
	size_t count = 0;

	for (size_t i = 0; i < users->count; i++) {
		if (!uses(&users->list[i].made, name))
			continue;
		if (!count++)
			*ret_first = &users->list[i];
	}
	return count;
}

void volume_remove_anonymous(struct engine *engine, const struct made *made, struct text *warnings)
{
	for (size_t i = 0; i < made->mounts; i++) {
		const struct engine_container *user;
		struct volume_users users;
		struct problem problem = { 0 };
		const char *name = made->mount[i].name;

		if (!made->mount[i].anonymous || !volume_users_read(engine, &users, &problem) ||
		    volume_users_of(&users, name, &user))
			continue;
		if (!volume_remove(engine, name, &problem) && warnings)
			text_printf(warnings, "%s\n", problem.text);
	}
}
