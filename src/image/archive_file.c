/* archive_file.c - see archive_file.h */
#include "image/archive_file.h"
#include "base/fd.h"
#include "base/file.h"
#include "spec/names.h"
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
	PIECE = 256 * 1024,
	PRIVATE = 0600,			/* an image may hold secrets: as docker has it */
};

const char *archive_name_beside(struct arena *arena)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return arena_printf(arena, ".taru-%d-%lx%lx", (int)sys_getpid(), (unsigned long)now.tv_sec,
			    (unsigned long)now.tv_nsec);
}

int archive_open_folder(struct arena *arena, const char *path, const char **ret_name, struct problem *problem)
{
	const char *slash = strrchr(path, '/');
	const char *folder = slash ? arena_copy(arena, path, (size_t)(slash - path) + 1) : ".";
	int fd = sys_openat(AT_FDCWD, folder, O_RDONLY | O_DIRECTORY, 0);

	*ret_name = slash ? slash + 1 : path;
	if (fd < 0)
		problem_set(problem, "%s: cannot be written: the folder '%s': %s", path, folder, errno_words(-fd));
	return fd < 0 ? -1 : fd;
}

/* --- where it goes --- */

static bool refuse_terminal(const struct archive_file *file, struct problem *problem)
{
	if (!isatty(file->fd))
		return true;
	problem_set(problem, "refusing to write an archive to a terminal; use the option -o, or redirect the output");
	return false;
}

/* What is there and is no file is written to, not replaced: /dev/null stays what it is. */
static bool open_there(struct archive_file *file, struct problem *problem)
{
	file->fd = sys_openat(AT_FDCWD, file->path, O_WRONLY | O_NOCTTY, 0);
	if (file->fd < 0)
		problem_set(problem, "%s: cannot be written: %s", file->path, errno_words(-file->fd));
	return file->fd >= 0 && refuse_terminal(file, problem);
}

/* Without a name nothing is left of it, whatever ends us; not all file systems can do that. */
static bool open_beside(struct arena *arena, struct archive_file *file, struct problem *problem)
{
	file->folder = archive_open_folder(arena, file->path, &file->name, problem);
	if (file->folder < 0)
		return false;
	file->fd = sys_openat(file->folder, ".", O_TMPFILE | O_WRONLY, PRIVATE);
	if (file->fd == -EOPNOTSUPP || file->fd == -EISDIR) {
		file->beside = archive_name_beside(arena);
		file->fd = sys_openat(file->folder, file->beside, O_WRONLY | O_CREAT | O_EXCL, PRIVATE);
	}
	if (file->fd < 0)
		problem_set(problem, "%s: cannot be written: %s", file->path, errno_words(-file->fd));
	return file->fd >= 0;
}

static bool choose(struct arena *arena, struct archive_file *file, struct problem *problem)
{
	struct stat info;

	if (!file->path) {
		file->fd = sys_fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0);
		if (file->fd < 0)
			problem_set(problem, "standard output: %s", errno_words(-file->fd));
		return file->fd >= 0 && refuse_terminal(file, problem);
	}
	if (sys_fstatat(AT_FDCWD, file->path, &info, 0) == 0 && S_ISDIR(info.st_mode)) {
		problem_set(problem, "%s: is a directory; an archive is a file", file->path);
		return false;
	}
	if (sys_fstatat(AT_FDCWD, file->path, &info, 0) == 0 && !S_ISREG(info.st_mode))
		return open_there(file, problem);
	return open_beside(arena, file, problem);
}

bool archive_file_open(struct arena *arena, const char *path, struct archive_file *ret_file, struct problem *problem)
{
	*ret_file = (struct archive_file){ .arena = arena, .path = path, .folder = -1, .fd = -1 };
	if (!choose(arena, ret_file, problem)) {
		archive_file_abandon(ret_file);
		return false;
	}
	ret_file->buffer = arena_alloc(arena, PIECE);
	return true;
}

/* --- bytes --- */

int archive_file_flush(struct archive_file *file)
{
	size_t filled = file->filled;

	file->filled = 0;
	return filled ? file_write_all(file->fd, file->buffer, filled) : 0;
}

static int take(void *context, const void *bytes, size_t size)
{
	struct archive_file *file = context;
	int error = 0;

	if (size > PIECE - file->filled)
		error = archive_file_flush(file);
	if (error)
		return error;
	if (size >= PIECE)
		return file_write_all(file->fd, bytes, size);
	memcpy(file->buffer + file->filled, bytes, size);
	file->filled += size;
	return 0;
}

struct tar_sink archive_file_sink(struct archive_file *file)
{
	return (struct tar_sink){ take, file };
}

/* --- the end --- */

static int give_name(struct archive_file *file)
{
	char self[32];
	int error;

	if (!file->beside) {
		file->beside = archive_name_beside(file->arena);
		(void)snprintf(self, sizeof(self), "/proc/self/fd/%d", file->fd);
		if (linkat(AT_FDCWD, self, file->folder, file->beside, AT_SYMLINK_FOLLOW)) {
			file->beside = NULL;
			return -errno;
		}
	}
	error = sys_renameat(file->folder, file->beside, file->folder, file->name);
	if (error)
		sys_unlinkat(file->folder, file->beside, 0);
	file->beside = NULL;
	return error;
}

bool archive_file_finish(struct archive_file *file, struct problem *problem)
{
	int error = archive_file_flush(file);

	if (!error && file->folder >= 0)
		error = give_name(file);
	if (error)
		problem_set(problem, "%s: cannot be written: %s", file->path ? file->path : "standard output",
			    errno_words(-error));
	archive_file_abandon(file);
	return !error;
}

void archive_file_abandon(struct archive_file *file)
{
	if (file->beside)
		sys_unlinkat(file->folder, file->beside, 0);
	fd_close_at(&file->fd);
	fd_close_at(&file->folder);
	file->fd = file->folder = -1;
	file->beside = NULL;
}
