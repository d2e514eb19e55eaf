/* keeper.c - who looks after a container, by a file that it holds (base/held.h): see container.h. */
#include "base/clock.h"
#include "base/fd.h"
#include "base/file.h"
#include "base/held.h"
#include "engine/parts.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define STOPPED "stopped"
#define AGAIN "again"
#define ENDING "ending"

enum { NOTES_SIZE = 64 };

int engine_become_keeper(int folder)
{
	closes int fd = file_open_kept(folder, KEEPER_FILE, O_RDWR | O_CREAT, 0600);
	/* Somebody else has it seldom: one that ends, of a container that was removed or is started again. */
	int error = fd < 0 ? fd : held_await(fd);

	return error < 0 ? error : take_fd(&fd);
}

int engine_try_keeper(int folder)
{
	closes int fd = file_open_kept(folder, KEEPER_FILE, O_RDWR | O_CREAT, 0600);
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

void engine_note_end(int keeper)
{
	static const char word[] = ENDING "\n";
	struct stat info;

	if (sys_fstat(keeper, &info) == 0)
		(void)!pwrite(keeper, word, strlen(word), info.st_size);
}

/* What its keeper has noted: one line when it began, one when it has ended. */
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
