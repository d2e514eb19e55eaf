/* tar.h - one entry of a tar archive, as tar_read.h gives it and tar_write.h takes it.
 *
 * The format is that of POSIX.1-2001 (ustar, and pax on top of it) with what GNU tar added: long names, numbers in
 * base 256, sparse files. Names are bytes: nothing is known of their encoding, and `..` has no meaning here.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	TAR_BLOCK = 512,
	TAR_HEADER_MAX = 1 << 20,	/* bytes of an extension header (pax, long name) */
	TAR_EXTENSIONS_MAX = 16,	/* of them before one entry */
	TAR_XATTRS_MAX = 1024,		/* of one entry */
	TAR_PIECES_MAX = 1 << 18,	/* of one sparse file */
	TAR_MODE = 07777,
};

enum tar_kind {
	TAR_FILE,
	TAR_HARD_LINK,
	TAR_SYMBOLIC_LINK,
	TAR_CHARACTER,
	TAR_BLOCK_DEVICE,
	TAR_DIRECTORY,
	TAR_FIFO,
};

struct tar_time { int64_t seconds; uint32_t nanoseconds; };

/* The value may hold any bytes. */
struct tar_xattr { const char *name, *value; size_t size; };

/* Of a sparse file: bytes that are there. The rest of the file is a hole. */
struct tar_piece { uint64_t offset, size; };

struct tar_entry {
	enum tar_kind kind;
	const char *name;		/* never "" */
	const char *link;		/* of both kinds of links, never "" there; else "" */
	uint32_t mode;			/* within TAR_MODE */
	uint32_t uid, gid;		/* never (uint32_t)-1 */
	uint32_t major, minor;		/* of devices */
	uint64_t size;			/* of a file, holes included; else 0 */
	struct tar_time mtime, atime;
	bool has_atime;
	bool sparse;
	const struct tar_xattr *xattrs;
	size_t xattr_count;
	const struct tar_piece *pieces;	/* of a sparse file: in order, without overlap, within `size` */
	size_t piece_count;
};
