/* shared.c - how long a shared network namespace goes on: see outward.h.
 *
 * Whether containers are in it is seen by their devices, the outer ends of pairs, which the kernel removes with a
 * container, however that has ended. So nobody has to count, and nothing is wrong after a kill.
 */
#include "base/clock.h"
#include "base/device_news.h"
#include "base/fd.h"
#include "base/sys_file.h"
#include "outward/outward.h"
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <unistd.h>

/* Devices of containers begin so (engine/connect_one.c). */
static const char prefix[] = "tv";

enum { LOOK_MS = 200, ROOM = 64 << 10 };

static struct {
	bool empty;
	uint64_t since_ms;
} now;

/* A line for each, behind its name a colon (proc_pid_net(5)). */
static bool has_containers(void)
{
	static char text[ROOM];
	closes int fd = sys_openat(AT_FDCWD, "/proc/self/net/dev", O_RDONLY, 0);
	size_t length = 0;
	ssize_t got;

	if (fd < 0)
		return true;
	while ((got = sys_read(fd, text + length, sizeof(text) - 1 - length)) > 0)
		length += (size_t)got;
	text[length] = '\0';
	for (const char *line = text; line; line = strchr(line, '\n')) {
		line += strspn(line, "\n ");
		if (!strncmp(line, prefix, sizeof(prefix) - 1))
			return true;
	}
	return false;
}

static bool is_wanted(const struct options *options)
{
	int fd = sys_openat(AT_FDCWD, options->shared, O_RDWR, 0);
	bool wanted = fd >= 0 && sys_flock(fd, LOCK_EX | LOCK_NB) != 0;

	/* What is held is held until the end: nobody begins to need it who has seen that it is there. */
	if (wanted)
		sys_close(fd);
	return wanted;
}

static bool is_over(const struct options *options, int news)
{
	device_news_drop(news);
	if (has_containers()) {
		now.empty = false;
		return false;
	}
	if (!now.empty)
		now.since_ms = clock_ms();
	now.empty = true;
	return clock_ms() - now.since_ms >= options->linger_s * 1000ULL && !is_wanted(options);
}

/* The most to wait until it is to be asked again; -1: until there is news. */
static int wait_ms(const struct options *options)
{
	const uint64_t due = now.since_ms + options->linger_s * 1000ULL, at = clock_ms();

	return !now.empty ? -1 : due > at + LOOK_MS ? (int)(due - at) : LOOK_MS;
}

/* By which others find the namespace. */
static bool note_process(int lock)
{
	char text[16];
	const int length = snprintf(text, sizeof(text), "%d\n", (int)getpid());

	return sys_ftruncate(lock, 0) == 0 && pwrite(lock, text, (size_t)length, 0) == length;
}

static _Noreturn void keep(const struct options *options, int lock, int ready)
{
	const uint64_t none = 0;
	struct pollfd news = { .fd = device_news_open(), .events = POLLIN };
	closes int nothing = sys_openat(AT_FDCWD, "/dev/null", O_RDWR, 0);

	if (news.fd < 0)
		fail("cannot watch", "network devices", strerror(-news.fd));
	sys_setsid();
	sys_sigprocmask(SIG_SETMASK, &none, NULL);
	sys_prctl(PR_SET_NAME, (unsigned long)"taru-outward", 0, 0, 0);
	(void)!chdir("/");
	if (!note_process(lock))
		fail("cannot write", options->lock, "is there room left?");
	for (int fd = 0; fd <= 2; fd++)
		sys_dup3(nothing, fd, 0);
	sys_write(ready, "\n", 1);
	sys_close(ready);
	while (!is_over(options, news.fd)) {
		const int wait = wait_ms(options);
		struct timespec time = { wait / 1000, wait % 1000 * 1000000L };

		sys_ppoll(&news, 1, wait < 0 ? NULL : &time);
	}
	sys_exit(0);
}

int shared_run(const struct options *options, int lock)
{
	int ends[2];
	char byte;
	pid_t child;

	if (sys_pipe2(ends, O_CLOEXEC))
		return 1;
	child = sys_fork();
	if (child == 0) {
		sys_close(ends[0]);
		keep(options, lock, ends[1]);
	}
	sys_close(ends[1]);
	return child < 0 || sys_read(ends[0], &byte, 1) != 1;
}
