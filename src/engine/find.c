/* find.c - which containers there are, and what they are at the moment: see container.h. */
#include "base/clock.h"
#include "base/fd.h"
#include "base/file.h"
#include "base/lock.h"
#include "engine/parts.h"
#include "engine/stepping.h"
#include "image/manifest.h"
#include "life/glance.h"
#include "spec/reason.h"
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

enum { LOCK_LOOK_MS = 10 };

const char *engine_run_root(struct arena *arena, const char *given, struct problem *problem)
{
	const char *root = given && given[0] ? given : getenv("TARU_RUN_ROOT"), *users = getenv("XDG_RUNTIME_DIR");

	if (root && root[0] && root[0] != '/')
		problem_set(problem, "option '--run-root': '%s' is no absolute path", root);
	if (root && root[0])
		return problem->found ? NULL : arena_copy(arena, root, strlen(root));
	if (geteuid() == 0)
		return "/run/taru/containers";
	if (users && users[0] == '/')
		return arena_printf(arena, "%s/taru/containers", users);
	problem_set(problem, "there is no place for running containers of uid %u: set XDG_RUNTIME_DIR to a folder of "
		    "this user's, or TARU_RUN_ROOT", (unsigned)geteuid());
	return NULL;
}

const char *engine_status_name(enum container_status status)
{
	static const char *const names[] = { "created", "running", "paused", "exited", "restarting" };

	return names[status];
}

bool engine_lives(const struct engine_container *container)
{
	return container->status == CONTAINER_RUNNING || container->status == CONTAINER_PAUSED;
}

/* --- what it is now --- */

static void read_ended(struct engine *engine, struct engine_container *container)
{
	struct problem ignored = { 0 };
	char *text;
	size_t length;

	container->ended = (struct ended){ .started = "", .finished = "", .problem = "" };
	if (file_read_kept(engine->arena, container->folder, ENDED_FILE, MADE_MAX, &text, &length))
		return;
	container->status = CONTAINER_EXITED;
	if (!ended_read(engine->arena, text, length, &container->ended, &ignored))
		container->ended = (struct ended){ .started = "", .finished = "", .problem = "" };
}

/* One of which there is a record of a run, and no word of its end, was left alone: by a runtime that was killed. */
static void read_life(struct engine *engine, struct engine_container *container)
{
	static const enum container_status status[] = {
		[STATUS_CREATING] = CONTAINER_CREATED, [STATUS_CREATED] = CONTAINER_CREATED,
		[STATUS_RUNNING] = CONTAINER_RUNNING,  [STATUS_PAUSED] = CONTAINER_PAUSED,
		[STATUS_STOPPED] = CONTAINER_EXITED,
	};
	struct problem ignored = { 0 };
	struct container life;

	if (!container_open(engine->arena, engine->run, container->made.id, &life, &ignored))
		return;
	container->status = status[life.status];
	if (life.recorded && container->status != CONTAINER_CREATED) {
		container->pid = life.record.pid;
		container->started = arena_copy(engine->arena, life.record.created, strlen(life.record.created));
	}
	if (container->status == CONTAINER_EXITED && container->started)
		container->ended = (struct ended){ .started = container->started, .finished = "", .problem = "" };
	container_close(&life);
}

/* Its keeper has said that it does so; or has not said yet how it ended, and what comes of that. */
static bool may_start_again(const struct engine_container *container)
{
	if (container->ended.known)
		return container->ended.restarting;
	return container->made.upkeep.restart != RESTART_NO && !engine_is_stopped(container->folder);
}

/* Its keeper has said so, and was killed before it did: another does it then (heal.c). Not where the machine went down
 * in between: what runs after that is said by who starts the machine. */
static bool is_cut_off(const struct engine_container *container)
{
	struct timespec now, up;

	if (!container->ended.known || !container->ended.restarting || engine_is_stopped(container->folder))
		return false;
	clock_gettime(CLOCK_REALTIME, &now);
	clock_gettime(CLOCK_BOOTTIME, &up);
	return image_time(container->ended.finished) >= now.tv_sec - up.tv_sec - 1;
}

/* Of those that run, which are most that are asked about: all that there is to find out. */
static bool read_glance(struct engine *engine, const char *id, struct engine_container *container)
{
	struct glance glance;

	if (!container_glance(engine->arena, engine->run, id, &glance))
		return false;
	container->status = glance.paused ? CONTAINER_PAUSED : CONTAINER_RUNNING;
	container->pid = glance.pid;
	container->started = glance.created;
	container->attended = glance.attended;
	container->ended = (struct ended){ .started = "", .finished = "", .problem = "" };
	return true;
}

/* It was started once, and there is neither a record of a run nor word of its end. Its keeper is about to write that,
 * or has done so this moment; or there is none: the machine went down. */
static void look_for_end(struct engine *engine, struct engine_container *container)
{
	if (engine_has_keeper(container->folder) && !engine_has_noted_end(container->folder))
		return;
	read_ended(engine, container);
	container->status = CONTAINER_EXITED;
}

void engine_refresh(struct engine *engine, struct engine_container *container)
{
	if (read_glance(engine, container->made.id, container))
		return;
	container->status = CONTAINER_CREATED;
	container->pid = 0;
	container->started = NULL;
	container->attended = false;
	read_ended(engine, container);
	read_life(engine, container);
	if (container->status == CONTAINER_CREATED && sys_faccessat2(container->folder, KEEPER_FILE, F_OK, 0) == 0)
		look_for_end(engine, container);
	if (container->status == CONTAINER_EXITED && may_start_again(container) &&
	    (engine_has_keeper(container->folder) || is_cut_off(container)))
		container->status = CONTAINER_RESTARTING;
}

/* What was asked when it was made, from `file` in the folder. 1; 0 where there is none; -1 after a problem. */
static int read_made(struct engine *engine, const char *id, int folder, const char *file, struct made *ret_made,
		     struct problem *problem)
{
	struct problem bad = { 0 };
	char *text;
	size_t length;
	int error = folder < 0 ? folder : file_read_kept(engine->arena, folder, file, MADE_MAX, &text, &length);

	if (error == -ENOENT || error == -ENOTDIR)
		return 0;
	if (error)
		problem_set(&bad, MADE_FILE ": %s", reason_words(error));
	if (!error && made_read(engine->arena, text, length, ret_made, &bad) && !strcmp(ret_made->id, id))
		return 1;
	problem_set(problem, "container %.12s: its record is damaged: %s; 'taru rm --force' removes it", id,
		    bad.found ? bad.text : "it is another's");
	*ret_made = (struct made){ .id = arena_copy(engine->arena, id, strlen(id)) };
	return -1;
}

/* 1; 0 where there is none; -1 after a problem. Its folder is open then. */
static int open_container(struct engine *engine, const char *id, struct engine_container *ret_container,
			  struct problem *problem)
{
	const int folder = sys_openat(engine->store->fd, arena_printf(engine->arena, CONTAINERS "/%s", id),
				      O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
	int got;

	*ret_container = (struct engine_container){ .folder = folder };
	got = read_made(engine, id, folder, MADE_FILE, &ret_container->made, problem);
	if (got > 0)
		engine_refresh(engine, ret_container);
	else
		engine_close(ret_container);
	return got;
}

void engine_close(struct engine_container *container)
{
	fd_close_at(&container->folder);
	container->folder = -1;
}

/* --- all of them --- */

bool is_container_id(const char *name)
{
	return strspn(name, "0123456789abcdef") == CONTAINER_ID_LENGTH && !name[CONTAINER_ID_LENGTH];
}

size_t list_container_ids(const struct engine *engine, int dir, const char *path, const char *prefix, char ***ret_ids)
{
	int fd = sys_openat(dir, path, O_RDONLY | O_DIRECTORY, 0);
	DIR *list = fd < 0 ? NULL : fdopendir(fd);
	size_t count = 0, room = 16, length = strlen(prefix);
	char **ids = ARENA_ARRAY(engine->arena, room, char *);

	while (list) {
		const struct dirent *entry = readdir(list);

		if (!entry)
			break;
		if (!is_container_id(entry->d_name) || strncmp(entry->d_name, prefix, length))
			continue;
		ids = arena_grow(engine->arena, ids, count + 1, &room, sizeof(*ids));
		ids[count++] = arena_copy(engine->arena, entry->d_name, CONTAINER_ID_LENGTH);
	}
	if (list)
		closedir(list);
	*ret_ids = ids;
	return count;
}

static int by_age(const void *one, const void *other)
{
	return strcmp(((const struct engine_container *)other)->made.created,
		      ((const struct engine_container *)one)->made.created);
}

/* One that runs and that is looked after is read with no file more than needed: there may be hundreds. */
static int read_listed(struct engine *engine, const char *id, struct engine_container *ret_container,
		       struct problem *problem)
{
	int got;

	*ret_container = (struct engine_container){ .folder = -1 };
	if (read_glance(engine, id, ret_container) && ret_container->attended)
		return read_made(engine, id, engine->store->fd,
				 ARENA_JOIN(engine->arena, CONTAINERS "/", id, "/" MADE_FILE), &ret_container->made,
				 problem);
	got = open_container(engine, id, ret_container, problem);
	if (got > 0 && engine_lives(ret_container))
		ret_container->attended = engine_has_keeper(ret_container->folder);
	engine_close(ret_container);
	return got;
}

bool engine_list(struct engine *engine, struct engine_container **ret_list, size_t *ret_count,
		 struct text *warnings, struct problem *problem)
{
	char **ids;
	size_t count = list_container_ids(engine, engine->store->fd, CONTAINERS, "", &ids), found = 0;
	struct engine_container *list = ARENA_ARRAY(engine->arena, count + 1, struct engine_container);

	engine->unfinished = 0;
	for (size_t i = 0; i < count; i++) {
		struct problem bad = { 0 };
		int got = read_listed(engine, ids[i], &list[found], &bad);

		found += got > 0;
		engine->unfinished += got == 0;
		if (got < 0)
			text_printf(warnings, "%s\n", bad.text);
	}
	qsort(list, found, sizeof(*list), by_age);
	*ret_list = list;
	*ret_count = found;
	return !problem->found;
}

/* --- one of them --- */

/* The ID that is meant; NULL after a problem. A name goes before the begin of an ID, as with docker; a whole ID before
 * both. The slash is docker's, as inspect has the name. */
static const char *find_id(const struct engine *engine, const char *given, struct problem *problem)
{
	const char *name = given + (given[0] == '/' && given[1] != '\0'), *id = NULL;
	char **ids;
	size_t count;

	if (engine->store->fd >= 0 && !strchr(name, '/'))
		id = name_owner(engine, name);
	if (is_container_id(given) || id)
		return is_container_id(given) ? given : id;
	count = given[0] ? list_container_ids(engine, engine->store->fd, CONTAINERS, given, &ids) : 0;
	if (count == 1)
		return ids[0];
	if (count)
		problem_set(problem, "container '%s': %zu containers have IDs that begin so; give more of it", given,
			    count);
	else
		problem_set(problem, "no such container: %s", given);
	return NULL;
}

bool engine_find(struct engine *engine, const char *given, struct engine_container *ret_container,
		 struct problem *problem)
{
	const char *id;
	int got;

	*ret_container = (struct engine_container){ .folder = -1 };
	id = find_id(engine, given, problem);
	if (!id)
		return false;
	got = open_container(engine, id, ret_container, problem);
	if (got == 0)
		problem_set(problem, "no such container: %s", given);
	return got > 0;
}

bool engine_lock(struct engine *engine, struct engine_container *container, struct problem *problem)
{
	uint64_t until = clock_ms() + LOCK_PATIENCE_MS;
	int error = sys_flock(container->folder, LOCK_EX | LOCK_NB);

	while (error == -EWOULDBLOCK && clock_ms() < until && stepping_check(container, problem)) {
		clock_sleep_ms(LOCK_LOOK_MS);
		error = sys_flock(container->folder, LOCK_EX | LOCK_NB);
	}
	if (error)
		problem_set(problem, "container %s: is being changed by another process: %s", container->made.name,
			    lock_words(container->folder, error));
	else if (sys_faccessat2(container->folder, MADE_FILE, F_OK, AT_SYMLINK_NOFOLLOW))
		problem_set(problem, "no such container: %s", container->made.name);
	else
		engine_refresh(engine, container);
	return !problem->found;
}
