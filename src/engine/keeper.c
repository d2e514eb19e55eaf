/* keeper.c - who looks after a container, by a file that it holds (base/held.h): see container.h. */
#include "base/clock.h"
#include "base/fd.h"
#include "base/held.h"
#include "engine/parts.h"
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define STOPPED "stopped"
#define AGAIN "again"

int engine_become_keeper(int folder)
{
	closes int fd = sys_openat(folder, KEEPER_FILE, O_RDWR | O_CREAT | O_NOFOLLOW, 0600);
	/* Somebody else has it seldom: one that ends, of a container that was removed or is started again. */
	int error = fd < 0 ? fd : held_await(fd);

	return error < 0 ? error : take_fd(&fd);
}

int engine_try_keeper(int folder)
{
	closes int fd = sys_openat(folder, KEEPER_FILE, O_RDWR | O_CREAT | O_NOFOLLOW, 0600);
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

struct restarts engine_read_restarts(int folder)
{
	closes int fd = sys_openat(folder, KEEPER_FILE, O_RDONLY | O_NOFOLLOW, 0);
	struct restarts restarts = { 0 };
	char text[48], *end;
	ssize_t length = fd < 0 ? fd : sys_pread(fd, text, sizeof(text) - 1, 0);

	if (length <= 0)
		return restarts;
	text[length] = '\0';
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

void engine_set_stopped(int folder, bool stopped)
{
	int fd;

	if (!stopped) {
		sys_unlinkat(folder, STOPPED, 0);
		return;
	}
	fd = sys_openat(folder, STOPPED, O_WRONLY | O_CREAT | O_NOFOLLOW, 0600);
	if (fd >= 0)
		sys_close(fd);
}

void engine_ask_for_restart(int folder)
{
	int fd = sys_openat(folder, AGAIN, O_WRONLY | O_CREAT | O_NOFOLLOW, 0600);

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
