/* keeper.c - who looks after a container: see container.h.
 *
 * The lock is one of an open file (F_OFD_SETLK, fcntl(2)): it outlives execve(2), goes with the last process that has
 * inherited the descriptor, and others can ask whether it is held without taking it for a moment.
 */
#include "base/clock.h"
#include "base/fd.h"
#include "base/sys_file.h"
#include "engine/parts.h"
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define STOPPED "stopped"
#define AGAIN "again"

/* By libraries' headers it is only there for programs with large files. */
static int ask(int fd, int command, struct flock *lock)
{
	*lock = (struct flock){ .l_type = F_WRLCK, .l_whence = SEEK_SET };
	return sys_fcntl(fd, command, (long)lock);
}

int engine_become_keeper(int folder)
{
	closes int fd = sys_openat(folder, KEEPER_FILE, O_RDWR | O_CREAT | O_NOFOLLOW, 0600);
	struct flock lock;
	int error = fd < 0 ? fd : ask(fd, F_OFD_SETLK, &lock);

	/* Seldom: one that ends, of a container that was removed or is started again. */
	while (error == -EAGAIN || error == -EACCES || error == -EINTR)
		error = ask(fd, F_OFD_SETLKW, &lock);
	return error < 0 ? error : take_fd(&fd);
}

int engine_try_keeper(int folder)
{
	closes int fd = sys_openat(folder, KEEPER_FILE, O_RDWR | O_CREAT | O_NOFOLLOW, 0600);
	struct flock lock;
	int error = fd < 0 ? fd : ask(fd, F_OFD_SETLK, &lock);

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
	closes int fd = sys_openat(folder, KEEPER_FILE, O_RDWR | O_NOFOLLOW, 0);
	struct flock lock;

	return fd >= 0 && ask(fd, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
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
