/* stream.h - a stream of bytes, decompressed or compressed by libexec/taru/unpack (wire/unpack.h, "copy"). */
#pragma once
#include "image/store.h"

struct streamed {
	struct digest digest, output_digest;	/* of what was read and of what was written */
	uint64_t size, output_size;
};

/* Copies `input` to `output`, both from where they stand. Whatever compression the input has is undone; `into`:
 * "none", "gzip", "zstd". False after a problem, which begins with `what`. */
bool stream_copy(const struct store *store, int input, int output, const char *into, const char *what,
		 struct streamed *ret_streamed, struct problem *problem);

/* A file without a name, in the store's file system. A descriptor or -errno. */
int stream_file(const struct store *store);
