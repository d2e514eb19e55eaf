/* export_layer.c - what a container has changed as a layer: see export.h */
#include "base/fd.h"
#include "image/export_parts.h"
#include <string.h>

/* What says in a layer that a file of the layers below is gone (OCI image-spec, layer.md, "Whiteouts"). */
static const char whiteout[] = ".wh.", opaque[] = ".wh..wh..opq";

static int write_mark(struct exporting *exporting, const char *name)
{
	struct tar_entry entry = { .kind = TAR_FILE, .name = name, .link = "" };
	int error = tar_write_entry(&exporting->tar, &entry, &exporting->arena);

	return error ? export_failed(exporting, "cannot be written to the archive", error) : 0;
}

static int write_whiteout(struct exporting *exporting, const char *path)
{
	const char *slash = strrchr(path, '/');
	int folder = slash ? (int)(slash - path) + 1 : 0;

	return write_mark(exporting, arena_printf(&exporting->arena, "%.*s%s%s", folder, path, whiteout,
						  path + folder));
}

static int write_difference(void *context, const struct difference *difference)
{
	struct exporting *exporting = context;
	int error;

	text_clear(&exporting->path);
	text_add(&exporting->path, difference->path);
	if (difference->kind == DIFFERENCE_DELETED)
		return difference->hidden ? 0 : write_whiteout(exporting, difference->path);
	if (S_ISSOCK(difference->info->st_mode)) {
		export_note(exporting, "is a socket; left out");
		return 0;
	}
	error = export_entry(exporting, difference->handle, difference->info);
	if (error || !difference->opaque)
		return error;
	return write_mark(exporting, arena_printf(&exporting->arena, "%s/%s", difference->path, opaque));
}

int export_layer(int upper, int lower, const struct texts *mounts, struct tar_sink sink,
		 const struct export_notes *notes, struct problem *problem)
{
	struct exporting exporting = { .tar = tar_writer_new(sink), .notes = notes, .problem = problem };
	const struct difference_visitor visitor = { write_difference, &exporting };

	export_begin(&exporting);
	return export_finish(&exporting, difference_walk(upper, lower, mounts, "", &visitor, problem));
}
