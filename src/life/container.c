/* container.c - the folders of containers: see record.h. */
#include "base/fd.h"
#include "base/file.h"
#include "base/lock.h"
#include "base/proc.h"
#include "base/text.h"
#include "base/tree.h"
#include "life/cgroup.h"
#include "spec/reason.h"
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* --- the root folder --- */

/* $XDG_RUNTIME_DIR where it is to be used: by an ordinary user, also one who is root of a user namespace only. */
static const char *users_folder(void)
{
	const char *folder = getenv("XDG_RUNTIME_DIR"), *user = getenv("USER");

	if (!folder || *folder != '/')
		return NULL;
	if (geteuid() != 0)
		return folder;
	if (!host_in_user_namespace())
		return NULL;
	return user && strcmp(user, "root") == 0 ? NULL : folder;
}

const char *record_root(struct arena *arena, const char *given, struct problem *problem)
{
	const char *runtime_dir = users_folder();
	char cwd[4096];
	int length;

	if (given && *given == '/')
		return given;
	if (given && *given) {
		length = sys_getcwd(cwd, sizeof(cwd));
		if (length < 0)
			problem_set(problem, "option '--root': the current directory cannot be found; give "
				    "the whole path");
		return arena_printf(arena, "%s/%s", length < 0 ? "" : cwd, given);
	}
	if (runtime_dir)
		return arena_printf(arena, "%s/taru-oci", runtime_dir);
	if (geteuid() == 0)
		return "/run/taru-oci";
	problem_set(problem, "there is no place for containers of uid %u: XDG_RUNTIME_DIR is not set; set it to "
		    "a folder of this user's, or give one with --root", (unsigned)geteuid());
	return "";
}

int container_make_root(struct arena *arena, const char *root)
{
	char *path = arena_copy(arena, root, strlen(root));

	for (char *slash = strchr(path + 1, '/');; slash = strchr(slash + 1, '/')) {
		int error;

		if (slash)
			*slash = '\0';
		error = sys_mkdirat(AT_FDCWD, path, 0700);
		if (error && error != -EEXIST)
			return error;
		if (!slash)
			return 0;
		*slash = '/';
	}
}

/* --- one container --- */

static void set_missing(struct problem *problem, const char *id)
{
	problem_set(problem, "container '%s' does not exist", id);
}

static struct container new_container(struct arena *arena, const char *root, const char *id)
{
	return (struct container){ .arena = arena, .id = id, .path = arena_printf(arena, "%s/%s", root, id),
				   .folder = -1, .process = -1 };
}

static int open_folder(const char *path)
{
	return sys_openat(AT_FDCWD, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
}

/* A name that no folder can have is one that there is no container of. */
static bool is_missing(int folder)
{
	return folder == -ENOENT || folder == -ENAMETOOLONG;
}

static bool set_folder(struct container *container, int folder, struct problem *problem)
{
	container->missing = is_missing(folder);
	if (container->missing)
		set_missing(problem, container->id);
	else if (folder < 0)
		problem_set(problem, "container '%s': cannot open '%s': %s", container->id, container->path,
			    reason_words(folder));
	container->folder = folder;
	return folder >= 0;
}

/* What the link says, for a container whose record says nothing. */
static void read_process(struct container *container)
{
	char text[64], *end;
	ssize_t length = sys_readlinkat(container->folder, RECORD_PROCESS, text, sizeof(text) - 1);
	unsigned long long pid;

	container->record = (struct record){ .pid = 0 };
	if (length <= 0)
		return;
	text[length] = '\0';
	pid = strtoull(text, &end, 10);
	if (pid > 0 && pid <= INT32_MAX && *end == ' ')
		container->record = (struct record){ .pid = (pid_t)pid,
						     .start_time = strtoull(end + 1, NULL, 10) };
}

static bool read_record(struct container *container, struct problem *problem)
{
	struct problem bad = { 0 };
	char *text;
	size_t length;
	int error = file_read_kept(container->arena, container->folder, RECORD_FILE, RECORD_LIMIT, &text, &length);

	if (error == -ENOENT) {
		read_process(container);
		return true;
	}
	if (error)
		problem_set(&bad, RECORD_FILE ": cannot be read: %s", reason_words(error));
	else
		record_read(container->arena, text, length, &container->record, &bad);
	if (bad.found)
		problem_set(problem, "container '%s': its record is damaged: %s/%s; 'delete --force' removes it (taru: "
			    "'rm --force')", container->id, container->path, bad.text);
	container->recorded = !bad.found;
	if (bad.found)
		read_process(container);
	return !bad.found;
}

/* Whether the process waits at the FIFO for `start`: then it can be opened for writing. */
static bool waits_at(const struct container *container, const char *name)
{
	closes int fd = sys_openat(container->folder, name, O_WRONLY | O_NONBLOCK | O_NOFOLLOW, 0);

	return fd >= 0;
}

/* Whether somebody changes it; whoever has it locked himself changes it. */
static bool is_being_changed(const struct container *container)
{
	if (container->locked)
		return false;
	if (sys_flock(container->folder, LOCK_SH | LOCK_NB) == -EWOULDBLOCK)
		return true;
	sys_flock(container->folder, LOCK_UN);
	return false;
}

static enum status unless_paused(struct container *container, enum status status)
{
	return cgroups_frozen(container->arena, container_cgroups(container)) ? STATUS_PAUSED : status;
}

static enum status find_status(struct container *container)
{
	if (container->process >= 0 && !container->recorded)
		return STATUS_CREATING;
	if (container->process < 0)
		return !container->recorded && is_being_changed(container) ? STATUS_CREATING : STATUS_STOPPED;
	if (!container->record.gated)
		return is_being_changed(container) ? STATUS_CREATING : unless_paused(container, STATUS_RUNNING);
	if (waits_at(container, RECORD_START))
		return unless_paused(container, STATUS_CREATED);
	return waits_at(container, RECORD_START_NEW) ? STATUS_CREATING : unless_paused(container, STATUS_RUNNING);
}

/* A pidfd first, then whose it is: so it cannot be another's. */
static int open_process(const struct record *record)
{
	closes int process = record->pid > 0 ? sys_pidfd_open(record->pid, 0) : -ESRCH;
	struct proc_stat stat;

	if (process < 0 || !proc_lives(record->pid, record->start_time, &stat))
		return -1;
	return take_fd(&process);
}

void container_refresh(struct container *container)
{
	if (container->process >= 0)
		sys_close(container->process);
	container->process = open_process(&container->record);
	container->status = find_status(container);
}

static bool read_all(struct container *container, struct problem *problem)
{
	bool good = read_record(container, problem);

	container_refresh(container);
	return good;
}

bool container_open(struct arena *arena, const char *root, const char *id, struct container *ret_container,
		    struct problem *problem)
{
	struct container *container = ret_container;

	*container = new_container(arena, root, id);
	return set_folder(container, open_folder(container->path), problem) && read_all(container, problem);
}

/* --- the lock --- */

static bool wait_for_lock(struct container *container, struct problem *problem)
{
	int error = lock_take(container->folder, LOCK_EX, LOCK_PATIENCE_MS);

	if (error == -ETIMEDOUT)
		problem_set(problem, "container '%s' is being changed by process %u, which does not end; wait "
			    "for it, or end it", container->id, lock_holder(container->folder));
	else if (error)
		problem_set(problem, "container '%s': cannot lock '%s': %s", container->id, container->path,
			    reason_words(error));
	container->locked = !error;
	return container->locked;
}

/* Whoever waited for the lock may find that the container was removed meanwhile. */
static bool is_removed(const struct container *container)
{
	struct stat info;

	return sys_fstat(container->folder, &info) || info.st_nlink == 0;
}

/* Opens and locks the folder that is there then. */
static bool lock_folder(struct container *container, struct problem *problem)
{
	for (;;) {
		if (!set_folder(container, open_folder(container->path), problem) ||
		    !wait_for_lock(container, problem))
			return false;
		if (!is_removed(container))
			return true;
		container_close(container);
	}
}

bool container_open_locked(struct arena *arena, const char *root, const char *id,
			   struct container *ret_container, struct problem *problem)
{
	*ret_container = new_container(arena, root, id);
	return lock_folder(ret_container, problem) && read_all(ret_container, problem);
}

static void set_exists(struct problem *problem, const char *id)
{
	problem_set(problem, "container '%s' exists already; take another id, or delete it", id);
}

static bool make_folder(const struct container *container, const char *root, struct problem *problem)
{
	int error = sys_mkdirat(AT_FDCWD, container->path, 0700);
	if (error == -ENOENT) {
		error = container_make_root(container->arena, root);
		if (!error)
			error = sys_mkdirat(AT_FDCWD, container->path, 0700);
	}
	if (error == -EEXIST)
		set_exists(problem, container->id);
	else if (error)
		problem_set(problem, "container '%s': cannot make '%s': %s; see --root", container->id,
			    container->path, reason_words(error));
	return !error;
}

static bool has_record(const struct container *container)
{
	struct stat info;

	return sys_fstatat(container->folder, RECORD_FILE, &info, AT_SYMLINK_NOFOLLOW) == 0;
}

/* Before it is locked somebody may remove it, since there is nothing in it; and then somebody else may make it
 * again, whose it is then. */
bool container_make(struct arena *arena, const char *root, const char *id, struct container *ret_container,
		    struct problem *problem)
{
	struct container *container = ret_container;

	for (;;) {
		int folder;

		*container = new_container(arena, root, id);
		if (!make_folder(container, root, problem))
			return false;
		folder = open_folder(container->path);
		if (is_missing(folder))
			continue;
		if (!set_folder(container, folder, problem) || !wait_for_lock(container, problem))
			return false;
		if (!is_removed(container))
			break;
		container_close(container);
	}
	if (has_record(container))
		set_exists(problem, id);
	return !problem->found;
}

bool container_lock_again(struct container *container)
{
	struct problem problem = { 0 };

	return wait_for_lock(container, &problem) && !is_removed(container);
}

void container_unlock(struct container *container)
{
	if (container->locked)
		sys_flock(container->folder, LOCK_UN);
	container->locked = false;
}

void container_close(struct container *container)
{
	if (container->folder >= 0)
		sys_close(container->folder);
	if (container->process >= 0)
		sys_close(container->process);
	container->folder = container->process = -1;
	container->locked = false;
}

/* --- its end --- */

/* What is there by some other name: files and empty folders, no deeper. */
static void remove_rest(const struct container *container)
{
	DIR *folder = fdopendir(sys_fcntl(container->folder, F_DUPFD_CLOEXEC, 0));

	for (struct dirent *entry = folder ? readdir(folder) : NULL; entry; entry = readdir(folder))
		if (sys_unlinkat(container->folder, entry->d_name, 0) == -EISDIR)
			sys_unlinkat(container->folder, entry->d_name, AT_REMOVEDIR);
	if (folder)
		closedir(folder);
}

void container_remove(struct container *container, struct problem *problem)
{
	static const char *const files[] = { RECORD_FILE, RECORD_RUNNING, RECORD_FREEZER, RECORD_PROCESS, RECORD_START,
					     RECORD_ANSWER, RECORD_FILTER,  RECORD_ENDED,   RECORD_CGROUPS };
	int error;

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		tree_remove(container->folder, files[i]);
	error = sys_unlinkat(AT_FDCWD, container->path, AT_REMOVEDIR);
	if (error == -ENOTEMPTY) {
		sys_unlinkat(container->folder, RECORD_NOTIFY "/notify.sock", 0);
		remove_rest(container);
		error = sys_unlinkat(AT_FDCWD, container->path, AT_REMOVEDIR);
	}
	if (error && error != -ENOENT)
		problem_set(problem, "container '%s': cannot remove '%s': %s", container->id, container->path,
			    reason_words(error));
	container_close(container);
}

/* --- all of them --- */

static bool is_container(int root, const char *name)
{
	struct stat info;

	return name[0] != '.' && sys_fstatat(root, name, &info, AT_SYMLINK_NOFOLLOW) == 0 &&
	       S_ISDIR(info.st_mode);
}

struct texts container_list(struct arena *arena, const char *root, struct problem *problem)
{
	enum { FIRST_ROOM = 16 };
	struct texts list = { ARENA_ARRAY(arena, FIRST_ROOM, char *), 0 };
	size_t room = FIRST_ROOM;
	DIR *folder = opendir(root);

	if (!folder && errno != ENOENT)
		problem_set(problem, "cannot open '%s': %s", root, reason_words(-errno));
	for (struct dirent *entry = folder ? readdir(folder) : NULL; entry; entry = readdir(folder))
		if (is_container(dirfd(folder), entry->d_name)) {
			list.at = arena_grow(arena, list.at, list.count + 1, &room, sizeof(*list.at));
			list.at[list.count++] = arena_copy(arena, entry->d_name, strlen(entry->d_name));
		}
	if (folder)
		closedir(folder);
	qsort(list.at, list.count, sizeof(char *), text_order);
	list.at[list.count] = NULL;
	return list;
}
