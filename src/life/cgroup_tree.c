/* cgroup_tree.c - goes through the cgroups below one: see cgroup_tree.h.
 *
 * Who may write to a cgroup can make more in it, as deep and with names as long as the kernel takes them: so no path is
 * put together, which would be too long, and only one descriptor is open.
 */
#include "life/cgroup_tree.h"
#include "base/fd.h"
#include "base/sys.h"
#include "spec/spec.h"
#include <dirent.h>
#include <string.h>

struct level { struct texts names; size_t next; };

struct walk {
	struct arena *arena;
	const struct cgroup_visitor *visitor;
	struct level *at;
	size_t depth, room;
	int folder;			/* of the lowest level */
};

static int open_child(int folder, const char *name)
{
	return sys_openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
}

static struct texts children_of(struct arena *arena, int folder)
{
	struct texts list = { 0 };
	size_t room = 0;
	int fd = open_child(folder, ".");
	DIR *directory = fd < 0 ? NULL : fdopendir(fd);

	for (struct dirent *entry = directory ? readdir(directory) : NULL; entry; entry = readdir(directory)) {
		if (entry->d_type != DT_DIR || strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		list.at = arena_grow(arena, list.at, list.count, &room, sizeof(*list.at));
		list.at[list.count++] = arena_copy(arena, entry->d_name, strlen(entry->d_name));
	}
	if (directory)
		closedir(directory);
	return list;
}

/* The folder becomes that of the lowest level. */
static void go_down(struct walk *walk, int folder)
{
	if (walk->folder >= 0)
		sys_close(walk->folder);
	walk->folder = folder;
	if (walk->visitor->before)
		walk->visitor->before(walk->visitor->context, folder);
	walk->at = arena_grow(walk->arena, walk->at, walk->depth, &walk->room, sizeof(*walk->at));
	walk->at[walk->depth++] = (struct level){ children_of(walk->arena, folder), 0 };
}

static bool go_up(struct walk *walk)
{
	int folder = --walk->depth ? open_child(walk->folder, "..") : -1;
	struct level *level;

	sys_close(walk->folder);
	walk->folder = folder;
	if (folder < 0)
		return false;
	level = &walk->at[walk->depth - 1];
	if (walk->visitor->after)
		walk->visitor->after(walk->visitor->context, folder, level->names.at[level->next - 1]);
	return true;
}

void cgroup_walk(struct arena *arena, const char *path, const struct cgroup_visitor *visitor)
{
	struct walk walk = { .arena = arena, .visitor = visitor, .folder = -1 };
	int folder = open_child(AT_FDCWD, path);

	if (folder < 0)
		return;
	go_down(&walk, folder);
	do {
		struct level *level = &walk.at[walk.depth - 1];

		while (level->next < level->names.count) {
			folder = open_child(walk.folder, level->names.at[level->next++]);
			if (folder < 0)
				continue;
			go_down(&walk, folder);
			level = &walk.at[walk.depth - 1];
		}
	} while (go_up(&walk));
}
