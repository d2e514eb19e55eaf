/* host_image.c - see host_image.h */
#include "engine/host_image.h"
#include "base/fd.h"
#include "base/file.h"
#include "base/sys.h"
#include "base/text.h"
#include "spec/reason.h"
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const char host_image_name[] = "host";

/* --- lists --- */

struct paths { struct arena *arena; struct texts *list; size_t room; };

static struct paths paths_into(struct arena *arena, struct texts *list)
{
	enum { ROOM = 64 };

	*list = (struct texts){ ARENA_ARRAY(arena, ROOM, char *), 0 };
	return (struct paths){ arena, list, ROOM };
}

static void add(struct paths *paths, const char *path)
{
	struct texts *list = paths->list;

	list->at = arena_grow(paths->arena, list->at, list->count + 1, &paths->room, sizeof(*list->at));
	list->at[list->count++] = (char *)(uintptr_t)path;
}

/* 0 or -errno. */
static int open_folder(const char *path, DIR **ret_folder)
{
	int fd = sys_openat(AT_FDCWD, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);

	*ret_folder = fd < 0 ? NULL : fdopendir(fd);
	return fd < 0 ? fd : *ret_folder ? 0 : -ENOMEM;
}

/* The next entry but "." and ".."; NULL at the end. */
static const char *next_name(DIR *folder)
{
	for (const struct dirent *entry; (entry = readdir(folder));)
		if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, ".."))
			return entry->d_name;
	return NULL;
}

/* --- the top --- */

static bool is_shown(const char *name)
{
	static const char *const shown[] = { "bin", "sbin", "lib", "lib32", "lib64", "libx32", "usr", "opt", "etc",
					     NULL };
	/* Something is mounted there in any case. */
	static const char *const covered[] = { "proc", "sys", "dev", "root", "home", "run", "tmp", "var", NULL };

	return text_is_one_of(name, shown) || text_is_one_of(name, covered);
}

/* A link leads to what is hidden itself, or is shown. What cannot be looked at is hidden. */
static int hide_top(struct paths *masked)
{
	DIR *top;
	struct stat info;
	int error = open_folder("/", &top);

	if (error)
		return error;
	for (const char *name; (name = next_name(top));) {
		const char *path = arena_printf(masked->arena, "/%s", name);

		if (!is_shown(name) && (lstat(path, &info) || S_ISDIR(info.st_mode) || S_ISREG(info.st_mode)))
			add(masked, path);
	}
	closedir(top);
	return 0;
}

/* --- the top, part by part --- */

enum { MOUNTS_MAX = 16 << 20 };

static const char *link_text(struct arena *arena, const char *path)
{
	char text[PATH_MAX];
	ssize_t length = readlink(path, text, sizeof(text) - 1);

	return length > 0 ? arena_copy(arena, text, (size_t)length) : NULL;
}

/* Whether something is mounted in it: "ID PARENT MAJOR:MINOR ROOT TARGET …" (proc_pid_mountinfo(5)). */
static bool has_mounts(const char *mounts, const char *path)
{
	enum { TARGET = 4 };
	size_t length = strlen(path);

	for (const char *line = mounts; *line; line += strcspn(line, "\n"), line += *line == '\n') {
		const char *at = line;

		for (int field = 0; field < TARGET; field++)
			at += strcspn(at, " \n"), at += *at == ' ';
		if (!strncmp(at, path, length) && at[length] == '/')
			return true;
	}
	return false;
}

/* What something is mounted in is bound, read-only. */
static void find_parts(struct arena *arena, struct host_tree *tree, struct paths *bound)
{
	static const char *const parts[] = { "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/usr", "/opt",
					     "/etc", NULL };
	struct paths list = paths_into(arena, &tree->part);
	struct stat info;
	char *mounts;
	size_t length;

	if (file_read(arena, AT_FDCWD, "/proc/self/mountinfo", MOUNTS_MAX, &mounts, &length))
		mounts = arena_copy(arena, "", 0);

	tree->link.at = ARENA_ARRAY(arena, sizeof(parts) / sizeof(parts[0]), struct pair);
	for (size_t i = 0; parts[i]; i++) {
		if (lstat(parts[i], &info))
			continue;
		if (S_ISDIR(info.st_mode))
			add(has_mounts(mounts, parts[i]) ? bound : &list, parts[i]);
		else if (S_ISLNK(info.st_mode))
			tree->link.at[tree->link.count++] = (struct pair){ parts[i], link_text(arena, parts[i]) };
	}
}

/* --- /etc --- */

enum { ETC_DEPTH = 16 };

/* Whether a user that is nobody in particular may not look into it. */
static bool is_private(const struct stat *info)
{
	return S_ISDIR(info->st_mode) ? (info->st_mode & 05) != 05 : S_ISREG(info->st_mode) && !(info->st_mode & 04);
}

static int hide_private(struct paths *masked, const char *path, unsigned depth)
{
	DIR *folder;
	struct stat info;
	int error = open_folder(path, &folder);

	if (error)
		return error == -ENOENT ? 0 : error;
	for (const char *name; !error && (name = next_name(folder));) {
		const char *inner = arena_printf(masked->arena, "%s/%s", path, name);

		if (lstat(inner, &info) || is_private(&info))
			add(masked, inner);
		else if (S_ISDIR(info.st_mode))
			error = depth == ETC_DEPTH ? -ELOOP : hide_private(masked, inner, depth + 1);
	}
	closedir(folder);
	return error;
}

/* --- what is bound --- */

/* What a package manager knows of what is installed; and parts of the tree that are mounts, which a layer does not
 * show. */
static void find_bound(struct paths *bound)
{
	static const char *const packages[] = { "/var/lib/dpkg", "/var/lib/rpm", "/var/lib/pacman/local", NULL };
	static const char *const parts[] = { "/usr", "/opt", "/usr/local", "/etc", NULL };
	struct stat root, info;

	for (size_t i = 0; packages[i]; i++)
		if (!stat(packages[i], &info) && S_ISDIR(info.st_mode))
			add(bound, packages[i]);
	for (size_t i = 0; parts[i] && !stat("/", &root); i++)
		if (!lstat(parts[i], &info) && S_ISDIR(info.st_mode) && info.st_dev != root.st_dev)
			add(bound, parts[i]);
}

bool host_tree_read(struct arena *arena, struct host_tree *ret_tree, struct problem *problem)
{
	static const struct host_tree none = { .fresh = {
		{ "/root", "mode=0700" }, { "/home", "mode=0755" }, { "/run", "mode=0755" }, { "/tmp", "mode=1777" },
		{ "/var", "mode=0755" }, { "/var/tmp", "mode=1777" }, { NULL, NULL },
	} };
	struct paths masked, bound;
	int error;

	*ret_tree = none;
	masked = paths_into(arena, &ret_tree->masked);
	bound = paths_into(arena, &ret_tree->bound);
	error = geteuid() == 0 ? hide_top(&masked) : 0;
	if (!error)
		error = hide_private(&masked, "/etc", 0);
	if (error)
		problem_set(problem, "image 'host': cannot tell what of this machine is to be hidden: %s",
			    reason_words(error));
	if (geteuid() == 0)
		find_bound(&bound);
	else
		find_parts(arena, ret_tree, &bound);
	return !error;
}

const struct json *host_image_config(struct arena *arena)
{
	static const char text[] = "{\"Env\": "
				   "[\"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\"], \"Cmd\": "
				   "[\"sh\"], \"WorkingDir\": \"/\"}";
	struct problem never = { 0 };

	return json_read(arena, arena_copy(arena, text, sizeof(text) - 1), sizeof(text) - 1, "host", &never);
}
