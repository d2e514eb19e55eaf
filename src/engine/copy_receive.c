/* copy_receive.c - the end of a copy that makes the files: see copy.h */
#include "base/fd.h"
#include "engine/copy_parts.h"
#include "spec/reason.h"
#include <errno.h>
#include <string.h>
#include <unistd.h>

enum { BUFFER = 256 * 1024 };

struct receiving {
	const struct copy_target *target;
	struct arena arena;		/* of the whole */
	struct tar_reader reader;
	struct copy_making making;
	const char *name;		/* the first name of each entry becomes this one; NULL: it stays */
	int socket;
	size_t filled, taken;
	unsigned char buffer[BUFFER];
};

static ssize_t read_socket(void *context, const unsigned char **ret_bytes, size_t most)
{
	struct receiving *receiving = context;
	size_t length;

	if (receiving->taken == receiving->filled) {
		ssize_t got;

		do
			got = sys_read(receiving->socket, receiving->buffer, BUFFER);
		while (got == -EINTR);
		if (got <= 0)
			return got;
		receiving->filled = (size_t)got;
		receiving->taken = 0;
	}
	length = receiving->filled - receiving->taken;
	length = length < most ? length : most;
	*ret_bytes = receiving->buffer + receiving->taken;
	receiving->taken += length;
	return (ssize_t)length;
}

/* --- names --- */

/* Without "." and slashes that mean nothing; NULL where it leads upwards. */
static const char *clean(struct arena *arena, const char *name)
{
	struct text text = text_new(arena);

	for (const char *at = name; *at;) {
		size_t length = strcspn(at, "/");

		if (length == 2 && !strncmp(at, "..", 2))
			return NULL;
		if (length && !(length == 1 && at[0] == '.')) {
			text_add(&text, text.length ? "/" : "");
			text_add_bytes(&text, at, length);
		}
		at += length + (at[length] == '/');
	}
	return text.at;
}

/* Where an entry goes. What is in a directory alone ("dir/.") has names without that of the directory. */
static const char *place_of(struct receiving *receiving, const char *name)
{
	struct arena *arena = &receiving->arena;
	const char *path = clean(arena, name), *slash;

	if (!path || !receiving->name)
		return path;
	if (copy_is_content(receiving->target->source) || !strncmp(name, "./", 2) || !strcmp(name, "."))
		return arena_printf(arena, "%s%s%s", receiving->name, path[0] ? "/" : "", path);
	slash = strchr(path, '/');
	return arena_printf(arena, "%s%s", receiving->name, slash ? slash : "");
}

static int make_entry(struct receiving *receiving, const struct tar_entry *entry, struct problem *problem)
{
	const char *path = place_of(receiving, entry->name);
	const char *link = entry->kind == TAR_HARD_LINK ? place_of(receiving, entry->link) : "";

	if (!path || !link) {
		problem_set(problem, "the archive has a name with '..' in it: '%s'", entry->name);
		return -EINVAL;
	}
	return copy_make(&receiving->making, entry, path, link);
}

/* --- all of it --- */

static int receive(struct receiving *receiving, struct problem *problem)
{
	const struct copy_target *target = receiving->target;
	struct tar_entry entry;
	int got = tar_read_entry(&receiving->reader, &entry, problem), error = 0;

	if (got == 0 && target->source)
		got = -ENODATA;
	if (got < 0)
		return got;
	error = copy_find_target(&receiving->arena, target, got && entry.kind == TAR_DIRECTORY,
				 &receiving->making.base, &receiving->name, problem);
	while (!error && got == 1) {
		error = make_entry(receiving, &entry, problem);
		if (error)
			break;
		got = tar_read_entry(&receiving->reader, &entry, problem);
		error = got < 0 ? got : 0;
	}
	return error ? error : copy_finish(&receiving->making);
}

/* What follows the archive is read to its end: its writer is not to fail. */
static void drain(struct receiving *receiving)
{
	const unsigned char *bytes;

	while (read_socket(receiving, &bytes, BUFFER) > 0)
		;
}

int copy_receive(const struct copy_target *target, int socket, struct problem *problem)
{
	struct arena arena;
	struct receiving *receiving;
	int error;

	arena_init(&arena, NULL, 0);
	receiving = ARENA_NEW(&arena, struct receiving);
	receiving->target = target;
	receiving->socket = socket;
	arena_init(&receiving->arena, NULL, 0);
	tar_reader_init(&receiving->reader, (struct tar_source){ read_socket, receiving, NULL });
	receiving->making = (struct copy_making){ .arena = &receiving->arena, .target = target, .base = -1,
						  .reader = &receiving->reader, .problem = problem };
	error = receive(receiving, problem);
	if (!error)
		drain(receiving);
	else
		problem_set(problem, "the files were not copied: %s", reason_words(error));
	fd_close_at(&receiving->making.base);
	tar_reader_release(&receiving->reader);
	arena_release(&receiving->arena);
	arena_release(&arena);
	return error;
}
