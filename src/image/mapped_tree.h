/* mapped_tree.h - copies a tree of files with other owners: see mapped.h. */
#pragma once
#include "image/mapped.h"

struct mapped_copy {
	const struct mapped_ids *ids;
	bool content;
	/* Of the layers, where content is copied that others may not read, or not reach in one of them; else none. */
	int *layer;
	size_t layers;
};

/* Copies what is in the directory `from` into `to`, which is empty, and makes `to` itself alike. 0 or -errno:
 * -EOVERFLOW where an id is in no map, -ELOOP where directories are nested too deep. */
int mapped_copy_tree(const struct mapped_copy *copy, int from, int to);
