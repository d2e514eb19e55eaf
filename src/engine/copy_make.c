/* copy_make.c - makes one file of a copy, below a directory that somebody else may be changing: see copy.h */
#include "base/fd.h"
#include "base/file.h"
#include "base/sys_file.h"
#include "engine/copy_parts.h"
#include "base/tree.h"
#include "spec/reason.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

struct copied_directory {
	struct copied_directory *next;
	const char *path;
	struct tar_entry entry;		/* without what is in the reader's memory */
};

/* Where one entry is made: in `directory`, as `new` until it is whole, then as `name`. */
struct making_file {
	struct copy_making *making;
	const struct tar_entry *entry;
	const char *path;		/* for problems */
	int directory;
	const char *name;
	char new[32];
};

static int failed(const struct copy_making *making, const char *path, const char *why, int error)
{
	problem_set(making->problem, "'%s': %s", path[0] ? path : making->target->place.path, why);
	return error;
}

static void note(const struct copy_making *making, const char *path, const char *why)
{
	const struct export_notes *notes = making->target->notes;

	notes->note(notes->context, arena_printf(making->arena, "%s: %s", path, why));
}

/* --- directories on the way --- */

static int open_below(const struct copy_making *making, const char *path)
{
	enum { TRIES = 64 };		/* -EAGAIN: something was moved on the way */
	int fd = -EAGAIN;

	for (int i = 0; i < TRIES && fd == -EAGAIN; i++)
		fd = sys_openat2(making->base, path[0] ? path : ".", O_PATH | O_DIRECTORY, 0,
				 RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS);
	return fd;
}

/* An archive need not have the directories that its names are in. */
static int make_below(const struct copy_making *making, const char *path)
{
	closes int at = open_below(making, "");

	while (at >= 0 && *path) {
		size_t length = strcspn(path, "/");
		const char *name = arena_copy(making->arena, path, length);
		int next;

		sys_mkdirat(at, name, 0755);
		next = sys_openat(at, name, O_PATH | O_DIRECTORY | O_NOFOLLOW, 0);
		sys_close(at);
		at = next;
		path += length + (path[length] == '/');
	}
	return take_fd(&at);
}

static int open_parent(const struct copy_making *making, const char *path, const char **ret_name)
{
	const char *slash = strrchr(path, '/');
	const char *parent = slash ? arena_copy(making->arena, path, (size_t)(slash - path)) : "";
	int fd = open_below(making, parent);

	*ret_name = slash ? slash + 1 : path;
	return fd == -ENOENT ? make_below(making, parent) : fd;
}

/* --- attributes --- */

static void set_xattrs(int file, const struct tar_entry *entry)
{
	/* Those that this file system does not have are left out, as with cp(1). */
	for (size_t i = 0; i < entry->xattr_count; i++)
		sys_fsetxattr(file, entry->xattrs[i].name, entry->xattrs[i].value, entry->xattrs[i].size);
}

static int set_owner(const struct copy_making *making, int handle, const struct tar_entry *entry)
{
	bool here = making->target->place.root < 0;

	if (making->target->owners)
		return sys_fchownat(handle, "", entry->uid, entry->gid, AT_EMPTY_PATH);
	return here ? 0 : sys_fchownat(handle, "", 0, 0, AT_EMPTY_PATH);
}

/* The handle is one of O_PATH as well. What becomes somebody else's is not set-user-ID any more. */
static int set_attributes(const struct copy_making *making, int handle, const struct tar_entry *entry)
{
	const struct timespec times[2] = { { .tv_nsec = UTIME_OMIT },
					   { entry->mtime.seconds, entry->mtime.nanoseconds } };
	uint32_t mode = entry->mode;
	char path[32];
	int error = set_owner(making, handle, entry);

	if (error == -EPERM && geteuid() != 0) {
		error = 0;
		mode &= ~06000U;
	}
	if (!making->target->trusted && !making->target->owners)
		mode &= ~06000U;
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", handle);
	if (!error && entry->kind != TAR_SYMBOLIC_LINK)
		error = sys_fchmodat(AT_FDCWD, path, mode);
	if (!error)
		error = sys_utimensat(handle, "", times, AT_EMPTY_PATH);
	return error;
}

/* --- giving it its name --- */

/* What is mounted there (hosts, a volume that is a file) cannot be replaced: it gets the bytes. */
static int write_over(const struct making_file *file, int from)
{
	closes int handle = sys_openat(file->directory, file->name, O_PATH | O_NOFOLLOW, 0);
	closes int to = -1;
	struct stat info;
	uint64_t offset = 0;
	ssize_t got;
	char path[32];

	if (handle < 0 || sys_fstat(handle, &info) || !S_ISREG(info.st_mode) || from < 0)
		return -EBUSY;
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", handle);
	to = sys_openat(AT_FDCWD, path, O_WRONLY | O_TRUNC, 0);
	if (to < 0)
		return to;
	while ((got = sys_sendfile_at(to, from, &offset, 1 << 20)) > 0)
		;
	return (int)got;
}

/* A directory that is mounted is no file's place, nor one with something mounted in it. */
static int replace_directory(const struct making_file *file)
{
	int error = tree_remove(file->directory, file->name);

	return error ? error : sys_renameat(file->directory, file->new, file->directory, file->name);
}

/* `from`: the bytes of a file; -1: it is none. */
static int give_name(const struct making_file *file, int from)
{
	int error = sys_renameat(file->directory, file->new, file->directory, file->name);

	if (error == -EISDIR && file->making->target->overwrite)
		error = replace_directory(file);
	if (error == -EBUSY)
		error = write_over(file, from);
	/* It is still there where it was written over, or where both are names of one file. */
	sys_unlinkat(file->directory, file->new, 0);
	if (error == -EISDIR || error == -ENOTEMPTY || error == -EEXIST)
		return failed(file->making, file->path, "a directory is there, which a file cannot replace without "
			      "--overwrite", error);
	if (error == -EXDEV)
		return failed(file->making, file->path, "something is mounted there, and stays", error);
	return error ? failed(file->making, file->path, reason_words(error), error) : 0;
}

static int give_up(const struct making_file *file, int error)
{
	sys_unlinkat(file->directory, file->new, 0);
	return failed(file->making, file->path, reason_words(error), error);
}

/* --- kinds of files --- */

static int write_bytes(struct copy_making *making, int fd, const struct tar_entry *entry)
{
	const unsigned char *bytes;
	uint64_t offset;
	ssize_t got;

	while ((got = tar_read_data(making->reader, &bytes, &offset, making->problem)) > 0) {
		off_t at = sys_lseek(fd, (off_t)offset, SEEK_SET);
		int error = at < 0 ? (int)at : file_write_all(fd, bytes, (size_t)got);

		if (error)
			return error;
	}
	return got < 0 ? (int)got : sys_ftruncate(fd, entry->size);
}

/* Without a name nothing is left of it, whatever ends us; not all file systems can do that. */
static int open_new(const struct making_file *file, bool *ret_named)
{
	int fd = sys_openat(file->directory, ".", O_TMPFILE | O_RDWR, 0600);

	*ret_named = fd == -EOPNOTSUPP || fd == -EISDIR || fd == -EINVAL;
	return *ret_named ? sys_openat(file->directory, file->new, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, 0600) : fd;
}

static int name_new(const struct making_file *file, int fd)
{
	char path[32];

	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return sys_linkat(AT_FDCWD, path, file->directory, file->new, AT_SYMLINK_FOLLOW);
}

static int make_file(const struct making_file *file)
{
	bool named;
	closes int fd = open_new(file, &named);
	int error = fd < 0 ? fd : write_bytes(file->making, fd, file->entry);

	if (fd < 0)
		return failed(file->making, file->path, reason_words(error), error);
	if (!error)
		error = set_attributes(file->making, fd, file->entry);
	if (!error && !named)
		error = name_new(file, fd);
	if (error)
		return give_up(file, error);
	if (file->making->target->trusted)
		set_xattrs(fd, file->entry);
	return give_name(file, fd);
}

static int make_link(const struct making_file *file, const char *link)
{
	const char *name;
	closes int from = open_parent(file->making, link, &name);
	int error = from < 0 ? from : sys_linkat(from, name, file->directory, file->new, 0);

	return error ? give_up(file, error) : give_name(file, -1);
}

static int make_node(const struct making_file *file, mode_t kind)
{
	const struct tar_entry *entry = file->entry;
	unsigned device = (unsigned)makedev(entry->major, entry->minor);

	if (!file->making->target->trusted && kind != S_IFIFO)
		return -EPERM;
	return sys_mknodat(file->directory, file->new, kind | 0600, device);
}

static int make_special(const struct making_file *file)
{
	switch (file->entry->kind) {
	case TAR_SYMBOLIC_LINK: return sys_symlinkat(file->entry->link, file->directory, file->new);
	case TAR_CHARACTER: return make_node(file, S_IFCHR);
	case TAR_BLOCK_DEVICE: return make_node(file, S_IFBLK);
	case TAR_FIFO: return make_node(file, S_IFIFO);
	case TAR_FILE:
	case TAR_HARD_LINK:
	case TAR_DIRECTORY: break;
	}
	return -EINVAL;
}

static int make_other(const struct making_file *file)
{
	bool device = file->entry->kind == TAR_CHARACTER || file->entry->kind == TAR_BLOCK_DEVICE;
	int error = make_special(file);
	closes int handle = -1;

	if (error == -EPERM && device) {
		note(file->making, file->path, "is a device; left out");
		return 0;
	}
	handle = error ? error : sys_openat(file->directory, file->new, O_PATH | O_NOFOLLOW, 0);
	error = handle < 0 ? handle : set_attributes(file->making, handle, file->entry);
	return error ? give_up(file, error) : give_name(file, -1);
}

/* The directory, new or as it was there (-EEXIST): a descriptor or -errno. */
static int open_directory(const struct making_file *file, int *ret_made)
{
	int error = sys_mkdirat(file->directory, file->name, 0700);

	*ret_made = error;
	if (error && error != -EEXIST)
		return error;
	return sys_openat(file->directory, file->name, O_PATH | O_DIRECTORY | O_NOFOLLOW, 0);
}

/* One that is there stays as it is, unless owners are asked for. */
static int make_directory(const struct making_file *file)
{
	struct copy_making *making = file->making;
	int made;
	closes int handle = open_directory(file, &made);
	struct copied_directory *directory;

	if (handle < 0 && made == -EEXIST && making->target->overwrite && !sys_unlinkat(file->directory, file->name, 0))
		handle = open_directory(file, &made);
	if (handle < 0)
		return failed(making, file->path, made == -EEXIST ? "a file is there, which a directory cannot "
			      "replace without --overwrite" : reason_words(handle), handle);
	if (made && !making->target->owners)
		return 0;
	directory = ARENA_NEW(making->arena, struct copied_directory);
	*directory = (struct copied_directory){ making->directories, file->path, *file->entry };
	making->directories = directory;
	return 0;
}

int copy_make(struct copy_making *making, const struct tar_entry *entry, const char *path, const char *link)
{
	struct making_file file = { .making = making, .entry = entry, .path = path };
	closes int directory = -1;

	if (!path[0])
		return entry->kind == TAR_DIRECTORY ? 0 : failed(making, path, reason_words(-EISDIR), -EISDIR);
	file.directory = directory = open_parent(making, path, &file.name);
	if (directory < 0)
		return failed(making, path, directory == -ELOOP || directory == -ENOTDIR ?
			      "a link or a file is there, where a directory should be" : reason_words(directory),
			      directory);
	(void)snprintf(file.new, sizeof(file.new), ".taru-cp-%d", (int)sys_getpid());
	sys_unlinkat(directory, file.new, 0);
	switch (entry->kind) {
	case TAR_FILE: return make_file(&file);
	case TAR_HARD_LINK: return make_link(&file, link);
	case TAR_DIRECTORY: return make_directory(&file);
	case TAR_SYMBOLIC_LINK:
	case TAR_CHARACTER:
	case TAR_BLOCK_DEVICE:
	case TAR_FIFO: return make_other(&file);
	}
	return -EINVAL;
}

int copy_finish(struct copy_making *making)
{
	int error = 0;

	for (const struct copied_directory *at = making->directories; at && !error; at = at->next) {
		closes int handle = open_below(making, at->path);

		/* One that was taken away meanwhile needs nothing. */
		if (handle == -ENOENT || handle == -ENOTDIR || handle == -ELOOP)
			continue;
		error = handle < 0 ? handle : set_attributes(making, handle, &at->entry);
		if (error)
			failed(making, at->path, reason_words(error), error);
	}
	return error;
}
