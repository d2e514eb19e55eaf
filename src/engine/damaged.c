/* damaged.c - a container whose record cannot be read: see container.h. */
#include "base/fd.h"
#include "base/file.h"
#include "engine/parts.h"
#include <dirent.h>
#include <string.h>

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

	if (file_read(engine->arena, folder, VOLUMES_FILE, LIMIT, &text, &length))
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

void engine_replace_damaged(struct engine *engine, const char *given)
{
	struct problem problem = { 0 };
	struct engine_container container;
	const char *id;

	if (engine_find(engine, given, &container, &problem) || !container.made.id) {
		engine_close(&container);
		return;
	}
	problem = (struct problem){ 0 };
	id = container.made.id;
	container.folder = sys_openat(engine->store->fd, arena_printf(engine->arena, CONTAINERS "/%s", id),
				      O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
	if (container.folder < 0)
		return;
	container.made = record_of(engine, id, container.folder);
	if (engine_lock(engine, &container, &problem))
		engine_write_made(engine, &container, &problem);
	engine_close(&container);
}
