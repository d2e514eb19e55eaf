/* overlay.h - the marks that overlayfs has in its layers: what a layer takes away from those below. With `userxattr`,
 * since layers are made without rights. */
#pragma once
#include "base/sys.h"
#include <stdbool.h>
#include <sys/stat.h>

#define OVERLAY_OPAQUE "user.overlay.opaque"	/* "y": nothing of the directory is to be seen that is below it */

/* A whiteout: a character device 0:0 in the place of a name that is not there any more. */
static inline bool overlay_is_whiteout(const struct stat *stat)
{
	return S_ISCHR(stat->st_mode) && stat->st_rdev == 0;
}

/* Whether the directory hides what is below it. */
static inline bool overlay_is_opaque(int directory)
{
	char value = 0;

	return sys_fgetxattr(directory, OVERLAY_OPAQUE, &value, 1) == 1 && value == 'y';
}
