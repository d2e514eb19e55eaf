/* decompress.h - a blob without its compression, by libexec/taru/unpack (wire/unpack.h, "copy"). */
#pragma once
#include "base/problem.h"
#include "image/digest.h"
#include "image/store.h"

struct decompressed {
	int file;			/* has no name; it stands at its begin */
	struct digest read, written;	/* of what was read, and of what it became */
	uint64_t size;			/* of what it became */
};

/* Whether the file begins as one that is compressed does. 1, 0, or -errno. */
int decompress_needed(int file);

/* Decompresses a blob into a file of the store that has no name; `file` is to be closed. False after a problem. */
bool decompress(const struct store *store, const struct digest *blob, struct decompressed *ret,
		struct problem *problem);
