/* copy.h - one object of a file system is copied, by descriptors; who walks the tree says which.
 *
 * The source may be hostile and change meanwhile: names are looked up in directories that are open, and links are not
 * followed. Nothing is allocated, and errors are -errno: exec/ uses this between clone and execve.
 */
#pragma once
#include <stdbool.h>
#include <sys/stat.h>

/* What is left of one open file goes into another, by sendfile(2), or by hand where a file system has none. */
int copy_content(int from, int to);

/* Owner, mode, extended attributes and times, as `stat` has them. An attribute that cannot be had, or put, is left
 * out, since which can be depends on both file systems and on the user namespace; so is one for which `wants` (NULL: it
 * wants all) is false. */
int copy_metadata(int from, int to, const struct stat *stat, bool (*wants)(const char *attribute));

/* The symbolic link `name` of directory `from` in directory `to`, with owner and times. */
int copy_symlink(int from, int to, const char *name, const struct stat *stat);

/* A pipe, socket or device in directory `to`, with its owner. 0, and nothing is made, for a device that may not be
 * made, as none may in a user namespace (mknod(2)). */
int copy_node(int to, const char *name, const struct stat *stat);
