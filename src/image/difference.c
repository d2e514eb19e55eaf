/* difference.c - see difference.h */
#include "image/difference.h"
#include "base/fd.h"
#include "base/overlay.h"
#include "image/export_parts.h"
#include "spec/names.h"
#include <string.h>

enum { DEPTH_MAX = 4096 };		/* each level holds three descriptors */

/* A directory that is being looked through. It is told before the first difference in it. */
struct level {
	struct level *parent;
	struct difference self;
	size_t length;			/* of its path */
	bool told;
	bool mounted;			/* a place for a mount was made in it: so its time has changed */
	unsigned depth;
};

struct walking {
	const struct texts *mounts;
	const struct difference_visitor *visitor;
	struct text path;
	struct problem *problem;
};

static int failed(const struct walking *walking, int error)
{
	problem_set(walking->problem, "'/%s': cannot be read: %s", walking->path.at, errno_words(-error));
	return error;
}

/* --- telling --- */

static int tell_level(struct walking *walking, struct level *level)
{
	char saved;
	int error;

	if (!level || level->told)
		return 0;
	error = tell_level(walking, level->parent);
	if (error)
		return error;
	level->told = true;
	if (level->self.handle < 0)
		return 0;		/* the root has no line */
	saved = walking->path.at[level->length];
	walking->path.at[level->length] = '\0';
	level->self.path = walking->path.at;
	error = walking->visitor->visit(walking->visitor->context, &level->self);
	walking->path.at[level->length] = saved;
	return error;
}

static int tell(struct walking *walking, struct level *parent, struct difference difference)
{
	int error = tell_level(walking, parent);

	difference.path = walking->path.at;
	return error ? error : walking->visitor->visit(walking->visitor->context, &difference);
}

/* --- what was made for mounts --- */

static bool is_for_mount(const struct walking *walking, const struct stat *info)
{
	const char *path = walking->path.at;
	size_t length = walking->path.length;

	if (!S_ISDIR(info->st_mode) && !(S_ISREG(info->st_mode) && !info->st_size))
		return false;
	for (size_t i = 0; i < walking->mounts->count; i++) {
		const char *mount = walking->mounts->at[i];

		if (!strncmp(mount, path, length) &&
		    (!mount[length] || (mount[length] == '/' && S_ISDIR(info->st_mode))))
			return true;
	}
	return false;
}

/* --- one name --- */

static int open_name(int directory, const char *name)
{
	if (directory < 0)
		return -ENOENT;
	return sys_openat2(directory, name, O_PATH | O_NOFOLLOW, 0, RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS);
}

/* What is below; -1: nothing. */
static int open_lower(int directory, const char *name, struct stat *ret_info)
{
	closes int handle = open_name(directory, name);

	if (handle < 0 || sys_fstat(handle, ret_info) || overlay_is_whiteout(ret_info))
		return -1;
	return take_fd(&handle);
}

static bool same_attributes(const struct stat *one, const struct stat *other)
{
	return one->st_mode == other->st_mode && one->st_uid == other->st_uid && one->st_gid == other->st_gid;
}

static bool same_time(const struct stat *one, const struct stat *other)
{
	return one->st_mtim.tv_sec == other->st_mtim.tv_sec && one->st_mtim.tv_nsec == other->st_mtim.tv_nsec;
}

static int walk_level(struct walking *walking, struct level *level, int directory, int lower);

/* `below`: -1, or a directory; `was` is of that. */
static int walk_directory(struct walking *walking, struct level *parent, struct difference self, int below,
			  const struct stat *was)
{
	struct level level = { .parent = parent, .self = self, .length = walking->path.length,
			       .depth = parent->depth + 1 };
	closes int directory = level.depth > DEPTH_MAX ? -ELOOP : export_reopen(self.handle, O_RDONLY | O_DIRECTORY);
	bool for_mount = self.kind == DIFFERENCE_ADDED && is_for_mount(walking, self.info);
	int error;

	if (directory < 0)
		return failed(walking, directory);
	level.self.opaque = below >= 0 && overlay_is_opaque(directory);
	parent->mounted |= for_mount;
	error = (self.kind == DIFFERENCE_ADDED && !for_mount) || level.self.opaque ||
		(self.kind == DIFFERENCE_CHANGED && (below < 0 || !same_attributes(self.info, was))) ?
		tell_level(walking, &level) : 0;
	if (!error)
		error = walk_level(walking, &level, directory, below);
	if (!error && below >= 0 && !level.mounted && !same_time(self.info, was))
		error = tell_level(walking, &level);
	return error;
}

static int walk_handle(struct walking *walking, struct level *parent, int handle, int lower, const struct stat *was)
{
	struct stat info;
	struct difference self = { .kind = lower < 0 ? DIFFERENCE_ADDED : DIFFERENCE_CHANGED, .handle = handle,
				   .info = &info };
	int error = sys_fstat(handle, &info);

	if (error)
		return failed(walking, error);
	if (overlay_is_whiteout(&info))
		return lower < 0 ? 0 : tell(walking, parent, (struct difference){ .kind = DIFFERENCE_DELETED,
										   .handle = -1 });
	if (S_ISDIR(info.st_mode))
		return walk_directory(walking, parent, self, lower >= 0 && S_ISDIR(was->st_mode) ? lower : -1, was);
	if (lower < 0 && is_for_mount(walking, &info)) {
		parent->mounted = true;
		return 0;
	}
	return tell(walking, parent, self);
}

/* What vanishes meanwhile is not there. */
static int walk_name(struct walking *walking, struct level *level, int directory, int lower, const char *name)
{
	struct stat was = { 0 };
	closes int handle = open_name(directory, name);
	closes int below = open_lower(lower, name, &was);

	if (handle == -ENOENT)
		return below >= 0 && level->self.opaque ?
			tell(walking, level, (struct difference){ .kind = DIFFERENCE_DELETED, .handle = -1,
								  .hidden = true }) : 0;
	return handle < 0 ? failed(walking, handle) : walk_handle(walking, level, handle, below, &was);
}

/* --- a directory --- */

/* The names here and, in an opaque one, those that it hides. */
static int read_both(struct arena *arena, const struct level *level, int directory, int lower,
		     struct export_names *ret_names)
{
	int error = export_names_read(arena, directory, ret_names);
	closes int below = error || !level->self.opaque ? -1 : export_reopen(lower, O_RDONLY | O_DIRECTORY);

	return below < 0 ? error : export_names_add(arena, below, ret_names);
}

static int walk_level(struct walking *walking, struct level *level, int directory, int lower)
{
	size_t length = walking->path.length;
	struct export_names names;
	struct arena arena;
	int error;

	arena_init(&arena, NULL, 0);
	error = read_both(&arena, level, directory, lower, &names);
	if (error)
		failed(walking, error);
	for (size_t i = 0; i < names.count && !error; i++) {
		if (i && !strcmp(names.at[i], names.at[i - 1]))
			continue;
		text_printf(&walking->path, "%s%s", length ? "/" : "", names.at[i]);
		error = walk_name(walking, level, directory, lower, names.at[i]);
		walking->path.length = length;
		walking->path.at[length] = '\0';
	}
	arena_release(&arena);
	return error;
}

int difference_walk(int upper, int lower, const struct texts *mounts, const char *prefix,
		    const struct difference_visitor *visitor, struct problem *problem)
{
	struct walking walking = { .mounts = mounts, .visitor = visitor, .problem = problem };
	struct level root = { .self.handle = -1 };
	struct arena arena;
	int error;

	arena_init(&arena, NULL, 0);
	walking.path = text_new(&arena);
	text_add(&walking.path, prefix);
	error = walk_level(&walking, &root, upper, lower);
	arena_release(&arena);
	return error;
}
