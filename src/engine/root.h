/* root.h - the files of a container before it runs: its layers, looked through from above, as overlayfs would.
 *
 * Whoever made the image has made them: no symbolic link is followed out of a layer, and what is read is small.
 */
#pragma once
#include "image/store.h"
#include "spec/spec.h"

struct container_root {
	struct arena *arena;
	int from;			/* a directory that the paths are relative to */
	struct texts directory;		/* the uppermost first: what it has changed, its layers */
};

/* Reads a file of it ("etc/passwd") of at most `limit` bytes: 0 or -errno; -ENOENT where there is none. A symbolic
 * link to another layer is -ELOOP. */
int root_read_file(const struct container_root *root, const char *path, size_t limit, char **ret_text,
		   size_t *ret_length);

/* Who a process is to be. */
struct identity {
	uint32_t uid, gid;
	uint32_t *group;		/* others that it is in */
	size_t groups;
	size_t asked_groups;		/* so many of them, the first ones, were asked for */
};

/* The word of --group-add that names no group: those of the caller are kept, instead of all that are found here. */
#define KEEP_GROUPS "keep-groups"

/* What --user or User of the image's config says: "", "name", "uid", either with ":group" or ":gid", as docker has it,
 * found in etc/passwd and etc/group; `more` are names or numbers of groups beyond (--group-add). Digits are never a
 * name, and numbers are parsed whole (CVE-2024-40635, CVE-2026-46680). A problem where it has no such user: it begins
 * with `whose`, who has said it. */
bool root_find_user(const struct container_root *root, const char *whose, const char *given, const struct texts *more,
		    struct identity *ret_identity, struct problem *problem);

/* `whose` for what a container was asked to be, or its image says. */
const char *root_whose_user(const char *asked);
