/* claims.c - see claims.h */
#include "engine/claims.h"
#include "base/fd.h"
#include "base/file.h"
#include "base/sys.h"
#include "engine/parts.h"
#include "spec/reason.h"
#include <limits.h>
#include <string.h>
#include <unistd.h>

bool cid_file_make(const struct run_asked *asked, struct cid_file *ret_file, struct problem *problem)
{
	*ret_file = (struct cid_file){ .path = asked->cid_file, .fd = -1 };
	if (!ret_file->path)
		return true;
	ret_file->fd = sys_openat(AT_FDCWD, ret_file->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	if (ret_file->fd == -EEXIST)
		problem_set(problem, "option '--cidfile': container ID file found, make sure the other container isn't "
			    "running or delete %s", ret_file->path);
	else if (ret_file->fd < 0)
		problem_set(problem, "option '--cidfile': cannot make '%s': %s", ret_file->path,
			    reason_words(ret_file->fd));
	return ret_file->fd >= 0;
}

bool cid_file_end(struct cid_file *file, const char *id, struct problem *problem)
{
	int error;

	if (file->fd < 0)
		return true;
	error = id ? file_write_all(file->fd, id, strlen(id)) : 0;
	fd_close_at(&file->fd);
	file->fd = -1;
	if (!id || error)
		sys_unlinkat(AT_FDCWD, file->path, 0);
	if (error)
		problem_set(problem, "option '--cidfile': cannot write '%s': %s", file->path, reason_words(error));
	return !error;
}

const char *claims_absolute(struct arena *arena, const char *path)
{
	char here[PATH_MAX];

	if (!path || path[0] == '/' || !getcwd(here, sizeof(here)))
		return path ? path : "";
	return arena_printf(arena, "%s/%s", here, path);
}

bool claims_take_name(struct engine *engine, const struct run_asked *asked, struct problem *problem)
{
	struct text warnings = text_new(engine->arena);
	struct engine_container other = { .folder = -1 };
	struct problem none = { 0 };
	const char *owner;

	if (!asked->replace)
		return true;
	if (!asked->name)
		problem_set(problem,
			    "option '--replace' removes the container that has the '--name', and none is given");
	if (engine->only_told)
		return !problem->found;
	owner = asked->name ? name_owner(engine, asked->name) : NULL;
	if (!owner || !engine_find(engine, owner, &other, &none))
		return !problem->found;
	if (!strcmp(other.made.name, asked->name) && engine_lock(engine, &other, problem) &&
	    engine_end_life(engine, &other, true, &warnings, problem))
		engine_remove(engine, &other, problem);
	engine_close(&other);
	return !problem->found;
}
