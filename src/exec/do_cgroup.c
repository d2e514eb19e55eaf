/* do_cgroup.c - cgroups: made, entered, handed over. What is written to their files is do_files.c's. */
#include "exec/do.h"
#include <limits.h>
#include <string.h>

/* PATH/NAME; false where it is too long. */
static bool join(char to[PATH_MAX], const char *path, size_t length, const char *name)
{
	if (length + strlen(name) + 2 > PATH_MAX)
		return false;
	memcpy(to, path, length);
	to[length] = '/';
	put_text(to + length + 1, name);
	return true;
}

/* A small file: its text with a NUL, without the line's end. Returns its length or -errno. */
static ssize_t read_small(const char *path, char *to, size_t size)
{
	int fd = sys_openat(AT_FDCWD, path, O_RDONLY, 0);
	ssize_t length;

	if (fd < 0)
		return fd;
	length = sys_read(fd, to, size - 1);
	sys_close(fd);
	if (length < 0)
		return length;
	while (length && to[length - 1] == '\n')
		length--;
	to[length] = '\0';
	return length;
}

/* Somebody else's processes would be under our limits, and end with ours; and in one that is frozen ours would never
 * begin. v2 says whether there are any in cgroups below too ("populated 1", first of its lines). */
static int check_own(const struct step *step)
{
	const char *path = step->make_cgroup.path;
	char file[PATH_MAX], text[64];
	bool unified = step->make_cgroup.unified;

	if (!join(file, path, strlen(path), unified ? "cgroup.events" : "cgroup.procs"))
		return -ENAMETOOLONG;
	if (read_small(file, text, sizeof(text)) > 0 && (!unified || strncmp(text, "populated 1", 11) == 0))
		return -EBUSY;
	if (!join(file, path, strlen(path), unified ? "cgroup.freeze" : "freezer.state"))
		return -ENAMETOOLONG;
	if (read_small(file, text, sizeof(text)) > 0 && strcmp(text, unified ? "0" : "THAWED") != 0)
		return -EDEADLK;
	return 0;
}

/* Whether the file of the first `length` bytes of the path has anything in it. */
static bool has_text(const char *path, size_t length, const char *name)
{
	char file[PATH_MAX], text[4];

	return join(file, path, length, name) && read_small(file, text, sizeof(text)) > 0;
}

/* The file of the cgroup that this one, the first `length` bytes of the path, is in. -ENODATA where it is empty. */
static int copy_file(struct run *run, const char *path, size_t length, const char *name)
{
	size_t above = length;
	char file[PATH_MAX], text[4096];
	ssize_t got;

	while (above && path[above - 1] != '/')
		above--;
	if (!above || !join(file, path, above - 1, name))
		return -ENAMETOOLONG;
	trying(run, __NR_read, SUBJECT_SOURCE);
	got = read_small(file, text, sizeof(text));
	if (got <= 0)
		return got ? (int)got : -ENODATA;
	if (!join(file, path, length, name))
		return -ENAMETOOLONG;
	return write_at(run, AT_FDCWD, file, 0, text);
}

/* Who has made one above may not have filled it yet, or was ended before: then those above get theirs first. */
static int inherit_file(struct run *run, const struct step *step, size_t length, const char *name)
{
	const char *path = step->make_cgroup.path;
	int error = copy_file(run, path, length, name);

	if (error != -ENODATA)
		return error;
	for (size_t at = step->make_cgroup.base + 1; at <= length; at++) {
		if ((at < length && path[at] != '/') || has_text(path, at, name))
			continue;
		error = copy_file(run, path, at, name);
		if (error && error != -ENODATA)
			return error;
	}
	return 0;
}

static int inherit(struct run *run, const struct step *step, size_t length)
{
	int error = step->make_cgroup.cpuset ? inherit_file(run, step, length, "cpuset.cpus") : 0;

	return error || !step->make_cgroup.cpuset ? error : inherit_file(run, step, length, "cpuset.mems");
}

/* One that was there may have none yet too. */
static int inherit_missing(struct run *run, const struct step *step)
{
	const char *path = step->make_cgroup.path;
	size_t length = strlen(path);
	int error = 0;

	if (!step->make_cgroup.cpuset)
		return 0;
	if (!has_text(path, length, "cpuset.cpus"))
		error = inherit_file(run, step, length, "cpuset.cpus");
	return error || has_text(path, length, "cpuset.mems") ? error :
								inherit_file(run, step, length, "cpuset.mems");
}

/* Those that lead to it, the uppermost first. */
static int make_above(struct run *run, const struct step *step)
{
	const char *path = step->make_cgroup.path;
	char above[PATH_MAX];

	for (size_t at = step->make_cgroup.base + 1; path[at]; at++) {
		int error;

		if (path[at] != '/')
			continue;
		if (at >= PATH_MAX)
			return -ENAMETOOLONG;
		memcpy(above, path, at);
		above[at] = '\0';
		error = sys_mkdirat(AT_FDCWD, above, 0755);
		if (error == 0)
			error = inherit(run, step, at);
		if (error && error != -EEXIST)
			return error;
	}
	return 0;
}

int do_make_cgroup(struct run *run, const struct step *step)
{
	const char *path = step->make_cgroup.path;
	int error;

	trying(run, __NR_mkdirat, SUBJECT_TARGET);
	error = sys_mkdirat(AT_FDCWD, path, 0755);
	if (error == -ENOENT) {
		error = make_above(run, step);
		trying(run, __NR_mkdirat, SUBJECT_TARGET);
		if (!error)
			error = sys_mkdirat(AT_FDCWD, path, 0755);
	}
	if (error == -EEXIST) {
		error = step->make_cgroup.own ? check_own(step) : 0;
		return error ? error : inherit_missing(run, step);
	}
	return error ? error : inherit(run, step, strlen(path));
}

/* One that cannot be had keeps all of a line from being taken: a controller that is bound to real-time processes,
 * or in use above. What is needed then fails where its file is written. */
static void enable_each(int fd, const char *words)
{
	while (*words) {
		const char *end = strchr(words, ' ');
		size_t length = end ? (size_t)(end - words) : strlen(words);

		sys_write(fd, words, length);
		words += length + (end != NULL);
	}
}

int do_enable_controllers(struct run *run, const struct step *step)
{
	const char *path = step->enable.path, *words = step->enable.controllers;
	char file[PATH_MAX];
	ssize_t written;
	int fd;

	if (!join(file, path, strlen(path), "cgroup.subtree_control"))
		return -ENAMETOOLONG;
	trying(run, __NR_openat, SUBJECT_TARGET);
	fd = sys_openat(AT_FDCWD, file, O_WRONLY, 0);
	if (fd == -EACCES)
		return 0;
	if (scratch_add(run, fd) < 0)
		return fd;
	written = sys_write(fd, words, strlen(words));
	if (written < 0)
		enable_each(fd, words);
	return 0;
}

int do_open_cgroup(struct run *run, const struct step *step)
{
	trying(run, __NR_openat, SUBJECT_TARGET);
	return slot_fill(run, SLOT_CGROUP, sys_openat(AT_FDCWD, step->open_cgroup.path, O_PATH | O_DIRECTORY, 0));
}

/* What the kernel lists need not be in every cgroup. */
int do_own_cgroup(struct run *run, const struct step *step)
{
	const struct texts *files = step->own_cgroup.files;
	const char *path = step->own_cgroup.path;
	uint32_t uid = step->own_cgroup.uid, gid = step->own_cgroup.gid;
	char file[PATH_MAX];
	int error;

	trying(run, __NR_fchownat, SUBJECT_TARGET);
	error = sys_fchownat(AT_FDCWD, path, uid, gid, 0);
	for (size_t i = 0; i < files->count && (!error || error == -ENOENT); i++) {
		if (!join(file, path, strlen(path), files->at[i]))
			return -ENAMETOOLONG;
		error = sys_fchownat(AT_FDCWD, file, uid, gid, AT_SYMLINK_NOFOLLOW);
	}
	return error == -ENOENT ? 0 : error;
}

int do_set_devices(struct run *run, const struct step *step)
{
	int cgroup;

	trying(run, __NR_openat, SUBJECT_TARGET);
	cgroup = sys_openat(AT_FDCWD, step->set_devices.path, O_PATH | O_DIRECTORY, 0);
	if (scratch_add(run, cgroup) < 0)
		return cgroup;
	trying(run, __NR_bpf, SUBJECT_STEP);
	return set_devices(cgroup, step->set_devices.program, step->set_devices.count, step->set_devices.replace);
}
