/* file.c - see file.h */
#include "base/file.h"
#include "base/fd.h"
#include "base/sys_file.h"
#include <poll.h>
#include <sys/stat.h>

/* Room for the first read(2): a usual config.json fits in, and what it does not fill is given back
 * untouched, so that it costs no memory. */
enum { FIRST_ROOM = 64 * 1024, DISK_ROOM = 8 * 1024, PATIENCE_S = 10 };

/* Waits until there is something to read, or nobody left who could write. */
static int await_more(int fd)
{
	struct pollfd more = { fd, POLLIN, 0 };
	struct timespec patience = { PATIENCE_S, 0 };
	int ready = sys_ppoll(&more, 1, &patience);

	return ready ? ready : -ETIMEDOUT;
}

static bool is_pipe(int fd)
{
	struct stat info;

	return sys_fstat(fd, &info) == 0 && S_ISFIFO(info.st_mode);
}

/* read(2) of what comes next. A pipe gives nothing also where its writer has not come yet: at its beginning
 * that is waited for, once; a file that is kept is none. Returns the bytes, or -errno. */
static ssize_t read_some(int fd, char *to, size_t room, bool beginning, bool kept)
{
	for (;;) {
		ssize_t got = sys_read(fd, to, room);
		int error = 0;

		if (got == -EAGAIN || (got == 0 && beginning && is_pipe(fd))) {
			if (kept)
				return -EMEDIUMTYPE;
			beginning = beginning && got != 0;
			error = await_more(fd);
		} else if (got != -EINTR) {
			return got;
		}
		if (error < 0 && error != -EINTR)
			return error;
	}
}

/* `kept`: a read(2) that gives less than it could has come to the end. */
static int read_all(struct arena *arena, int fd, bool kept, size_t limit, char **ret_text, size_t *ret_length)
{
	size_t room = kept ? DISK_ROOM : FIRST_ROOM, length = 0;
	char *text = arena_alloc(arena, room);
	ssize_t got;

	for (;;) {
		size_t want = room - 1 - length;

		if (limit - length < want)
			want = limit - length + 1;	/* one more, to see that there is more */
		got = read_some(fd, text + length, want, length == 0, kept);
		if (got <= 0)
			break;
		length += (size_t)got;
		if (length > limit)
			return -EFBIG;
		if (kept && (size_t)got < want)
			break;
		if (length == room - 1) {
			text = arena_resize(arena, text, room, 2 * room);
			room *= 2;
		}
	}
	if (got < 0)
		return (int)got;
	*ret_text = arena_resize(arena, text, room, length + 1);
	*ret_length = length;
	return 0;
}

int file_read_fd(struct arena *arena, int fd, size_t limit, char **ret_text, size_t *ret_length)
{
	return read_all(arena, fd, false, limit, ret_text, ret_length);
}

/* Of a link, which is not followed, and of a socket or a FIFO without a reader, open(2) says so itself. */
static int open_kept(int dir, const char *path, int flags, mode_t mode)
{
	int fd = sys_openat(dir, path, flags | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, mode);

	return fd == -ELOOP || fd == -ENXIO ? -EMEDIUMTYPE : fd;
}

int file_open_kept(int dir, const char *path, int flags, mode_t mode)
{
	/* What is no file of ours is not cut before it is known to be none. */
	closes int fd = open_kept(dir, path, flags & ~O_TRUNC, mode);
	struct stat info;
	int error = fd < 0 ? fd : sys_fstat(fd, &info);

	if (!error && !S_ISREG(info.st_mode))
		error = S_ISDIR(info.st_mode) ? -EISDIR : -EMEDIUMTYPE;
	if (!error && flags & O_TRUNC && info.st_size)
		error = sys_ftruncate(fd, 0);
	return error ? error : take_fd(&fd);
}

int file_read_kept(struct arena *arena, int dir, const char *path, size_t limit, char **ret_text,
		   size_t *ret_length)
{
	closes int fd = open_kept(dir, path, O_RDONLY, 0);

	return fd < 0 ? fd : read_all(arena, fd, true, limit, ret_text, ret_length);
}

int file_read(struct arena *arena, int dir, const char *path, size_t limit, char **ret_text,
	      size_t *ret_length)
{
	closes int fd = sys_openat(dir, path, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0);

	if (fd < 0)
		return fd;
	return file_read_fd(arena, fd, limit, ret_text, ret_length);
}

int file_write_all(int fd, const void *from, size_t length)
{
	const char *at = from;

	while (length) {
		ssize_t put = sys_write(fd, at, length);

		if (put == -EINTR)
			continue;
		if (put < 0)
			return (int)put;
		if (put == 0)
			return -EIO;	/* no such device or file is known, but a loop for ever is worse */
		at += put;
		length -= (size_t)put;
	}
	return 0;
}

static int give_name(int error, int dir, const char *beside, const char *name)
{
	if (!error)
		error = sys_renameat(dir, beside, dir, name);
	if (error)
		sys_unlinkat(dir, beside, 0);
	return error;
}

int file_place(int fd, int dir, const char *beside, const char *name, const void *from, size_t length)
{
	return fd < 0 ? fd : give_name(file_write_all(fd, from, length), dir, beside, name);
}

int file_place_synced(int fd, int dir, const char *beside, const char *name, const void *from, size_t length)
{
	int error = fd < 0 ? fd : file_write_all(fd, from, length);

	if (!error)
		error = sys_fsync(fd);
	return fd < 0 ? fd : give_name(error, dir, beside, name);
}

static bool are_one(const struct stat *one, const struct stat *other)
{
	return one->st_dev == other->st_dev && one->st_ino == other->st_ino;
}

bool file_is_same(int one, int other)
{
	struct stat this, that;

	return !sys_fstat(one, &this) && !sys_fstat(other, &that) && are_one(&this, &that);
}

bool file_is_at(int fd, int dir, const char *path)
{
	struct stat open, there;

	return !sys_fstat(fd, &open) && !sys_fstatat(dir, path, &there, AT_SYMLINK_NOFOLLOW) && are_one(&open, &there);
}
