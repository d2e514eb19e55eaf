/* network_owners.c - see network_owners.h */
#include "engine/network_owners.h"
#include "base/fd.h"
#include "engine/parts.h"
#include <errno.h>
#include <sys/file.h>
#include <unistd.h>

static int open_folder(const struct engine *engine, const char *id)
{
	return sys_openat(engine->store->fd, arena_printf(engine->arena, CONTAINERS "/%s", id),
			  O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
}

static bool is_locked(int folder)
{
	bool locked = sys_flock(folder, LOCK_SH | LOCK_NB) == -EWOULDBLOCK;

	if (!locked)
		sys_flock(folder, LOCK_UN);
	return locked;
}

/* What cannot be found out keeps its addresses. */
static bool is_no_container(void *context, const char *id)
{
	const struct engine *engine = context;
	closes int folder = -1;

	if (!is_container_id(id))
		return true;
	folder = open_folder(engine, id);
	if (folder < 0)
		return folder == -ENOENT || folder == -ENOTDIR;
	return sys_faccessat2(folder, MADE_FILE, F_OK, AT_SYMLINK_NOFOLLOW) == -ENOENT && !is_locked(folder);
}

static bool does_not_run(void *context, const char *id)
{
	struct engine *engine = context;
	struct problem unknown = { 0 };
	struct engine_container container;
	bool runs;

	if (is_no_container(engine, id))
		return true;
	/* One that is being made has no record yet. */
	if (!engine_find(engine, id, &container, &unknown))
		return false;
	runs = engine_lives(&container) || is_locked(container.folder) || engine_has_keeper(container.folder);
	engine_close(&container);
	return !runs;
}

struct network_owners engine_network_owners(struct engine *engine)
{
	return (struct network_owners){ is_no_container, engine };
}

struct network_owners engine_network_users(struct engine *engine)
{
	return (struct network_owners){ does_not_run, engine };
}
