/* codec.c - see codec.h */
#include "unpack/codec.h"
#include <string.h>

static void *copy_begin(struct arena *arena)
{
	return arena_alloc(arena, 1);
}

static bool copy_run(void *state, struct codec_stream *stream, bool last, struct problem *problem)
{
	size_t size = stream->in_left < stream->out_left ? stream->in_left : stream->out_left;

	if (size)
		memcpy(stream->out, stream->in, size);
	stream->in += size;
	stream->in_left -= size;
	stream->out += size;
	stream->out_left -= size;
	return true;
}

static bool copy_is_complete(const void *state)
{
	return true;
}

const struct codec codec_copy = { copy_begin, copy_run, copy_is_complete, NULL };

static const struct {
	const char *magic;
	size_t size;
	enum compression compression;
	const char *unsupported;
} kinds[] = {
	{ "\x1f\x8b", 2, COMPRESSION_GZIP, NULL },
	{ "\x28\xb5\x2f\xfd", 4, COMPRESSION_ZSTD, NULL },
	{ "BZh", 3, COMPRESSION_NONE, "bzip2" },
	{ "\xfd" "7zXZ", 6, COMPRESSION_NONE, "xz" },
	{ "\x04\x22\x4d\x18", 4, COMPRESSION_NONE, "lz4" },
	{ "LZIP", 4, COMPRESSION_NONE, "lzip" },
};

const struct codec *codec_detect(const unsigned char *first, size_t size, enum compression *ret_compression,
				 struct problem *problem)
{
	*ret_compression = COMPRESSION_NONE;
	/* A frame of zstd that is to be skipped may come first: 0x184D2A50 to 5F. */
	if (size >= 4 && (first[0] & 0xf0) == 0x50 && memcmp(first + 1, "\x2a\x4d\x18", 3) == 0)
		*ret_compression = COMPRESSION_ZSTD;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		if (size < kinds[i].size || memcmp(first, kinds[i].magic, kinds[i].size) != 0)
			continue;
		if (kinds[i].unsupported) {
			problem_set(problem, "it is compressed by %s, which no layer of an image is",
					kinds[i].unsupported);
			return NULL;
		}
		*ret_compression = kinds[i].compression;
	}
	return codec_decompressor(*ret_compression);
}

const struct codec *codec_decompressor(enum compression compression)
{
	switch (compression) {
	case COMPRESSION_AUTO:
	case COMPRESSION_NONE:
		break;
	case COMPRESSION_GZIP:
		return &codec_gunzip;
	case COMPRESSION_ZSTD:
		return &codec_unzstd;
	}
	return &codec_copy;
}

const struct codec *codec_compressor(enum compression compression)
{
	switch (compression) {
	case COMPRESSION_AUTO:
	case COMPRESSION_NONE:
		break;
	case COMPRESSION_GZIP:
		return &codec_gzip;
	case COMPRESSION_ZSTD:
		return &codec_zstd;
	}
	return &codec_copy;
}
