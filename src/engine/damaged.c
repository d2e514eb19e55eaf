/* damaged.c - a container whose record cannot be read: see container.h. */
#include "base/fd.h"
#include "base/file.h"
#include "base/lock.h"
#include "engine/connect.h"
#include "engine/endpoint.h"
#include "engine/parts.h"
#include "base/tree.h"
#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

/* The name that leads to it; where there is none any more, the begin of its ID, which is one as well. */
static const char *name_that_leads_to(const struct engine *engine, const char *id)
{
	enum { SHORT = 12 };
	int fd = sys_openat(engine->store->fd, NAMES, O_RDONLY | O_DIRECTORY, 0);
	DIR *list = fd < 0 ? NULL : fdopendir(fd);
	const char *name = NULL;

	while (list && !name) {
		const struct dirent *entry = readdir(list);
		const char *owner = entry ? name_owner(engine, entry->d_name) : NULL;

		if (!entry)
			break;
		if (owner && !strcmp(owner, id))
			name = arena_copy(engine->arena, entry->d_name, strlen(entry->d_name));
	}
	if (list)
		closedir(list);
	return name ? name : arena_copy(engine->arena, id, SHORT);
}

/* Its volumes without a name stand in its folder, too: they go with it where that is asked for. */
static void add_volumes(struct engine *engine, int folder, struct made *made)
{
	enum { LIMIT = 1 << 20 };
	char *text, *name;
	size_t length;

	if (file_read_kept(engine->arena, folder, VOLUMES_FILE, LIMIT, &text, &length))
		return;
	made->mount = ARENA_ARRAY(engine->arena, length / CONTAINER_ID_LENGTH + 1, struct made_mount);
	while ((name = strsep(&text, "\n")))
		if (is_container_id(name))
			made->mount[made->mounts++] = (struct made_mount){
				.name = name, .source = "", .destination = "/", .anonymous = true };
}

/* Nothing is known of what it was made of. */
static struct made record_of(struct engine *engine, const char *id, int folder)
{
	struct made made = {
		.id = id,
		.name = name_that_leads_to(engine, id),
		.created = record_now(engine->arena),
		.image = "unknown",
		.image_id = "",
		.stop_signal = "SIGTERM",
		.upkeep = { .log_driver = "none" },
	};

	add_volumes(engine, folder, &made);
	return made;
}

/* A record is put in the place of a file by rename(2); a folder has to go first. */
static void make_room(int folder)
{
	struct stat info;

	if (sys_fstatat(folder, MADE_FILE, &info, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(info.st_mode))
		tree_remove(folder, MADE_FILE);
}

/* The ID of what runs, of which nothing else is left but a name perhaps; NULL for none. */
static const char *id_of_run(struct engine *engine, const char *given)
{
	const char *id = strchr(given, '/') ? NULL : name_owner(engine, given);
	struct problem unread = { 0 };
	struct container life;
	bool ours;
	char **ids;

	if (!id && given[0] && list_container_ids(engine, AT_FDCWD, engine->run, given, &ids) == 1)
		id = ids[0];
	if (!id)
		return NULL;
	container_open(engine->arena, engine->run, id, &life, &unread);
	ours = !life.missing && (!life.recorded || engine_is_ours(engine, &life));
	container_close(&life);
	return ours ? id : NULL;
}

/* The folder of one that runs is made again where it was removed, or is none. */
static int open_folder(struct engine *engine, const char *id)
{
	const char *path = arena_printf(engine->arena, CONTAINERS "/%s", id);
	int folder = sys_openat(engine->store->fd, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);

	if ((folder != -ENOENT && folder != -ENOTDIR && folder != -ELOOP) || !engine_has_life(engine, id))
		return folder;
	sys_unlinkat(engine->store->fd, path, 0);
	sys_mkdirat(engine->store->fd, CONTAINERS, 0700);
	sys_mkdirat(engine->store->fd, path, 0700);
	return sys_openat(engine->store->fd, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
}

void engine_replace_damaged(struct engine *engine, const char *given)
{
	struct problem problem = { 0 };
	struct engine_container container;
	const char *id;

	if (engine_find(engine, given, &container, &problem)) {
		engine_close(&container);
		return;
	}
	problem = (struct problem){ 0 };
	id = container.made.id ? container.made.id : id_of_run(engine, given);
	container.folder = id ? open_folder(engine, id) : -1;
	if (container.folder < 0)
		return;
	container.made = record_of(engine, id, container.folder);
	if (lock_take(container.folder, LOCK_EX, LOCK_PATIENCE_MS) == 0) {
		make_room(container.folder);
		/* Whether it was in networks nobody knows: its end asks them all. */
		if (!network_is_connected(container.folder))
			endpoints_lose(container.folder);
		engine_write_made(engine, &container, &problem);
	}
	engine_close(&container);
}
