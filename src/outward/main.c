/* main.c - taru-outward makes the PID namespace, and waits until the tool in it is ready: see outward.h */
#include "base/ambient.h"
#include "base/held.h"
#include "base/fd.h"
#include "outward/outward.h"
#include <errno.h>
#include <linux/sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

/* user_namespaces(7): what the kernel shows where an id has no number in the namespace. */
enum { NO_ID = 65534 };

/* Where the user has no number in the container (--userns nomap and auto) the tool would take the one that is shown for
 * its own, and become somebody else, or nobody. */
static bool become_root(void)
{
	return setresgid(0, 0, 0) == 0 && setresuid(0, 0, 0) == 0;
}

/* An ordinary user has no rights to a network namespace but as the owner of the user namespace that it belongs to. */
static void enter_user_namespace(struct options *options, int pidfd)
{
	int error = sys_setns(pidfd, CLONE_NEWUSER);

	if (error)
		fail("cannot enter", "the container's user namespace", strerror(-error));
	if (geteuid() == NO_ID && become_root())
		options->as_root = true;
	error = ambient_keep();
	if (error)
		fail("cannot keep", "capabilities", strerror(-error));
}

/* The lock is not given up as long as one process that inherits it lives. */
static int take_lock(const char *path)
{
	int fd = sys_openat(AT_FDCWD, path, O_RDWR | O_CREAT | O_NOFOLLOW, 0600);
	int error = fd < 0 ? fd : held_take(fd);

	if (error == -EAGAIN)
		fail("--lock", path, "another has it: the network is there already");
	if (error)
		fail("--lock", path, strerror(-error));
	return fd;
}

/* As long as this user may: another user namespace's root may have less of a right to the folders above. */
static void go_to_folder(const char *lock)
{
	const char *end = strrchr(lock, '/');
	char path[4096] = ".";

	if (end && (size_t)snprintf(path, sizeof(path), "%.*s", (int)(end - lock + 1), lock) >= sizeof(path))
		fail("--lock", lock, strerror(ENAMETOOLONG));
	if (chdir(path))
		fail("cannot enter", path, strerror(errno));
}

static bool wants_netns(const struct options *options)
{
	for (char **word = options->tool; *word; word++)
		if (!strcmp(*word, NETNS_WORD))
			return true;
	return false;
}

/* In the new PID namespace. */
static _Noreturn void begin(const struct inside *inside)
{
	const uint64_t none = 0;
	int nothing = sys_openat(AT_FDCWD, "/dev/null", O_RDWR, 0);

	/* Nothing but SIGKILL is meant for it; who starts it may have all signals blocked. */
	sys_setsid();
	sys_sigprocmask(SIG_SETMASK, &none, NULL);
	sys_prctl(PR_SET_NAME, (unsigned long)"taru-outward", 0, 0, 0);
	sys_dup3(nothing, 0, 0);
	sys_dup3(nothing, 1, 0);
	sys_close(nothing);
	if (!inside->options->api)
		(void)!chdir("/");
	inside_run(inside);
}

static void find_process(struct options *options, struct inside *inside)
{
	inside->pidfd = sys_pidfd_open(options->process, 0);
	if (inside->pidfd < 0)
		fail("--process", "PID", strerror(-inside->pidfd));
	if (options->user != 0)
		enter_user_namespace(options, inside->pidfd);
}

/* Of a user namespace of an ordinary user's, by another program of that user's. */
static _Noreturn void become_another(const struct options *options)
{
	const pid_t process = options->enter;
	closes int pidfd = sys_pidfd_open(process, 0);
	int error = pidfd < 0 ? pidfd : sys_setns(pidfd, CLONE_NEWUSER | CLONE_NEWNET);

	if (!error)
		error = ambient_keep();
	if (error)
		fail("cannot enter", "the namespaces of --enter", strerror(-error));
	execvp(options->tool[0], options->tool);
	fail("cannot execute", options->tool[0], strerror(errno));
}

int main(int argc, char **argv)
{
	struct options options = { .process = 0 };
	struct inside inside = { .options = &options };
	int ends[2], error, status = 1;
	char byte;
	pid_t child;

	if (argc < 1)
		return 1;
	options_read(&options, argv + 1);
	options.user = geteuid();
	if (options.enter)
		become_another(&options);
	inside.lock = take_lock(options.lock);
	if (options.shared)
		return shared_run(&options, inside.lock);
	if (options.api)
		go_to_folder(options.lock);
	find_process(&options, &inside);
	if (wants_netns(&options))
		inside.netns = netns_bind(&options);
	error = sys_unshare(CLONE_NEWPID);
	if (error)
		fail("cannot make", "a PID namespace", strerror(-error));
	if (sys_pipe2(ends, O_CLOEXEC))
		return 1;
	child = sys_fork();
	if (child == 0) {
		sys_close(ends[0]);
		inside.ready = ends[1];
		begin(&inside);
	}
	sys_close(ends[1]);
	if (child > 0 && sys_read(ends[0], &byte, 1) == 1)
		return 0;
	if (child > 0)
		sys_wait4(child, &status, 0);
	return status != 0;
}
