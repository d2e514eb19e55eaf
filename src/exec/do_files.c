/* do_files.c - files of the host that are made or written: cgroups, resctrl, /proc of the child. */
#include "exec/do.h"
#include <limits.h>
#include <string.h>

/* One write: files of the kernel take their text whole or not at all. */
int write_at(struct run *run, int dir, const char *path, uint64_t resolve, const char *text)
{
	size_t length = strlen(text);
	ssize_t written;
	int fd;

	trying(run, resolve ? __NR_openat2 : __NR_openat, SUBJECT_TARGET);
	fd = resolve ? sys_openat2(dir, path, O_WRONLY | O_NOCTTY, 0, resolve)
		     : sys_openat(dir, path, O_WRONLY | O_NOCTTY, 0);
	if (scratch_add(run, fd) < 0)
		return fd;
	trying(run, __NR_write, SUBJECT_OPTION);
	written = sys_write(fd, text, length);
	if (written < 0)
		return (int)written;
	return (size_t)written == length ? 0 : -EIO;
}

int do_make_directory(struct run *run, const struct step *step)
{
	trying(run, __NR_mkdirat, SUBJECT_TARGET);
	return sys_mkdirat(AT_FDCWD, step->make_directory.path, step->make_directory.mode);
}

int do_write_file(struct run *run, const struct step *step)
{
	return write_at(run, AT_FDCWD, step->write_file.path, 0, step->write_file.text);
}

int do_write_lines(struct run *run, const struct step *step)
{
	const struct texts *lines = step->write_lines.lines;
	int fd;

	trying(run, __NR_openat, SUBJECT_TARGET);
	fd = sys_openat(AT_FDCWD, step->write_lines.path, O_WRONLY, 0);
	if (scratch_add(run, fd) < 0)
		return fd;
	trying(run, __NR_write, SUBJECT_OPTION);
	for (size_t i = 0; i < lines->count; i++) {
		ssize_t written = sys_write(fd, lines->at[i], strlen(lines->at[i]));

		run->mark->detail = (uint8_t)(i < UINT8_MAX ? i : UINT8_MAX);
		if (written < 0)
			return (int)written;
	}
	return 0;
}

/* "0" is who writes; the runtime writes for its child. */
int do_write_pid(struct run *run, const struct step *step)
{
	char pid[24] = "0";

	if (step->lane == LANE_RUNTIME)
		put_number(pid, (uint64_t)run->child);
	return write_at(run, AT_FDCWD, step->write_pid.path, 0, pid);
}

static int write_proc(struct run *run, const char *process, const struct step *step)
{
	char path[64 + NAME_MAX];

	if (strlen(step->write_proc.file) > NAME_MAX)
		return -ENAMETOOLONG;
	put_text(put_text(put_text(put_text(path, "/proc/"), process), "/"), step->write_proc.file);
	return write_at(run, AT_FDCWD, path, 0, step->write_proc.text);
}

int do_write_child(struct run *run, const struct step *step)
{
	char pid[24];

	put_number(pid, (uint64_t)run->child);
	return run->child > 0 ? write_proc(run, pid, step) : -ESRCH;
}

int do_write_self(struct run *run, const struct step *step)
{
	return write_proc(run, "self", step);
}
