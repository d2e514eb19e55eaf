/* shared.c - see shared.h */
#include "engine/shared.h"
#include "base/ambient.h"
#include "base/fd.h"
#include "base/file.h"
#include "base/lock.h"
#include "base/held.h"
#include "base/sys_file.h"
#include "engine/outward.h"
#include "life/record.h"
#include "spec/reason.h"
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { STACK = 8 << 20 };

bool shared_is_for(const struct made *made)
{
	return geteuid() != 0 && made->networks && !outward_is(made->network[0].network);
}

static int open_folder(const struct engine *engine)
{
	closes int run = sys_openat(AT_FDCWD, engine->run, O_PATH | O_DIRECTORY, 0);

	return run < 0 ? run : sys_openat(run, SHARED_FOLDER, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
}

pid_t shared_holder(int folder)
{
	closes int fd = file_open_kept(folder, SHARED_HOLDER, O_RDONLY, 0);
	char text[16];
	ssize_t length;

	/* Nobody holds it where it was killed. */
	if (fd < 0 || !held_is(folder, SHARED_HOLDER))
		return 0;
	length = sys_pread(fd, text, sizeof(text) - 1, 0);
	if (length <= 0)
		return 0;
	text[length] = '\0';
	return (pid_t)strtol(text, NULL, 10);
}

pid_t shared_holder_of(const struct engine *engine)
{
	closes int folder = geteuid() ? open_folder(engine) : -1;

	return folder < 0 ? 0 : shared_holder(folder);
}

bool shared_is_there(const struct engine *engine)
{
	return shared_holder_of(engine) > 0;
}

const char *shared_servers(const struct engine *engine)
{
	return arena_printf(engine->arena, "%s/" SHARED_FOLDER "/" SHARED_SERVERS, engine->run);
}

const char *shared_holder_file(const struct engine *engine)
{
	return arena_printf(engine->arena, "%s/" SHARED_FOLDER "/" SHARED_HOLDER, engine->run);
}

/* --- who needs it --- */

static bool make_folder(const struct engine *engine, struct problem *problem)
{
	const char *path = arena_printf(engine->arena, "%s/" SHARED_FOLDER, engine->run);
	int error = container_make_root(engine->arena, engine->run);

	if (!error)
		error = sys_mkdirat(AT_FDCWD, path, 0700);
	if (error && error != -EEXIST)
		problem_set(problem, "cannot make '%s': %s", path, reason_words(error));
	return !problem->found;
}

/* Who makes it holds the folder, so that others wait for it. */
static bool make_once(struct engine *engine, int folder, const char **ret_note, struct problem *problem)
{
	int error = lock_take_after_work(folder, LOCK_EX, LOCK_PATIENCE_MS);
	bool made;

	if (error) {
		problem_set(problem, "cannot lock '%s/" SHARED_FOLDER "': %s", engine->run, lock_words(folder, error));
		return false;
	}
	made = shared_holder(folder) > 0 || shared_make(engine, folder, problem);
	if (made && !shared_has_way_out(folder))
		*ret_note = shared_make_way_out(engine, folder);
	sys_flock(folder, LOCK_UN);
	return made;
}

int shared_hold(struct engine *engine, const char **ret_note, struct problem *problem)
{
	closes int folder = -1, users = -1;
	int error;

	*ret_note = NULL;
	if (!make_folder(engine, problem))
		return -1;
	folder = open_folder(engine);
	users = folder < 0 ? folder : file_open_kept(folder, SHARED_USERS, O_RDWR | O_CREAT, 0600);
	/* A holder that is about to end has it until it has. */
	error = users < 0 ? users : lock_take_after_work(users, LOCK_SH, LOCK_PATIENCE_MS);
	if (error)
		problem_set(problem, "cannot lock '%s/" SHARED_FOLDER "/" SHARED_USERS "': %s", engine->run,
			    users < 0 ? reason_words(error) : lock_words(users, error));
	if (error || ((shared_holder(folder) <= 0 || !shared_has_way_out(folder)) &&
		      !make_once(engine, folder, ret_note, problem)))
		return -1;
	return take_fd(&users);
}

bool shared_lacks_way_out(struct engine *engine)
{
	closes int folder = geteuid() ? open_folder(engine) : -1;

	/* Only of one that was made there is the file. */
	return folder >= 0 && shared_holder(folder) > 0 && !sys_faccessat2(folder, SHARED_WAY_OUT, F_OK, 0) &&
	       !shared_has_way_out(folder);
}

const char *shared_mend_way_out(struct engine *engine)
{
	struct problem problem = { 0 };
	const char *note;
	closes int users = shared_hold(engine, &note, &problem);

	return users < 0 ? arena_copy(engine->arena, problem.text, strlen(problem.text)) : note;
}

/* --- what is done there --- */

struct doing {
	int process;			/* pidfd of the holder */
	void (*work)(void *data);
	void *data;
	int error;
};

/* With another user than root's its rights would be lost with the next program, of which there are: nft, resolvers. And
 * who has got rights is not dumpable any more, so that newuidmap would take it for another's (proc(5)). */
static int enter(int process)
{
	int error = sys_setns(process, CLONE_NEWUSER | CLONE_NEWNET);

	if (!error)
		error = ambient_keep();
	if (!error)
		error = sys_prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
	return error;
}

static int do_inside(void *data)
{
	struct doing *doing = data;

	doing->error = enter(doing->process);
	if (!doing->error)
		doing->work(doing->data);
	sys_exit(0);
}

/* Memory and descriptors are shared, what it may and where it is are not: so all that the work leaves is this
 * process's. What it has started is this one's child in the end, if that is to be (PR_SET_CHILD_SUBREAPER). */
static int do_apart(struct doing *doing)
{
	void *stack = mmap(NULL, STACK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	pid_t pid;
	int status = 0;

	if (stack == MAP_FAILED)
		return -ENOMEM;
	doing->error = -ECHILD;
	pid = clone(do_inside, (char *)stack + STACK, CLONE_VM | CLONE_VFORK | CLONE_FILES | SIGCHLD, doing);
	if (pid < 0)
		doing->error = -errno;
	while (pid > 0 && sys_wait4(pid, &status, 0) == -EINTR)
		;
	munmap(stack, STACK);
	/* Killed in the middle of it: what it has left is not to be trusted. */
	if (status)
		_exit(1);
	return doing->error;
}

static bool is_here(pid_t process)
{
	char path[48];
	struct stat own, other;

	(void)snprintf(path, sizeof(path), "/proc/%d/ns/net", (int)process);
	return !sys_fstatat(AT_FDCWD, "/proc/self/ns/net", &own, 0) && !sys_fstatat(AT_FDCWD, path, &other, 0) &&
	       own.st_ino == other.st_ino && own.st_dev == other.st_dev;
}

int shared_do(const struct engine *engine, void (*work)(void *data), void *data)
{
	const pid_t holder = shared_holder_of(engine);
	closes int process = holder > 0 ? sys_pidfd_open(holder, 0) : -1;
	struct doing doing = { .process = process, .work = work, .data = data };

	int error = process >= 0 && !is_here(holder) ? do_apart(&doing) : -ESRCH;

	/* It may have ended at this moment. */
	if (error && shared_holder_of(engine) > 0 && !is_here(holder))
		return error;
	if (error)
		work(data);
	return 0;
}
