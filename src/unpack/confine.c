/* confine.c - see confine.h */
#include "unpack/confine.h"
#include "base/fd.h"
#include "base/file.h"
#include "base/limit.h"
#include "base/sys_process.h"
#include <linux/capability.h>
#include <linux/landlock.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#ifndef LANDLOCK_ACCESS_FS_REFER
#define LANDLOCK_ACCESS_FS_REFER (1ULL << 13)
#endif
#ifndef LANDLOCK_ACCESS_FS_TRUNCATE
#define LANDLOCK_ACCESS_FS_TRUNCATE (1ULL << 14)
#endif

enum {
	FILES_MAX = 1024,
	LANDLOCK_REFER = 2, LANDLOCK_TRUNCATE = 3,	/* versions */
};

static const uint64_t DATA_MAX = (uint64_t)1 << 30;

static bool no(struct failure *failure, int error, const char *what)
{
	return fail(failure, UNPACK_CONFINE, NULL, "cannot %s: %s", what, strerror(-error));
}

static int write_file(const char *path, const char *text)
{
	closes int fd = sys_openat(AT_FDCWD, path, O_WRONLY, 0);

	return fd < 0 ? fd : file_write_all(fd, text, strlen(text));
}

/* Root there is who we are here. */
static int enter_user_namespace(void)
{
	uid_t uid = geteuid();
	gid_t gid = getegid();
	char map[2][32];
	int error = sys_unshare(CLONE_NEWUSER | CLONE_NEWNS);

	if (error)
		return error;
	(void)snprintf(map[0], sizeof(map[0]), "0 %u 1", uid);
	(void)snprintf(map[1], sizeof(map[1]), "0 %u 1", gid);
	error = write_file("/proc/self/setgroups", "deny");
	if (!error)
		error = write_file("/proc/self/uid_map", map[0]);
	return error ? error : write_file("/proc/self/gid_map", map[1]);
}

/* Must come before the namespace is left that the mounts are in; later it is not possible. */
static void detach_lowers(int *lowers, size_t count)
{
	struct mount_attr attr = { .attr_set = MOUNT_ATTR_RDONLY };

	for (size_t i = 0; i < count; i++) {
		int mount = sys_open_tree(lowers[i], "", OPEN_TREE_CLONE | AT_EMPTY_PATH);

		if (mount < 0)
			return;
		sys_mount_setattr(mount, "", AT_EMPTY_PATH, &attr);
		sys_close(lowers[i]);
		lowers[i] = mount;
	}
}

static int empty_mount(void)
{
	closes int fs = sys_fsopen("tmpfs");
	int error = fs < 0 ? fs : sys_fsconfig(fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0);

	return error ? error : sys_fsmount(fs, MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC);
}

/* The working directory was moved into the new namespace with us, so its mount can be copied there. */
static int target_mount(void)
{
	return sys_open_tree(AT_FDCWD, ".", OPEN_TREE_CLONE);
}

static int pivot(int mount)
{
	struct mount_attr attr = { .attr_set = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC | MOUNT_ATTR_NODEV,
				   .propagation = MS_PRIVATE };
	int error = mount < 0 ? mount : sys_mount_setattr(mount, "", AT_EMPTY_PATH, &attr);

	if (!error)
		error = sys_move_mount_to(mount, AT_FDCWD, "/");
	if (!error)
		error = sys_fchdir(mount);
	if (!error)
		error = sys_pivot_root(".", ".");
	if (!error)
		error = sys_umount2(".", MNT_DETACH);
	return error ? error : sys_chdir("/");
}

/* Where the target was opened in another mount namespace than ours, its mount cannot be copied. Then the namespace
 * has nothing at all, and the target is entered by its descriptor: there is nothing above it that a path could lead
 * to. */
static int enter_alone(int target)
{
	closes int nothing = empty_mount();
	int error = pivot(nothing);

	if (!error)
		error = sys_fchdir(target);
	return error ? error : sys_chroot(".");
}

static int enter(int target)
{
	closes int mount = target < 0 ? empty_mount() : target_mount();

	return mount == -EINVAL ? enter_alone(target) : pivot(mount);
}

bool confine_files(int *target, int *lowers, size_t lower_count, struct failure *failure)
{
	struct mount_attr private = { .propagation = MS_PRIVATE };
	bool is_target = *target >= 0;
	int error;

	detach_lowers(lowers, lower_count);
	error = is_target ? sys_fchdir(*target) : sys_chdir("/");
	if (error)
		return no(failure, error, "enter the target");
	error = sys_unshare(CLONE_NEWNS);
	if (error == -EPERM)
		error = enter_user_namespace();
	if (error)
		return no(failure, error, "make a namespace");
	error = sys_mount_setattr(AT_FDCWD, "/", AT_RECURSIVE, &private);
	if (error)
		return no(failure, error, "make mounts private");
	error = enter(*target);
	if (error)
		return no(failure, error, "make the target the root directory");
	if (is_target)
		sys_close(*target);
	*target = sys_openat(AT_FDCWD, "/", O_RDONLY | O_DIRECTORY, 0);
	return *target >= 0 || no(failure, *target, "open the root directory");
}

static const unsigned kept[] = { CAP_CHOWN, CAP_DAC_OVERRIDE, CAP_FOWNER, CAP_FSETID, CAP_MKNOD, CAP_SETFCAP };

static int drop_capabilities(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct have[2] = { 0 }, want[2] = { 0 };
	int error = sys_capget(&header, have);
	uint32_t keep = 0;

	for (size_t i = 0; i < sizeof(kept) / sizeof(*kept); i++)
		keep |= 1U << kept[i];
	/* The bounding set first, since that takes a capability. */
	for (unsigned cap = 0; !error && cap <= CAP_LAST_CAP; cap++)
		if (cap >= 32 || !(keep & 1U << cap))
			error = sys_prctl(PR_CAPBSET_DROP, cap, 0, 0, 0);
	if (error == -EINVAL)	/* a kernel that knows fewer */
		error = 0;
	if (!error)
		error = sys_prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
	want[0].permitted = want[0].effective = have[0].permitted & keep;
	return error ? error : sys_capset(&header, want);
}

/* Files are changed below the root alone, whatever other descriptors lead to. Reading stays as it is: the layers
 * below are given later. */
static int restrict_writing(int root)
{
	struct landlock_ruleset_attr attr = { .handled_access_fs = LANDLOCK_ACCESS_FS_WRITE_FILE |
		LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_CHAR |
		LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SOCK |
		LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SYM |
		LANDLOCK_ACCESS_FS_REFER };
	struct landlock_path_beneath_attr beneath = { .parent_fd = root };
	long version = SYS_3(__NR_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
	closes int rules = -1;
	int error;

	/* The first version lets nobody make hard links between directories. */
	if (version < LANDLOCK_REFER)
		return 0;
	if (version >= LANDLOCK_TRUNCATE)
		attr.handled_access_fs |= LANDLOCK_ACCESS_FS_TRUNCATE;
	beneath.allowed_access = attr.handled_access_fs;
	rules = (int)SYS_3(__NR_landlock_create_ruleset, &attr, sizeof(attr.handled_access_fs), 0);
	if (rules < 0)
		return rules;
	error = (int)SYS_4(__NR_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &beneath, 0);
	return error ? error : (int)SYS_2(__NR_landlock_restrict_self, rules, 0);
}

bool confine_rights(int root, struct failure *failure)
{
	int error = limit_lower(RLIMIT_CORE, 0);

	if (!error)
		error = limit_lower(RLIMIT_NOFILE, FILES_MAX);
	if (!error)
		error = limit_lower(RLIMIT_DATA, DATA_MAX);
	if (error)
		return no(failure, error, "set limits");
	error = drop_capabilities();
	if (error)
		return no(failure, error, "drop capabilities");
	error = sys_prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	if (!error)
		error = sys_prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	if (error)
		return no(failure, error, "set no_new_privs");
	error = restrict_writing(root);
	return !error || no(failure, error, "restrict itself by Landlock");
}
