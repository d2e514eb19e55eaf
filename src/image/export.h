/* export.h - a tree of files as a tar archive: the root of an image, or of a container.
 *
 * It is not ours to trust: each name is looked up alone, in a directory that is open, no symbolic link is followed,
 * and no mount is crossed. Names come in the order of their bytes; of several names of one file the first has it, and
 * the others are hard links. The root itself has no entry, as with docker. Left out, with a note, is what an archive
 * has no place for: sockets, and what is mounted below; and without one, what means something to this machine alone:
 * the attributes and whiteouts of overlayfs, labels of SELinux, access times.
 */
#pragma once
#include "base/problem.h"
#include "image/difference.h"
#include "image/store.h"
#include "tar/tar_write.h"

/* Who is told what was left out. */
struct export_notes {
	void (*note)(void *context, const char *text);
	void *context;
};

/* Writes the tree below the directory `root`. 0, or -errno with a problem. */
int export_tree(int root, struct tar_sink sink, const struct export_notes *notes, struct problem *problem);

/* Writes the file that `handle` is open on (O_PATH will do) under that name, with all that is below it, also what is
 * mounted there. 0, or -errno with a problem. */
int export_file(int handle, const char *name, struct tar_sink sink, const struct export_notes *notes,
		struct problem *problem);

/* Writes what difference_walk() finds as a layer of an image, with whiteouts for what is deleted. 0, or -errno with a
 * problem. */
int export_layer(int upper, int lower, const struct texts *mounts, struct tar_sink sink,
		 const struct export_notes *notes, struct problem *problem);

/* Writes the merged tree of an image's layers, which must be unpacked, to `file`; NULL: standard output. Notes come
 * from another process. False after a problem; then there is no file. */
bool export_image(struct store *store, const struct image *image, const char *file, const struct export_notes *notes,
		  struct problem *problem);
