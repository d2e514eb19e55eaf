/* do_idmap.c - id maps: by newuidmap and newgidmap for an ordinary user's container, and
 * on mounts ("idmap"), whose files then appear with other owners.
 */
#include "exec/do.h"
#include <linux/mount.h>
#include <linux/sched.h>
#include <signal.h>
#include <string.h>

/* --- newuidmap, newgidmap --- */

struct tool_args {
	char *at[3 + 3 * IDS_MAX];
	char text[3 * IDS_MAX + 1][11];	/* 4294967295 */
};

static void make_args(struct tool_args *args, const char *tool, pid_t pid, const struct id_maps *maps)
{
	size_t count = 0;

	args->at[0] = (char *)(uintptr_t)tool;
	put_number(args->text[count++], (uint64_t)pid);
	for (size_t i = 0; i < maps->count; i++) {
		put_number(args->text[count++], maps->at[i].inside);
		put_number(args->text[count++], maps->at[i].outside);
		put_number(args->text[count++], maps->at[i].count);
	}
	for (size_t i = 0; i < count; i++)
		args->at[i + 1] = args->text[i];
	args->at[count + 1] = NULL;
}

int do_map_ids(struct run *run, const struct step *step)
{
	struct tool_args args;

	trying(run, __NR_execve, SUBJECT_OPTION);
	if (step->map_ids.maps->count > IDS_MAX)
		return -EINVAL;
	if (run->child <= 0)
		return -ESRCH;
	make_args(&args, step->map_ids.tool, run->child, step->map_ids.maps);
	return tool_run(run, args.at, -1);
}

/* --- idmapped mounts --- */

static int map_text(const struct id_maps *maps, char *to, size_t size)
{
	char *at = to, line[3 * 11 + 1];

	*at = '\0';
	for (size_t i = 0; i < maps->count; i++) {
		char *end = put_text(put_number(line, maps->at[i].inside), " ");

		end = put_text(put_number(end, maps->at[i].outside), " ");
		put_text(put_number(end, maps->at[i].count), "\n");
		if ((size_t)(at - to) + strlen(line) >= size)
			return -EINVAL;
		at = put_text(at, line);
	}
	return 0;
}

static int write_map(struct run *run, pid_t pid, const char *file, const struct id_maps *maps)
{
	char path[64], text[4096];	/* the kernel takes a page at most */
	int error = map_text(maps, text, sizeof(text));

	if (error)
		return error;
	put_text(put_number(put_text(path, "/proc/"), (uint64_t)pid), file);
	return write_at(run, AT_FDCWD, path, 0, text);
}

static int take_namespace(struct run *run, pid_t pid, const struct step *step)
{
	char path[64];
	int error = write_map(run, pid, "/uid_map", step->id_mapping.uid);

	if (!error)
		error = write_map(run, pid, "/gid_map", step->id_mapping.gid);
	if (error)
		return error;
	put_text(put_number(put_text(path, "/proc/"), (uint64_t)pid), "/ns/user");
	trying(run, __NR_openat, SUBJECT_STEP);
	return slot_fill(run, step->id_mapping.slot, sys_openat(AT_FDCWD, path, O_RDONLY, 0));
}

/* Lives as long as the other end of the pipe is open: it ends with the runtime, whatever becomes of it. */
static _Noreturn void hold_namespace(const int *ends)
{
	char byte;

	sys_close(ends[1]);
	sys_read(ends[0], &byte, 1);
	sys_exit(0);
}

/* A user namespace exists as long as somebody is in it, or holds a descriptor of it. */
int do_new_id_mapping(struct run *run, const struct step *step)
{
	struct clone_args how = { .flags = CLONE_NEWUSER, .exit_signal = SIGCHLD };
	int ends[2], error;
	pid_t pid;

	trying(run, __NR_pipe2, SUBJECT_STEP);
	error = sys_pipe2(ends, 0);
	if (error)
		return error;
	trying(run, __NR_clone3, SUBJECT_STEP);
	pid = sys_clone3(&how);
	if (pid == 0)
		hold_namespace(ends);
	error = pid < 0 ? pid : take_namespace(run, pid, step);
	sys_close(ends[0]);
	sys_close(ends[1]);
	if (pid > 0)
		reap(pid);
	return error;
}

/* Who can write to the directory may swap links in it at any time: so the kernel holds the lookup in it, all the way
 * (CVE-2017-1002101, CVE-2021-25741 are of others that looked first and mounted then). Where something is being renamed
 * there it cannot tell, and asks to be called again. */
static int open_beneath(struct run *run, const struct step *step)
{
	enum { TRIES = 32 };
	int top, fd = -EAGAIN;

	trying(run, __NR_openat, SUBJECT_SOURCE);
	top = scratch_add(run, sys_openat(AT_FDCWD, step->open_source.path, O_PATH | O_DIRECTORY, 0));
	if (top < 0)
		return top;
	trying(run, __NR_openat2, SUBJECT_TARGET);
	for (int i = 0; i < TRIES && fd == -EAGAIN; i++)
		fd = sys_openat2(top, step->open_source.beneath, O_PATH, 0, RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS);
	return scratch_add(run, fd);
}

int do_open_source(struct run *run, const struct step *step)
{
	int mapping = step->open_source.id_mapping, at = AT_FDCWD;
	unsigned flags = OPEN_TREE_CLONE | (step->open_source.all ? AT_RECURSIVE : 0);
	const char *path = step->open_source.path;
	struct mount_attr attr = { .attr_set = MOUNT_ATTR_IDMAP };
	int error;

	if (step->open_source.beneath) {
		at = open_beneath(run, step);
		if (at < 0)
			return at;
		path = "";
		flags |= AT_EMPTY_PATH;
	}
	trying(run, __NR_open_tree, SUBJECT_SOURCE);
	error = slot_fill(run, step->open_source.slot, sys_open_tree(at, path, flags));
	if (error || mapping == SLOT_NONE)
		return error;
	attr.userns_fd = (uint64_t)run->slot[mapping];
	trying(run, __NR_mount_setattr, SUBJECT_OPTION);
	return sys_mount_setattr(run->slot[step->open_source.slot], "",
				 AT_EMPTY_PATH | (step->open_source.id_mapping_all ? AT_RECURSIVE : 0),
				 &attr);
}
