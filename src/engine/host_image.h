/* host_image.h - the image `host`, which needs no download: this machine's own root file system.
 *
 * It is read-only below what the container changes, and shows programs and their settings, not data:
 *
 *	/bin /sbin /lib* /usr /opt	as they are
 *	/etc				without what not everybody may read when the container is made: shadow, private
 *					keys, passwords
 *	/root /home /run /tmp /var	new and empty; in /var what is known of installed packages
 *	anything else at the top	empty
 *
 * An image of that name in the store or in a registry is meant by its name in full: docker.io/library/host.
 */
#pragma once
#include "base/arena.h"
#include "base/json.h"
#include "base/problem.h"
#include "spec/spec.h"

extern const char host_image_name[];	/* "host" */

/* What is hidden of this machine and what is put in its place. */
struct host_tree {
	struct texts masked;		/* files and directories that look empty */
	struct { const char *path, *mode; } fresh[8];	/* a tmpfs each; ends with a NULL */
	struct texts bound;		/* directories that are bound into these, or are mounts of their own */
	/* For an ordinary user, in whose user namespace "/" cannot be a layer, since mounts below it must stay covered:
	 * the directories at the top that are shown, each of which is one, and the links at the top. */
	struct texts part;
	struct pairs link;
};

/* Looks at this machine. A problem where /etc cannot be read: then nobody knows what is to be hidden. */
bool host_tree_read(struct arena *arena, struct host_tree *ret_tree, struct problem *problem);

/* The part `config` of its image config: it runs a shell. */
const struct json *host_image_config(struct arena *arena);
