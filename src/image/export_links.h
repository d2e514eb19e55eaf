/* export_links.h - files that have several names, while a tree is written or copied. */
#pragma once
#include "base/arena.h"
#include <stdint.h>
#include <sys/stat.h>

struct export_link { uint64_t device, inode; const char *name; };

struct export_links {
	struct arena *arena;
	struct export_link *slot;	/* a hash table; free where name is NULL */
	size_t room, count;
};

/* The name that this file had before; NULL where `name` is its first, which is copied. */
const char *export_links_add(struct export_links *links, const struct stat *info, const char *name);
