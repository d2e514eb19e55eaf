/* copy_send.c - the end of a copy that has the files: see copy.h */
#include "base/fd.h"
#include "base/file.h"
#include "engine/copy_parts.h"
#include "spec/reason.h"
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

enum { BUFFER = 64 * 1024 };

struct sending {
	int socket;
	int error;			/* of writing to it */
	size_t filled;
	unsigned char buffer[BUFFER];
};

/* --- the archive --- */

static int flush(struct sending *sending)
{
	size_t filled = sending->filled;

	sending->filled = 0;
	if (filled && !sending->error)
		sending->error = file_write_all(sending->socket, sending->buffer, filled);
	return sending->error;
}

static int take(void *context, const void *bytes, size_t size)
{
	struct sending *sending = context;
	int error = size > BUFFER - sending->filled ? flush(sending) : 0;

	if (!error && size >= BUFFER)
		return sending->error = file_write_all(sending->socket, bytes, size);
	if (error)
		return error;
	memcpy(sending->buffer + sending->filled, bytes, size);
	sending->filled += size;
	return 0;
}

/* --- its name there --- */

/* The last name of a path that may have slashes at its end. */
static const char *last_name(struct arena *arena, const char *path)
{
	size_t end = strlen(path), begin;

	while (end && path[end - 1] == '/')
		end--;
	for (begin = end; begin && path[begin - 1] != '/';)
		begin--;
	return arena_copy(arena, path + begin, end - begin);
}

/* "dir/.." is called as the directory is that it leads to. "." is for what is in it. */
static const char *archive_name(struct arena *arena, const char *path, int handle)
{
	const char *name = last_name(arena, path);
	char text[PATH_MAX];
	ssize_t length;

	if (!strcmp(name, "..")) {
		length = sys_readlinkat(AT_FDCWD, arena_printf(arena, "/proc/self/fd/%d", handle), text,
					sizeof(text) - 1);
		text[length < 0 ? 0 : length] = '\0';
		name = last_name(arena, text);
	}
	return name[0] && !copy_is_content(path) ? name : ".";
}

/* --- all of it --- */

static int send_file(const struct copy_place *source, const struct copy_options *options, int handle, int socket,
		     struct problem *problem)
{
	struct problem failed = { 0 };
	struct sending *sending;
	struct arena arena;
	int error;

	arena_init(&arena, NULL, 0);
	sending = ARENA_NEW(&arena, struct sending);
	sending->socket = socket;
	error = export_file(handle, archive_name(&arena, source->path, handle), (struct tar_sink){ take, sending },
			    &options->notes, &failed);
	if (!error)
		error = flush(sending);
	if (sending->error == -EPIPE)
		error = -EPIPE;		/* who reads it has said why */
	else if (error)
		problem_set(problem, "%s", failed.found ? failed.text : reason_words(error));
	arena_release(&arena);
	return error;
}

int copy_send(const struct copy_place *source, const struct copy_options *options, int socket, struct problem *problem)
{
	closes int handle = copy_open(source, source->path, options->follow ? 0 : O_NOFOLLOW);

	if (handle < 0) {
		problem_set(problem, "'%s': %s", source->path, reason_words(handle));
		return handle;
	}
	return send_file(source, options, handle, socket, problem);
}
