/* parse.h - texts of /proc that the kernel writes, with names in them that anybody may have chosen.
 *
 * What is not understood is left out: a line that is none, a number that does not fit. Nothing fails.
 */
#pragma once
#include "xray/xray.h"

/* The next line of a text, without its end: NULL where there is none. *text goes on behind it; the line is copied. */
char *xray_line(struct arena *arena, const char **text);

/* How many lines a text has at most. */
size_t xray_count_lines(const char *text);

/* A number at the begin of a text, in base 8, 10 or 16; *at goes on behind it. False where there is none, or where it
 * does not fit. */
bool xray_number(const char **at, unsigned base, uint64_t *ret_value);

/* parse_status.c: proc_pid_status(5), proc_pid_stat(5), proc_pid_limits(5). Returns how many limits there are. */
void xray_parse_status(struct arena *arena, const char *text, struct xray_status *ret_status);
void xray_parse_stat(const char *text, struct xray_stat *ret_stat);
size_t xray_parse_limits(struct arena *arena, const char *text, struct xray_rlimit *ret_limits);

/* The words that a process was called with, each behind a NUL; what stands behind the last NUL is one more. NULL at the
 * end. */
char **xray_parse_arguments(struct arena *arena, const char *text, size_t length);

/* parse_lines.c: uid_map and gid_map of user_namespaces(7), and cgroup of cgroups(7). */
struct id_maps xray_parse_id_map(struct arena *arena, const char *text);
struct xray_cgroups xray_parse_cgroups(struct arena *arena, const char *text);

/* Which id within is this one outside; false where none is. */
bool xray_inside(const struct id_maps *maps, uint32_t outside, uint32_t *ret_inside);

/* parse_mounts.c: proc_pid_mountinfo(5). Of what mounts.h finds out nothing is set. */
struct xray_mounts xray_parse_mounts(struct arena *arena, const char *text);

/* Whether one of the words, with commas between them, is this one; and what stands behind "WORD=", or NULL. */
bool xray_has_option(const char *options, const char *word);
const char *xray_option(struct arena *arena, const char *options, const char *word);

/* parse_sockets.c: adds the lines of a file of /proc/PID/net. */
void xray_parse_sockets(struct arena *arena, const char *text, enum xray_protocol protocol,
			struct xray_sockets *sockets);

/* "tcp6": its file. */
const char *xray_protocol_name(enum xray_protocol protocol);

/* Of proc_pid_fdinfo(5): the flags of open(2), the mount that the file is on, of a pidfd the process; 0: not told. */
struct xray_fdinfo { uint64_t flags, mount, process; };

/* Reads that file. */
struct xray_fdinfo xray_parse_fdinfo(struct arena *arena, const char *text);
