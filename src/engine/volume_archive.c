/* volume_archive.c - what is in a volume as a tar archive, and back: see volume.h. */
#include "base/fd.h"
#include "engine/volume_parts.h"
#include "image/archive_file.h"
#include "image/export.h"
#include "image/extract.h"
#include "image/helper.h"
#include "spec/reason.h"
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

/* Shared with the process that has the rights. */
struct volume_export {
	int folder;
	bool own_process;
	struct archive_file file;
	struct export_notes notes;
	struct problem problem;
};

static int run_export(void *data)
{
	struct volume_export *export = data;
	closes int root = sys_openat(export->folder, VOLUME_DATA, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
	int error;

	if (export->own_process)
		sys_prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	error = root < 0 ? root : export_tree(root, archive_file_sink(&export->file), &export->notes, &export->problem);
	if (!error)
		error = archive_file_flush(&export->file);
	if (error)
		problem_set(&export->problem, "the archive cannot be written: %s", reason_words(error));
	return error;
}

static bool export_to(struct engine *engine, struct volume_export *export, const char *file, struct problem *problem)
{
	int error;

	if (!archive_file_open(engine->arena, file, &export->file, problem))
		return false;
	error = helper_as_owner(engine->arena, run_export, export, problem);
	if (!error)
		return archive_file_finish(&export->file, problem);
	problem_set(problem, "%s", export->problem.found ? export->problem.text : reason_words(error));
	archive_file_abandon(&export->file);
	return false;
}

bool volume_export(struct engine *engine, const struct volume *volume, const char *file,
		   void (*note)(void *context, const char *text), void *context, struct problem *problem)
{
	struct volume_export *export = mmap(NULL, sizeof(*export), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
					    -1, 0);
	bool done;

	if (export == MAP_FAILED) {
		problem_set(problem, "there is no memory for the export");
		return false;
	}
	*export = (struct volume_export){ .folder = volume->folder, .own_process = geteuid() != 0,
					  .notes = { note, context } };
	done = export_to(engine, export, file, problem);
	munmap(export, sizeof(*export));
	return done;
}

bool volume_import(struct engine *engine, const struct volume *volume, const char *file, struct problem *problem)
{
	closes int input = strcmp(file, "-") ? sys_openat(AT_FDCWD, file, O_RDONLY | O_NOCTTY, 0) :
					       sys_fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
	closes int target = sys_openat(volume->folder, VOLUME_DATA, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);

	if (input < 0)
		problem_set(problem, "%s: %s", file, reason_words(input));
	if (target < 0)
		problem_set(problem, "volume %s: cannot be opened: %s", volume->name, reason_words(target));
	return !problem->found && extract_archive(engine->arena, input, file, target, problem);
}
