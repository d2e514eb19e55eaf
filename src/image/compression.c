/* compression.c - see compression.h */
#include "image/compression.h"
#include "base/sys.h"
#include "image/manifest.h"
#include <string.h>

enum compression compression_of(const unsigned char begin[COMPRESSION_BEGIN])
{
	static const unsigned char gzip[] = { 0x1f, 0x8b }, zstd[] = { 0x28, 0xb5, 0x2f, 0xfd };

	if (!memcmp(begin, gzip, sizeof(gzip)))
		return COMPRESSION_GZIP;
	return memcmp(begin, zstd, sizeof(zstd)) ? COMPRESSION_NONE : COMPRESSION_ZSTD;
}

enum compression compression_of_file(int fd)
{
	unsigned char begin[COMPRESSION_BEGIN] = { 0 };

	return sys_pread(fd, begin, sizeof(begin), 0) < 0 ? COMPRESSION_NONE : compression_of(begin);
}

const char *compression_media_type(enum compression compression)
{
	static const char *const types[] = { [COMPRESSION_NONE] = media_oci_layer,
					     [COMPRESSION_GZIP] = media_oci_layer_gzip,
					     [COMPRESSION_ZSTD] = media_oci_layer_zstd };

	return types[compression];
}
