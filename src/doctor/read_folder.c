/* read_folder.c - see read_parts.h */
#include "base/sys.h"
#include "doctor/read_parts.h"
#include <string.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <sys/xattr.h>
#include <unistd.h>

/* The path, or the deepest folder above it that is there. */
static const char *find_there(struct arena *arena, const char *path)
{
	char *at = arena_copy(arena, path, strlen(path)), *slash;

	while (sys_faccessat2(AT_FDCWD, at, F_OK, 0) && (slash = strrchr(at, '/')) && slash != at)
		*slash = '\0';
	return sys_faccessat2(AT_FDCWD, at, F_OK, 0) == 0 ? at : "/";
}

/* One that is not there is missing (ENODATA) only where there could be one. */
static bool may_have(const char *path, const char *attribute)
{
	return getxattr(path, attribute, NULL, 0) >= 0 || errno == ENODATA;
}

void read_folder(struct arena *arena, const char *path, const char *problem, struct machine_folder *ret_folder)
{
	struct statfs system;
	struct statvfs mount;
	const bool root = geteuid() == 0;	/* whom a reserve is kept for */

	*ret_folder = (struct machine_folder){ .path = path, .problem = problem, .free = UINT64_MAX,
						.files_free = UINT64_MAX };
	if (!path)
		return;
	ret_folder->there = find_there(arena, path);
	ret_folder->writable = sys_faccessat2(AT_FDCWD, ret_folder->there, W_OK | X_OK, AT_EACCESS) == 0;
	ret_folder->attributes = may_have(ret_folder->there, "user.taru");
	ret_folder->access_lists = may_have(ret_folder->there, "system.posix_acl_access");
	if (statfs(ret_folder->there, &system) || statvfs(ret_folder->there, &mount))
		return;
	ret_folder->type = (unsigned long)system.f_type & 0xFFFFFFFFUL;
	if (mount.f_blocks)
		ret_folder->free = (uint64_t)(root ? mount.f_bfree : mount.f_bavail) * mount.f_frsize;
	if (mount.f_files)
		ret_folder->files_free = root ? mount.f_ffree : mount.f_favail;
	ret_folder->read_only = mount.f_flag & ST_RDONLY;
	ret_folder->noexec = mount.f_flag & ST_NOEXEC;
}
