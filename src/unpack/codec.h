/* codec.h - what turns a stream of bytes into another: compressors and decompressors, each a table of functions. */
#pragma once
#include "base/arena.h"
#include "base/problem.h"

enum compression { COMPRESSION_AUTO, COMPRESSION_NONE, COMPRESSION_GZIP, COMPRESSION_ZSTD };

enum { CODEC_MAGIC = 6 };	/* bytes by which a compression is known */

struct codec_stream { const unsigned char *in; size_t in_left; unsigned char *out; size_t out_left; };

struct codec {
	/* Its state; NULL without memory. */
	void *(*begin)(struct arena *arena);
	/* Moves on in the stream as far as it gets; `last`: no more input will come. False with a problem for
	 * input that is damaged. */
	bool (*run)(void *state, struct codec_stream *stream, bool last, struct problem *problem);
	/* A decompressor: whether the input may end here. A compressor: whether all has been written. */
	bool (*is_complete)(const void *state);
	/* Gives back what is not the arena's, for who lives longer than one stream; NULL: there is nothing. */
	void (*end)(void *state);
};

extern const struct codec codec_copy;			/* leaves all as it is */
extern const struct codec codec_gunzip, codec_gzip;	/* gzip_isal.c or gzip_zlib.c */
extern const struct codec codec_unzstd, codec_zstd;

/* Recognises a compression by the first bytes. NULL with a problem for one that is known but not supported (xz,
 * bzip2, lz4). What is none of them is taken as it is. */
const struct codec *codec_detect(const unsigned char *first, size_t size, enum compression *ret_compression,
				 struct problem *problem);

/* Never for COMPRESSION_AUTO. */
const struct codec *codec_decompressor(enum compression compression);
const struct codec *codec_compressor(enum compression compression);
