/* inside.c - the first process of the PID namespace that a tool runs in: see outward.h */
#include "base/fd.h"
#include "base/sys.h"
#include "outward/outward.h"
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>

enum { READY = 3, HIGH = 16 };		/* the tool's descriptor; descriptors above those that are given to it */

enum { CONTAINER, CHILDREN, COMPLAINTS, SIGNAL, SOURCES };

struct serving {
	const struct inside *inside;
	struct pollfd source[SOURCES];
	pid_t tool;
	bool ready;
	char said[2048];		/* what it has complained of */
	size_t length;
};

/* --- the tool --- */

static _Noreturn void become(const struct options *options, int complaints, int ready)
{
	static char path[] = "PATH=/usr/sbin:/usr/bin:/sbin:/bin";
	char *const env[] = { path, NULL };
	const uint64_t none = 0;

	sys_sigprocmask(SIG_SETMASK, &none, NULL);
	sys_dup3(complaints, 2, 0);
	sys_close_range(READY, HIGH - 1, 0);
	if (options->signals_ready)
		sys_dup3(ready, READY, 0);
	sys_execve(options->tool[0], options->tool, env);
	fail("cannot execute", options->tool[0], "it is not there");
}

static void put_process(char *text, size_t size, pid_t process)
{
	char *at = text + size;

	*--at = '\0';
	for (; process; process /= 10)
		*--at = (char)('0' + process % 10);
	memmove(text, at, (size_t)(text + size - at));
}

static void fill_in(const struct options *options, char *netns)
{
	static char process[16];

	put_process(process, sizeof(process), options->process);
	for (char **word = options->tool; *word; word++)
		if (!strcmp(*word, PROCESS_WORD))
			*word = process;
		else if (!strcmp(*word, NETNS_WORD))
			*word = netns;
}

/* Descriptors that are not the tool's are above those that are. */
static int lift(int fd)
{
	int high = fcntl(fd, F_DUPFD_CLOEXEC, HIGH);

	if (high < 0)
		fail("cannot make", "a descriptor", strerror(errno));
	sys_close(fd);
	return high;
}

static void make_pipe(int *ret_read, int *ret_write)
{
	int ends[2], error = sys_pipe2(ends, O_CLOEXEC);

	if (error)
		fail("cannot make", "a pipe", strerror(-error));
	*ret_read = lift(ends[0]);
	*ret_write = lift(ends[1]);
}

static int watch_children(void)
{
	const uint64_t mask = 1ULL << (SIGCHLD - 1);
	sigset_t set;
	int fd;

	sys_sigprocmask(SIG_SETMASK, &mask, NULL);
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (fd < 0)
		fail("cannot watch", "the tool", strerror(errno));
	return lift(fd);
}

static void start(struct serving *serving)
{
	const struct options *options = serving->inside->options;
	int complaints[2], signal[2];

	fill_in(options, serving->inside->netns);
	make_pipe(&complaints[0], &complaints[1]);
	make_pipe(&signal[0], &signal[1]);
	serving->source[CHILDREN] = (struct pollfd){ .fd = watch_children(), .events = POLLIN };
	serving->tool = sys_fork();
	if (serving->tool == 0)
		become(options, complaints[1], signal[1]);
	if (serving->tool < 0)
		fail("cannot make", "a process", strerror(-serving->tool));
	sys_close(complaints[1]);
	sys_close(signal[1]);
	serving->source[COMPLAINTS] = (struct pollfd){ .fd = complaints[0], .events = POLLIN };
	serving->source[SIGNAL] = (struct pollfd){ .fd = options->signals_ready ? signal[0] : -1, .events = POLLIN };
}

/* --- its life --- */

/* All that is in the namespace ends, with its sockets, before this does and the lock is free. */
static _Noreturn void end(int status)
{
	int ignored;

	sys_kill(-1, SIGKILL);
	while (sys_wait4(-1, &ignored, 0) > 0)
		;
	sys_exit(status);
}

/* What says why there will be none is heard until then; later nobody reads it. */
static void tell_ready(struct serving *serving)
{
	int nothing = sys_openat(AT_FDCWD, "/dev/null", O_WRONLY, 0);

	if (serving->ready)
		return;
	serving->ready = true;
	sys_dup3(nothing, 2, 0);
	sys_close(nothing);
	sys_write(serving->inside->ready, "\n", 1);
	sys_close(serving->inside->ready);
}

/* What there is no more room for is read, too, so that the tool never waits for us. */
static void listen(struct serving *serving)
{
	char rest[512];
	const size_t room = sizeof(serving->said) - 1 - serving->length;
	ssize_t length = room ? sys_read(serving->source[COMPLAINTS].fd, serving->said + serving->length, room) :
				sys_read(serving->source[COMPLAINTS].fd, rest, sizeof(rest));

	if (length > 0 && room)
		serving->length += (size_t)length;
	if (length <= 0)
		serving->source[COMPLAINTS].fd = -1;
}

/* The first line that is about the failure: pasta complains of a machine without syslogd, too, and of root. */
static _Noreturn void give_up(const struct serving *serving)
{
	static const char *const chatter[] = { "Failed to send", "Don't run as root", "WARNING", "sent tapfd", NULL };
	const char *line = serving->said;

	for (size_t i = 0; chatter[i];)
		if (strncmp(line, chatter[i], strlen(chatter[i])) != 0) {
			i++;
		} else {
			line += strcspn(line, "\n");
			line += *line == '\n';
			i = 0;
		}
	sys_write(2, line, strcspn(line, "\n"));
	sys_write(2, "\n", 1);
	end(1);
}

/* A tool that goes to the background leaves a child, which is this process's then. */
static void reap_all(struct serving *serving)
{
	struct signalfd_siginfo info;
	int status;
	pid_t pid;

	while (sys_read(serving->source[CHILDREN].fd, &info, sizeof(info)) > 0)
		;
	while ((pid = sys_wait4(-1, &status, WNOHANG)) > 0)
		if (pid == serving->tool && !status && !serving->inside->options->signals_ready)
			tell_ready(serving);
		else if (pid == serving->tool && !serving->ready)
			give_up(serving);
	if (pid == -ECHILD)
		end(!serving->ready);
}

static void take_signal(struct serving *serving)
{
	char byte;

	if (sys_read(serving->source[SIGNAL].fd, &byte, 1) == 1) {
		if (!publish_all(serving->inside->options))
			end(1);
		tell_ready(serving);
	}
	serving->source[SIGNAL].fd = -1;
}

_Noreturn void inside_run(const struct inside *inside)
{
	struct serving serving = { .inside = inside };
	struct inside high = { inside->options, lift(inside->lock), lift(inside->pidfd), lift(inside->ready),
			       inside->netns };

	serving.inside = &high;
	serving.source[CONTAINER] = (struct pollfd){ .fd = high.pidfd, .events = POLLIN };
	start(&serving);
	for (;;) {
		if (sys_ppoll(serving.source, SOURCES, NULL) < 0)
			continue;
		if (serving.source[CONTAINER].revents)
			end(0);
		/* What it has complained of before its end is told before that. */
		if (serving.source[COMPLAINTS].revents)
			listen(&serving);
		else if (serving.source[CHILDREN].revents)
			reap_all(&serving);
		if (serving.source[SIGNAL].revents)
			take_signal(&serving);
	}
}
