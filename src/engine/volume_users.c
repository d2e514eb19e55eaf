/* volume_users.c - which containers use a volume, and what goes with them: see volume.h. */
#include "engine/volume.h"
#include "base/file.h"
#include "base/sys.h"
#include "engine/parts.h"
#include <errno.h>
#include <string.h>
#include <unistd.h>

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

/* One that others use, or that another process has removed, is none of this one's. False where it is still there, and
 * nobody's. */
static bool remove_unused(struct engine *engine, const char *name)
{
	const struct engine_container *user;
	struct volume_users users;
	struct problem bad = { 0 };
	const char *path = arena_printf(engine->arena, VOLUMES "/%s", name);

	if (!volume_users_read(engine, &users, &bad))
		return false;
	return volume_users_of(&users, name, &user) || volume_remove(engine, name, &bad) ||
	       sys_faccessat2(engine->store->fd, path, F_OK, 0) == -ENOENT;
}

void volume_remove_anonymous(struct engine *engine, const struct made *made)
{
	for (size_t i = 0; i < made->mounts; i++)
		if (made->mount[i].anonymous)
			remove_unused(engine, made->mount[i].name);
}

bool volume_remove_of_folder(struct engine *engine, int folder)
{
	enum { LIMIT = 1 << 20 };
	bool all = true;
	char *text, *name;
	size_t length;

	if (file_read_kept(engine->arena, folder, VOLUMES_FILE, LIMIT, &text, &length))
		return true;
	while ((name = strsep(&text, "\n")))
		if (is_container_id(name))
			all &= remove_unused(engine, name);
	return all;
}
