/* self.c - keeps what runs in a container from overwriting this program.
 *
 * A container whose entry point is "#!/proc/self/exe" runs the runtime's own file once
 * more, inside. Where it may write to that file - and root may - it waits until nobody
 * runs it, opens it through /proc and puts its own program there, which the next start
 * then runs as root of the host (CVE-2019-5736).
 *
 * So the program that starts containers must not be reachable through a writable path.
 * It runs itself again, by descriptor, from one of
 *
 *	a detached read-only mount of its own file: cheap, but needs CAP_SYS_ADMIN;
 *	a sealed copy in memory: works for everybody, costs the copy
 *
 * unless its file is out of the container's reach already. The second start finds itself
 * protected by the same tests, without any mark that could be forged.
 */
#include "base/fd.h"
#include "life/life.h"
#include <link.h>
#include <linux/capability.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>

enum { ALL_SEALS = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE };

static const char own_file[] = "/proc/self/exe";

static bool has_capabilities(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2] = { { 0 } };

	return sys_capget(&header, data) != 0 || data[0].effective || data[1].effective;
}

/* An ordinary user's container has the user's ids at most, and the subordinate ones: root's file
 * that nobody else may write to is safe from it. (With an ACL, the group bits are its mask.) */
static bool belongs_to_root_only(int file)
{
	struct stat status;

	return getauxval(AT_EUID) != 0 && !has_capabilities() && sys_fstat(file, &status) == 0 &&
	       status.st_uid == 0 && !(status.st_mode & (S_IWGRP | S_IWOTH));
}

/* The usual case the second time: one call. */
static bool is_on_readonly_mount(void)
{
	struct statfs fs;

	return statfs(own_file, &fs) == 0 && fs.f_flags & ST_RDONLY;
}

static bool is_protected(int file)
{
	int seals = sys_fcntl(file, F_GET_SEALS, 0);

	if (seals >= 0 && (seals & ALL_SEALS) == ALL_SEALS)
		return true;
	return belongs_to_root_only(file);
}

/* The mount belongs to no mount namespace, so that nobody can make it writable again. */
static int open_read_only(int file)
{
	struct mount_attr attr = { .attr_set = MOUNT_ATTR_RDONLY };
	closes int tree = sys_open_tree_attr(file, "", OPEN_TREE_CLONE | AT_EMPTY_PATH, &attr);
	int error;

	if (tree >= 0)
		return take_fd(&tree);
	/* Before Linux 6.15 these are two calls. */
	tree = sys_open_tree(file, "", OPEN_TREE_CLONE | AT_EMPTY_PATH);
	if (tree < 0)
		return tree;
	error = sys_mount_setattr(tree, "", AT_EMPTY_PATH, &attr);
	return error ? error : take_fd(&tree);
}

/* How much of the file is ever mapped; what comes behind it is for debuggers. */
static size_t loaded_size(void)
{
	const ElfW(Phdr) *header = (const void *)getauxval(AT_PHDR);
	size_t end = 0;

	for (unsigned long i = getauxval(AT_PHNUM); i; i--, header++)
		if (header->p_type == PT_LOAD && header->p_offset + header->p_filesz > end)
			end = header->p_offset + header->p_filesz;
	return end;
}

static int copy_file(int from, int to, size_t size)
{
	while (size) {
		ssize_t count = sys_sendfile(to, from, size);

		if (count <= 0)
			return count ? (int)count : -EIO;
		size -= (size_t)count;
	}
	return 0;
}

static int make_sealed_copy(int file)
{
	unsigned flags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
	closes int copy = sys_memfd_create("taru-oci", flags | MFD_EXEC);
	int error;

	if (copy == -EINVAL)
		copy = sys_memfd_create("taru-oci", flags);
	if (copy < 0)
		return copy;
	error = copy_file(file, copy, loaded_size());
	if (!error)
		error = sys_fcntl(copy, F_ADD_SEALS, ALL_SEALS);
	return error < 0 ? error : take_fd(&copy);
}

static int run_again(int file, char **argv, char **envp)
{
	closes int safe = open_read_only(file);

	if (safe < 0)
		safe = make_sealed_copy(file);
	if (safe < 0)
		return safe;
	return sys_execveat(safe, "", argv, envp, AT_EMPTY_PATH);
}

/* Run by descriptor, the process would be called by its number before Linux 6.14. */
static void take_name(const char *name)
{
	sys_prctl(PR_SET_NAME, (unsigned long)name, 0, 0, 0);
}

int self_protect(const char *name, char **argv, char **envp)
{
	int file, error;

	if (is_on_readonly_mount()) {
		take_name(name);
		return 0;
	}
	file = sys_openat(AT_FDCWD, own_file, O_RDONLY, 0);
	if (file < 0)
		return file;
	error = is_protected(file) ? 0 : run_again(file, argv, envp);
	sys_close(file);
	if (!error)
		take_name(name);
	return error;
}
