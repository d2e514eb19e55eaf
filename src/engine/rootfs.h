/* rootfs.h - the directory of this machine that `run --rootfs DIR` has as its root file system, instead of an image.
 *
 *	DIR	what the container changes is changed there
 *	DIR:O	it changes a layer of its own above it, as with an image
 */
#pragma once
#include "base/arena.h"
#include "base/problem.h"
#include "engine/container.h"

/* Reads what was given into made->rootfs, without links, and made->rootfs_kept. False after a problem: it is not there,
 * is no directory, or is this machine's own root, which the image `host` is for. */
bool rootfs_read(struct arena *arena, const char *given, struct made *made, struct problem *problem);

/* Whether it stands on such a directory. */
bool rootfs_is(const struct made *made);

/* Whether its root file system is that directory itself: nobody knows what was there before. */
bool rootfs_is_changed(const struct made *made);
