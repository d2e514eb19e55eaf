/* save_entry.c - the entries of an archive of images: they have no owner and no time, so the same
 * bytes come again. */
#include "image/save_parts.h"
#include "base/sys.h"
#include "spec/names.h"

enum { PIECE = 256 * 1024 };

struct save_archive save_archive_begin(struct arena *arena, struct archive_file *file)
{
	return (struct save_archive){ tar_writer_new(archive_file_sink(file)), arena,
				      file->path ? file->path : "standard output" };
}

static bool wrote(const struct save_archive *archive, int error, struct problem *problem)
{
	if (error)
		problem_set(problem, "%s: cannot be written: %s", archive->path, errno_words(-error));
	return !error;
}

bool save_put_folder(struct save_archive *archive, const char *name, struct problem *problem)
{
	const struct tar_entry entry = { .kind = TAR_DIRECTORY, .name = name, .link = "", .mode = 0755 };

	return wrote(archive, tar_write_entry(&archive->tar, &entry, archive->arena), problem);
}

static int begin_file(struct save_archive *archive, const char *name, uint64_t size)
{
	const struct tar_entry entry = { .kind = TAR_FILE, .name = name, .link = "", .mode = 0644, .size = size };

	return tar_write_entry(&archive->tar, &entry, archive->arena);
}

bool save_put_text(struct save_archive *archive, const char *name, const struct text *text, struct problem *problem)
{
	int error = begin_file(archive, name, text->length);

	if (!error)
		error = tar_write_data(&archive->tar, text->at, text->length);
	return wrote(archive, error, problem);
}

bool save_put_file(struct save_archive *archive, const char *name, int file, uint64_t size, const char *what,
		   struct problem *problem)
{
	static unsigned char piece[PIECE];
	int error = begin_file(archive, name, size);
	uint64_t at = 0;

	while (!error && at < size) {
		size_t want = size - at < PIECE ? (size_t)(size - at) : PIECE;
		ssize_t got = sys_pread(file, piece, want, at);

		if (got <= 0) {
			problem_set(problem, "%s: cannot be read: %s", what,
				    got ? errno_words((int)-got) : "it is shorter than it should be");
			return false;
		}
		error = tar_write_data(&archive->tar, piece, (size_t)got);
		at += (uint64_t)got;
	}
	return wrote(archive, error, problem);
}

bool save_archive_end(struct save_archive *archive, struct problem *problem)
{
	return wrote(archive, tar_write_end(&archive->tar), problem);
}
