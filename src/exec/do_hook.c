/* do_hook.c - programs that somebody else has asked to be run at a point of a container's life.
 *
 * A hook gets the container's state on standard input, from a file in memory: so nobody waits for whom
 * if it does not read. What it says on standard output and error is read, however much that is, and the end
 * of it kept for the message if it fails. It is over when the process has ended, even if a
 * child of it still holds the pipe.
 */
#include "base/proc.h"
#include "exec/do.h"
#include <linux/memfd.h>
#include <poll.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>

enum {
	OUTPUT_KEPT = 160,	/* a note has 256 bytes */
	LAST_SIGNAL = 64,
	STEP_MS = 20		/* how often is looked where there is no pidfd */
};

struct asked {
	const struct hook *hook;
	const char *directory;
	char *const *env;
};

/* A hook that is being run. */
struct running {
	pid_t pid;
	int process;		/* pidfd, or -1: a filter is in the way */
	int output;		/* what it says; does not block */
	int64_t end_ms;		/* 0: it may take as long as it wants */
	char said[OUTPUT_KEPT];	/* the end of it */
	size_t length;
	bool cut;		/* there was more before it */
};

static int64_t now_ms(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

static int make_input(const struct form *state)
{
	int error, fd = sys_memfd_create("state", MFD_CLOEXEC);
	size_t done = 0;

	while (fd >= 0 && done < state->length) {
		ssize_t written = sys_write(fd, state->text + done, state->length - done);

		if (written < 0) {
			sys_close(fd);
			return (int)written;
		}
		done += (size_t)written;
	}
	error = fd < 0 ? fd : (int)sys_lseek(fd, 0, SEEK_SET);
	return error ? error : fd;
}

/* In the hook's own process. All signals but what cannot be are as a new program has them. */
static _Noreturn void become_hook(const struct asked *asked, int input, int output, int report)
{
	const struct hook *hook = asked->hook;
	char *const only_path[] = { (char *)(uintptr_t)hook->path, NULL };
	const uint64_t none = 0;
	int error;

	sys_prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	sys_setpgid(0, 0);
	for (int signal = 1; signal <= LAST_SIGNAL; signal++)
		sys_default_signal(signal);
	sys_sigprocmask(SIG_SETMASK, &none, NULL);
	sys_umask(022);
	sys_dup3(input, 0, 0);
	sys_dup3(output, 1, 0);
	sys_dup3(output, 2, 0);
	sys_dup3(report, 3, O_CLOEXEC);
	sys_close_range(4, ~0U, 0);
	/* The bundle may have been removed by now, and what a hook has to clean up is still there. */
	if (asked->directory && sys_chdir(asked->directory))
		sys_chdir("/");
	error = sys_execve(hook->path, hook->args.count ? hook->args.at : only_path, asked->env);
	sys_write(3, &error, sizeof(error));
	sys_exit(127);
}

static pid_t start_process(void)
{
	struct clone_args how = { .exit_signal = SIGCHLD };
	pid_t pid = sys_clone3(&how);

	/* Docker's filter answers so, to have clone(2) tried, whose flags it can see. */
	return pid == -ENOSYS ? sys_fork() : pid;
}

/* Only our end does not block: a hook that writes much waits until it is read. */
static int make_output(int ret_ends[2])
{
	int error = sys_pipe2(ret_ends, 0);

	return error ? error : sys_fcntl(ret_ends[0], F_SETFL, O_NONBLOCK);
}

/* Returns 0 when the hook's program runs; -errno when it could not be run, and the process is reaped. */
static int begin(const struct asked *asked, int input, struct running *running)
{
	int output[2], report[2], error = make_output(output);
	ssize_t got;

	if (error)
		return error;
	error = sys_pipe2(report, 0);
	if (error) {
		close_all(output, 2);
		return error;
	}
	running->pid = start_process();
	if (running->pid == 0)
		become_hook(asked, input, output[1], report[1]);
	sys_close(output[1]);
	sys_close(report[1]);
	running->output = output[0];
	got = running->pid < 0 ? 0 : sys_read(report[0], &error, sizeof(error));
	sys_close(report[0]);
	if (running->pid < 0)
		error = running->pid;
	else if (got == (ssize_t)sizeof(error))
		reap(running->pid);
	else
		error = 0;
	if (error)
		sys_close(running->output);
	return error;
}

/* What it says last is what it ended for. */
static void keep_end(struct running *running, const char *more, size_t length)
{
	size_t kept = running->length;

	if (length > sizeof(running->said)) {
		more += length - sizeof(running->said);
		length = sizeof(running->said);
	}
	if (kept + length > sizeof(running->said)) {
		kept = sizeof(running->said) - length;
		memmove(running->said, running->said + running->length - kept, kept);
		running->cut = true;
	}
	memcpy(running->said + kept, more, length);
	running->length = kept + length;
}

static void drain(struct running *running)
{
	char rest[4096];
	ssize_t got;

	while ((got = sys_read(running->output, rest, sizeof(rest))) > 0)
		keep_end(running, rest, (size_t)got);
	if (got == 0) {			/* nobody has the other end any more */
		sys_close(running->output);
		running->output = -1;
	}
}

static void poll_once(const struct running *running, int64_t left_ms)
{
	struct pollfd fds[] = { { running->process, POLLIN, 0 }, { running->output, POLLIN, 0 } };
	int64_t ms = running->process < 0 && (left_ms < 0 || left_ms > STEP_MS) ? STEP_MS : left_ms;
	struct timespec timeout = { ms / 1000, ms % 1000 * 1000000 };

	sys_ppoll(fds, 2, ms < 0 ? NULL : &timeout);
}

/* Its wait status, or -ETIMEDOUT. */
static int wait_for_end(struct running *running)
{
	int status;

	for (;;) {
		int64_t left_ms = running->end_ms ? running->end_ms - now_ms() : -1;
		pid_t ended;

		if (running->end_ms && left_ms <= 0)
			break;
		poll_once(running, left_ms);
		if (running->output >= 0)
			drain(running);
		ended = sys_wait4(running->pid, &status, WNOHANG);
		if (ended < 0 && ended != -EINTR)
			return ended;
		if (ended > 0)
			return status;
	}
	sys_kill(-running->pid, SIGKILL);
	sys_kill(running->pid, SIGKILL);
	reap(running->pid);
	return -ETIMEDOUT;
}

/* "ended with status 3: … no such device", on one line. */
static void note_end(const struct running *running, int status, char *note)
{
	size_t length = running->length, begin = 0;
	char *at;

	if (WIFSIGNALED(status))
		at = put_number(put_text(note, "was ended by signal "), (unsigned)WTERMSIG(status));
	else
		at = put_number(put_text(note, "ended with status "), (unsigned)WEXITSTATUS(status));
	while (length && (running->said[length - 1] == '\n' || running->said[length - 1] == ' '))
		length--;
	if (!length)
		return;
	at = put_text(at, running->cut ? ": … " : ": ");
	/* A character of UTF-8 may have been cut in two. */
	while (running->cut && begin < length && ((unsigned char)running->said[begin] & 0xc0) == 0x80)
		begin++;
	for (; begin < length; begin++)
		*at++ = running->said[begin] == '\n' || !running->said[begin] ? ' ' : running->said[begin];
	*at = '\0';
}

static int64_t find_end(const struct hook *hook)
{
	enum { YEAR_S = 366 * 24 * 3600 };
	int64_t seconds = hook->timeout.value < YEAR_S ? hook->timeout.value : YEAR_S;

	return hook->timeout.set ? now_ms() + seconds * 1000 : 0;
}

/* -ETIMEDOUT after its timeout; -ECANCELED where it did not end with 0, and `note` tells how. */
static int run_hook(const struct asked *asked, struct form *state, pid_t pid, char *note)
{
	struct running running = { .end_ms = find_end(asked->hook) };
	int input, error, status;

	note[0] = '\0';
	form_fill(state, pid, 0);
	input = make_input(state);
	if (input < 0)
		return input;
	error = begin(asked, input, &running);
	sys_close(input);
	if (error)
		return error;
	running.process = sys_pidfd_open(running.pid, 0);
	status = wait_for_end(&running);
	if (running.process >= 0)
		sys_close(running.process);
	if (running.output >= 0)
		drain(&running);
	if (running.output >= 0)
		sys_close(running.output);
	if (status <= 0)
		return status;
	note_end(&running, status, note);
	return -ECANCELED;
}

/* The pid in the state is the one that the hook sees, in the namespace that it is run in (runtime.md). */
int do_run_hook(struct run *run, const struct step *step)
{
	const struct asked asked = {
		.hook = step->run_hook.hook,
		.directory = step->run_hook.directory,
		.env = step->run_hook.env ? step->run_hook.env : run->environment,
	};
	pid_t pid = step->lane == LANE_RUNTIME ? run->child : sys_getpid();

	trying(run, __NR_execve, SUBJECT_TARGET);
	if (!run->state[step->run_hook.kind].text)
		return -EINVAL;
	return run_hook(&asked, &run->state[step->run_hook.kind], pid, run->tape->note);
}
