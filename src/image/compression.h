/* compression.h - how a layer is compressed, by its first bytes. */
#pragma once

enum compression { COMPRESSION_NONE, COMPRESSION_GZIP, COMPRESSION_ZSTD };

enum { COMPRESSION_BEGIN = 4 };

/* By the first bytes; what is shorter ends in zeros. */
enum compression compression_of(const unsigned char begin[COMPRESSION_BEGIN]);

/* The same of an open file, from its beginning; where it stands does not change. One that cannot be read has none. */
enum compression compression_of_file(int fd);

/* The media type of a layer that is compressed so. */
const char *compression_media_type(enum compression compression);
