/* export_entry.c - one file of an exported tree: its entry, and its bytes. */
#include "image/export_parts.h"
#include "base/fd.h"
#include "spec/names.h"
#include <stdio.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>

enum { ENTRY_ROOM = 16 * 1024, BLOCK = 512, LINK_MAX_LENGTH = 4096 };

void export_note(const struct exporting *exporting, const char *why)
{
	char text[8192];

	(void)snprintf(text, sizeof(text), "%s: %s", exporting->path.at, why);
	exporting->notes->note(exporting->notes->context, text);
}

int export_failed(const struct exporting *exporting, const char *what, int error)
{
	const char *path = exporting->path.at;

	problem_set(exporting->problem, "%s: %s: %s", path[0] ? path : "/", what, errno_words(-error));
	return error;
}

int export_reopen(int handle, int flags)
{
	char path[32];

	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", handle);
	return sys_openat(AT_FDCWD, path, flags | O_NONBLOCK | O_NOCTTY, 0);
}

static int write_failed(const struct exporting *exporting, int error)
{
	return error ? export_failed(exporting, "cannot be written to the archive", error) : 0;
}

/* --- what a file holds --- */

static int write_zeros(struct exporting *exporting, uint64_t size)
{
	int error = 0;

	memset(exporting->piece, 0, size < EXPORT_PIECE ? (size_t)size : EXPORT_PIECE);
	while (size && !error) {
		size_t part = size < EXPORT_PIECE ? (size_t)size : EXPORT_PIECE;

		error = tar_write_data(&exporting->tar, exporting->piece, part);
		size -= part;
	}
	return write_failed(exporting, error);
}

/* The entry has said how long the file is; where it has become shorter, the rest is zeros. */
static int write_bytes(struct exporting *exporting, int file, uint64_t from, uint64_t to)
{
	int error = 0;

	while (from < to && !error) {
		size_t want = to - from < EXPORT_PIECE ? (size_t)(to - from) : EXPORT_PIECE;
		ssize_t got = sys_pread(file, exporting->piece, want, from);

		if (got < 0)
			return export_failed(exporting, "cannot be read", (int)got);
		if (!got) {
			export_note(exporting, "became shorter while it was read; filled up with zeros");
			return write_zeros(exporting, to - from);
		}
		error = tar_write_data(&exporting->tar, exporting->piece, (size_t)got);
		from += (uint64_t)got;
	}
	return write_failed(exporting, error);
}

/* Where the next bytes begin; `size` where there are none. */
static uint64_t next(int file, uint64_t at, uint64_t size, int whence)
{
	off_t found = sys_lseek(file, (off_t)at, whence);

	if (found == -ENXIO)
		return size;
	if (found < 0)
		return whence == SEEK_DATA ? at : size;
	return (uint64_t)found < size ? (uint64_t)found : size;
}

/* Holes are not read; the archive has zeros for them. */
static int write_sparse(struct exporting *exporting, int file, uint64_t size)
{
	uint64_t at = 0;
	int error = 0;

	while (at < size && !error) {
		uint64_t data = next(file, at, size, SEEK_DATA), hole = next(file, data, size, SEEK_HOLE);

		error = write_zeros(exporting, data - at);
		if (!error)
			error = write_bytes(exporting, file, data, hole);
		at = hole;
	}
	return error;
}

static int write_content(struct exporting *exporting, int file, const struct stat *info)
{
	uint64_t size = (uint64_t)info->st_size;

	if ((uint64_t)info->st_blocks * BLOCK < size)
		return write_sparse(exporting, file, size);
	return write_bytes(exporting, file, 0, size);
}

/* --- its entry --- */

static enum tar_kind kind_of(mode_t mode)
{
	switch (mode & S_IFMT) {
	case S_IFDIR: return TAR_DIRECTORY;
	case S_IFLNK: return TAR_SYMBOLIC_LINK;
	case S_IFCHR: return TAR_CHARACTER;
	case S_IFBLK: return TAR_BLOCK_DEVICE;
	case S_IFIFO: return TAR_FIFO;
	default: return TAR_FILE;
	}
}

static struct tar_entry entry_of(const struct exporting *exporting, const struct stat *info)
{
	struct tar_entry entry = {
		.kind = kind_of(info->st_mode), .name = exporting->path.at, .link = "",
		.mode = info->st_mode & TAR_MODE, .uid = info->st_uid, .gid = info->st_gid,
		.mtime = { info->st_mtim.tv_sec, (uint32_t)info->st_mtim.tv_nsec },
	};

	if (entry.kind == TAR_CHARACTER || entry.kind == TAR_BLOCK_DEVICE) {
		entry.major = major(info->st_rdev);
		entry.minor = minor(info->st_rdev);
	}
	if (entry.kind == TAR_FILE)
		entry.size = (uint64_t)info->st_size;
	return entry;
}

static int read_link(struct arena *arena, int handle, struct tar_entry *entry)
{
	char *target = arena_alloc(arena, LINK_MAX_LENGTH + 1);
	ssize_t length = sys_readlinkat(handle, "", target, LINK_MAX_LENGTH);

	entry->link = target;
	return length < 0 ? (int)length : 0;
}

/* What the entry has beside its status. */
static int complete(struct exporting *exporting, struct arena *arena, int handle, struct tar_entry *entry)
{
	const char *odd = NULL;
	int error = entry->kind == TAR_SYMBOLIC_LINK ? read_link(arena, handle, entry) : 0;

	if (!error)
		error = export_xattrs_read(arena, handle, entry, &odd);
	if (odd)
		export_note(exporting, "an extended attribute has a '=' in its name; it was left out");
	return error ? export_failed(exporting, "cannot be read", error) : 0;
}

static int write_entry(struct exporting *exporting, struct arena *arena, int handle, const struct stat *info)
{
	struct tar_entry entry = entry_of(exporting, info);
	bool several = entry.kind != TAR_DIRECTORY && info->st_nlink > 1;
	const char *before = several ? export_links_add(&exporting->links, info, entry.name) : NULL;
	bool holds = entry.kind == TAR_FILE && !before;
	closes int file = holds ? export_reopen(handle, O_RDONLY) : -1;
	int error;

	if (holds && file < 0)
		return export_failed(exporting, "cannot be opened", file);
	if (before) {
		entry.kind = TAR_HARD_LINK;
		entry.link = before;
		entry.size = 0;
	}
	error = before ? 0 : complete(exporting, arena, handle, &entry);
	if (!error)
		error = write_failed(exporting, tar_write_entry(&exporting->tar, &entry, arena));
	return error || !holds ? error : write_content(exporting, file, info);
}

int export_entry(struct exporting *exporting, int handle, const struct stat *info)
{
	unsigned char room[ENTRY_ROOM] = { 0 };
	struct arena arena;
	int error;

	/* Most entries need a few hundred bytes, so no memory is mapped for them. */
	arena_init(&arena, room, sizeof(room));
	error = write_entry(exporting, &arena, handle, info);
	arena_release(&arena);
	return error;
}
