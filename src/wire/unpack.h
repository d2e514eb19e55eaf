/* unpack.h - the words between taru and libexec/taru/unpack, which turns one stream of bytes into a directory.
 *
 * One process for one layer. It has no network and sees no file but those it is given: it makes the target its root
 * directory and gives up every right it does not need before it reads the first byte. In a user namespace it is
 * what root is there (taru made the namespace and wrote the ids before).
 *
 * One request; `fds` names the descriptors that come with it, in their order:
 *
 *	{ "op": "layer", "fds": ["input", "wake", "target", "tee"], "compression": "auto",
 *	  "form": "overlay", "squash": false, "max-bytes": N, "max-entries": N, "max-ratio": N }
 *
 *	input	what is read: a file, a pipe or a socket
 *	wake	(may be absent) a pipe: the input is a file that still grows. At its end, wait for a byte
 *	here and read
 *		again; the end of the pipe is the end of the growing
 *	target	the directory that is filled; it is empty, but for "plain", where what is there may be replaced
 *	tee	(may be absent) a file that gets each byte of the input as it is
 *	compression	"auto" (by the first bytes), "none", "gzip", "zstd"
 *	form	"overlay": whiteouts become what overlayfs takes for them: a character device 0:0, and
 *	user.overlay.opaque = y
 *		(userxattr: Linux 5.11), so no right beyond the file's owner's is needed. "plain": the stream is a
 *		whole root file system; a file called .wh.x is a file.
 *	squash	ids that have no place in the user namespace become 0, and device nodes are left out without a word
 *
 *	→ { "at": 123456, "entries": 17 }		now and then: bytes of input read
 *	→ { "unpacked": { "digest": "sha256:…", "size": 1234,		of the input, as it was read
 *	      "diff-id": "sha256:…", "bytes": 5678,			of the decompressed stream, padding included
 *	      "compression": "gzip", "content": 5000, "entries": 17,	content: the sum of the sizes of
 *	      regular files
 *	      "devices-left-out": 0, "implied": 2, "links": 0 } }
 *
 * The digest tells taru whether this is what was asked for, so all of the input is read, also what stands behind
 * the end of the archive.
 *
 * A layer speaks of files of the layers below without having them: directories that are only in the paths of other
 * entries (`implied`), and hard links to files that are not in it (`links`). Layers are unpacked side by side, so
 * these are settled when all layers below are complete:
 *
 *	{ "op": "settle", "fds": ["layer", "layer", …] }	the layers below, the nearest first; none is well
 *	→ { "settled": true }		implied directories now have the owner, mode, times and
 *								xattrs that the layers below give them; the
 *								files of links were copied from there
 *	→ { "settled": false, "entry": "lib", … }		below, an implied directory is a symbolic link: what
 *	was written
 *								through it is in the wrong place; see `lowers`
 *
 * Then the layer is unpacked again, with the layers below given as `lower` in `fds` ("fds": ["input", "target",
 * "lower", …]): paths are then resolved as in the merged tree.
 *
 * A message carries so many descriptors and no more, and an image may have more layers. Then the nearest come before:
 *
 *	{ "op": "below", "fds": ["layer", "layer", …] }	no answer; `layer` or `settle` has the rest
 *
 *	{ "op": "copy", "fds": ["input", "output"], "compression": "auto", "into": "none" }
 *	→ { "copied": { "digest": …, "size": …, "output-digest": …, "output-size": … } }
 *
 * `copy` only decompresses, or compresses (`into`: "none", "gzip", "zstd"): for save, load, import, push.
 *
 * An error is the last message:
 *
 *	{ "error": { "kind": "path", "entry": "../../etc/passwd", "message": "…" } }
 *
 * `entry` is the name as it stands in the archive, with control characters and bytes that are not UTF-8 replaced.
 */
#pragma once
#include "base/name.h"
#include <stdint.h>

enum {
	/* An image has at most 500 layers, which is what overlayfs takes (OVL_MAX_STACK); docker makes at most 127. */
	UNPACK_LOWERS_MAX = 499,
	UNPACK_LOWERS_AT_ONCE = 200,
	UNPACK_MAX_ENTRIES = 10 * 1000 * 1000,
	UNPACK_MAX_RATIO = 1100,	/* deflate cannot do more than 1032:1; so this stops zstd and nested tricks */
};

/* Of the decompressed stream, where nothing else is said: 1 TiB. */
static const uint64_t UNPACK_MAX_BYTES = (uint64_t)1 << 40;

enum unpack_error {
	UNPACK_ARCHIVE,		/* no tar archive, or a damaged one */
	UNPACK_COMPRESSION,	/* damaged, or of an unknown kind */
	UNPACK_TRUNCATED,	/* the input ended too soon */
	UNPACK_PATH,		/* an entry that would leave the layer, or that has no name a file can have */
	UNPACK_LINK,		/* a hard link to something that is not there, or may not be linked to */
	UNPACK_ID,		/* an owner without a place in the user namespace */
	UNPACK_TYPE,		/* an entry of a kind that has no place in a layer */
	UNPACK_LIMIT,		/* more bytes, entries, or ratio than allowed */
	UNPACK_SPACE,		/* the file system is full, or has no inodes left */
	UNPACK_PERMISSION,	/* the kernel says no */
	UNPACK_FILE,		/* any other failure of a system call */
	UNPACK_CONFINE,		/* could not give up its rights, so nothing was read */
	UNPACK_REQUEST,		/* taru asked for something that is none of the above */
};

/* "archive", "compression", … */
extern const struct name unpack_error_names[];
