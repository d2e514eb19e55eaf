/* export_tree.c - walks a tree by descriptors, in the order of names. */
#include "image/export_parts.h"
#include "base/fd.h"
#include "base/overlay.h"
#include "base/sys_file.h"
#include "base/text.h"
#include <stdlib.h>
#include <string.h>

enum { DEPTH_MAX = 4096 };		/* each level holds a descriptor */

static void add_name(struct arena *arena, struct export_names *names, const char *name)
{
	if (!strcmp(name, ".") || !strcmp(name, ".."))
		return;
	names->at = arena_grow(arena, names->at, names->count, &names->room, sizeof(*names->at));
	names->at[names->count++] = arena_copy(arena, name, strlen(name));
}

int export_names_add(struct arena *arena, int dir, struct export_names *names)
{
	union { struct sys_dirent entry; char bytes[32 * 1024]; } *buffer = arena_alloc(arena, sizeof(*buffer));
	ssize_t got;

	while ((got = sys_getdents64(dir, buffer->bytes, sizeof(buffer->bytes))) > 0) {
		for (ssize_t at = 0; at < got;) {
			const struct sys_dirent *entry = (const void *)(buffer->bytes + at);

			add_name(arena, names, entry->name);
			at += entry->length;
		}
	}
	if (names->count)
		qsort(names->at, names->count, sizeof(char *), text_order);
	return (int)got;
}

int export_names_read(struct arena *arena, int dir, struct export_names *ret_names)
{
	*ret_names = (struct export_names){ 0 };
	return export_names_add(arena, dir, ret_names);
}

static int walk(struct exporting *exporting, int dir, unsigned depth);

static int walk_below(struct exporting *exporting, int handle, unsigned depth)
{
	closes int dir = depth > DEPTH_MAX ? -ELOOP : export_reopen(handle, O_RDONLY | O_DIRECTORY);

	return dir < 0 ? export_failed(exporting, "cannot be opened", dir) : walk(exporting, dir, depth);
}

static int export_handle(struct exporting *exporting, int handle, unsigned depth)
{
	struct stat info;
	int error = sys_fstat(handle, &info);

	if (error)
		return export_failed(exporting, "cannot be read", error);
	if (S_ISSOCK(info.st_mode)) {
		export_note(exporting, "is a socket; left out");
		return 0;
	}
	/* A layer that is looked at alone has such. */
	if (overlay_is_whiteout(&info))
		return 0;
	error = export_entry(exporting, handle, &info);
	if (error || !S_ISDIR(info.st_mode))
		return error;
	return walk_below(exporting, handle, depth + 1);
}

/* What vanishes while a container runs is not there. */
static int export_name(struct exporting *exporting, int dir, const char *name, unsigned depth)
{
	const uint64_t resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | (exporting->mounts ? 0 : RESOLVE_NO_XDEV);
	closes int handle = sys_openat2(dir, name, O_PATH | O_NOFOLLOW, 0, resolve);

	if (handle == -ENOENT)
		return 0;
	if (handle == -EXDEV) {
		export_note(exporting, "something is mounted there; left out");
		return 0;
	}
	if (handle < 0)
		return export_failed(exporting, "cannot be opened", handle);
	return export_handle(exporting, handle, depth);
}

static int walk_names(struct exporting *exporting, int dir, const struct export_names *names, unsigned depth)
{
	size_t length = exporting->path.length;
	int error = 0;

	for (size_t i = 0; i < names->count && !error; i++) {
		if (length)
			text_add(&exporting->path, "/");
		text_add(&exporting->path, names->at[i]);
		error = export_name(exporting, dir, names->at[i], depth);
		exporting->path.length = length;
		exporting->path.at[length] = '\0';
	}
	return error;
}

static int walk(struct exporting *exporting, int dir, unsigned depth)
{
	struct export_names names;
	struct arena arena;
	int error;

	arena_init(&arena, NULL, 0);
	error = export_names_read(&arena, dir, &names);
	if (error)
		export_failed(exporting, "cannot be read", error);
	else
		error = walk_names(exporting, dir, &names, depth);
	arena_release(&arena);
	return error;
}

/* --- all of it --- */

void export_begin(struct exporting *exporting)
{
	arena_init(&exporting->arena, NULL, 0);
	exporting->links.arena = &exporting->arena;
	exporting->path = text_new(&exporting->arena);
	exporting->piece = arena_alloc(&exporting->arena, EXPORT_PIECE);
}

int export_finish(struct exporting *exporting, int error)
{
	if (!error)
		error = tar_write_end(&exporting->tar);
	if (error && !exporting->problem->found)
		export_failed(exporting, "cannot be written to the archive", error);
	arena_release(&exporting->arena);
	return error;
}

int export_tree(int root, struct tar_sink sink, const struct export_notes *notes, struct problem *problem)
{
	struct exporting exporting = { .tar = tar_writer_new(sink), .notes = notes, .problem = problem };

	export_begin(&exporting);
	return export_finish(&exporting, walk_below(&exporting, root, 0));
}

int export_file(int handle, const char *name, struct tar_sink sink, const struct export_notes *notes,
		struct problem *problem)
{
	struct exporting exporting = { .tar = tar_writer_new(sink), .mounts = true, .notes = notes,
				       .problem = problem };

	export_begin(&exporting);
	text_add(&exporting.path, name);
	return export_finish(&exporting, export_handle(&exporting, handle, 0));
}
