/* criu_image.c - the folders of a checkpoint, and that nothing in them leads out.
 *
 * An image may have been made or changed by anybody. CRIU, as root, opens the files in it by name and follows
 * symbolic links: to read (its content then is the memory of a process) and to write (logs). So there must not
 * be any. One link is CRIU's own: `parent`, to the image that this one continues; it is followed here too, and
 * what is there must be plain as well.
 */
#include "base/fd.h"
#include "life/criu_parts.h"
#include <dirent.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

enum { PARENTS_MOST = 64 };

#define PARENT_LINK "parent"

static int open_folder(int dir, const char *path)
{
	return sys_openat(dir, path, O_RDONLY | O_DIRECTORY, 0);
}

static bool is_plain(mode_t mode)
{
	return S_ISREG(mode) || S_ISDIR(mode) || S_ISSOCK(mode);
}

/* One that was cut off CRIU reads without end (as of 4.2), and writes its log meanwhile. */
static bool is_cut_off(const char *name, const struct stat *info)
{
	enum { PAGE = 4096 };

	return !strncmp(name, "pages-", 6) && S_ISREG(info->st_mode) && info->st_size % PAGE;
}

static void check_entry(const char *verb, const char *path, const char *name, const struct stat *info,
			struct problem *problem)
{
	if (!is_plain(info->st_mode))
		problem_set(problem, "%s: '%s/%s' is neither a file nor a folder: this is no checkpoint of CRIU's, "
			    "and might lead it anywhere", verb, path, name);
	else if (is_cut_off(name, info))
		problem_set(problem, "%s: '%s/%s' is cut off: it does not end with a whole page", verb, path, name);
}

/* Looks through one folder. *ret_parent: whether there is a link to another image. */
static bool check_entries(int folder, const char *verb, const char *path, bool *ret_parent,
			  struct problem *problem)
{
	DIR *entries = fdopendir(open_folder(folder, "."));
	struct stat info;

	*ret_parent = false;
	for (struct dirent *entry = entries ? readdir(entries) : NULL; entry; entry = readdir(entries)) {
		if (sys_fstatat(folder, entry->d_name, &info, AT_SYMLINK_NOFOLLOW))
			continue;
		if (S_ISLNK(info.st_mode) && !strcmp(entry->d_name, PARENT_LINK))
			*ret_parent = true;
		else
			check_entry(verb, path, entry->d_name, &info, problem);
	}
	if (entries)
		closedir(entries);
	else
		problem_set(problem, "%s: cannot read the folder '%s'", verb, path);
	return !problem->found;
}

static int open_parent(int folder, const char *verb, const char *path, struct problem *problem)
{
	char to[PATH_MAX];
	ssize_t length = sys_readlinkat(folder, PARENT_LINK, to, sizeof(to) - 1);
	int parent;

	if (length <= 0 || to[0] == '/') {
		problem_set(problem, "%s: '%s/" PARENT_LINK "' is not a relative link", verb, path);
		return -1;
	}
	to[length] = '\0';
	parent = open_folder(folder, to);
	if (parent < 0)
		problem_set(problem, "%s: the parent image '%s/%s' cannot be opened: %s", verb, path, to,
			    criu_error_words(parent));
	return parent;
}

/* The image, and those that it continues. */
static void check_image(struct arena *arena, int image, const char *verb, const char *path,
			struct problem *problem)
{
	int folder = sys_fcntl(image, F_DUPFD_CLOEXEC, 0), next;
	bool more = true;

	for (int depth = 0; check_entries(folder, verb, path, &more, problem) && more; depth++) {
		if (depth == PARENTS_MOST) {
			problem_set(problem, "%s: '%s' has more than %d parents", verb, path, PARENTS_MOST);
			break;
		}
		next = open_parent(folder, verb, path, problem);
		if (next < 0)
			break;
		sys_close(folder);
		folder = next;
		path = arena_printf(arena, "%s/" PARENT_LINK, path);
	}
	sys_close(folder);
}

static int open_path(const char *verb, const char *path, struct problem *problem)
{
	int fd = open_folder(AT_FDCWD, path);

	if (fd == -ENOENT)
		problem_set(problem, "%s: the folder '%s' does not exist", verb, path);
	else if (fd < 0)
		problem_set(problem, "%s: cannot open the folder '%s': %s", verb, path, criu_error_words(fd));
	return fd;
}

static int make_path(const char *verb, const char *path, struct problem *problem)
{
	int error = sys_mkdirat(AT_FDCWD, path, 0700);

	if (error && error != -EEXIST && error != -ENOENT)
		problem_set(problem, "%s: cannot make the folder '%s': %s", verb, path, criu_error_words(error));
	return problem->found ? -1 : open_path(verb, path, problem);
}

static void set_paths(const struct criu_asked *asked, struct criu_folders *folders)
{
	folders->image_path = asked->image_path ? asked->image_path : "checkpoint";
	folders->work_path = asked->work_path ? asked->work_path : folders->image_path;
	folders->image = folders->work = -1;
}

static int open_work(const struct criu_asked *asked, const struct criu_folders *folders, const char *verb,
		     struct problem *problem)
{
	if (problem->found || !asked->work_path)
		return folders->image;
	return make_path(verb, folders->work_path, problem);
}

/* Of what CRIU writes nothing may be there: it would write on in a file, or where a link leads. Nor the link to a
 * parent of before, which CRIU would leave as it is. */
void criu_make_folders(struct arena *arena, const struct criu_asked *asked, struct criu_folders *ret_folders,
		       struct problem *problem)
{
	struct criu_folders *folders = ret_folders;

	set_paths(asked, folders);
	folders->image = make_path("checkpoint", folders->image_path, problem);
	folders->work = open_work(asked, folders, "checkpoint", problem);
	if (problem->found)
		return;
	sys_unlinkat(folders->work, CRIU_DUMP_LOG, 0);
	sys_unlinkat(folders->work, "stats-dump", 0);
	sys_unlinkat(folders->image, PARENT_LINK, 0);
	check_image(arena, folders->image, "checkpoint", folders->image_path, problem);
}

void criu_open_folders(struct arena *arena, const struct criu_asked *asked, struct criu_folders *ret_folders,
		       struct problem *problem)
{
	struct criu_folders *folders = ret_folders;

	set_paths(asked, folders);
	folders->image = open_path("restore", folders->image_path, problem);
	folders->work = open_work(asked, folders, "restore", problem);
	if (problem->found)
		return;
	sys_unlinkat(folders->work, CRIU_RESTORE_LOG, 0);
	sys_unlinkat(folders->work, "stats-restore", 0);
	check_image(arena, folders->image, "restore", folders->image_path, problem);
}
