/* keeper.c - who looks after a container, by a file that it holds (base/held.h): see container.h. */
#include "base/clock.h"
#include "base/fd.h"
#include "base/file.h"
#include "base/held.h"
#include "base/proc.h"
#include "base/tree.h"
#include "engine/parts.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define STOPPED "stopped"
#define AGAIN "again"
#define ENDING "ending"
#define PROCESS "process "

enum { NOTES_SIZE = 128 };

/* What is no file, and stands in its place by a fault, nobody can have locked. */
static int open_keeper(int folder)
{
	int fd = file_open_kept(folder, KEEPER_FILE, O_RDWR | O_CREAT, 0600);

	if (fd != -EISDIR && fd != -EMEDIUMTYPE)
		return fd;
	tree_remove(folder, KEEPER_FILE);
	return file_open_kept(folder, KEEPER_FILE, O_RDWR | O_CREAT, 0600);
}

int engine_become_keeper(int folder)
{
	enum { LOOK_MS = 2, PATIENCE_MS = 10000 };
	closes int fd = open_keeper(folder);
	const uint64_t until = clock_ms() + PATIENCE_MS;
	int error;

	/* Somebody else has it seldom: one that ends, of a container that was removed or is started again. */
	while ((error = fd < 0 ? fd : held_take(fd)) == -EAGAIN && clock_ms() < until)
		clock_sleep_ms(LOOK_MS);
	return error < 0 ? error : take_fd(&fd);
}

static void set_runs_still(const struct made *made, struct problem *problem)
{
	problem_set(problem, "container %s: its last run has not ended, and is not where running containers are noted: "
		    "'taru stop %s' ends it", made->name, made->name);
}

bool engine_has_become_keeper(int keeper, const struct made *made, struct problem *problem)
{
	if (keeper == -EAGAIN)
		set_runs_still(made, problem);
	return keeper != -EAGAIN;
}

int engine_try_keeper(int folder)
{
	closes int fd = open_keeper(folder);
	int error = fd < 0 ? fd : held_take(fd);

	return error < 0 ? error : take_fd(&fd);
}

void engine_note_start(int folder, int keeper, const struct restarts *restarts)
{
	char text[48];
	const int length = snprintf(text, sizeof(text), "%u %u\n", restarts->count, restarts->quick);

	sys_unlinkat(folder, ENDED_FILE, 0);
	sys_ftruncate(keeper, 0);
	(void)!pwrite(keeper, text, (size_t)length, 0);
}

static void add_note(int keeper, const char *line, size_t length)
{
	struct stat info;

	if (sys_fstat(keeper, &info) == 0)
		(void)!pwrite(keeper, line, length, info.st_size);
}

void engine_note_process(int keeper, pid_t pid)
{
	struct proc_stat stat;
	char line[64];

	if (proc_read_stat(pid, &stat) == 0)
		add_note(keeper, line, (size_t)snprintf(line, sizeof(line), PROCESS "%d %llu\n", (int)pid,
							(unsigned long long)stat.start_time));
}

void engine_note_end(int keeper)
{
	add_note(keeper, ENDING "\n", strlen(ENDING "\n"));
}

/* What its keeper has noted: one line when it began, one of its process, one when it has ended. */
static bool read_notes(int folder, char text[NOTES_SIZE])
{
	closes int fd = file_open_kept(folder, KEEPER_FILE, O_RDONLY, 0);
	ssize_t length = fd < 0 ? fd : sys_pread(fd, text, NOTES_SIZE - 1, 0);

	text[length > 0 ? length : 0] = '\0';
	return length > 0;
}

bool engine_has_noted_end(int folder)
{
	char text[NOTES_SIZE];

	return read_notes(folder, text) && strstr(text, ENDING);
}

pid_t engine_noted_process(int folder)
{
	char text[NOTES_SIZE], *at;
	struct proc_stat stat;
	unsigned long long pid;

	if (!engine_has_keeper(folder) || !read_notes(folder, text))
		return 0;
	/* An adopted one has two lines, both of the same. */
	at = strstr(text, PROCESS);
	pid = at ? strtoull(at + strlen(PROCESS), &at, 10) : 0;
	return pid > 0 && pid <= INT32_MAX && proc_lives((pid_t)pid, strtoull(at, NULL, 10), &stat) ? (pid_t)pid : 0;
}

bool engine_may_start(const struct engine_container *container, struct problem *problem)
{
	if (engine_noted_process(container->folder) > 0)
		set_runs_still(&container->made, problem);
	return !problem->found;
}

struct restarts engine_read_restarts(int folder)
{
	struct restarts restarts = { 0 };
	char text[NOTES_SIZE], *end;

	if (!read_notes(folder, text))
		return restarts;
	restarts.count = (uint32_t)strtoul(text, &end, 10);
	restarts.quick = (uint32_t)strtoul(end, NULL, 10);
	return restarts;
}

bool engine_has_keeper(int folder)
{
	return held_is(folder, KEEPER_FILE);
}

bool engine_wait_for_keeper(int folder, int timeout_ms)
{
	enum { LOOK_MS = 2 };
	const uint64_t until = clock_ms() + (uint64_t)timeout_ms;

	while (engine_has_keeper(folder)) {
		if (clock_ms() >= until)
			return false;
		clock_sleep_ms(LOOK_MS);
	}
	return true;
}

bool engine_is_settling(const struct engine_container *container)
{
	const bool ended = container->status == CONTAINER_EXITED || container->status == CONTAINER_RESTARTING;

	return ended && !container->ended.known && engine_has_keeper(container->folder);
}

void engine_settle(struct engine *engine, struct engine_container *container, int timeout_ms)
{
	enum { LOOK_MS = 5 };
	const uint64_t until = clock_ms() + (uint64_t)timeout_ms;

	while (engine_is_settling(container) && clock_ms() < until) {
		clock_sleep_ms(LOOK_MS);
		engine_refresh(engine, container);
	}
}

void engine_set_stopped(int folder, bool stopped)
{
	int fd;

	if (!stopped) {
		sys_unlinkat(folder, STOPPED, 0);
		return;
	}
	fd = file_open_kept(folder, STOPPED, O_WRONLY | O_CREAT, 0600);
	if (fd >= 0)
		sys_close(fd);
}

void engine_ask_for_restart(int folder)
{
	int fd = file_open_kept(folder, AGAIN, O_WRONLY | O_CREAT, 0600);

	if (fd >= 0)
		sys_close(fd);
}

bool engine_take_restart(int folder)
{
	return sys_unlinkat(folder, AGAIN, 0) == 0;
}

bool engine_is_stopped(int folder)
{
	return sys_faccessat2(folder, STOPPED, F_OK, 0) == 0;
}
