/* do_copy.c - tmpcopyup: what a directory holds is copied into the tmpfs that hides it.
 *
 * Directories, files, links, pipes and device nodes, with modes, owners, times and extended
 * attributes; two names of one file become two files. Nothing is allocated: the stack holds
 * one buffer of names for each level, so there is a limit to the depth (-ELOOP beyond).
 * The content is the image's and may change while it is copied: names are only ever
 * looked up in a directory that is open, without following links.
 */
#include "base/copy.h"
#include "base/sys_file.h"
#include "exec/do.h"
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
	return error ? error : copy_metadata(from, to, &stat, NULL);
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
	return error ? error : copy_metadata(from, to, &stat, NULL);
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
		return copy_symlink(place->from, place->to, name, &stat);
	return copy_node(place->to, name, &stat);
}

static int copy_directory(const struct place *place)
{
	_Alignas(struct sys_dirent) char names[NAMES_SIZE];

	for (;;) {
		ssize_t got = sys_getdents64(place->from, names, sizeof(names));

		if (got <= 0)
			return (int)got;
		for (ssize_t at = 0; at < got;) {
			const struct sys_dirent *record = (const void *)(names + at);
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
