/* mount_options.h - the words in mounts[].options and what they mean.
 *
 * The table is runtime-spec 1.3, config.md «Linux mount options», all rows (MUST,
 * SHOULD, MAY), which are also what `features` lists. The words fall in four groups:
 *
 *   of the mount         ro nosuid noexec noatime …: MOUNT_ATTR_* of mount_setattr(2). Also
 *                        on a new file system "ro" is the mount's alone: the file
 *                        system below stays writable, as for other mounts of it.
 *   of the tree          rro rnosuid …: the same with AT_RECURSIVE; and propagation.
 *   of the file system   sync async dirsync lazytime nolazytime mand nomand: data, flags
 *                        that fsconfig(2) knows for all file systems, as well as all words
 *                        that are not in the table. They mean nothing to a bind mount.
 *   of nobody            defaults; silent, loud, iversion, noiversion, for which fsconfig(2) has
 *                        no name (they steer mount(2)'s messages in the kernel's log, and a
 *                        counter that today's file systems always keep); and words that
 *                        begin with "x-", which mount(8) keeps to itself. They change nothing.
 *
 * A later word wins over an earlier one: "ro,rw" is writable.
 */
#pragma once
#include "spec/spec.h"

/* Understands mount->option into mount->options. A word that is not in the table is an option of
 * the file system (data), as the spec says; commas in it divide options, but for those in double
 * quotes or after a backslash, as in mount(2)'s data. `index` is the mount's place, for problems. */
void mount_options_read(struct arena *arena, struct mount *mount, size_t index,
			struct problem *problem);

/* All words of the table in alphabetical order, ending in a NULL. */
extern const char *const mount_option_words[];

/* The MOUNT_ATTR_* bits as words of mount(8), for showing: "ro,nosuid,nodev". "" for none. */
const char *mount_attr_words(struct arena *arena, uint64_t set, uint64_t clear);
