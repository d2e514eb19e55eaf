/* device_words.h - what --device means by HOST[:PATH][:RIGHTS]. */
#pragma once
#include "base/arena.h"
#include <stdbool.h>

struct device_words { const char *host, *path, *rights; };	/* "/dev/fuse", "/dev/fuse", "rwm" */

/* "rw": what may be done with a device, one or more of r, w and m (mknod). */
bool device_are_rights(const char *text);

/* False for a text that is none, as is the name of a device by CDI (cdi.h). Whether there is such a device is not
 * looked at. */
bool device_words_read(struct arena *arena, const char *given, struct device_words *ret_words);
