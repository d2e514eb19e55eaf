/* criu_streams.c - standard input, output and error across a checkpoint.
 *
 * They mostly belong to the host: a pipe to who reads the log, a file, /dev/null. CRIU cannot save these, but can be
 * told that whoever restores has a substitute: for each there is a name in the image, and `restore` gives its own
 * streams for them. The names are kept beside the image, in a file that is runc's and crun's too:
 *
 *	["file[17:3] /dev/null","pipe:[34712]","file[1a:80cf]"]
 *
 * A pipe is known by its number; a file by its mount and its inode; the host's /dev/null is given again without being
 * asked for. Anything else is a path in the container, which CRIU opens. (A file has to be the same one again, or
 * look the same: CRIU compares mode and size.)
 */
#include "base/fd.h"
#include "base/file.h"
#include "base/json_write.h"
#include "life/criu_parts.h"
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#define STREAMS_FILE "descriptors.json"

enum {
	STREAMS_LIMIT = 16 * 1024,	/* bytes: three paths at most */
	MEMORY_DEVICES = 1,		/* major number of /dev/null and its like */
	NULL_DEVICE = 3
};

#define NULL_MARK " /dev/null"

/* --- names --- */

/* From one to sixteen digits; where they end, or NULL. */
static const char *skip_digits(const char *at, const char *digits)
{
	enum { LONGEST = 16 };
	size_t length = strspn(at, digits);

	return length >= 1 && length <= LONGEST ? at + length : NULL;
}

/* "pipe:[34712]" */
static bool is_pipe(const char *text)
{
	const char *at = strncmp(text, "pipe:[", 6) == 0 ? skip_digits(text + 6, "0123456789") : NULL;

	return at && !strcmp(at, "]");
}

/* The length of "file[1a:80cf]" at the beginning of the text, or 0. */
static size_t file_length(const char *text)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = strncmp(text, "file[", 5) == 0 ? skip_digits(text + 5, digits) : NULL;

	at = at && *at == ':' ? skip_digits(at + 1, digits) : NULL;
	return at && *at == ']' ? (size_t)(at + 1 - text) : 0;
}

/* --- how they are called --- */

/* A number in /proc/PID/fdinfo/FD, or 0. */
static uint64_t read_info(struct arena *arena, pid_t pid, int fd, const char *key, int base)
{
	const char *path = arena_printf(arena, "/proc/%d/fdinfo/%d", (int)pid, fd), *at;
	char *text;
	size_t length;

	if (file_read(arena, AT_FDCWD, path, STREAMS_LIMIT, &text, &length))
		return 0;
	at = strstr(text, key);
	return at ? strtoull(at + strlen(key), NULL, base) : 0;
}

static bool is_memory_device(const struct stat *info)
{
	return S_ISCHR(info->st_mode) && major(info->st_rdev) == MEMORY_DEVICES;
}

/* Looks at a stream that may be a file of the host's, in none of the container's mounts. Returns its name, or NULL. */
static const char *name_file(struct arena *arena, pid_t pid, int fd, const char *mountinfo, bool *ret_null)
{
	uint64_t mount = read_info(arena, pid, fd, "mnt_id:", 10);
	struct stat info;

	if (!mount || criu_find_mount_point(arena, mountinfo, mount) ||
	    sys_fstatat(AT_FDCWD, arena_printf(arena, "/proc/%d/fd/%d", (int)pid, fd), &info, 0))
		return NULL;
	if (!S_ISREG(info.st_mode) && !S_ISFIFO(info.st_mode) && !is_memory_device(&info))
		return NULL;
	*ret_null = is_memory_device(&info) && minor(info.st_rdev) == NULL_DEVICE;
	return arena_printf(arena, "file[%llx:%llx]", (unsigned long long)mount,
			    (unsigned long long)info.st_ino);
}

/* What the kernel calls the stream: a path, "pipe:[34712]". */
static const char *read_name(struct arena *arena, pid_t pid, int fd)
{
	const char *path = arena_printf(arena, "/proc/%d/fd/%d", (int)pid, fd);
	char to[PATH_MAX];
	ssize_t length = sys_readlinkat(AT_FDCWD, path, to, sizeof(to));

	return length > 0 ? arena_copy(arena, to, (size_t)length) : NULL;
}

/* A shell that just does `echo x >file` has a stream elsewhere for a moment, and keeps the real one under a higher
 * number. */
static const char *find_kept(struct arena *arena, pid_t pid, int stream, const char *mountinfo, bool *ret_null)
{
	enum { HIGHEST = 16 };

	for (int fd = CRIU_STREAMS; fd < HIGHEST; fd++) {
		bool reads = (read_info(arena, pid, fd, "flags:", 8) & O_ACCMODE) == O_RDONLY;
		const char *file = reads == (stream == 0) ? name_file(arena, pid, fd, mountinfo, ret_null) : NULL;

		if (file)
			return file;
	}
	*ret_null = false;
	return NULL;
}

static const char *name_stream(struct arena *arena, pid_t pid, int fd, const char *mountinfo, bool *ret_null)
{
	const char *name = read_name(arena, pid, fd), *file;

	if (!name || name[0] != '/')
		return name;
	file = name_file(arena, pid, fd, mountinfo, ret_null);
	if (!file)
		file = find_kept(arena, pid, fd, mountinfo, ret_null);
	return file ? file : name;
}

void criu_name_streams(struct arena *arena, pid_t pid, struct criu_streams *ret_streams,
		       struct criu_options *options, struct problem *problem)
{
	const char *mountinfo = criu_read_mountinfo(arena, pid, problem);
	struct criu_streams *streams = ret_streams;

	*streams = (struct criu_streams){ 0 };
	for (int fd = 0; fd < CRIU_STREAMS; fd++) {
		const char *name = name_stream(arena, pid, fd, mountinfo, &streams->null[fd]);

		streams->key[fd] = name;
		if (name && file_length(name))
			options->external.at[options->external.count++] = (char *)(uintptr_t)name;
	}
}

void criu_write_streams(struct arena *arena, const struct criu_folders *folders,
			const struct criu_streams *streams, struct problem *problem)
{
	struct text text = text_new(arena);
	struct json_writer writer = json_writer_new(&text, NULL);
	closes int fd = -1;
	int error;

	json_open_array(&writer, NULL);
	for (size_t i = 0; i < CRIU_STREAMS; i++)
		json_put_text(&writer, NULL, arena_printf(arena, "%s%s", streams->key[i] ? streams->key[i] : "",
							  streams->null[i] ? NULL_MARK : ""));
	json_close(&writer);
	sys_unlinkat(folders->image, STREAMS_FILE, 0);
	fd = sys_openat(folders->image, STREAMS_FILE, O_WRONLY | O_CREAT | O_EXCL, 0600);
	error = fd < 0 ? fd : file_write_all(fd, text.at, text.length);
	if (error)
		problem_set(problem, "checkpoint: cannot write '%s/" STREAMS_FILE "': %s", folders->image_path,
			    criu_error_words(error));
}

/* --- reading --- */

/* Only what stands for something of the host's is taken. */
static void take_name(struct arena *arena, const char *text, struct criu_streams *streams, size_t i)
{
	size_t length = file_length(text);

	streams->null[i] = length && !strcmp(text + length, NULL_MARK);
	if (is_pipe(text) || (length && !text[length]) || streams->null[i])
		streams->key[i] = arena_copy(arena, text, length ? length : strlen(text));
}

void criu_parse_streams(struct arena *arena, char *text, size_t length, struct criu_streams *ret_streams,
			struct problem *problem)
{
	const struct json *list = json_read(arena, text, length, STREAMS_FILE, problem);
	size_t i = 0;

	*ret_streams = (struct criu_streams){ 0 };
	if (list && (list->kind != JSON_ARRAY || list->count != CRIU_STREAMS))
		problem_set(problem, STREAMS_FILE ": must be an array of %d strings", CRIU_STREAMS);
	for (const struct json *entry = list && !problem->found ? list->first : NULL; entry; entry = entry->next, i++) {
		if (entry->kind != JSON_STRING)
			problem_set(problem, STREAMS_FILE ": [%zu] must be a string, not %s", i,
				    json_kind_name(entry->kind));
		else
			take_name(arena, entry->text, ret_streams, i);
	}
	if (problem->found)
		*ret_streams = (struct criu_streams){ 0 };
}

void criu_read_streams(struct arena *arena, const struct criu_folders *folders,
		       struct criu_streams *ret_streams, struct problem *problem)
{
	closes int fd = sys_openat(folders->image, STREAMS_FILE, O_RDONLY | O_NOFOLLOW | O_NONBLOCK, 0);
	struct problem bad = { 0 };
	char *text;
	size_t length;
	int error = fd < 0 ? fd : file_read_fd(arena, fd, STREAMS_LIMIT, &text, &length);

	if (error == -ENOENT)
		problem_set(problem, "restore: '%s' has no " STREAMS_FILE ": it is no checkpoint of a container, "
			    "or only a pre-dump", folders->image_path);
	else if (error)
		problem_set(problem, "restore: cannot read '%s/" STREAMS_FILE "': %s", folders->image_path,
			    criu_error_words(error));
	else
		criu_parse_streams(arena, text, length, ret_streams, &bad);
	if (bad.found)
		problem_set(problem, "restore: %s/%s", folders->image_path, bad.text);
}
