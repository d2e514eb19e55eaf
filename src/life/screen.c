/* screen.c - see screen.h */
#include "life/screen.h"
#include "base/sys.h"
#include "life/life.h"
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

int screen_open_again(int fd, int flags)
{
	char path[32];
	struct stat status;
	int again;

	if (sys_fstat(fd, &status) < 0 || !(S_ISCHR(status.st_mode) || S_ISFIFO(status.st_mode)))
		return fd;
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	again = sys_openat(AT_FDCWD, path, flags | O_NONBLOCK | O_NOCTTY, 0);
	return again < 0 ? fd : again;
}

static int find_size(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (isatty(fd))
			return fd;
	return -1;
}

bool screen_size(const struct screen *screen, unsigned short *ret_rows, unsigned short *ret_columns)
{
	struct winsize size;

	if (screen->sized_by < 0 || sys_ioctl(screen->sized_by, TIOCGWINSZ, &size) != 0)
		return false;
	*ret_rows = size.ws_row;
	*ret_columns = size.ws_col;
	return true;
}

bool life_terminal_size(unsigned short *ret_rows, unsigned short *ret_columns)
{
	const struct screen screen = { .sized_by = find_size() };

	return screen_size(&screen, ret_rows, ret_columns);
}

/* A background job may not change the terminal, and to read from it is an error while the signal
 * that would stop the job (SIGTTIN) is blocked. */
static bool in_foreground(void)
{
	pid_t group = tcgetpgrp(STDIN_FILENO);

	return group < 0 || group == getpgrp();
}

static void make_raw(struct screen *screen)
{
	struct termios raw = screen->saved;

	if (!screen->keyboard || !screen->foreground || screen->raw)
		return;
	cfmakeraw(&raw);
	if (screen->makes_lines)
		raw.c_oflag = screen->saved.c_oflag;
	screen->raw = tcsetattr(STDIN_FILENO, TCSANOW, &raw) == 0;
}

void screen_begin(struct screen *screen, bool makes_lines)
{
	*screen = (struct screen){ .sized_by = find_size(), .foreground = true, .makes_lines = makes_lines };
	screen->keyboard = tcgetattr(STDIN_FILENO, &screen->saved) == 0;
	if (screen->keyboard)
		screen->foreground = in_foreground();
	make_raw(screen);
}

void screen_suspend(struct screen *screen)
{
	if (screen->raw)
		tcsetattr(STDIN_FILENO, TCSANOW, &screen->saved);
	screen->raw = false;
}

void screen_resume(struct screen *screen)
{
	if (!screen->keyboard)
		return;
	screen->raw = false;		/* a shell sets its own modes while a job is stopped */
	screen->foreground = in_foreground();
	make_raw(screen);
}
