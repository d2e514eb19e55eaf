/* criu_find.c - where CRIU is: mostly in a sbin folder, which is not in everybody's PATH. */
#include "base/sys.h"
#include "life/criu_parts.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char usual_places[] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

const char *criu_search_path(struct arena *arena)
{
	const char *path = getenv("PATH");

	return path && *path ? arena_printf(arena, "%s:%s", path, usual_places) : usual_places;
}

const char *criu_find_program(struct arena *arena, const char *program)
{
	char *path, *rest;

	if (!program)
		program = "criu";
	if (strchr(program, '/'))
		return sys_faccessat2(AT_FDCWD, program, X_OK, AT_EACCESS) == 0 ? program : NULL;
	rest = arena_printf(arena, "%s", criu_search_path(arena));
	for (char *folder = strtok_r(rest, ":", &rest); folder; folder = strtok_r(NULL, ":", &rest)) {
		path = arena_printf(arena, "%s/%s", folder, program);
		if (folder[0] == '/' && sys_faccessat2(AT_FDCWD, path, X_OK, AT_EACCESS) == 0)
			return path;
	}
	return NULL;
}
