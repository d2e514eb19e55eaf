/* export.c - see export.h */
#include "engine/export.h"
#include "engine/event.h"
#include "engine/reach.h"
#include "image/archive_file.h"
#include "spec/reason.h"

struct exporting {
	struct archive_file file;
	const struct export_notes *notes;
};

static int write_archive(void *data, int root, struct problem *problem)
{
	struct exporting *exporting = data;
	int error = export_tree(root, archive_file_sink(&exporting->file), exporting->notes, problem);

	return error ? error : archive_file_flush(&exporting->file);
}

bool engine_export(struct engine *engine, struct engine_container *container, const char *file,
		   const struct export_notes *notes, struct problem *problem)
{
	struct exporting exporting = { .notes = notes };
	const struct reach_request request = { container, true, write_archive, &exporting };
	struct reach reach;
	int error;

	if (!archive_file_open(engine->arena, file, &exporting.file, problem))
		return false;
	if (reach_begin(engine, &request, &reach, problem)) {
		error = reach_end(&reach, problem);
		if (error)
			problem_set(problem, "container %s: its files cannot be exported: %s", container->made.name,
				    reason_words(error));
	}
	if (problem->found) {
		archive_file_abandon(&exporting.file);
		return false;
	}
	if (archive_file_finish(&exporting.file, problem))
		event_container(engine, &container->made, "export", NULL);
	return !problem->found;
}
