/* copy_target.c - where a copy goes: the table in copy.h */
#include "base/fd.h"
#include "engine/copy_parts.h"
#include "spec/reason.h"
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

enum { LINKS_MAX = 40 };		/* as many as the kernel follows */

/* A path taken apart at its last name; slashes at its end are none. */
static void split(struct arena *arena, const char *path, const char **ret_directory, const char **ret_name)
{
	size_t end = strlen(path), begin;

	while (end > 1 && path[end - 1] == '/')
		end--;
	for (begin = end; begin && path[begin - 1] != '/';)
		begin--;
	*ret_name = arena_copy(arena, path + begin, end - begin);
	*ret_directory = begin ? arena_copy(arena, path, begin) : ".";
}

static bool is_name(const char *name)
{
	return name[0] && strcmp(name, ".") != 0 && strcmp(name, "..") != 0;
}

/* The directory in which the path's last name is, or would be, when links there have been followed: one that leads
 * to what is not there yet as well. */
static int open_parent(struct arena *arena, const struct copy_place *place, int *ret_directory, const char **ret_name)
{
	const char *path = place->path, *directory;
	char link[PATH_MAX];

	for (int i = 0; i < LINKS_MAX; i++) {
		closes int parent = -1;
		ssize_t length;

		split(arena, path, &directory, ret_name);
		parent = copy_open(place, directory, O_DIRECTORY);
		if (parent < 0)
			return parent;
		length = is_name(*ret_name) ? sys_readlinkat(parent, *ret_name, link, sizeof(link) - 1) : -ENOENT;
		if (length < 0) {
			*ret_directory = take_fd(&parent);
			return is_name(*ret_name) ? 0 : -ENOENT;
		}
		link[length] = '\0';
		path = link[0] == '/' ? arena_copy(arena, link, (size_t)length) :
					arena_printf(arena, "%s/%s", directory, link);
	}
	return -ELOOP;
}

static int refuse(const struct copy_target *target, const char *why, int error, struct problem *problem)
{
	problem_set(problem, "'%s': %s", target->place.path, why);
	return error;
}

/* What is there is no directory. */
static int check_file(const struct copy_target *target, int there, bool is_directory, struct problem *problem)
{
	struct stat info;
	int error = sys_fstat(there, &info);

	if (error)
		return refuse(target, reason_words(error), error, problem);
	if (is_directory && target->overwrite)
		return 0;
	if (is_directory)
		return refuse(target, "a directory cannot be copied onto a file; --overwrite replaces it", -ENOTDIR,
			      problem);
	if (!S_ISREG(info.st_mode))
		return refuse(target, "is neither a file nor a directory, and stays as it is", -EINVAL, problem);
	return 0;
}

static int find_beside(struct arena *arena, const struct copy_target *target, int *ret_directory,
		       const char **ret_name, struct problem *problem)
{
	int error = open_parent(arena, &target->place, ret_directory, ret_name);

	return error ? refuse(target, error == -ENOENT ? "its directory is not there" : reason_words(error), error,
			      problem) : 0;
}

int copy_find_target(struct arena *arena, const struct copy_target *target, bool is_directory, int *ret_directory,
		     const char **ret_name, struct problem *problem)
{
	const char *path = target->place.path;
	closes int there = copy_open(&target->place, path, 0);
	closes int directory = there < 0 ? -ENOTDIR : sys_openat(there, ".", O_PATH | O_DIRECTORY, 0);
	int error;

	*ret_name = NULL;
	if (directory >= 0) {
		*ret_directory = take_fd(&directory);
		return 0;
	}
	if (!target->source)
		return refuse(target, there < 0 ? reason_words(there) : "is no directory, which an archive needs",
			      there < 0 ? there : -ENOTDIR, problem);
	if (there < 0 && there != -ENOENT)
		return refuse(target, reason_words(there), there, problem);
	if (there == -ENOENT && !is_directory && (copy_ends_in_slash(path) || copy_is_content(path)))
		return refuse(target, "the directory is not there", -ENOENT, problem);
	error = there < 0 ? 0 : check_file(target, there, is_directory, problem);
	return error ? error : find_beside(arena, target, ret_directory, ret_name, problem);
}
