/* screen.h - the terminal that this program was called in, while it is a container's.
 *
 * It is raw then: each key is passed on as it is, so that Ctrl-C interrupts the program inside and not this one. Where
 * standard input is no terminal, or this process is a background job of its shell, it is left alone.
 */
#pragma once
#include <stdbool.h>
#include <termios.h>

struct screen {
	int sized_by;			/* a descriptor of it, for its size, or -1 */
	bool keyboard;			/* standard input is a terminal */
	bool foreground;		/* and this process may read from it */
	bool raw;
	bool makes_lines;		/* "\n" becomes a new line here, and not in the container's terminal */
	struct termios saved;
};

/* Makes it raw. */
void screen_begin(struct screen *screen, bool makes_lines);

/* Puts it back as it was: for the end, or until screen_resume(). */
void screen_suspend(struct screen *screen);

/* Makes it raw again, if this process is in the foreground (again). */
void screen_resume(struct screen *screen);

/* Its size; false where there is none. */
bool screen_size(const struct screen *screen, unsigned short *ret_rows, unsigned short *ret_columns);

/* The same file once more, not blocking, where the kind of file lets it be opened; else `fd`. O_NONBLOCK belongs to the
 * open file, which the caller's other processes share. */
int screen_open_again(int fd, int flags);
