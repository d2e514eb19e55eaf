/* mount_options.h - the words in mounts[].options and what they mean.
 *
 * The table is runtime-spec 1.3, config.md «Linux mount options», all rows (MUST,
 * SHOULD, MAY), which are also what `features` lists.
 */
#pragma once
#include "spec/spec.h"

/* Understands mount->option into mount->options. A word that is not in the table is an option of
 * the file system (data), as the spec says. `index` is the mount's place, for problems. */
void mount_options_read(struct arena *arena, struct mount *mount, size_t index,
			struct problem *problem);

/* All words of the table in alphabetical order, ending in a NULL. */
extern const char *const mount_option_words[];

/* The MOUNT_ATTR_* bits as words of mount(8), for showing: "ro,nosuid,nodev". */
const char *mount_attr_words(struct arena *arena, uint64_t set, uint64_t clear);
