/* read_files.c - what a process has open, and whether that leads out of its root (CVE-2024-21626). */
#include "base/fd.h"
#include "base/file.h"
#include "base/translate.h"
#include "xray/mounts.h"
#include "xray/parse.h"
#include "xray/read_parts.h"
#include <dirent.h>
#include <linux/stat.h>
#include <string.h>
#include <sys/stat.h>

enum { FILES_MAX = 1024, LIMIT = 1 << 20 };

/* Files of the kernel that have a name with a '/', but are on no mount that anybody sees. */
static bool is_of_kernel(const char *path)
{
	static const char *const begins[] = { "/memfd:", "/SYSV", "/[aio]", "/anon_hugepage", "/dmabuf:",
					      "/dev/zero (deleted)", "/i915", "/drm mm object" };

	for (size_t i = 0; i < sizeof(begins) / sizeof(begins[0]); i++)
		if (!strncmp(path, begins[i], strlen(begins[i])))
			return true;
	return false;
}

/* Two ways out: a mount that is not to be reached from the root, or a path that is not below it. Where the root is "/"
 * for who looks, paths say nothing. The mount that a chroot(2) is on is not among its mounts. */
static bool leads_outside(const struct xray_reader *reader, const char *path, uint64_t mount)
{
	const struct xray *xray = reader->xray;

	if (path[0] != '/' || is_of_kernel(path))
		return false;
	if (xray->mounts_known && mount && mount != reader->root_mount && !xray_mounts_have(&xray->mounts, mount))
		return true;
	return xray->root && !xray_is_below(path, xray->root);
}

/* It asks for no more than what is known: a file system of the process's may wait for somebody. */
static unsigned mode_of(struct xray_reader *reader, const char *path)
{
	struct statx info = { 0 };

	if (SYS_5(__NR_statx, reader->folder, path, AT_STATX_DONT_SYNC, STATX_TYPE, &info))
		return 0;
	return info.stx_mode & S_IFMT;
}

static void add_file(struct xray_reader *reader, const struct xray_file *file)
{
	struct xray_files *files = &reader->xray->files;

	if (!files->at)
		files->at = ARENA_ARRAY(reader->arena, FILES_MAX, struct xray_file);
	if (files->count < FILES_MAX)
		files->at[files->count++] = *file;
}

/* --- descriptors --- */

/* "socket:[1234]" */
static void mark_socket(struct xray *xray, const char *path)
{
	static const char begin[] = "socket:[";
	const char *at = path + strlen(begin);
	uint64_t inode;

	if (strncmp(path, begin, strlen(begin)) != 0 || !xray_number(&at, 10, &inode))
		return;
	for (size_t i = 0; i < xray->sockets.count; i++)
		if (xray->sockets.at[i].inode == inode)
			xray->sockets.at[i].held = true;
}

static void look_at(struct xray_reader *reader, int number)
{
	const char *name = arena_printf(reader->arena, "fd/%d", number);
	const char *path = xray_link(reader, name);
	struct xray_fdinfo info = { 0 };
	struct xray_file file = { .number = number, .path = path };
	const char *text;
	unsigned mode;

	if (!path)
		return;
	mark_socket(reader->xray, path);
	if (path[0] != '/')
		return;
	text = xray_text(reader, arena_printf(reader->arena, "fdinfo/%d", number), NULL, NULL);
	if (text)
		info = xray_parse_fdinfo(reader->arena, text);
	mode = mode_of(reader, name);
	file.directory = mode == S_IFDIR;
	file.terminal = mode == S_IFCHR;
	file.writable = !(info.flags & O_PATH) && (info.flags & O_ACCMODE) != O_RDONLY;
	file.outside = leads_outside(reader, path, info.mount);
	if (file.outside || file.directory)
		add_file(reader, &file);
}

static void read_descriptors(struct xray_reader *reader)
{
	const int folder = sys_openat(reader->folder, "fd", O_RDONLY | O_DIRECTORY, 0);
	DIR *list = folder < 0 ? NULL : fdopendir(folder);

	if (folder < 0)
		xray_note_unread(reader, _("open files"), folder);
	for (struct dirent *entry = list ? readdir(list) : NULL; entry; entry = readdir(list)) {
		const char *at = entry->d_name;
		uint64_t number;

		if (xray_number(&at, 10, &number) && !*at && number <= INT32_MAX)
			look_at(reader, (int)number);
	}
	if (list)
		closedir(list);
	/* Who may list them may not always see what they are. */
	reader->xray->files_known = list && reader->xray->root;
}

/* --- its root, and where it is --- */

/* The mount that one of its two directories is on; 0 where that is not told. */
static uint64_t mount_of(struct xray_reader *reader, const char *link)
{
	closes int folder = sys_openat(reader->folder, link, O_PATH | O_DIRECTORY, 0);
	size_t length;
	char *text;

	if (folder < 0 || file_read(reader->arena, AT_FDCWD,
				    arena_printf(reader->arena, "/proc/self/fdinfo/%d", folder), LIMIT, &text,
				    &length))
		return 0;
	return xray_parse_fdinfo(reader->arena, text).mount;
}

void xray_read_files(struct xray_reader *reader)
{
	struct xray *xray = reader->xray;

	xray->root = xray_link(reader, "root");
	xray->directory = xray_link(reader, "cwd");
	reader->root_mount = mount_of(reader, "root");
	if (!xray->root)
		xray_note_unread(reader, _("root and working directory"), -EACCES);
	if (xray->directory) {
		const struct xray_file file = { -1, xray->directory, true, false, false,
						leads_outside(reader, xray->directory, mount_of(reader, "cwd")) };

		if (file.outside)
			add_file(reader, &file);
	}
	read_descriptors(reader);
}
