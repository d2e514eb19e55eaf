/* volume_tree.c - walks and copies trees by descriptors: see volume_parts.h.
 *
 * What is in them may be changed by a container meanwhile: each name is looked up alone, in a directory that is open,
 * and what has vanished is not there.
 */
#include "base/copy.h"
#include "base/fd.h"
#include "base/overlay.h"
#include "base/sys_file.h"
#include "engine/volume_parts.h"
#include "image/export_links.h"
#include <string.h>

enum { DEPTH_MAX = 400, NAMES_SIZE = 4096 };	/* each level holds two descriptors and some stack */

static int open_folder(int dir, const char *name)
{
	return sys_openat2(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0,
			   RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_XDEV);
}

/* --- each name --- */

typedef int with_name(void *context, const char *name);

static int each_name(int dir, with_name *with, void *context)
{
	union { struct sys_dirent entry; char bytes[NAMES_SIZE]; } names;
	ssize_t got;

	while ((got = sys_getdents64(dir, names.bytes, sizeof(names))) > 0) {
		for (ssize_t at = 0; at < got;) {
			const struct sys_dirent *entry = (const void *)(names.bytes + at);
			int error = strcmp(entry->name, ".") && strcmp(entry->name, "..") ?
				with(context, entry->name) : 0;

			if (error)
				return error;
			at += entry->length;
		}
	}
	return (int)got;
}

/* --- a walk --- */

struct walk {
	int dir;
	unsigned depth;
	volume_visit *visit;
	void *context;
};

static int walk_name(void *data, const char *name)
{
	const struct walk *walk = data;
	struct stat info;
	int error = sys_fstatat(walk->dir, name, &info, AT_SYMLINK_NOFOLLOW);

	if (!error && S_ISDIR(info.st_mode)) {
		closes int dir = walk->depth < DEPTH_MAX ? open_folder(walk->dir, name) : -ELOOP;
		struct walk below = { dir, walk->depth + 1, walk->visit, walk->context };

		error = dir == -EXDEV ? 0 : dir < 0 ? dir : each_name(dir, walk_name, &below);
	}
	if (!error)
		error = walk->visit(walk->context, walk->dir, name, &info);
	return error == -ENOENT ? 0 : error;
}

int volume_walk(int dir, volume_visit *visit, void *context)
{
	struct walk walk = { dir, 0, visit, context };

	return each_name(dir, walk_name, &walk);
}

/* --- moving --- */

struct moving { int from, to; };

/* What has the name there already stays. */
static int move_name(void *data, const char *name)
{
	const struct moving *moving = data;
	int error = sys_renameat_new(moving->from, name, moving->to, name);

	return error == -EEXIST || error == -ENOENT ? 0 : error;
}

int volume_move_names(int from, int to)
{
	struct moving moving = { from, to };

	return each_name(from, move_name, &moving);
}

static int is_there(void *data, const char *name)
{
	return 1;
}

bool volume_has_names(int dir)
{
	return each_name(dir, is_there, NULL) > 0;
}

/* --- a copy --- */

struct copying {
	struct arena arena;
	struct export_links links;
	int top;			/* where names of links begin */
	struct text path;		/* of what is copied */
};

struct place {
	struct copying *copying;
	int from, to;
	unsigned depth;
};

/* Labels are this machine's, and marks of overlayfs say how layers are put together. */
static bool is_wanted(const char *attribute)
{
	return strcmp(attribute, "security.selinux") != 0 && strncmp(attribute, "user.overlay.", 13) != 0 &&
	       strncmp(attribute, "trusted.overlay.", 16) != 0;
}

int volume_copy_metadata(int from, int to)
{
	struct stat info;
	int error = sys_fstat(from, &info);

	return error ? error : copy_metadata(from, to, &info, is_wanted);
}

/* O_NONBLOCK: the name may have become a pipe in the meantime. */
static int copy_file(const struct place *place, const char *name)
{
	closes int from = sys_openat(place->from, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, 0);
	closes int to = from < 0 ? from : sys_openat(place->to, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0600);
	int error = to < 0 ? to : copy_content(from, to);

	return error ? error : volume_copy_metadata(from, to);
}

static int copy_name(void *data, const char *name);

/* The directory's own times come last, after what is made in it. */
static int copy_folder(const struct place *place, const char *name)
{
	closes int from = place->depth < DEPTH_MAX ? open_folder(place->from, name) : -ELOOP, to = -1;
	struct place below = { place->copying, from, -1, place->depth + 1 };
	int error = from < 0 ? from : sys_mkdirat(place->to, name, 0700);

	if (error)
		return error;
	below.to = to = open_folder(place->to, name);
	error = to < 0 ? to : each_name(from, copy_name, &below);
	return error ? error : volume_copy_metadata(from, to);
}

/* Of several names of one file the first one is copied. */
static int copy_kind(const struct place *place, const char *name, const struct stat *info)
{
	struct copying *copying = place->copying;
	const char *before = NULL;

	if (S_ISDIR(info->st_mode))
		return copy_folder(place, name);
	if (info->st_nlink > 1)
		before = export_links_add(&copying->links, info, copying->path.at);
	if (before)
		return sys_linkat(copying->top, before, place->to, name, 0);
	if (S_ISREG(info->st_mode))
		return copy_file(place, name);
	return S_ISLNK(info->st_mode) ? copy_symlink(place->from, place->to, name, info) :
	       copy_node(place->to, name, info);
}

static int copy_name(void *data, const char *name)
{
	const struct place *place = data;
	struct text *path = &place->copying->path;
	size_t length = path->length;
	struct stat info;
	int error = sys_fstatat(place->from, name, &info, AT_SYMLINK_NOFOLLOW);

	if (error)
		return error == -ENOENT ? 0 : error;
	if (S_ISSOCK(info.st_mode) || overlay_is_whiteout(&info))
		return 0;
	text_printf(path, "%s%s", length ? "/" : "", name);
	error = copy_kind(place, name, &info);
	path->length = length;
	path->at[length] = '\0';
	return error;
}

int volume_copy_tree(int from, int to)
{
	struct copying copying = { .top = to };
	const struct place place = { &copying, from, to, 0 };
	int error;

	arena_init(&copying.arena, NULL, 0);
	copying.links.arena = &copying.arena;
	copying.path = text_new(&copying.arena);
	error = each_name(from, copy_name, (void *)(uintptr_t)&place);
	if (!error)
		error = volume_copy_metadata(from, to);
	arena_release(&copying.arena);
	return error;
}
