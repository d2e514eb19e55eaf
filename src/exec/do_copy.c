/* do_copy.c - tmpcopyup: what a directory holds is copied into the tmpfs that hides it.
 *
 * Directories, files, links, pipes and device nodes, with modes, owners, times and extended
 * attributes; two names of one file become two files. Nothing is allocated: the stack holds
 * one buffer of names for each level, so there is a limit to the depth (-ELOOP beyond).
 * The content is the image's and may change while it is copied: names are only ever
 * looked up in a directory that is open, without following links.
 */
#include "exec/do.h"
#include <dirent.h>
#include <limits.h>
#include <linux/limits.h>
#include <string.h>
#include <sys/stat.h>

enum { DEPTH_MAX = 64, NAMES_SIZE = 2048 };

/* One place in both trees. */
struct place {
	int from, to;
	unsigned depth;
};

static int copy_directory(const struct place *place);

int do_hold_directory(struct run *run, const struct step *step)
{
	return slot_fill(run, step->hold.slot,
			 target_open(run, step->hold.target, O_RDONLY | O_DIRECTORY, 0));
}

/* Both flistxattr(2) and the values need room for 64 KiB. Errors are no failure: which attributes there
 * can be depends on both file systems and on the user namespace. */
static void copy_attributes(int from, int to)
{
	char names[XATTR_LIST_MAX], value[XATTR_SIZE_MAX];
	ssize_t length = sys_flistxattr(from, names, sizeof(names));

	for (ssize_t at = 0; at < length; at += (ssize_t)strlen(names + at) + 1) {
		ssize_t size = sys_fgetxattr(from, names + at, value, sizeof(value));

		if (size >= 0)
			sys_fsetxattr(to, names + at, value, (size_t)size);
	}
}

/* The owner first: a change of it takes setuid and capabilities away. */
static int copy_metadata(int from, int to, const struct stat *stat)
{
	const struct timespec times[2] = { stat->st_atim, stat->st_mtim };
	int error = sys_fchownat(to, "", stat->st_uid, stat->st_gid, AT_EMPTY_PATH);

	if (!error)
		error = sys_fchmod(to, stat->st_mode & 07777);
	if (error)
		return error;
	copy_attributes(from, to);
	return sys_utimensat(to, NULL, times, 0);
}

static int copy_by_hand(int from, int to)
{
	char buffer[16384];

	for (;;) {
		ssize_t got = sys_read(from, buffer, sizeof(buffer));

		if (got <= 0)
			return (int)got;
		for (ssize_t put = 0; put < got;) {
			ssize_t written = sys_write(to, buffer + put, (size_t)(got - put));

			if (written < 0)
				return (int)written;
			put += written;
		}
	}
}

static int copy_content(int from, int to)
{
	ssize_t sent;

	do
		sent = sys_sendfile(to, from, 1 << 30);
	while (sent > 0);
	return sent == -EINVAL || sent == -ENOSYS ? copy_by_hand(from, to) : (int)sent;
}

/* O_NONBLOCK: the name may have become a pipe in the meantime. */
static int copy_file(const struct place *place, const char *name)
{
	closes int from = sys_openat(place->from, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, 0);
	closes int to = -1;
	struct stat stat;
	int error;

	if (from < 0)
		return from;
	error = sys_fstat(from, &stat);
	if (error || !S_ISREG(stat.st_mode))
		return error;
	to = sys_openat(place->to, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0600);
	if (to < 0)
		return to;
	error = copy_content(from, to);
	return error ? error : copy_metadata(from, to, &stat);
}

static int copy_link(const struct place *place, const char *name, const struct stat *stat)
{
	const struct timespec times[2] = { stat->st_atim, stat->st_mtim };
	char link[PATH_MAX];
	ssize_t length = sys_readlinkat(place->from, name, link, sizeof(link) - 1);
	int error;

	if (length < 0)
		return (int)length;
	link[length] = '\0';
	error = sys_symlinkat(link, place->to, name);
	if (!error)
		error = sys_fchownat(place->to, name, stat->st_uid, stat->st_gid, AT_SYMLINK_NOFOLLOW);
	return error ? error : sys_utimensat(place->to, name, times, AT_SYMLINK_NOFOLLOW);
}

/* A device cannot be made in a user namespace: it is left out there. */
static int copy_node(const struct place *place, const char *name, const struct stat *stat)
{
	int error = sys_mknodat(place->to, name, stat->st_mode, (unsigned)stat->st_rdev);

	if (error == -EPERM && (S_ISCHR(stat->st_mode) || S_ISBLK(stat->st_mode)))
		return 0;
	return error ? error : sys_fchownat(place->to, name, stat->st_uid, stat->st_gid,
					    AT_SYMLINK_NOFOLLOW);
}

/* The directory's own times come last, after what is made in it. */
static int copy_below(const struct place *place, const char *name)
{
	closes int from = sys_openat(place->from, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
	closes int to = -1;
	struct place below = { .from = from, .depth = place->depth + 1 };
	struct stat stat;
	int error;

	if (from < 0)
		return from;
	if (below.depth > DEPTH_MAX)
		return -ELOOP;
	error = sys_mkdirat(place->to, name, 0700);
	if (error)
		return error;
	below.to = to = sys_openat(place->to, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
	if (to < 0)
		return to;
	error = copy_directory(&below);
	if (!error)
		error = sys_fstat(from, &stat);
	return error ? error : copy_metadata(from, to, &stat);
}

static int copy_entry(const struct place *place, const char *name)
{
	struct stat stat;
	int error;

	if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		return 0;
	error = sys_fstatat(place->from, name, &stat, AT_SYMLINK_NOFOLLOW);
	if (error)
		return error == -ENOENT ? 0 : error;
	if (S_ISDIR(stat.st_mode))
		return copy_below(place, name);
	if (S_ISREG(stat.st_mode))
		return copy_file(place, name);
	if (S_ISLNK(stat.st_mode))
		return copy_link(place, name, &stat);
	return copy_node(place, name, &stat);
}

/* The kernel's record of a name, as getdents64(2) has it. */
struct name_record {
	uint64_t inode;
	int64_t offset;
	unsigned short length;
	unsigned char type;
	char name[];
};

static int copy_directory(const struct place *place)
{
	_Alignas(struct name_record) char names[NAMES_SIZE];

	for (;;) {
		ssize_t got = sys_getdents64(place->from, names, sizeof(names));

		if (got <= 0)
			return (int)got;
		for (ssize_t at = 0; at < got;) {
			const struct name_record *record = (const void *)(names + at);
			int error = copy_entry(place, record->name);

			if (error)
				return error;
			at += record->length;
		}
	}
}

/* Nothing was held: there was no directory. */
int do_copy_up(struct run *run, const struct step *step)
{
	struct place place = { .from = run->slot[step->copy_up.slot] };

	if (place.from < 0)
		return 0;
	scratch_add(run, place.from);
	run->slot[step->copy_up.slot] = -1;
	place.to = scratch_add(run, target_open(run, step->copy_up.target, O_RDONLY | O_DIRECTORY, 0));
	if (place.to < 0)
		return place.to;
	trying(run, __NR_getdents64, SUBJECT_SOURCE);
	return copy_directory(&place);
}
