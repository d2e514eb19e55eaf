/* helper.c - see helper.h */
#include "image/helper.h"
#include "base/fd.h"
#include "base/sys_process.h"
#include "base/sys_socket.h"
#include "image/id_map.h"
#include "spec/names.h"
#include "wire/message.h"
#include <linux/close_range.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { NOBODY = 65534, NOT_RUN = 127 };

/* Beside the program as it is built, or as it is installed; TARU_LIBEXEC for whoever puts it elsewhere. */
static const char *find_program(struct arena *arena, const char *name)
{
	const char *given = getenv("TARU_LIBEXEC");
	char self[4096];
	ssize_t length = sys_readlinkat(AT_FDCWD, "/proc/self/exe", self, sizeof(self) - 1);
	static const char *const places[] = { "libexec/taru", "../libexec/taru" };
	char *slash;

	if (given && given[0] == '/')
		return arena_printf(arena, "%s/%s", given, name);
	self[length < 0 ? 0 : length] = '\0';
	slash = strrchr(self, '/');
	if (slash)
		*slash = '\0';
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		const char *path = arena_printf(arena, "%s/%s/%s", self, places[i], name);

		if (sys_faccessat2(AT_FDCWD, path, X_OK, 0) == 0)
			return path;
	}
	return NULL;
}

const char *helper_path(struct arena *arena, const char *name)
{
	const char *path = find_program(arena, name);

	return path && sys_faccessat2(AT_FDCWD, path, X_OK, 0) == 0 ? path : NULL;
}

void helper_note_place(struct arena *arena)
{
	char *path = (char *)(uintptr_t)find_program(arena, "fetch"), *slash = path ? strrchr(path, '/') : NULL;

	if (!slash)
		return;
	*slash = '\0';
	setenv("TARU_LIBEXEC", path, 0);
}

/* HTTP_PROXY in a program that a web server has started is a field of its client's request (CVE-2016-5385), so curl
 * does not know it in capitals. */
static const char *http_proxy(void)
{
	const char *small = getenv("http_proxy");

	return small || getenv("REQUEST_METHOD") ? small : getenv("HTTP_PROXY");
}

/* Words of the environment that helpers know: proxies, where the resolver looks, and whose certificates are good. */
static char **few_words(struct arena *arena)
{
	static const char *const names[] = { "https_proxy", "HTTPS_PROXY", "no_proxy", "NO_PROXY",
					     "all_proxy", "ALL_PROXY", "RES_OPTIONS", "LOCALDOMAIN", "TZ",
					     "SSL_CERT_DIR", "SSL_CERT_FILE" };
	enum { NAMES = sizeof(names) / sizeof(names[0]) };
	char **env = ARENA_ARRAY(arena, NAMES + 2, char *);
	const char *proxy = http_proxy();
	size_t count = 0;

	if (proxy)
		env[count++] = arena_printf(arena, "http_proxy=%s", proxy);
	for (size_t i = 0; i < NAMES; i++) {
		const char *value = getenv(names[i]);

		if (value)
			env[count++] = arena_printf(arena, "%s=%s", names[i], value);
	}
	return env;
}

/* --- the child --- */

struct child {
	int program;			/* by descriptor: nobody may be kept out of the folder it is in */
	const char *name;
	char **env;
	int socket, nothing;		/* nothing: /dev/null */
	bool nobody;
};

/* In a user namespace there may be no such id; then the helper gives up its capabilities as the root it is. */
static int become_nobody(void)
{
	int error = sys_setgroups(0, NULL);

	if (!error)
		error = sys_setresgid(NOBODY, NOBODY, NOBODY);
	if (!error)
		error = sys_setresuid(NOBODY, NOBODY, NOBODY);
	return error == -EINVAL || error == -EPERM ? 0 : error;
}

/* Between fork and exec. */
static int prepare(const struct child *child)
{
	int error = 0;

	if (child->nobody)
		error = become_nobody();
	/* After the ids have changed, since that clears it. */
	if (!error)
		error = sys_prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	if (!error)
		error = sys_prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	/* What we were started with is not for them, and our terminal takes no input from them (CVE-2017-5226). */
	if (!error)
		error = sys_close_range(MESSAGE_SOCKET + 1, ~0U, CLOSE_RANGE_CLOEXEC);
	sys_setsid();
	if (error)
		return error;
	sys_dup3(child->nothing, STDIN_FILENO, 0);
	sys_dup3(child->nothing, STDOUT_FILENO, 0);
	return 0;
}

static _Noreturn void run_program(const struct child *child)
{
	char *const words[] = { (char *)(uintptr_t)child->name, NULL };
	/* Out of the way of the place where the socket is to be: it may be the number of either. */
	int socket = sys_fcntl(child->socket, F_DUPFD_CLOEXEC, MESSAGE_SOCKET + 1);
	int program = sys_fcntl(child->program, F_DUPFD_CLOEXEC, MESSAGE_SOCKET + 1);

	if (prepare(child) || socket < 0 || program < 0 || sys_dup3(socket, MESSAGE_SOCKET, 0) < 0)
		sys_exit(NOT_RUN);
	sys_execveat(program, "", words, child->env, AT_EMPTY_PATH);
	sys_exit(NOT_RUN);
}

/* --- a user namespace --- */

/* The child waits for a byte, which says that its ids are there. */
static void await_ids(int fd)
{
	char byte;

	if (sys_read(fd, &byte, 1) != 1 || sys_setresgid(0, 0, 0) || sys_setresuid(0, 0, 0))
		sys_exit(NOT_RUN);
}

/* `ids`: which it has; NULL: those of the store. 0 in the child, its pid, or -errno; a problem may be set. */
static pid_t fork_with_ids(struct arena *arena, const struct user_ids *ids, struct problem *problem)
{
	struct clone_args how = { .flags = CLONE_NEWUSER, .exit_signal = SIGCHLD };
	int ends[2], error = sys_pipe2(ends, O_CLOEXEC);
	pid_t pid;

	if (error)
		return error;
	pid = sys_clone3(&how);
	if (pid == 0) {
		sys_close(ends[1]);
		await_ids(ends[0]);
		sys_close(ends[0]);
		return 0;
	}
	sys_close(ends[0]);
	if (pid == -EPERM || pid == -ENOSPC)
		problem_set(problem, "this user may make no user namespace: see /proc/sys/user/max_user_namespaces "
			    "and, on Debian and Ubuntu, the sysctls kernel.unprivileged_userns_clone and "
			    "kernel.apparmor_restrict_unprivileged_userns");
	if (pid > 0 && (ids ? id_map_child_as(arena, pid, ids, problem) : id_map_child(arena, pid, problem)))
		sys_write(ends[1], "", 1);
	sys_close(ends[1]);
	return pid;
}

static pid_t fork_in_user_namespace(struct arena *arena, struct problem *problem)
{
	return fork_with_ids(arena, NULL, problem);
}

static pid_t fork_with(struct arena *arena, bool own_namespace, struct problem *problem)
{
	return own_namespace ? fork_in_user_namespace(arena, problem) : sys_fork();
}

/* --- */

bool helper_start(struct arena *arena, const char *name, enum helper_rights rights, struct helper *ret_helper,
		  struct problem *problem)
{
	bool root = geteuid() == 0;
	const char *path = find_program(arena, name);
	closes int program = path ? sys_openat(AT_FDCWD, path, O_PATH, 0) : -ENOENT;
	closes int nothing = sys_openat(AT_FDCWD, "/dev/null", O_RDWR, 0);
	struct child child = { .program = program, .name = name, .nothing = nothing, .env = few_words(arena),
			       .nobody = root && rights == HELPER_NOBODY };
	int ends[2];
	pid_t pid;

	*ret_helper = (struct helper){ .name = name, .socket = -1 };
	if (program < 0) {
		problem_set(problem, "the program 'libexec/taru/%s' is missing: it belongs beside this one; reinstall "
			    "taru, or set TARU_LIBEXEC to the folder it is in", name);
		return false;
	}
	if (nothing < 0 || socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends)) {
		problem_set(problem, "cannot start %s: %s", path, errno_words(nothing < 0 ? -nothing : errno));
		return false;
	}
	child.socket = ends[1];
	pid = fork_with(arena, !root && rights == HELPER_OWNER, problem);
	if (pid == 0)
		run_program(&child);
	sys_close(ends[1]);
	if (pid < 0)
		problem_set(problem, "cannot start %s: %s", path, errno_words(-pid));
	*ret_helper = (struct helper){ name, pid < 0 ? 0 : pid, ends[0] };
	if (problem->found)
		helper_kill(ret_helper);
	return !problem->found;
}

static int reap(struct helper *helper)
{
	int status = -1;

	if (helper->pid > 0)
		while (sys_wait4(helper->pid, &status, 0) == -EINTR)
			;
	helper->pid = 0;
	return status;
}

int helper_end(struct helper *helper)
{
	if (helper->socket >= 0)
		sys_shutdown(helper->socket);
	fd_close_at(&helper->socket);
	helper->socket = -1;
	return reap(helper);
}

void helper_kill(struct helper *helper)
{
	if (helper->pid > 0)
		sys_kill(helper->pid, SIGKILL);
	helper_end(helper);
}

int helper_wait_as_owner(struct arena *arena, int (*work)(void *data), void *data, struct problem *problem)
{
	int status = -1;
	pid_t pid = fork_in_user_namespace(arena, problem);

	if (pid == 0)
		sys_exit(-work(data));
	if (pid < 0)
		problem_set(problem, "cannot make a user namespace: %s", errno_words(-pid));
	while (pid > 0 && sys_wait4(pid, &status, 0) == -EINTR)
		;
	return status;
}

int helper_as_owner(struct arena *arena, int (*work)(void *data), void *data, struct problem *problem)
{
	return helper_with_ids(arena, NULL, work, data, problem);
}

int helper_with_ids(struct arena *arena, const struct user_ids *ids, int (*work)(void *data), void *data,
		    struct problem *problem)
{
	int status = -1;
	pid_t pid;

	if (geteuid() == 0)
		return work(data);
	pid = fork_with_ids(arena, ids, problem);
	if (pid == 0)
		sys_exit(-work(data) & 0x7f);
	if (pid < 0)
		return pid;
	while (sys_wait4(pid, &status, 0) == -EINTR)
		;
	if (problem->found || !WIFEXITED(status))
		return -EPERM;
	return -WEXITSTATUS(status);
}

const char *helper_status(struct arena *arena, int status)
{
	if (WIFSIGNALED(status))
		return arena_printf(arena, "was killed by signal %d", WTERMSIG(status));
	if (WIFEXITED(status) && WEXITSTATUS(status) == NOT_RUN)
		return "could not be started";
	return arena_printf(arena, "ended with status %d", WIFEXITED(status) ? WEXITSTATUS(status) : -1);
}

void helper_hear(struct helper *helper, const char *what, helper_take *take, void *context, struct problem *problem)
{
	bool last = false;

	while (!last) {
		struct message message;
		struct arena arena;
		int got;

		arena_init(&arena, NULL, 0);
		got = message_receive(helper->socket, &arena, &message, problem);
		last = got <= 0 || take(context, message.json, problem);
		if (got > 0)
			message_close(&message);
		else
			problem_set(problem, "%s: the program '%s' %s", what, helper->name,
				    helper_status(&arena, helper_end(helper)));
		arena_release(&arena);
	}
}
