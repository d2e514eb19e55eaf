/* preflight_files.c - the paths that a bundle names: are they there, and what they should be? */
#include "base/fd.h"
#include "life/preflight.h"
#include "spec/names.h"
#include <linux/nsfs.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <sys/vfs.h>

#ifndef NSFS_MAGIC
#define NSFS_MAGIC 0x6e736673
#endif

static const uint64_t INSIDE = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;

static const char *in_bundle(struct preflight *preflight, const char *path)
{
	if (path[0] == '/')
		return path;
	return arena_printf(preflight->arena, "%s/%s", preflight->bundle->path, path);
}

/* --- root.path --- */

static bool is_destination(const struct spec *spec, const char *path)
{
	for (size_t i = 0; i < spec->mounts; i++)
		if (!strcmp(spec->mount[i].destination, path))
			return true;
	return false;
}

/* An image may ship these as links to the outside of what is mounted on them (CVE-2019-19921). */
static void check_directory(struct preflight *preflight, const char *path)
{
	struct stat status;

	if (!is_destination(preflight->spec, path) ||
	    sys_fstatat(preflight->root, path + 1, &status, AT_SYMLINK_NOFOLLOW) < 0 ||
	    S_ISDIR(status.st_mode))
		return;
	preflight_add(preflight, "root.path: '%s' in it is %s, not a directory", path,
		      S_ISLNK(status.st_mode) ? "a symbolic link" : "a file");
}

void preflight_root(struct preflight *preflight)
{
	const char *path = in_bundle(preflight, preflight->spec->root_path);

	preflight->root = sys_openat(AT_FDCWD, path, O_PATH | O_DIRECTORY, 0);
	if (preflight->root == -ENOENT)
		preflight_add(preflight, "root.path: '%s' does not exist", path);
	else if (preflight->root == -ENOTDIR)
		preflight_add(preflight, "root.path: '%s' is not a directory", path);
	else if (preflight->root < 0)
		preflight_add(preflight, "root.path: '%s': %s", path, errno_words(-preflight->root));
	if (preflight->root < 0)
		return;
	check_directory(preflight, "/proc");
	check_directory(preflight, "/sys");
	check_directory(preflight, "/dev");
}

/* --- mounts --- */

static bool is_bind(const struct mount *mount)
{
	return mount->options.bind || (mount->type && !strcmp(mount->type, "bind"));
}

static void check_source(struct preflight *preflight, const struct mount *mount, size_t index)
{
	const char *path = in_bundle(preflight, mount->source);
	closes int source = sys_openat(AT_FDCWD, path, O_PATH, 0);

	if (source == -ENOENT)
		preflight_add(preflight, "mounts[%zu].source: '%s' does not exist on the host", index, path);
	else if (source < 0)
		preflight_add(preflight, "mounts[%zu].source: '%s': %s", index, path, errno_words(-source));
}

/* The type without the part that only the file system's helper understands: "fuse.sshfs". */
static char *kernel_type(struct preflight *preflight, const char *type)
{
	return arena_copy(preflight->arena, type, strcspn(type, "."));
}

/* The kernel loads a module for a type that it does not know yet. */
static bool has_module(struct preflight *preflight, const char *type)
{
	struct utsname name;
	char *aliases;

	if (uname(&name) < 0)
		return true;
	aliases = preflight_read(preflight, arena_printf(preflight->arena,
				 "/lib/modules/%s/modules.alias", name.release));
	return aliases && preflight_has_line(aliases, arena_printf(preflight->arena, "alias fs-%s ", type));
}

/* Lines are "nodev\tproc" or "\text4". */
static bool has_type(struct preflight *preflight, const char *type)
{
	char *known = preflight_read(preflight, "/proc/filesystems");

	if (!known)
		return true;
	known = arena_printf(preflight->arena, "%s\n", known);
	return preflight_has_line(known, arena_printf(preflight->arena, "nodev\t%s\n", type)) ||
	       preflight_has_line(known, arena_printf(preflight->arena, "\t%s\n", type)) ||
	       has_module(preflight, type);
}

static void check_type(struct preflight *preflight, const struct mount *mount, size_t index)
{
	char *type = kernel_type(preflight, mount->type);

	if (!has_type(preflight, type))
		preflight_add(preflight, "mounts[%zu].type: this kernel has no file system '%s'", index, type);
}

void preflight_mounts(struct preflight *preflight)
{
	for (size_t i = 0; i < preflight->spec->mounts; i++) {
		const struct mount *mount = &preflight->spec->mount[i];

		if (mount->options.remount)
			continue;
		if (is_bind(mount) && mount->source)
			check_source(preflight, mount, i);
		else if (!is_bind(mount) && mount->type && strncmp(mount->type, "cgroup", 6) != 0)
			check_type(preflight, mount, i);
	}
}

/* --- linux.namespaces --- */

static const char *kind_name(enum namespace_kind kind)
{
	return name_of(namespace_names, (uint64_t)kind);
}

/* The path could be anything; it is opened for reading only once it is known to be a namespace. */
static int namespace_type(const char *path)
{
	closes int found = sys_openat(AT_FDCWD, path, O_PATH, 0);
	closes int namespace = -1;
	struct statfs fs;

	if (found < 0)
		return found;
	if (sys_fstatfs(found, &fs) < 0 || fs.f_type != NSFS_MAGIC)
		return 0;
	namespace = sys_openat(AT_FDCWD, path, O_RDONLY | O_NONBLOCK, 0);
	return namespace < 0 ? namespace : sys_ioctl(namespace, NS_GET_NSTYPE, NULL);
}

void preflight_joined_namespaces(struct preflight *preflight)
{
	for (int kind = 0; kind < NAMESPACES; kind++) {
		const struct namespace *namespace = &preflight->spec->namespace[kind];
		int type;

		if (!spec_joins_namespace(preflight->spec, kind))
			continue;
		type = namespace_type(namespace->path);
		if (type == -ENOENT)
			preflight_add(preflight, "linux.namespaces[%zu].path: '%s' does not exist",
				      namespace->index, namespace->path);
		else if (type < 0)
			preflight_add(preflight, "linux.namespaces[%zu].path: '%s': %s", namespace->index,
				      namespace->path, errno_words(-type));
		else if (type != namespace_flag(kind))
			preflight_add(preflight, "linux.namespaces[%zu].path: '%s' is not a %s namespace",
				      namespace->index, namespace->path, kind_name(kind));
	}
}

/* --- process.args --- */

/* Whether a mount may bring what is at `path`, so that the root file system cannot tell. */
static bool is_covered(const struct spec *spec, const char *path)
{
	for (size_t i = 0; i < spec->mounts; i++) {
		const char *destination = spec->mount[i].destination;
		size_t length = strlen(destination);

		while (length && destination[length - 1] == '/')
			length--;
		if (!strncmp(path, destination, length) && (path[length] == '/' || !path[length]))
			return true;
	}
	return false;
}

/* 0: it is an executable file (or nobody can know). */
static int try_program(struct preflight *preflight, const char *path)
{
	closes int file = -1;
	struct stat status;

	if (is_covered(preflight->spec, path))
		return 0;
	file = sys_openat2(preflight->root, path, O_PATH, 0, INSIDE);
	if (file < 0)
		return file;
	if (sys_fstat(file, &status) < 0 || !S_ISREG(status.st_mode))
		return -EISDIR;
	return status.st_mode & 0111 ? 0 : -EACCES;
}

static void check_path(struct preflight *preflight, const char *name)
{
	const char *cwd = preflight->spec->process.cwd;
	const char *path = name[0] == '/' ? name :
			   arena_printf(preflight->arena, "%s/%s", strcmp(cwd, "/") ? cwd : "", name);
	int error = try_program(preflight, path);

	if (error == -EISDIR)
		preflight_add(preflight, "process.args[0]: '%s' is not a file", path);
	else if (error == -EACCES)
		preflight_add(preflight, "process.args[0]: '%s' is not executable: give it chmod +x", path);
	else if (error)
		preflight_add(preflight, "process.args[0]: '%s' in the root file system: %s", path,
			      errno_words(-error));
}

static const char *search_path(const struct spec *spec)
{
	for (size_t i = 0; i < spec->process.env.count; i++)
		if (!strncmp(spec->process.env.at[i], "PATH=", 5))
			return spec->process.env.at[i] + 5;
	return "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
}

/* An empty entry is the current directory, as for the shell. */
static void check_search(struct preflight *preflight, const char *name)
{
	const char *search = search_path(preflight->spec);

	for (const char *at = search;; at++) {
		size_t length = strcspn(at, ":");
		const char *folder = length ? arena_copy(preflight->arena, at, length) :
					      preflight->spec->process.cwd;

		if (!try_program(preflight, arena_printf(preflight->arena, "%s/%s", folder, name)))
			return;
		at += length;
		if (!*at)
			break;
	}
	preflight_add(preflight, "process.args[0]: no program '%s' in the root file system's PATH (%s)", name,
		      search);
}

void preflight_program(struct preflight *preflight)
{
	const struct process *process = &preflight->spec->process;

	if (preflight->root < 0 || !process->asked || !process->args.count)
		return;
	if (strchr(process->args.at[0], '/'))
		check_path(preflight, process->args.at[0]);
	else
		check_search(preflight, process->args.at[0]);
}
