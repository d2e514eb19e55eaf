/* rootfs.c - see rootfs.h */
#include "engine/rootfs.h"
#include "base/text.h"
#include "spec/reason.h"
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char overlaid[] = ":O";

bool rootfs_read(struct arena *arena, const char *given, struct made *made, struct problem *problem)
{
	const bool kept = text_ends_in(given, overlaid);
	const char *path = arena_copy(arena, given, strlen(given) - (kept ? sizeof(overlaid) - 1 : 0));
	char *real = ARENA_ARRAY(arena, PATH_MAX, char);
	struct stat info;

	if (!realpath(path, real) || stat(real, &info))
		problem_set(problem, "option '--rootfs': %s: %s", path, reason_words(-errno));
	else if (!S_ISDIR(info.st_mode))
		problem_set(problem, "option '--rootfs': %s is no directory; 'taru import' makes an image of an "
			    "archive", path);
	else if (!strcmp(real, "/"))
		problem_set(problem, "option '--rootfs': / is this machine's own root: the image 'host' shows it");
	made->rootfs = real;
	made->rootfs_kept = kept;
	return !problem->found;
}

bool rootfs_is(const struct made *made)
{
	return made->rootfs && made->rootfs[0];
}

bool rootfs_is_changed(const struct made *made)
{
	return rootfs_is(made) && !made->rootfs_kept;
}
