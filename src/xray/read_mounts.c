/* read_mounts.c - the mounts of a process, and the block devices in its /dev. */
#include "base/fd.h"
#include "base/file.h"
#include "spec/usual.h"
#include "xray/mounts.h"
#include "xray/parse.h"
#include "xray/read_parts.h"
#include <dirent.h>
#include <string.h>
#include <unistd.h>

enum { DEVICES_MAX = 256, PATHS_MAX = 64 };

static struct xray_mounts mounts_of(struct arena *arena, const char *path)
{
	size_t length;
	char *text;

	if (file_read(arena, AT_FDCWD, path, XRAY_FILE_MAX, &text, &length))
		return (struct xray_mounts){ 0 };
	return xray_parse_mounts(arena, text);
}

static bool is_fuse(const struct xray_mount *mount)
{
	return !strncmp(mount->type, "fuse", strlen("fuse"));
}

/* Its /dev is opened without following a link, and only what the directory itself says is looked at: neither leads to
 * a file system of the process's that may wait for somebody. */
static DIR *open_devices(struct xray_reader *reader)
{
	const struct xray_mount *mount = xray_mount_of(&reader->xray->mounts, "/dev");
	const struct xray_mount *first = xray_mount_of(&reader->xray->mounts, "/");
	closes int root = -1;
	int devices;

	if (!mount || mount->nodev || is_fuse(mount) || is_fuse(first))
		return NULL;
	root = sys_openat(reader->folder, "root", O_PATH | O_DIRECTORY, 0);
	if (root < 0)
		return NULL;
	devices = sys_openat2(root, "dev", O_RDONLY | O_DIRECTORY, 0, RESOLVE_IN_ROOT | RESOLVE_NO_SYMLINKS);
	return devices < 0 ? NULL : fdopendir(devices);
}

static void read_devices(struct xray_reader *reader)
{
	struct texts *list = &reader->xray->block_devices;
	DIR *devices = open_devices(reader);

	list->at = ARENA_ARRAY(reader->arena, DEVICES_MAX, char *);
	for (struct dirent *entry = devices ? readdir(devices) : NULL; entry; entry = readdir(devices))
		if (entry->d_type == DT_BLK && list->count + 1 < DEVICES_MAX)
			list->at[list->count++] = arena_printf(reader->arena, "/dev/%s", entry->d_name);
	if (devices)
		closedir(devices);
}

/* Of this machine: a file that is covered is still there. */
static void find_absent(struct xray_reader *reader, const char *const *paths)
{
	struct texts *absent = &reader->xray->absent;

	for (size_t i = 0; paths[i]; i++)
		if (sys_faccessat2(AT_FDCWD, paths[i], F_OK, 0) && absent->count + 1 < PATHS_MAX)
			absent->at[absent->count++] = arena_copy(reader->arena, paths[i], strlen(paths[i]));
}

void xray_read_mounts(struct xray_reader *reader)
{
	struct xray *xray = reader->xray;
	const char *text = xray_text(reader, "mountinfo", "mounts", NULL);

	xray->absent.at = ARENA_ARRAY(reader->arena, PATHS_MAX, char *);
	find_absent(reader, xray_kernel_paths);
	find_absent(reader, usual_masked_paths);
	reader->here = mounts_of(reader->arena, "/proc/self/mountinfo");
	reader->host = mounts_of(reader->arena, "/proc/1/mountinfo");
	if (!reader->host.count)
		reader->host = reader->here;
	if (!text)
		return;
	xray->mounts = xray_parse_mounts(reader->arena, text);
	xray->mounts_known = true;
	xray_judge_mounts(reader->arena, &xray->mounts, &reader->host);
	if (xray_has_own(xray, NAMESPACE_MOUNT))
		read_devices(reader);
}
