/* config_privileged.c - the devices of a container with --privileged: all of this machine's, as docker has it. */
#include "base/fd.h"
#include "engine/config_parts.h"
#include <dirent.h>
#include <string.h>
#include <sys/stat.h>

enum { DEPTH = 8 };

/* Of the container itself, each with its own content or its own meaning: file systems of their own, and terminals. */
static bool is_its_own(const char *path)
{
	static const char *const paths[] = { "/dev/pts",   "/dev/shm",  "/dev/mqueue", "/dev/fd",   "/dev/console",
					     "/dev/ptmx",  "/dev/null", "/dev/zero",   "/dev/full", "/dev/random",
					     "/dev/urandom", "/dev/tty", NULL };

	return text_is_one_of(path, paths);
}

static bool is_asked(const struct config *config, const char *path)
{
	for (size_t i = 0; i < config->devices.count; i++)
		if (!strcmp(config->devices.at[i].path, path))
			return true;
	return false;
}

static void add_folder(struct config *config, int folder, const char *path, int depth);

static void add_entry(struct config *config, int folder, const char *path, const char *name, int depth)
{
	struct device_asked device = { .host = path, .path = path, .rights = "rwm" };

	if (is_its_own(path) || is_asked(config, path) || fstatat(folder, name, &device.info, AT_SYMLINK_NOFOLLOW))
		return;
	if (S_ISDIR(device.info.st_mode))
		add_folder(config, sys_openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0), path, depth + 1);
	else if (S_ISCHR(device.info.st_mode) || S_ISBLK(device.info.st_mode))
		config_add_device(config, &device);
}

static void add_folder(struct config *config, int folder, const char *path, int depth)
{
	DIR *list = folder < 0 || depth > DEPTH ? NULL : fdopendir(folder);

	if (!list) {
		fd_close_at(&folder);
		return;
	}
	for (const struct dirent *entry; (entry = readdir(list));)
		if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, ".."))
			add_entry(config, dirfd(list), arena_printf(config->arena, "%s/%s", path, entry->d_name),
				  entry->d_name, depth);
	closedir(list);
}

void config_add_all_devices(struct config *config)
{
	add_folder(config, sys_openat(AT_FDCWD, "/dev", O_RDONLY | O_DIRECTORY, 0), "/dev", 0);
}
