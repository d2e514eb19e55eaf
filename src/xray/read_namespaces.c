/* read_namespaces.c - the namespaces of a process, whose else they are, and who owns its user namespace. */
#include "base/fd.h"
#include "base/file.h"
#include "base/translate.h"
#include "spec/names.h"
#include "xray/parse.h"
#include "xray/read_parts.h"
#include <dirent.h>
#include <linux/nsfs.h>
#include <sys/stat.h>

/* Of a process below the folder; 0 where it cannot be read. */
static uint64_t inode_of(struct xray_reader *reader, int folder, const char *process, int kind, int *ret_error)
{
	struct stat info;
	const char *file = namespace_file((enum namespace_kind)kind);
	const int error = sys_fstatat(folder, arena_printf(reader->arena, "%sns/%s", process, file), &info, 0);

	if (ret_error)
		*ret_error = error;
	return error ? 0 : info.st_ino;
}

static void compare(struct xray_reader *reader)
{
	bool others = false;

	for (int i = 0; i < NAMESPACES; i++) {
		struct xray_namespace *namespace = &reader->xray->namespace[i];
		const uint64_t own = inode_of(reader, AT_FDCWD, "/proc/self/", i, NULL);
		uint64_t host = inode_of(reader, AT_FDCWD, "/proc/1/", i, NULL);
		int error;

		namespace->inode = inode_of(reader, reader->folder, "", i, &error);
		if (error)
			xray_note_unread(reader, arena_printf(reader->arena, _("%s namespace"),
							      name_of(namespace_names, (uint64_t)i)), error);
		others |= !host;
		if (!host)
			host = own;
		namespace->host = namespace->inode && namespace->inode == host;
		namespace->caller = namespace->inode && namespace->inode == own;
	}
	if (others)
		xray_note_unread(reader, _("namespaces of process 1 (those of who looks are taken for the host's)"),
				 -EACCES);
}

/* --- who else is in them --- */

static const char *name_process(struct xray_reader *reader, const char *pid)
{
	size_t length;
	char *text;

	if (file_read(reader->arena, AT_FDCWD, arena_printf(reader->arena, "/proc/%s/comm", pid), XRAY_FILE_MAX, &text,
		      &length))
		return "";
	if (length && text[length - 1] == '\n')
		text[length - 1] = '\0';
	return text;
}

/* Those with the lowest pids stay. */
static void add_other(struct xray_reader *reader, struct xray_namespace *namespace, pid_t pid, const char *text)
{
	size_t at = namespace->others < XRAY_NAMED ? namespace->others : XRAY_NAMED;

	namespace->others++;
	while (at && namespace->other[at - 1].pid > pid) {
		if (at < XRAY_NAMED)
			namespace->other[at] = namespace->other[at - 1];
		at--;
	}
	if (at < XRAY_NAMED)
		namespace->other[at] = (struct xray_other){ pid, name_process(reader, text) };
}

static bool look_at(struct xray_reader *reader, int proc, pid_t pid, const char *text)
{
	const char *process = arena_printf(reader->arena, "%s/", text);
	bool denied = false;

	for (int i = 0; i < NAMESPACES; i++) {
		struct xray_namespace *namespace = &reader->xray->namespace[i];
		int error = 0;

		if (namespace->inode && inode_of(reader, proc, process, i, &error) == namespace->inode)
			add_other(reader, namespace, pid, text);
		denied |= error == -EACCES || error == -EPERM;
	}
	return !denied;
}

static void find_others(struct xray_reader *reader)
{
	DIR *proc = opendir("/proc");
	size_t denied = 0;

	for (struct dirent *entry = proc ? readdir(proc) : NULL; entry; entry = readdir(proc)) {
		const char *at = entry->d_name;
		uint64_t pid;

		if (xray_number(&at, 10, &pid) && !*at && pid <= INT32_MAX && (pid_t)pid != reader->xray->pid)
			denied += !look_at(reader, dirfd(proc), (pid_t)pid, entry->d_name);
	}
	if (proc)
		closedir(proc);
	if (denied)
		xray_note_unread(reader, arena_printf(reader->arena, _("namespaces of other processes: %zu"), denied),
				 -EACCES);
}

/* --- the user namespace --- */

static void read_user(struct xray_reader *reader)
{
	closes int user = sys_openat(reader->folder, "ns/user", O_RDONLY, 0);
	closes int parent = user < 0 ? -1 : sys_ioctl(user, NS_GET_USERNS, NULL);
	struct stat info;
	uid_t owner = 0;

	if (user >= 0 && sys_ioctl(user, NS_GET_OWNER_UID, &owner) == 0)
		reader->xray->user.owner = (struct maybe_u32){ true, owner };
	if (parent >= 0 && sys_fstat(parent, &info) == 0)
		reader->xray->user.parent = info.st_ino;
}

void xray_read_namespaces(struct xray_reader *reader)
{
	compare(reader);
	find_others(reader);
	read_user(reader);
}
