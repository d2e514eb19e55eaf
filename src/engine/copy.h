/* copy.h - copies files into a container and out of it, as docker's `cp` does.
 *
 * One end is a child in reach of the container's files (reach.h), the other is the caller with the caller's rights; in
 * between goes a tar archive through a socket. So neither looks up a path of the other. On both sides:
 *
 *	what is asked for by the caller is looked up once; in the container as if its root were "/", and never
 *	through a link of /proc (openat2(2): RESOLVE_IN_ROOT, RESOLVE_NO_MAGICLINKS);
 *	below that each name is looked up alone, and no symbolic link is followed;
 *	a new file gets its name when it is whole, and replaces what is there without opening it.
 *
 * So a path that is exchanged while it is copied leads nowhere else (CVE-2018-15664), no program and no library of the
 * container is used (CVE-2019-14271), and a FIFO or device in the way does not hold or fill anybody.
 *
 *	source		target			what is made
 *	file		not there		the file; its directory must be there; not with a '/' at the end
 *	file		file			it is replaced
 *	file		directory		the file in it
 *	directory	not there		the directory
 *	directory	file			an error; with `overwrite` the directory
 *	directory	directory		the directory in it; with "/." at the end of the source what is in it
 */
#pragma once
#include "engine/container.h"
#include "image/export.h"

struct copy_options {
	bool archive;			/* owners stay, as numbers; else it is the target's root, or the caller */
	bool follow;			/* a symbolic link at the end of the source is followed */
	bool overwrite;			/* a directory replaces a file, and the other way round */
	struct export_notes notes;	/* who is told what was left out */
};

/* From the container's `source` to `target` here; NULL: an archive to standard output. */
bool engine_copy_from(struct engine *engine, struct engine_container *container, const char *source,
		      const char *target, const struct copy_options *options, struct problem *problem);

/* From `source` here to the container's `target`; NULL: an archive from standard input, compressed or not, for a
 * directory; it says itself whose files they are. */
bool engine_copy_to(struct engine *engine, struct engine_container *container, const char *source,
		    const char *target, const struct copy_options *options, struct problem *problem);
