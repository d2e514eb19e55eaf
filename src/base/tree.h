/* tree.h - removes trees of files that are not ours to trust. */
#pragma once

/* Removes `name` in the directory `dir` and all below it; never follows a link, never leaves the mount. 0 or -errno;
 * 0 also where there is nothing. */
int tree_remove(int dir, const char *name);
