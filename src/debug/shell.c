/* shell.c - a shell in a container that is half made, with the host's programs.
 *
 * The container may have no program that runs yet, or none at all. So its mounts are copied (open_tree(2),
 * OPEN_TREE_CLONE), and the copy is mounted in a mount namespace of the shell's own, a copy of the host's. All of it is
 * private: nothing that is mounted here is seen there, and it is gone with the shell. In the namespaces for processes,
 * network, names and IPC the shell is a guest. Of a user namespace it is a part only where an ordinary user is: root
 * would lose the rights by which the host's programs work; so owners of files are shown as the host has them.
 */
#include "base/clock.h"
#include "base/fd.h"
#include "debug/session.h"
#include "spec/names.h"
#include <dirent.h>
#include <linux/sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* The number of the descriptor that the copy gets. */
enum { AT_TREE = 100 };

/* Folders that a machine has and does not miss. */
static const char *const places[] = { "/mnt", "/media", "/srv", "/tmp", NULL };

static const char *find_place(void)
{
	struct stat status;

	for (size_t i = 0; places[i]; i++)
		if (sys_fstatat(AT_FDCWD, places[i], &status, 0) == 0 && S_ISDIR(status.st_mode))
			return places[i];
	return NULL;
}

static _Noreturn void fail(const struct session *session, const char *what, int error)
{
	static const char shut[] = "; the container's process shuts out who would look into it, and only root gets "
				   "past that: `skip` the step set-dumpable";
	struct text out = text_new(session->arena);

	text_printf(&out, "no shell: %s: %s%s\n", what, strerror(-error),
		    error == -EPERM || error == -EACCES ? shut : "");
	input_say(&session->input, &out);
	_exit(1);
}

static int wait_for(pid_t pid)
{
	int status = 0;

	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return pid < 0 ? 1 : WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* An ordinary user has the rights that it takes in the container's user namespace only. */
static int enter_user(int process)
{
	return geteuid() == 0 ? 0 : sys_setns(process, CLONE_NEWUSER);
}

/* In a process of its own, which shares the descriptors with the one that waits for it: there is no way back out of a
 * mount namespace without rights over the host's. */
static _Noreturn void copy_mounts(const struct session *session, int process)
{
	const struct mount_attr private = { .propagation = MS_PRIVATE };
	int error = enter_user(process), tree;

	if (!error)
		error = sys_setns(process, CLONE_NEWNS);
	if (error)
		fail(session, "its mounts cannot be seen", error);
	tree = sys_open_tree(AT_FDCWD, "/", OPEN_TREE_CLONE | AT_RECURSIVE);
	error = tree < 0 ? tree : sys_mount_setattr(tree, "", AT_EMPTY_PATH | AT_RECURSIVE, &private);
	if (!error)
		error = sys_dup3(tree, AT_TREE, O_CLOEXEC);
	if (error < 0)
		fail(session, "its mounts cannot be copied", error);
	_exit(0);
}

static void take_mounts(const struct session *session, int process)
{
	struct clone_args args = { .flags = CLONE_FILES, .exit_signal = SIGCHLD };
	pid_t child = sys_clone3(&args);

	if (child == 0)
		copy_mounts(session, process);
	if (wait_for(child) != 0)
		_exit(1);
}

/* Those namespaces that are others than ours: CLONE_NEW*. */
static int kinds_of(const struct session *session, pid_t pid)
{
	static const enum namespace_kind kinds[] = { NAMESPACE_NETWORK, NAMESPACE_UTS, NAMESPACE_IPC, NAMESPACE_PID };
	struct stat its, ours;
	int flags = 0;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		const char *file = namespace_file(kinds[i]);
		const char *its_path = arena_printf(session->arena, "/proc/%d/ns/%s", (int)pid, file);
		const char *our_path = arena_printf(session->arena, "/proc/self/ns/%s", file);

		if (sys_fstatat(AT_FDCWD, its_path, &its, 0) == 0 && sys_fstatat(AT_FDCWD, our_path, &ours, 0) == 0 &&
		    its.st_ino != ours.st_ino)
			flags |= namespace_flag(kinds[i]);
	}
	return flags;
}

static void enter(const struct session *session, pid_t pid, int process, const char *place)
{
	const int kinds = kinds_of(session, pid);
	int error;

	take_mounts(session, process);
	error = enter_user(process);
	if (!error)
		error = sys_unshare(CLONE_NEWNS);
	if (!error)
		error = sys_mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL);
	if (!error)
		error = sys_move_mount_to(AT_TREE, AT_FDCWD, place);
	if (error)
		fail(session, "its mounts cannot be put into the shell's own", error);
	if (kinds)
		error = sys_setns(process, kinds);
	if (error)
		fail(session, "its namespaces cannot be entered", error);
}

static void reset_signals(void)
{
	sigset_t none;

	signal(SIGPIPE, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

/* A process beside the container's: in its PID namespace only a child can be. */
static _Noreturn void become_shell(const struct session *session, const char *directory, const char *command)
{
	const char *shell = getenv("SHELL");
	const char *const words[] = { "sh", *command ? "-c" : NULL, command, NULL };
	int error = sys_chdir(directory);

	/* So that ps(1) shows what the container sees. */
	(void)!sys_mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
	if (error)
		fail(session, directory, error);
	/* As commands are read from it, one command gets it only where it is a terminal. */
	if (*command && !session->input.terminal) {
		int null = sys_openat(AT_FDCWD, "/dev/null", O_RDONLY, 0);

		sys_dup3(null, STDIN_FILENO, 0);
	} else if (session->input.fd != STDIN_FILENO) {
		sys_dup3(session->input.fd, STDIN_FILENO, 0);
	}
	for (int fd = STDOUT_FILENO; fd <= STDERR_FILENO; fd++)
		if (fd != session->input.out)
			sys_dup3(session->input.out, fd, 0);
	setenv("TARU_STEP_ROOT", directory, 1);
	reset_signals();
	/* A command has no shell that would let it go on. */
	if (*command)
		signal(SIGTSTP, SIG_IGN);
	if (!*command && shell && *shell)
		execvp(shell, (char *const[]){ (char *)(uintptr_t)shell, NULL });
	execvp("sh", (char *const *)(uintptr_t)words);
	fail(session, "sh", -errno);
}

/* --- what it has left --- */

/* The mount namespace of a process: nobody but who came from the shell is in that of the shell. 0: it has none, or is
 * not to be seen. */
static uint64_t mounts_of(struct arena *arena, const char *pid)
{
	struct stat status;

	return sys_fstatat(AT_FDCWD, arena_printf(arena, "/proc/%s/ns/mnt", pid), &status, 0) ? 0 : status.st_ino;
}

static size_t kill_those_in(struct arena *arena, uint64_t mounts)
{
	DIR *processes = opendir("/proc");
	size_t killed = 0;

	for (struct dirent *entry; processes && (entry = readdir(processes));) {
		const pid_t pid = (pid_t)strtol(entry->d_name, NULL, 10);

		if (pid > 0 && mounts_of(arena, entry->d_name) == mounts)
			killed += kill(pid, SIGKILL) == 0;
	}
	if (processes)
		closedir(processes);
	return killed;
}

/* A process that stayed in the background would be in the container with the host's files as its root, and with more
 * rights than its own processes have. */
static void end_others(struct arena *arena, uint64_t mounts)
{
	enum { ROUNDS = 200, WAIT_MS = 5 };

	for (int i = 0; mounts && i < ROUNDS && kill_those_in(arena, mounts); i++)
		clock_sleep_ms(WAIT_MS);
}

static _Noreturn void run_guest(const struct session *session, pid_t pid, const char *root, const char *command,
				uint64_t *ret_mounts)
{
	const char *place = find_place(), *directory;
	closes int process = sys_pidfd_open(pid, 0);
	struct text out = text_new(session->arena);
	pid_t child;

	if (process < 0)
		fail(session, "its process cannot be opened", process);
	if (!place)
		fail(session, "there is no /mnt to mount its files at", -ENOENT);
	enter(session, pid, process, place);
	*ret_mounts = mounts_of(session->arena, "self");
	directory = arena_printf(session->arena, "%s%s", place, root);
	if (!*command) {
		text_printf(&out, "the container's files are at %s, all else is the host's; `exit` leads back\n",
			    directory);
		input_say(&session->input, &out);
	}
	child = fork();
	if (child == 0)
		become_shell(session, directory, command);
	_exit(wait_for(child));
}

void shell_run(const struct session *session, pid_t pid, const char *root, const char *command)
{
	/* A page that both see. */
	uint64_t *mounts = mmap(NULL, sizeof(*mounts), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t child = mounts == MAP_FAILED ? -1 : fork();
	closes int guest = -1;

	if (child == 0)
		run_guest(session, pid, root, command, mounts);
	guest = child > 0 ? sys_pidfd_open(child, 0) : -1;
	/* Who has the start given up waits for nobody's shell. */
	if (guest >= 0 && !session_wait(session, guest))
		kill(child, SIGKILL);
	wait_for(child);
	if (child > 0)
		end_others(session->arena, *mounts);
	/* A shell that has lost its parent is ours: the PID namespace that it is in ends when it is reaped. */
	while (waitpid(-1, NULL, 0) > 0 || errno == EINTR)
		;
	if (mounts != MAP_FAILED)
		munmap(mounts, sizeof(*mounts));
	/* A shell with job control has made another group the terminal's. */
	if (session->input.terminal)
		tcsetpgrp(session->input.fd, getpgrp());
}
