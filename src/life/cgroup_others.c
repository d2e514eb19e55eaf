/* cgroup_others.c - whether a container's cgroups are another one's too.
 *
 * A cgroup without processes can be taken by a container while one that has ended, or was never begun, has it in its
 * note still; and a container's cgroup can be in another one's. Then its processes are not ours to end.
 */
#include "base/sys.h"
#include "life/cgroup.h"
#include <string.h>

/* Whether the path is that of the cgroup, or of one below. */
static bool is_in(const char *path, const struct cgroup *cgroup)
{
	size_t length = strlen(cgroup->path);

	return strncmp(path, cgroup->path, length) == 0 && (!path[length] || path[length] == '/');
}

static bool overlap(const struct cgroups *cgroups, const struct cgroups *others)
{
	for (size_t i = 0; i < cgroups->count; i++)
		for (size_t k = 0; k < others->count; k++)
			if (is_in(others->at[k].path, &cgroups->at[i]))
				return true;
	return false;
}

/* What its note says; whether it lives is looked at only where that matters. */
static bool notes_them(struct arena *arena, const char *path, const struct cgroups *cgroups)
{
	struct container other = { .arena = arena, .process = -1 };
	bool found;

	other.folder = sys_openat(AT_FDCWD, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
	found = other.folder >= 0 && overlap(cgroups, container_cgroups(&other));
	container_close(&other);
	return found;
}

static bool lives(struct arena *arena, const char *root, const char *id)
{
	struct container other;
	struct problem problem = { 0 };
	bool found;

	container_open(arena, root, id, &other, &problem);
	found = !other.missing && other.folder >= 0 && other.status != STATUS_STOPPED;
	container_close(&other);
	return found;
}

bool cgroups_are_others(const struct container *container, const struct cgroups *cgroups)
{
	struct arena *arena = container->arena;
	size_t length = strlen(container->path) - strlen(container->id);
	const char *root = arena_copy(arena, container->path, length);
	struct problem problem = { 0 };
	struct texts list = container_list(arena, root, &problem);

	for (size_t i = 0; i < list.count; i++)
		if (strcmp(list.at[i], container->id) != 0 &&
		    notes_them(arena, arena_printf(arena, "%s%s", root, list.at[i]), cgroups) &&
		    lives(arena, root, list.at[i]))
			return true;
	return false;
}
