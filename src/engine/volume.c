/* volume.c - the folder of a volume: how it is made, found and removed. See volume.h. */
#include "engine/volume.h"
#include "base/fd.h"
#include "base/file.h"
#include "base/lock.h"
#include "engine/event.h"
#include "engine/volume_parts.h"
#include "image/helper.h"
#include "base/tree.h"
#include "spec/reason.h"
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

static const char *path_of(const struct engine *engine, const char *name)
{
	return arena_printf(engine->arena, VOLUMES "/%s", name);
}

static const char *data_of(const struct engine *engine, const char *name)
{
	return arena_printf(engine->arena, "%s/" VOLUMES "/%s/" VOLUME_DATA, engine->store->root, name);
}

/* --- locks --- */

/* Whether the folder that is open still has the name. */
static bool is_still(const struct engine *engine, int folder, const char *name)
{
	return file_is_at(folder, engine->store->fd, path_of(engine, name));
}

bool volume_lock(const struct engine *engine, const struct volume *volume, int operation, struct problem *problem)
{
	int error = lock_take_after_work(volume->folder, operation, LOCK_PATIENCE_MS);

	if (error)
		problem_set(problem, "volume %s: cannot be locked: %s", volume->name,
			    lock_words(volume->folder, error));
	return !error && is_still(engine, volume->folder, volume->name);
}

void volume_close(struct volume *volume)
{
	fd_close_at(&volume->folder);
	volume->folder = -1;
}

/* --- removing --- */

static int remove_folder(const struct engine *engine, const char *name)
{
	return folder_remove(engine, path_of(engine, name));
}

static int rename_folder(const struct engine *engine, const char *from, const char *to)
{
	return sys_renameat(engine->store->fd, path_of(engine, from), engine->store->fd, path_of(engine, to));
}

static void sweep_one(struct engine *engine, const char *name)
{
	closes int fd = sys_openat(engine->store->fd, path_of(engine, name), O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);

	if (fd >= 0 && !sys_flock(fd, LOCK_EX | LOCK_NB) && is_still(engine, fd, name))
		remove_folder(engine, name);
}

static DIR *open_list(const struct engine *engine)
{
	int fd = engine->store->fd < 0 ? -1 : sys_openat(engine->store->fd, VOLUMES, O_RDONLY | O_DIRECTORY, 0);

	return fd < 0 ? NULL : fdopendir(fd);
}

void volume_sweep(struct engine *engine)
{
	DIR *list = open_list(engine);

	if (!list)
		return;
	for (const struct dirent *entry; (entry = readdir(list));)
		if (!strncmp(entry->d_name, ".new-", 5) || !strncmp(entry->d_name, ".gone-", 6))
			sweep_one(engine, entry->d_name);
	closedir(list);
}

/* Another may just make a container with it: so the lock comes first, and then the question who uses it. */
static bool is_unused(struct engine *engine, const struct volume *volume, struct problem *problem)
{
	int error = sys_flock(volume->folder, LOCK_EX | LOCK_NB);
	const struct engine_container *user;
	struct volume_users users;

	if (error) {
		problem_set(problem, error == -EWOULDBLOCK ?
			    "volume %s: volume is in use by a container that is being made, or being filled" :
			    "volume %s: cannot be locked", volume->name);
		return false;
	}
	if (!is_still(engine, volume->folder, volume->name)) {
		problem_set(problem, "no such volume: %s", volume->name);
		return false;
	}
	if (!volume_users_read(engine, &users, problem))
		return false;
	if (volume_users_of(&users, volume->name, &user))
		problem_set(problem, "volume %s: volume is in use by container %s (%.12s): remove that one before",
			    volume->name, user->made.name, user->made.id);
	return !problem->found;
}

bool volume_remove(struct engine *engine, const char *name, struct problem *problem)
{
	const char *gone = arena_printf(engine->arena, ".gone-%s", engine_new_id(engine->arena));
	struct volume volume;
	int error;

	if (!volume_find(engine, name, &volume, problem))
		return false;
	if (is_unused(engine, &volume, problem)) {
		error = rename_folder(engine, name, gone);
		if (!error)
			error = remove_folder(engine, gone);
		if (error)
			problem_set(problem, "volume %s: cannot be removed: %s", name, reason_words(error));
		else
			event_volume(engine, name, "destroy", NULL);
	}
	volume_close(&volume);
	return !problem->found;
}

/* --- one that is there --- */

/* 1; 0 where there is none; -1 after a problem. */
static int open_volume(const struct engine *engine, const char *name, struct volume *ret_volume,
		       struct problem *problem)
{
	struct problem bad = { 0 };
	char *text;
	size_t length;
	int error = -ENOENT, folder = -1;

	*ret_volume = (struct volume){ .folder = -1 };
	if (engine->store->fd >= 0 && name[0] != '.' && !strchr(name, '/'))
		error = folder = sys_openat(engine->store->fd, path_of(engine, name),
					    O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
	if (folder >= 0)
		error = file_read_kept(engine->arena, folder, VOLUME_FILE, MADE_MAX, &text, &length);
	if (!error && volume_read(engine->arena, text, length, ret_volume, &bad)) {
		ret_volume->name = arena_copy(engine->arena, name, strlen(name));
		ret_volume->path = data_of(engine, name);
		ret_volume->folder = folder;
		return 1;
	}
	fd_close_at(&folder);
	if (error == -ENOENT || error == -ENOTDIR || error == -ENAMETOOLONG)
		return 0;
	problem_set(problem, "volume %s: cannot be read: %s", name, bad.found ? bad.text : reason_words(error));
	return -1;
}

/* --- making --- */

/* Whoever sweeps may take it for garbage before it is locked: -EAGAIN. */
static int open_new(const struct engine *engine, const char *new, int *ret_folder)
{
	int error = sys_mkdirat(engine->store->fd, path_of(engine, new), 0700), fd;

	if (error == -ENOENT) {
		sys_mkdirat(engine->store->fd, VOLUMES, 0700);
		error = sys_mkdirat(engine->store->fd, path_of(engine, new), 0700);
	}
	if (error)
		return error;
	fd = sys_openat(engine->store->fd, path_of(engine, new), O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
	*ret_folder = fd;
	if (fd < 0)
		return fd == -ENOENT ? -EAGAIN : fd;
	return sys_flock(fd, LOCK_EX | LOCK_NB) || !is_still(engine, fd, new) ? -EAGAIN : 0;
}

/* As it is usual for directories, whatever the caller's umask is. */
static int make_data(int folder)
{
	closes int fd = -1;
	int error = sys_mkdirat(folder, VOLUME_DATA, 0755);

	if (error)
		return error;
	fd = sys_openat(folder, VOLUME_DATA, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
	return fd < 0 ? fd : sys_fchmod(fd, 0755);
}

/* -EEXIST where another has the name. */
static int make_one(const struct engine *engine, struct volume *volume)
{
	const char *new = arena_printf(engine->arena, ".new-%s", engine_new_id(engine->arena));
	struct text text = text_new(engine->arena);
	int error = open_new(engine, new, &volume->folder);

	volume_write(&text, volume);
	if (!error)
		error = make_data(volume->folder);
	if (!error)
		error = folder_write(volume->folder, VOLUME_FILE, text.at, text.length);
	if (!error)
		error = rename_folder(engine, new, volume->name);
	if (!error)
		return 0;
	remove_folder(engine, new);
	volume_close(volume);
	return error == -ENOTEMPTY ? -EEXIST : error;
}

/* 0; -EAGAIN where it was removed meanwhile; -EEXIST after a problem. */
static int take_existing(const struct engine *engine, struct volume *volume, struct problem *problem)
{
	struct volume found;
	int got = open_volume(engine, volume->name, &found, problem);

	if (got <= 0)
		return got ? -EEXIST : -EAGAIN;
	if (volume_lock(engine, &found, LOCK_SH, problem)) {
		*volume = found;
		return 0;
	}
	volume_close(&found);
	return problem->found ? -EEXIST : -EAGAIN;
}

/* What of a new one is known before it is made. */
static bool describe(struct engine *engine, struct volume *volume, struct problem *problem)
{
	volume->folder = -1;
	if (!volume->name)
		volume->name = engine_new_id(engine->arena);
	if (!volume_check_name(volume->name, problem) || !volume_check_options(&volume->options, problem))
		return false;
	volume->created = record_now(engine->arena);
	volume->path = data_of(engine, volume->name);
	return true;
}

bool volume_tell(struct engine *engine, struct volume *volume, bool *ret_new, struct problem *problem)
{
	struct volume found;
	int got;

	*ret_new = false;
	if (!describe(engine, volume, problem))
		return false;
	got = open_volume(engine, volume->name, &found, problem);
	*ret_new = !got;
	if (got > 0) {
		volume_close(&found);
		*volume = found;
	}
	return got >= 0;
}

bool volume_make(struct engine *engine, struct volume *volume, bool *ret_new, struct problem *problem)
{
	enum { TRIES = 16 };
	int error = -EAGAIN;

	*ret_new = false;
	if (!describe(engine, volume, problem))
		return false;
	for (int i = 0; i < TRIES && error == -EAGAIN; i++) {
		error = make_one(engine, volume);
		*ret_new = !error;
		if (error == -EEXIST)
			error = take_existing(engine, volume, problem);
	}
	if (error)
		problem_set(problem, "volume %s: cannot be made: %s", volume->name, reason_words(error));
	if (*ret_new)
		event_volume(engine, volume->name, "create", NULL);
	return !error;
}

/* --- those that are there --- */

bool volume_find(struct engine *engine, const char *name, struct volume *ret_volume, struct problem *problem)
{
	int got = open_volume(engine, name, ret_volume, problem);

	if (!got)
		problem_set(problem, "no such volume: %s", name);
	return got > 0;
}

static int by_name(const void *one, const void *other)
{
	return strcmp(((const struct volume *)one)->name, ((const struct volume *)other)->name);
}

bool volume_list(struct engine *engine, struct volume **ret_list, size_t *ret_count, struct text *warnings,
		 struct problem *problem)
{
	DIR *list = open_list(engine);
	size_t count = 0, room = 16;
	struct volume *volumes = ARENA_ARRAY(engine->arena, room, struct volume);

	for (const struct dirent *entry; list && (entry = readdir(list));) {
		struct problem bad = { 0 };

		volumes = arena_grow(engine->arena, volumes, count, &room, sizeof(*volumes));
		if (entry->d_name[0] != '.' && open_volume(engine, entry->d_name, &volumes[count], &bad) > 0)
			volume_close(&volumes[count++]);
		if (bad.found)
			text_printf(warnings, "%s\n", bad.text);
	}
	if (list)
		closedir(list);
	qsort(volumes, count, sizeof(*volumes), by_name);
	*ret_list = volumes;
	*ret_count = count;
	return !problem->found;
}
