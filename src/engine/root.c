/* root.c - see root.h */
#include "engine/root.h"
#include "base/fd.h"
#include "base/file.h"
#include "base/overlay.h"
#include "base/sys.h"
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

/* --- one layer --- */

enum looked { LOOK_BELOW, LOOK_FOUND, LOOK_LINK, LOOK_GONE };

/* Whether what is missing in a directory may be in one below it. */
static enum looked missing_in(int directory)
{
	return overlay_is_opaque(directory) ? LOOK_GONE : LOOK_BELOW;
}

static enum looked look_at(struct arena *arena, int directory, const char *name, int *ret_file, char link[PATH_MAX])
{
	closes int file = sys_openat2(directory, name, O_PATH | O_NOFOLLOW, 0, RESOLVE_BENEATH);
	struct stat info;
	ssize_t length;

	if (file == -ENOENT)
		return missing_in(directory);
	if (file < 0 || sys_fstat(file, &info))
		return LOOK_GONE;
	if (S_ISLNK(info.st_mode)) {
		length = sys_readlinkat(file, "", link, PATH_MAX - 1);
		link[length > 0 ? length : 0] = '\0';
		return length > 0 ? LOOK_LINK : LOOK_GONE;
	}
	if (!S_ISREG(info.st_mode))
		return LOOK_GONE;
	/* This very file: by its name there could be a device by now. */
	*ret_file = sys_openat(AT_FDCWD, arena_printf(arena, "/proc/self/fd/%d", file), O_RDONLY | O_NONBLOCK, 0);
	return *ret_file < 0 ? LOOK_GONE : LOOK_FOUND;
}

/* What `folder`/`name` is in the layer. A link in the path of the folder is not followed: then it is gone. */
static enum looked look_in(struct arena *arena, int layer, const char *folder, const char *name, int *ret_file,
			   char link[PATH_MAX])
{
	closes int directory = sys_openat2(layer, folder[0] ? folder : ".", O_RDONLY | O_DIRECTORY, 0,
					   RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS);

	if (directory == -ENOENT)
		return missing_in(layer);
	if (directory < 0)
		return LOOK_GONE;
	return look_at(arena, directory, name, ret_file, link);
}

/* --- all of them --- */

static enum looked look(const struct container_root *root, const char *path, int *ret_file, char link[PATH_MAX])
{
	const char *slash = strrchr(path, '/');
	const char *folder = slash ? arena_copy(root->arena, path, (size_t)(slash - path)) : "";
	enum looked looked = LOOK_BELOW;

	for (size_t i = 0; i < root->directory.count && looked == LOOK_BELOW; i++) {
		closes int layer = sys_openat(root->from, root->directory.at[i], O_RDONLY | O_DIRECTORY, 0);

		if (layer < 0)
			return LOOK_GONE;
		looked = look_in(root->arena, layer, folder, slash ? slash + 1 : path, ret_file, link);
	}
	return looked;
}

/* Takes a name from the end of the path, if there is one. */
static size_t without_last(const char *path, size_t length)
{
	while (length && path[length - 1] != '/')
		length--;
	return length ? length - 1 : 0;
}

/* The path that a link means, from the root on: "..", which ends there, and "." taken out. */
static const char *follow(struct arena *arena, const char *path, const char *link)
{
	struct text joined = text_new(arena);
	size_t length = link[0] == '/' ? 0 : without_last(path, strlen(path));

	text_add_bytes(&joined, path, length);
	for (const char *at = link; *at;) {
		size_t part = strcspn(at, "/");

		if (part == 2 && at[0] == '.' && at[1] == '.') {
			joined.length = without_last(joined.at, joined.length);
			joined.at[joined.length] = '\0';
		} else if (part && !(part == 1 && at[0] == '.')) {
			text_add(&joined, joined.length ? "/" : "");
			text_add_bytes(&joined, at, part);
		}
		at += part + (at[part] == '/');
	}
	return joined.at;
}

int root_read_file(const struct container_root *root, const char *path, size_t limit, char **ret_text,
		   size_t *ret_length)
{
	enum { LINKS_MAX = 8 };
	char link[PATH_MAX];

	for (int i = 0; i < LINKS_MAX; i++) {
		closes int file = -1;

		switch (look(root, path, &file, link)) {
		case LOOK_FOUND: return file_read_fd(root->arena, file, limit, ret_text, ret_length);
		case LOOK_LINK: path = follow(root->arena, path, link); break;
		case LOOK_BELOW:
		case LOOK_GONE: return -ENOENT;
		}
	}
	return -ELOOP;
}
