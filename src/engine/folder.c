/* folder.c - the folder of a container: how it is made and how it is removed. See container.h. */
#include "base/fd.h"
#include "base/file.h"
#include "base/lock.h"
#include "engine/draft.h"
#include "engine/event.h"
#include "engine/parts.h"
#include "engine/volume.h"
#include "image/helper.h"
#include "base/tree.h"
#include "spec/reason.h"
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

/* --- files --- */

int folder_write(int folder, const char *name, const char *text, size_t length)
{
	char new[64];

	(void)snprintf(new, sizeof(new), "%s.new", name);
	closes int fd = file_open_kept(folder, new, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	return file_place(fd, folder, new, name, text, length);
}

bool engine_write(const struct container_making *making, const char *name, const char *text, size_t length,
		  struct problem *problem)
{
	int error = folder_write(making->folder, name, text, length);

	if (error)
		problem_set(problem, "cannot write '%s/%s': %s", making->path, name, reason_words(error));
	return !error;
}

bool engine_write_ended(const struct engine *engine, int folder, const struct ended *ended, struct problem *problem)
{
	struct text text = text_new(engine->arena);
	int error;

	ended_write(&text, ended);
	error = folder_write(folder, ENDED_FILE, text.at, text.length);
	if (error)
		problem_set(problem, "cannot write down how the container ended: %s", reason_words(error));
	return !error;
}

/* --- removing --- */

struct removing { int store; const char *path; };

static int remove_tree(void *data)
{
	const struct removing *removing = data;

	return tree_remove(removing->store, removing->path);
}

int folder_remove(const struct engine *engine, const char *path)
{
	struct removing removing = { engine->store->fd, path };
	struct problem problem = { 0 };

	return helper_as_owner(engine->arena, remove_tree, &removing, &problem);
}

/* --- beginning --- */

static void put_hex(char *to, const unsigned char *from, size_t count)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < count; i++) {
		*to++ = digits[from[i] >> 4];
		*to++ = digits[from[i] & 15];
	}
}

/* Its begin is the container's hostname, and one of decimal digits alone would be taken for an address
 * (gethostbyname(3)); one in 282 is such. */
static bool begins_with_number(const char *id)
{
	enum { SHORT = 12 };

	return strspn(id, "0123456789") >= SHORT;
}

const char *engine_new_id(struct arena *arena)
{
	unsigned char bytes[CONTAINER_ID_LENGTH / 2] = { 0 };
	char *id = arena_alloc(arena, CONTAINER_ID_LENGTH + 1);

	do {
		while (getrandom(bytes, sizeof(bytes), 0) < 0 && errno == EINTR)
			;
		put_hex(id, bytes, sizeof(bytes));
	} while (begins_with_number(id));
	return id;
}

int folder_make_inside(int folder)
{
	static const struct { const char *name; mode_t mode; } parts[] = {
		{ "rootfs", 0755 }, { "upper", 0755 }, { "work", 0700 },
	};
	int error = 0;

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]) && !error; i++)
		error = sys_mkdirat(folder, parts[i].name, parts[i].mode);
	return error;
}

/* Whoever sweeps may take a folder for garbage before it is locked: -EAGAIN. */
static int lock_new(int folder)
{
	struct stat info;

	if (sys_flock(folder, LOCK_EX | LOCK_NB) || sys_fstat(folder, &info) || !info.st_nlink)
		return -EAGAIN;
	return 0;
}

static int make_folder(const struct store *store, const char *path, int *ret_folder)
{
	int error = sys_mkdirat(store->fd, path, 0700), fd;

	if (error == -ENOENT) {
		/* Names first: where there are containers nobody looks for it any more. */
		sys_mkdirat(store->fd, NAMES, 0700);
		sys_mkdirat(store->fd, CONTAINERS, 0700);
		error = sys_mkdirat(store->fd, path, 0700);
	}
	if (error)
		return error;
	fd = sys_openat(store->fd, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
	*ret_folder = fd;
	if (fd < 0)
		return fd == -ENOENT ? -EAGAIN : fd;
	error = lock_new(fd);
	return error ? error : folder_make_inside(fd);
}

static int try_begin(struct engine *engine, struct container_making *ret_making)
{
	const char *id = engine_new_id(engine->arena), *path = arena_printf(engine->arena, CONTAINERS "/%s", id);
	int error;

	*ret_making = (struct container_making){
		id, arena_printf(engine->arena, "%s/%s", engine->store->root, path), -1
	};
	error = make_folder(engine->store, path, &ret_making->folder);
	if (error)
		engine_abandon(engine, ret_making);
	return error;
}

bool engine_begin(struct engine *engine, struct container_making *ret_making, struct problem *problem)
{
	enum { TRIES = 8 };
	int error = -EAGAIN;

	if (engine->only_told)
		return draft_begin(engine, ret_making, problem);
	for (int i = 0; i < TRIES && error == -EAGAIN; i++)
		error = try_begin(engine, ret_making);
	if (error)
		problem_set(problem, "cannot make '%s': %s", ret_making->path, reason_words(error));
	return !error;
}

/* --- names --- */

/* Whether the container of that folder is called so. */
static bool is_called(const struct engine *engine, int folder, const char *name)
{
	struct problem bad = { 0 };
	struct made made;
	char *text;
	size_t length;
	int error = file_read_kept(engine->arena, folder, MADE_FILE, MADE_MAX, &text, &length);

	if (error)
		return error != -ENOENT;
	/* One that cannot be read keeps what leads to it. */
	return !made_read(engine->arena, text, length, &made, &bad) || !strcmp(made.name, name);
}

/* Whether somebody has the name, or is about to: a container that is there, or one that is being made or renamed. */
static bool is_taken(const struct engine *engine, const char *id, const char *name)
{
	const char *folder = arena_printf(engine->arena, CONTAINERS "/%s", id);
	closes int fd = sys_openat(engine->store->fd, folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);

	if (fd < 0 ? fd != -ENOENT && fd != -ENOTDIR :
		     is_called(engine, fd, name) || sys_flock(fd, LOCK_SH | LOCK_NB) == -EWOULDBLOCK)
		return true;
	/* One that runs keeps its name, by which it is ended, though its record is lost. But one that was renamed lives
	 * under another. */
	return engine_has_life(engine, id) && (fd < 0 || sys_faccessat2(fd, MADE_FILE, F_OK, AT_SYMLINK_NOFOLLOW));
}

/* Of the folder of names, for who removes one that leads to no container: another may do so too. */
static int lock_names(const struct engine *engine)
{
	int fd = sys_openat(engine->store->fd, NAMES, O_RDONLY | O_DIRECTORY, 0);

	if (fd >= 0 && lock_take(fd, LOCK_EX, LOCK_PATIENCE_MS))
		fd_close_at(&fd);
	return fd;
}

static bool is_free(const struct engine *engine, const char *name)
{
	const char *id = name_owner(engine, name);

	return !id || !is_taken(engine, id, name);
}

/* 0; -EEXIST where another has it. */
static int take_name(const struct engine *engine, const char *name, const char *id)
{
	const char *path = arena_printf(engine->arena, NAMES "/%s", name);
	closes int lock = -1;
	int error = sys_symlinkat(id, engine->store->fd, path);

	/* Somebody else has made the folder of containers alone. */
	if (error == -ENOENT) {
		sys_mkdirat(engine->store->fd, NAMES, 0700);
		error = sys_symlinkat(id, engine->store->fd, path);
	}
	if (error != -EEXIST)
		return error;
	lock = lock_names(engine);
	if (lock < 0 || !is_free(engine, name))
		return -EEXIST;
	tree_remove(engine->store->fd, path);
	return sys_symlinkat(id, engine->store->fd, path);
}

bool engine_name_again(const struct engine *engine, const struct made *made)
{
	return take_name(engine, made->name, made->id) == 0;
}

/* A name that is not its own stays. */
static void give_name_back(const struct engine *engine, const char *name, const char *id)
{
	const char *owner = name ? name_owner(engine, name) : NULL;

	if (owner && !strcmp(owner, id))
		sys_unlinkat(engine->store->fd, arena_printf(engine->arena, NAMES "/%s", name), 0);
}

static bool take_given_name(const struct engine *engine, const struct made *made, struct problem *problem)
{
	int error = take_name(engine, made->name, made->id);

	if (error == -EEXIST && !name_owner(engine, made->name))
		problem_set(problem, "'%s/" NAMES "/%s' leads to no container, and cannot be replaced: remove it",
			    engine->store->root, made->name);
	else if (error == -EEXIST)
		problem_set(problem, "the container name '%s' is in use by container %.12s: remove or rename that "
			    "one, or use another name", made->name, name_owner(engine, made->name));
	else if (error)
		problem_set(problem, "cannot make '%s/" NAMES "/%s': %s", engine->store->root, made->name,
			    reason_words(error));
	return !error;
}

static bool take_free_name(const struct engine *engine, struct made *made, struct problem *problem)
{
	enum { TRIES = 64 };
	uint64_t seed = 0;
	int error = -EEXIST;

	for (int i = 0; i < TRIES && error == -EEXIST; i++) {
		while (getrandom(&seed, sizeof(seed), 0) < 0 && errno == EINTR)
			;
		made->name = name_make(engine->arena, seed);
		if (i > TRIES / 2)
			made->name = arena_printf(engine->arena, "%s%u", made->name, (unsigned)(seed >> 48));
		error = take_name(engine, made->name, made->id);
	}
	if (error)
		problem_set(problem, "no name for the container could be made: %s; give one with --name",
			    reason_words(error));
	return !error;
}

bool engine_write_made(struct engine *engine, const struct engine_container *container, struct problem *problem)
{
	struct text text = text_new(engine->arena);
	int error;

	made_write(&text, &container->made);
	error = folder_write(container->folder, MADE_FILE, text.at, text.length);
	if (error)
		problem_set(problem, "container %s: its record cannot be written: %s", container->made.name,
			    reason_words(error));
	return !error;
}

/* With a slash, as docker has names here. */
static void note_rename(const struct engine *engine, struct engine_container *container, const struct made *made)
{
	const struct pair old[] = { { "oldName", arena_printf(engine->arena, "/%s", container->made.name) },
				    { NULL, NULL } };

	container->made = *made;
	event_container(engine, made, "rename", old);
}

/* Between the two names it has both; the one that is not in its record is free then. */
bool engine_rename(struct engine *engine, struct engine_container *container, const char *name,
		   struct problem *problem)
{
	const char *old = container->made.name;
	struct made made = container->made;
	struct text text = text_new(engine->arena);
	int error;

	made.name = name;
	if (!engine_check_name("container name", name, problem) || !take_given_name(engine, &made, problem))
		return false;
	made_write(&text, &made);
	error = folder_write(container->folder, MADE_FILE, text.at, text.length);
	give_name_back(engine, error ? name : old, made.id);
	if (error)
		problem_set(problem, "container %s: cannot be renamed: %s", old, reason_words(error));
	else
		note_rename(engine, container, &made);
	return !error;
}

/* --- the end of making --- */

bool folder_write_layers(const struct engine *engine, const struct container_making *making, const struct made *made,
			 struct problem *problem)
{
	struct text text = text_new(engine->arena);

	for (size_t i = 0; i < made->layer.count; i++)
		text_printf(&text, "%s\n", made->layer.at[i]);
	for (size_t i = 0; i < made->mounted_layers.count; i++)
		text_printf(&text, "%s\n", made->mounted_layers.at[i]);
	return engine_write(making, LAYERS_FILE, text.at, text.length, problem);
}

bool engine_commit(struct engine *engine, const struct container_making *making, struct made *made,
		   struct problem *problem)
{
	struct text text = text_new(engine->arena);
	bool named;
	/* Between what is held until now and what is on record then, nobody looks at what is needed. */
	closes int still = engine->only_told ? -1 : store_hold_still(engine->store);

	if (engine->only_told)
		return draft_commit(engine, making, made, problem);
	if (still < 0) {
		problem_set(problem, "%s/lock: %s", engine->store->root, reason_words(still));
		return false;
	}
	made->id = making->id;
	made->created = record_now(engine->arena);
	if (!folder_write_layers(engine, making, made, problem))
		return false;
	/* A name that leads to no container, should this be killed now, is free. */
	named = made->name ? take_given_name(engine, made, problem) : take_free_name(engine, made, problem);
	if (!named)
		return false;
	made_write(&text, made);
	return engine_write(making, MADE_FILE, text.at, text.length, problem);
}

/* --- the end --- */

void engine_abandon(struct engine *engine, struct container_making *making)
{
	if (!engine->only_told)
		folder_remove(engine, arena_printf(engine->arena, CONTAINERS "/%s", making->id));
	fd_close_at(&making->folder);
	making->folder = -1;
}

/* From the moment on that container.json is gone it is none any more, whatever becomes of the rest. Which volumes go
 * with it stands in its folder until they are gone, so that who sweeps goes on with them. */
bool engine_remove(struct engine *engine, struct engine_container *container, struct problem *problem)
{
	const char *id = container->made.id;
	int error;

	if (!container->made.remove)
		sys_unlinkat(container->folder, VOLUMES_FILE, 0);
	error = sys_unlinkat(container->folder, MADE_FILE, 0);
	if (error == -ENOENT)
		error = 0;
	if (!error) {
		give_name_back(engine, container->made.name, id);
		if (container->made.remove)
			volume_remove_anonymous(engine, &container->made);
		error = folder_remove(engine, arena_printf(engine->arena, CONTAINERS "/%s", id));
	}
	if (error)
		problem_set(problem, "container %s: cannot be removed: %s", container->made.name, reason_words(error));
	else
		event_container(engine, &container->made, "destroy", NULL);
	engine_close(container);
	return !error;
}

/* --- what was left --- */

static void sweep_one(struct engine *engine, const char *id)
{
	const char *path = arena_printf(engine->arena, CONTAINERS "/%s", id);
	closes int fd = sys_openat(engine->store->fd, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);

	/* One that runs has lost its record: its tree stands on this folder. */
	if (fd < 0 || sys_flock(fd, LOCK_EX | LOCK_NB) || !sys_faccessat2(fd, MADE_FILE, F_OK, AT_SYMLINK_NOFOLLOW) ||
	    engine_has_life(engine, id))
		return;
	if (volume_remove_of_folder(engine, fd))
		folder_remove(engine, path);
}

static void sweep_name(struct engine *engine, const char *name)
{
	if (is_free(engine, name))
		tree_remove(engine->store->fd, arena_printf(engine->arena, NAMES "/%s", name));
}

static void sweep(struct engine *engine, const char *folder, void (*one)(struct engine *engine, const char *name))
{
	int fd = engine->store->fd < 0 ? -1 : sys_openat(engine->store->fd, folder, O_RDONLY | O_DIRECTORY, 0);
	DIR *list = fd < 0 ? NULL : fdopendir(fd);

	if (!list)
		return;
	for (const struct dirent *entry; (entry = readdir(list));)
		if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, ".."))
			one(engine, entry->d_name);
	closedir(list);
}

void engine_sweep(struct engine *engine)
{
	closes int lock = engine->store->fd < 0 ? -1 : lock_names(engine);

	/* It is held until both are done. */
	if (lock < 0)
		return;
	sweep(engine, CONTAINERS, sweep_one);
	sweep(engine, NAMES, sweep_name);
	volume_sweep(engine);
}
