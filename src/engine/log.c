/* log.c - the log of a container, read again: see log.h. */
#include "engine/log.h"
#include "base/clock.h"
#include "base/fd.h"
#include "base/file.h"
#include "base/sys_file.h"
#include "wire/log.h"
#include <stdio.h>
#include <poll.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

/* Of one line of a file: six times as long as what it keeps, where each byte was escaped. */
enum { LINE_MAX_BYTES = 8 * LOG_LINE, BUFFER = 2 * LINE_MAX_BYTES, FILES_MAX = 1000 };

struct reading {
	const struct log_asked *asked;
	bool json;			/* else k8s-file */
	int64_t skip;			/* entries of the beginning that are not wanted */
	bool (*print)(void *context, const struct log_line *line);
	void *context;
	bool done;
	size_t begin, end;		/* of what was read and not taken yet */
	char *buffer;
};

/* --- one line --- */

/* Times have a place for each digit, so that they are in the order of their texts. */
static bool is_wanted(struct reading *reading, const struct log_line *line)
{
	const struct log_asked *asked = reading->asked;

	if (asked->until && strcmp(line->time, asked->until) > 0)
		return false;
	return !asked->since || strcmp(line->time, asked->since) >= 0;
}

static void take_line(struct reading *reading, char *line, size_t length)
{
	struct log_line entry;

	if (reading->skip > 0) {
		reading->skip--;
		return;
	}
	if ((reading->json ? log_parse_json(line, length, &entry) : log_parse_k8s(line, length, &entry)) &&
	    is_wanted(reading, &entry) && !reading->print(reading->context, &entry))
		reading->done = true;
}

/* --- a file --- */

/* Takes the whole lines of what is in the buffer. */
static void take_lines(struct reading *reading)
{
	char *newline;

	while (!reading->done &&
	       (newline = memchr(reading->buffer + reading->begin, '\n', reading->end - reading->begin))) {
		char *line = reading->buffer + reading->begin;

		reading->begin = (size_t)(newline + 1 - reading->buffer);
		take_line(reading, line, (size_t)(newline - line));
	}
	if (reading->begin) {
		memmove(reading->buffer, reading->buffer + reading->begin, reading->end - reading->begin);
		reading->end -= reading->begin;
		reading->begin = 0;
	}
	if (reading->end == BUFFER)	/* no line is so long: it is none of ours */
		reading->end = 0;
}

/* To the end of what is there now. */
static void read_on(struct reading *reading, int fd)
{
	ssize_t count;

	while (!reading->done &&
	       (count = sys_read(fd, reading->buffer + reading->end, BUFFER - reading->end)) != 0) {
		if (count == -EINTR)
			continue;
		if (count < 0)
			break;
		reading->end += (size_t)count;
		take_lines(reading);
	}
}

static int open_file(const struct engine_container *container, uint32_t number)
{
	char name[32];

	(void)snprintf(name, sizeof(name), number ? LOG_FILE ".%u" : LOG_FILE, number);
	return file_open_kept(container->folder, name, O_RDONLY, 0);
}

/* The files, the oldest first, open; the last one is the one that is written to. */
static size_t open_files(const struct engine_container *container, int fds[FILES_MAX])
{
	struct log_limits limits;
	size_t count = 0;

	engine_log_limits(&container->made.upkeep, &limits);
	for (uint32_t i = limits.files < FILES_MAX ? limits.files : FILES_MAX; i-- > 0;) {
		int fd = open_file(container, i);

		if (fd >= 0)
			fds[count++] = fd;
	}
	return count;
}

static uint64_t count_lines(int fd, char *buffer)
{
	uint64_t count = 0;
	ssize_t got;

	while ((got = sys_read(fd, buffer, BUFFER)) > 0)
		for (const char *at = buffer; (at = memchr(at, '\n', (size_t)(buffer + got - at))); at++)
			count++;
	sys_lseek(fd, 0, SEEK_SET);
	return count;
}

/* Where the last `tail` lines of a file begin, of which it has more. */
static off_t find_tail(int fd, off_t size, int64_t tail, char *buffer)
{
	enum { CHUNK = 65536 };
	off_t end = size > 0 ? size - 1 : 0;		/* the last newline ends the last line */

	while (end > 0) {
		const off_t begin = end > CHUNK ? end - CHUNK : 0;
		const ssize_t got = sys_pread(fd, buffer, (size_t)(end - begin), begin);

		for (ssize_t i = got; i-- > 0;)
			if (buffer[i] == '\n' && --tail <= 0)
				return begin + i + 1;
		end = begin;
	}
	return 0;
}

/* Puts a file to where its last `tail` lines begin. Returns how many are still to come from those before. */
static int64_t skip_in(int fd, int64_t tail, char *buffer)
{
	struct stat info;
	int64_t lines;

	if (tail <= 0 || sys_fstat(fd, &info)) {
		sys_lseek(fd, 0, SEEK_END);
		return 0;
	}
	lines = (int64_t)count_lines(fd, buffer);
	if (lines < tail)
		return tail - lines;
	sys_lseek(fd, find_tail(fd, info.st_size, tail, buffer), SEEK_SET);
	return 0;
}

/* Before the first line that is wanted of --tail nothing is read but newlines. The last file alone has usually enough,
 * and then it is not read as a whole. */
static void skip_to_tail(struct reading *reading, const int *fds, size_t count)
{
	int64_t tail = reading->asked->tail;
	struct stat info;

	if (tail < 0 || !count)
		return;
	if (tail > 0 && sys_fstat(fds[count - 1], &info) == 0) {
		off_t begin = find_tail(fds[count - 1], info.st_size, tail, reading->buffer);

		if (begin) {
			sys_lseek(fds[--count], begin, SEEK_SET);
			tail = 0;
		}
	}
	while (count-- > 0)
		tail = skip_in(fds[count], tail, reading->buffer);
}

/* --- what comes --- */

static bool runs(struct engine *engine, const char *id)
{
	struct engine_container container;
	struct problem gone = { 0 };
	bool lives = engine_find(engine, id, &container, &gone) && engine_has_keeper(container.folder);

	engine_close(&container);
	return lives;
}

/* The file that was begun after `fd` (-1: there was none yet), or -1. Full ones are renamed, the oldest first, while
 * this looks from the newest on: so none is passed over. Where `fd` is removed already it is the oldest that is
 * there. */
static int open_next(const struct engine_container *container, int fd)
{
	struct log_limits limits;
	int next = -1;

	engine_log_limits(&container->made.upkeep, &limits);
	for (uint32_t i = 0; i < limits.files; i++) {
		int one = open_file(container, i);

		if (one >= 0 && fd >= 0 && file_is_same(fd, one)) {
			sys_close(one);
			break;
		}
		if (one >= 0 && next >= 0)
			sys_close(next);
		if (one >= 0)
			next = one;
	}
	return next;
}

/* Waits for a change in the folder, or a moment: the container may have ended. */
static void wait_for_more(int notifier)
{
	enum { LONGEST_MS = 200 };
	char events[4096];
	struct pollfd fds = { notifier, POLLIN, 0 };
	struct timespec time = { .tv_nsec = LONGEST_MS * 1000000L };

	if (notifier < 0)
		clock_sleep_ms(LONGEST_MS);
	else if (sys_ppoll(&fds, 1, &time) > 0)
		(void)!read(notifier, events, sizeof(events));
}

static int watch(int folder)
{
	char path[32];
	int fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);

	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", folder);
	if (fd >= 0)
		inotify_add_watch(fd, path, IN_MODIFY | IN_MOVED_TO | IN_CREATE);
	return fd;
}

/* All that there is, in this file and in those that were begun since. Returns the one that is written to; -1: none. */
static int read_all(const struct engine_container *container, struct reading *reading, int fd)
{
	int next;

	do {
		if (fd >= 0)
			read_on(reading, fd);
		next = open_next(container, fd);
		if (next < 0)
			return fd;
		if (fd >= 0) {		/* what came before it was renamed */
			read_on(reading, fd);
			sys_close(fd);
		}
		fd = next;
	} while (!reading->done);
	return fd;
}

static void follow(struct engine *engine, const struct engine_container *container, struct reading *reading, int fd)
{
	closes int notifier = watch(container->folder);

	fd = read_all(container, reading, fd);
	while (!reading->done && runs(engine, container->made.id)) {
		wait_for_more(notifier);
		fd = read_all(container, reading, fd);
	}
	fd = read_all(container, reading, fd);
	if (fd >= 0)
		sys_close(fd);
}

/* --- all of it --- */

void engine_read_log(struct engine *engine, const struct engine_container *container, const struct log_asked *asked,
		     bool (*print)(void *context, const struct log_line *line), void *context,
		     struct problem *problem)
{
	const char *driver = container->made.upkeep.log_driver;
	struct reading reading = { .asked = asked, .print = print, .context = context,
				   .json = !strcmp(driver, "json-file") || !strcmp(driver, "local") };
	static int fds[FILES_MAX];
	size_t count;

	if (!reading.json && strcmp(driver, "k8s-file") != 0) {
		problem_set(problem, "container %s: its log driver is %s, which keeps nothing that could be read "
			    "here%s", container->made.name, driver, !strcmp(driver, "passthrough") ?
			    ": what it wrote went to who had started it; use '-d' or '--log-driver'" : "");
		return;
	}
	reading.buffer = arena_alloc(engine->arena, BUFFER + 1);
	count = open_files(container, fds);
	skip_to_tail(&reading, fds, count);
	for (size_t i = 0; i < count; i++) {
		read_on(&reading, fds[i]);
		if (i + 1 < count || !asked->follow)
			sys_close(fds[i]);
	}
	if (asked->follow)
		follow(engine, container, &reading, count ? fds[count - 1] : -1);
}
