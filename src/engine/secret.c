/* secret.c - see secret.h */
#include "engine/secret.h"
#include "base/fd.h"
#include "base/file.h"
#include "base/json_decode.h"
#include "base/sys_file.h"
#include "engine/parts.h"
#include "spec/reason.h"
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>

#define NEW ".new-"

enum { SECRET_VERSION = 1, ID_LENGTH = 25, HEAD_MAX = 1 << 20 };

static const char *path_of(const struct engine *engine, const char *name)
{
	return arena_printf(engine->arena, SECRETS "/%s", name);
}

const char *secret_file(const struct engine *engine, const char *name)
{
	return arena_printf(engine->arena, "%s/%s", engine->store->root, path_of(engine, name));
}

static bool check_name(const char *name, struct problem *problem)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-";
	size_t length = strlen(name);

	if (!length || length > SECRET_NAME_MAX || strspn(name, letters) != length || strchr("_.-", name[0]))
		problem_set(problem, "secret name '%.64s': is made of letters, digits, '_', '.' and '-', begins with a "
			    "letter or digit, and has at most %d characters", name, SECRET_NAME_MAX);
	return !problem->found;
}

/* --- as text --- */

static void write_head(struct text *out, const struct secret *secret)
{
	struct json_writer json = json_writer_new(out, NULL);

	json_open_object(&json, NULL);
	json_put_unsigned(&json, "taru", SECRET_VERSION);
	json_put_text(&json, "id", secret->id);
	json_put_text(&json, "created", secret->created);
	json_put_text(&json, "updated", secret->updated);
	pairs_put(&json, "labels", &secret->labels);
	json_close(&json);
	text_add(out, "\n");
}

struct secret_form { uint32_t version; struct secret secret; };

static const struct field fields[] = {
	{ "taru", FIELD_UNSIGNED, FIELD_AT(struct secret_form, version), .required = true },
	{ "id", FIELD_TEXT, FIELD_AT(struct secret_form, secret.id), .required = true },
	{ "created", FIELD_TEXT, FIELD_AT(struct secret_form, secret.created), .required = true },
	{ "updated", FIELD_TEXT, FIELD_AT(struct secret_form, secret.updated), .required = true },
	{ "labels", FIELD_PAIRS, FIELD_ARRAY(struct secret_form, secret.labels.at, secret.labels.count) },
	{ 0 }
};

/* The line, which is changed, and what stands behind it. */
static bool read_text(struct arena *arena, char *text, size_t length, struct secret *ret_secret,
		      struct problem *problem)
{
	struct decoder decoder = { arena, problem };
	struct secret_form form = { 0 };
	char *end = memchr(text, '\n', length);
	size_t head = end ? (size_t)(end - text) : length;
	const struct json *value = json_read(arena, text, head, "its record", problem);

	if (value)
		json_decode(&decoder, value, fields, &form);
	if (!problem->found && (form.version != SECRET_VERSION || !end))
		problem_set(problem, "it is of form %u, which this version of taru does not know", form.version);
	*ret_secret = form.secret;
	if (!problem->found) {
		ret_secret->bytes = end + 1;
		ret_secret->size = length - head - 1;
	}
	return !problem->found;
}

/* 1; 0 where there is none; -1 after a problem. */
static int read_secret(const struct engine *engine, const char *name, struct secret *ret_secret,
		       struct problem *problem)
{
	struct problem bad = { 0 };
	char *text;
	size_t length;
	int error = -ENOENT;

	if (engine->store->fd >= 0 && name[0] && name[0] != '.' && !strchr(name, '/'))
		error = file_read_kept(engine->arena, engine->store->fd, path_of(engine, name),
				       HEAD_MAX + SECRET_SIZE_MAX, &text, &length);
	if (error == -ENOENT || error == -ENOTDIR || error == -ENAMETOOLONG)
		return 0;
	if (error || !read_text(engine->arena, text, length, ret_secret, &bad)) {
		problem_set(problem, "secret %s: cannot be read: %s", name, bad.found ? bad.text : reason_words(error));
		return -1;
	}
	ret_secret->name = arena_copy(engine->arena, name, strlen(name));
	return 1;
}

/* --- making --- */

/* The file of that name, locked, with all of it in it: a descriptor or -errno. */
static int write_new(const struct engine *engine, const char *new, const struct secret *secret)
{
	struct text head = text_new(engine->arena);
	closes int fd = sys_openat(engine->store->fd, path_of(engine, new), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW,
				   0600);
	int error = fd < 0 ? fd : sys_flock(fd, LOCK_EX);	/* who checks has it for a moment */

	write_head(&head, secret);
	if (!error)
		error = file_write_all(fd, head.at, head.length);
	if (!error)
		error = file_write_all(fd, secret->bytes, secret->size);
	if (!error)
		error = sys_fsync(fd);
	return error ? error : take_fd(&fd);
}

static int write_secret(const struct engine *engine, const struct secret *secret, bool replace)
{
	const char *new = arena_printf(engine->arena, NEW "%s", engine_new_id(engine->arena));
	const char *from = path_of(engine, new), *to = path_of(engine, secret->name);
	int store = engine->store->fd, error = sys_mkdirat(store, SECRETS, 0700);
	closes int fd = error && error != -EEXIST ? error : write_new(engine, new, secret);

	error = fd < 0 ? fd : replace ? sys_renameat(store, from, store, to) : sys_renameat_new(store, from, store, to);
	if (error)
		sys_unlinkat(store, from, 0);
	return error;
}

/* --- what writers that were killed have left --- */

/* A descriptor of it, locked; or -1. */
static int open_left(const struct engine *engine, const char *name)
{
	closes int fd = strncmp(name, NEW, strlen(NEW)) ? -1 :
			file_open_kept(engine->store->fd, path_of(engine, name), O_RDONLY, 0);

	return fd >= 0 && !sys_flock(fd, LOCK_EX | LOCK_NB) ? take_fd(&fd) : -1;
}

bool secret_was_left(const struct engine *engine, const char *name)
{
	closes int fd = open_left(engine, name);

	return fd >= 0;
}

bool secret_sweep(const struct engine *engine, const char *name)
{
	closes int fd = open_left(engine, name);

	return fd >= 0 && !sys_unlinkat(engine->store->fd, path_of(engine, name), 0);
}

bool secret_create(struct engine *engine, struct secret *secret, bool replace, struct problem *problem)
{
	struct problem ignored = { 0 };
	struct secret old;
	int error;

	if (!check_name(secret->name, problem))
		return false;
	if (!secret->size || secret->size > SECRET_SIZE_MAX) {
		problem_set(problem, "secret %s: must have 1 to %d bytes", secret->name, SECRET_SIZE_MAX);
		return false;
	}
	secret->id = arena_copy(engine->arena, engine_new_id(engine->arena), ID_LENGTH);
	secret->created = secret->updated = record_now(engine->arena);
	if (replace && read_secret(engine, secret->name, &old, &ignored) > 0)
		secret->created = old.created;
	error = write_secret(engine, secret, replace);
	if (error == -EEXIST)
		problem_set(problem, "secret %s: there is one of that name: remove it before, or use --replace",
			    secret->name);
	else if (error)
		problem_set(problem, "secret %s: cannot be written: %s", secret->name, reason_words(error));
	return !error;
}

/* --- those that are there --- */

static int by_name(const void *one, const void *other)
{
	return strcmp(((const struct secret *)one)->name, ((const struct secret *)other)->name);
}

bool secret_list(struct engine *engine, struct secret **ret_list, size_t *ret_count, struct text *warnings,
		 struct problem *problem)
{
	int fd = engine->store->fd < 0 ? -1 : sys_openat(engine->store->fd, SECRETS, O_RDONLY | O_DIRECTORY, 0);
	DIR *list = fd < 0 ? NULL : fdopendir(fd);
	size_t count = 0, room = 16;
	struct secret *secrets = ARENA_ARRAY(engine->arena, room, struct secret);

	for (const struct dirent *entry; list && (entry = readdir(list));) {
		struct problem bad = { 0 };

		secret_sweep(engine, entry->d_name);
		secrets = arena_grow(engine->arena, secrets, count, &room, sizeof(*secrets));
		if (entry->d_name[0] != '.')
			count += read_secret(engine, entry->d_name, &secrets[count], &bad) > 0;
		if (bad.found)
			text_printf(warnings, "%s\n", bad.text);
	}
	if (list)
		closedir(list);
	qsort(secrets, count, sizeof(*secrets), by_name);
	*ret_list = secrets;
	*ret_count = count;
	return !problem->found;
}

static bool find_id(struct engine *engine, const char *given, struct secret *ret_secret, struct problem *problem)
{
	struct text warnings = text_new(engine->arena);
	struct secret *list;
	size_t count, found = 0;

	if (!secret_list(engine, &list, &count, &warnings, problem))
		return false;
	for (size_t i = 0; i < count; i++) {
		if (!given[0] || strncmp(list[i].id, given, strlen(given)) != 0)
			continue;
		*ret_secret = list[i];
		found++;
	}
	if (!found)
		problem_set(problem, "no such secret: %s", given);
	else if (found > 1)
		problem_set(problem, "secret '%s': %zu secrets have IDs that begin so; give more of it", given, found);
	return found == 1;
}

bool secret_find(struct engine *engine, const char *given, struct secret *ret_secret, struct problem *problem)
{
	int got = read_secret(engine, given, ret_secret, problem);

	return got ? got > 0 : find_id(engine, given, ret_secret, problem);
}

bool secret_remove(struct engine *engine, const struct secret *secret, struct problem *problem)
{
	int error = sys_unlinkat(engine->store->fd, path_of(engine, secret->name), 0);

	if (error)
		problem_set(problem, error == -ENOENT ? "no such secret: %s" : "secret %s: cannot be removed",
			    secret->name);
	return !error;
}
