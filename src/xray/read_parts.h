/* read_parts.h - what the files read*.c share. */
#pragma once
#include "xray/read.h"

enum { XRAY_FILE_MAX = 16 << 20 };	/* bytes of a file of /proc */

struct xray_reader {
	struct arena *arena;
	int folder;			/* /proc/PID */
	struct xray *xray;
	struct xray_mounts here, host;	/* of the caller, of process 1 */
	uint64_t root_mount;		/* the mount that its root is on; 0: not told */
};

/* The text of a file of the process; NULL where there is none. What stands in the way is noted, with `what` as the name
 * of what is missing then; NULL: it is not. */
const char *xray_text(struct xray_reader *reader, const char *file, const char *what, size_t *ret_length);

/* Notes that something could not be read; -ESRCH, since it has ended then, and -ENOENT are no news. */
void xray_note_unread(struct xray_reader *reader, const char *what, int error);

/* What a link of the process leads to; NULL where it cannot be read. */
const char *xray_link(struct xray_reader *reader, const char *file);

/* One for each file read_*.c. */
void xray_read_namespaces(struct xray_reader *reader);
void xray_read_mounts(struct xray_reader *reader);
void xray_read_cgroups(struct xray_reader *reader);
void xray_read_files(struct xray_reader *reader);
