/* criu_mounts.c - the mounts of a container that are not its own: parts of the host's tree.
 *
 * CRIU saves and restores what belongs to the container alone. What was bound from the host it has to be told of:
 * for a dump where that is and a name for it, to restore it that name and where it is on the host now. Both are
 * found in the plan, which is made from config.json each time. So the image has no say in which files of the host
 * a container gets, and a new kind of bind mount is known here without being named.
 */
#include "base/fd.h"
#include "base/file.h"
#include "life/criu_parts.h"
#include <linux/stat.h>
#include <string.h>

/* All files that are masked are one file of the host's. */
#define MASK_NAME "/dev/null"

struct pairs criu_find_mounts(struct arena *arena, const struct plan *plan)
{
	struct pairs mounts = { ARENA_ARRAY(arena, plan->count + 2, struct pair), 0 };
	bool masks = false;

	for (size_t i = 0; i < plan->count; i++) {
		const struct step *step = &plan->step[i];

		masks |= step->kind == STEP_MASK;
		if (step->kind == STEP_BIND)
			mounts.at[mounts.count++] = (struct pair){ step->bind.target, step->bind.source };
	}
	if (masks)
		mounts.at[mounts.count++] = (struct pair){ MASK_NAME, MASK_NAME };
	return mounts;
}

/* --- proc_pid_mountinfo(5): "36 35 98:0 /mnt1 /mnt\0402 rw,noatime master:1 - ext3 …" --- */

static const char *skip_fields(const char *at, int count)
{
	while (at && count--) {
		at = strchr(at, ' ');
		at = at ? at + 1 : NULL;
	}
	return at;
}

/* Blanks and the like are three octal digits after a backslash. */
static char *unescape(struct arena *arena, const char *from, size_t length)
{
	char *text = arena_alloc(arena, length + 1), *to = text;

	for (size_t i = 0; i < length; i++) {
		bool escaped = from[i] == '\\' && i + 3 < length;

		*to++ = escaped ? (char)((from[i + 1] - '0') << 6 | (from[i + 2] - '0') << 3 |
					 (from[i + 3] - '0')) : from[i];
		i += escaped ? 3 : 0;
	}
	return text;
}

const char *criu_find_mount_point(struct arena *arena, const char *mountinfo, uint64_t id)
{
	const char *wanted = arena_printf(arena, "%llu ", (unsigned long long)id);

	for (const char *line = mountinfo; line; line = strchr(line, '\n')) {
		const char *point;

		line += *line == '\n';
		if (strncmp(line, wanted, strlen(wanted)) != 0)
			continue;
		point = skip_fields(line, 4);
		return point ? unescape(arena, point, strcspn(point, " \n")) : NULL;
	}
	return NULL;
}

const char *criu_read_mountinfo(struct arena *arena, pid_t pid, struct problem *problem)
{
	enum { LIMIT = 16 * 1024 * 1024 };
	const char *path = arena_printf(arena, "/proc/%d/mountinfo", (int)pid);
	char *text;
	size_t length;

	if (file_read(arena, AT_FDCWD, path, LIMIT, &text, &length) == 0)
		return text;
	problem_set(problem, "checkpoint: cannot read '%s'", path);
	return "";
}

/* --- where they are in the container --- */

struct naming {
	struct arena *arena;
	int root;			/* the container's */
	const char *mountinfo;
	struct pairs *mount;
};

/* What is at the target, if a mount begins there: a config can mask what is not there, and a mount can have been
 * removed meanwhile. */
static bool find_mount(const struct naming *naming, const char *target, struct statx *ret_info)
{
	closes int fd = sys_openat2(naming->root, target, O_PATH, 0, RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS);

	return fd >= 0 && SYS_5(__NR_statx, fd, "", AT_EMPTY_PATH, STATX_TYPE | STATX_MNT_ID, ret_info) == 0 &&
	       (ret_info->stx_mask & STATX_MNT_ID) && (ret_info->stx_attributes & STATX_ATTR_MOUNT_ROOT);
}

/* By the path that the kernel has for it: links in that of the config were followed when it was mounted. */
static void add_mount(struct naming *naming, const char *name, uint64_t id)
{
	const char *point = criu_find_mount_point(naming->arena, naming->mountinfo, id);

	if (point)
		naming->mount->at[naming->mount->count++] = (struct pair){ point, name };
}

static void name_mount(struct naming *naming, const struct step *step)
{
	struct statx info;

	if (step->kind == STEP_BIND && find_mount(naming, step->bind.target, &info))
		add_mount(naming, step->bind.target, info.stx_mnt_id);
	/* Masked folders are covered by a file system of the container's own. */
	if (step->kind == STEP_MASK && find_mount(naming, step->mask.target, &info) &&
	    (info.stx_mode & S_IFMT) != S_IFDIR)
		add_mount(naming, MASK_NAME, info.stx_mnt_id);
}

void criu_name_mounts(struct arena *arena, const struct plan *plan, pid_t pid, struct criu_options *options,
		      struct problem *problem)
{
	closes int root = sys_openat(AT_FDCWD, arena_printf(arena, "/proc/%d/root", (int)pid),
				     O_PATH | O_DIRECTORY, 0);
	struct naming naming = { arena, root, criu_read_mountinfo(arena, pid, problem), &options->mount };

	options->mount = (struct pairs){ ARENA_ARRAY(arena, plan->count + 1, struct pair), 0 };
	if (root < 0)
		problem_set(problem, "checkpoint: cannot open the root of process %d", (int)pid);
	for (size_t i = 0; i < plan->count && !problem->found; i++) {
		const struct step *step = &plan->step[i];

		if (step->kind == STEP_NEW_ID_MAPPING)
			problem_set(problem, "checkpoint: %s: CRIU does not bring back an idmapped mount",
				    step->why);
		name_mount(&naming, step);
	}
}
