/* places.c - see places.h */
#include "image/places.h"
#include "base/file.h"
#include "base/text.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

/* An absolute path from the environment, or NULL. */
static const char *path_in(const char *variable)
{
	const char *path = getenv(variable);

	return path && *path == '/' ? path : NULL;
}

/* $VARIABLE/containers, or the same below the home, or NULL. */
static const char *folder_of(struct arena *arena, const char *variable, const char *home, const char *below)
{
	const char *path = path_in(variable);

	if (path)
		return arena_printf(arena, "%s/containers", path);
	return home ? arena_printf(arena, "%s/%s/containers", home, below) : NULL;
}

struct places places_find(struct arena *arena, unsigned uid)
{
	const char *home = path_in("HOME");
	struct places places = {
		.etc = "/etc",
		.config = folder_of(arena, "XDG_CONFIG_HOME", home, ".config"),
		.cache = uid ? folder_of(arena, "XDG_CACHE_HOME", home, ".cache") : "/var/cache/containers",
		.runtime = folder_of(arena, "XDG_RUNTIME_DIR", NULL, ""),
		.docker = path_in("DOCKER_CONFIG"),
		.auth_file = path_in("REGISTRY_AUTH_FILE"),
		.registries_file = path_in("CONTAINERS_REGISTRIES_CONF"),
		.registries_folder = path_in("CONTAINERS_REGISTRIES_CONF_DIR"),
	};

	if (!places.runtime && !uid)
		places.runtime = "/run/containers/0";
	if (!places.docker && home)
		places.docker = arena_printf(arena, "%s/.docker", home);
	return places;
}

int places_read(struct arena *arena, const char *path, char **ret_text, size_t *ret_length, struct problem *problem)
{
	int error = file_read(arena, AT_FDCWD, path, SETTINGS_MAX, ret_text, ret_length);

	if (error == -ENOENT || error == -ENOTDIR)
		return 0;
	if (!error)
		return 1;
	if (error == -EFBIG)
		problem_set(problem, "%s: the file is larger than %d MiB", path, SETTINGS_MAX >> 20);
	else
		problem_set(problem, "%s: the file cannot be read: %s", path, strerror(-error));
	return error;
}

static int fail_folder(const char *folder, int error, struct problem *problem)
{
	problem_set(problem, "%s: the folder cannot be read: %s", folder, strerror(error));
	return -error;
}

static int list_names(struct arena *arena, DIR *dir, const char *suffix, const char ***ret_names)
{
	size_t count = 0, room = 16, end = strlen(suffix);
	const char **name = ARENA_ARRAY(arena, room, const char *);
	struct dirent *entry;
	int error;

	for (;;) {
		size_t length;

		errno = 0;
		entry = readdir(dir);
		error = errno;
		if (!entry)
			break;
		length = strlen(entry->d_name);
		if (length <= end || strcmp(entry->d_name + length - end, suffix) != 0)
			continue;
		name = arena_grow(arena, name, count + 1, &room, sizeof(*name));
		name[count++] = arena_copy(arena, entry->d_name, length);
	}
	qsort(name, count, sizeof(*name), text_order);
	*ret_names = name;
	return error;
}

int places_list(struct arena *arena, const char *folder, const char *suffix, const char ***ret_names,
		struct problem *problem)
{
	DIR *dir = opendir(folder);
	int error;

	if (!dir) {
		*ret_names = ARENA_ARRAY(arena, 1, const char *);
		return errno == ENOENT || errno == ENOTDIR ? 0 : fail_folder(folder, errno, problem);
	}
	error = list_names(arena, dir, suffix, ret_names);
	closedir(dir);
	return error ? fail_folder(folder, error, problem) : 0;
}
