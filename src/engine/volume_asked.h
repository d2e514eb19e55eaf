/* volume_asked.h - what --volume, --mount, --tmpfs and --volumes-from ask for, and what an image calls volumes. */
#pragma once
#include "engine/asked.h"
#include "engine/container.h"

/* FRESH: a file system of the kernel's that is new in each run: tmpfs, ramfs, devpts. */
enum volume_kind { VOLUME_BIND, VOLUME_STORED, VOLUME_FRESH, VOLUME_IMAGE };

/* One place in the container, and what is to be seen there. */
struct volume_asked {
	enum volume_kind kind;
	const char *option;		/* for problems: "--volume" */
	const char *source;		/* a path; an image; the name of a volume, NULL: a new one without a name */
	const char *destination;	/* absolute, without "..", "." and "//" */
	struct texts words;		/* as behind the path in --volume; of a FRESH one: its options */
	bool must_exist;		/* the source: --mount */
	bool pattern;			/* the source, of glob(7): see volume_glob.h */
	bool anonymous;			/* the volume */
	bool copies;			/* what the image has there, to an empty volume */
	bool chown, overlay;		/* U, O */
	char label;			/* z, Z; 0: none */
	bool readonly;
	const char *subpath;		/* what is mounted of a volume; NULL: all of it */
	struct pairs labels, options;	/* of a volume that is made for it */
	bool own;			/* of the container's folder: nobody asked for it in so many words */

	/* Where it is taken (volume_take.h): what is mounted, and with which options beyond the words. The type of a
	 * FRESH one is known before. */
	const char *type, *path;
	const char *below;		/* of an image: what follows the path in lowerdir= */
	const char *note;		/* the path, where it is covered by an overlay */
	struct texts more;
};

struct volumes_asked {
	struct volume_asked *at;
	size_t count, room;
};

/* Reads the options, and `volumes` (an object, or NULL) of the config of the image. Where several ask for one place:
 * those of the command line come before what --volumes-from brings, and that before the image's; two of the command
 * line are a problem. */
bool volumes_read(struct engine *engine, const struct run_asked *asked, const struct json *volumes,
		  struct volumes_asked *ret_volumes, struct problem *problem);

/* Adds one at the end. */
void volumes_add(struct arena *arena, struct volumes_asked *volumes, const struct volume_asked *volume);

/* Whether the word is passed on to the mount as it is: "noexec", "rshared". */
bool volume_word_is_option(const char *word);

/* Which kind of word it is: that somebody chose which mounts below come along, or who hears of mounts. */
bool volume_word_is_bind(const char *word);
bool volume_word_is_propagation(const char *word);
