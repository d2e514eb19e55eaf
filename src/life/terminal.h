/* terminal.h - between the caller's terminal and the container's.
 *
 *	caller's keyboard → standard input  →┐                    ┌→ container's program
 *	                                     │ master ⇄ its tty │
 *	caller's screen   ← standard output ←┘                    └← container's program
 *
 * While the container runs, the caller's terminal is raw: each key is passed on as it is, so
 * that Ctrl-C interrupts the program inside and not the runtime. Where standard input is no
 * terminal, its bytes are copied all the same, and its end is told by the end-of-file
 * character (Ctrl-D), which is all that a terminal has for it: again and again, since a
 * pipe at its end stays there for every program that reads from it.
 *
 * It is driven by a poll(2) loop that also watches other things:
 *
 *	terminal_begin(&terminal, master, keys, size_given);
 *	while (...) {
 *		timeout_ms = terminal_prepare(&terminal, fds);
 *		poll(fds, ..., timeout_ms);
 *		terminal_work(&terminal, fds);
 *	}
 *	terminal_end(&terminal);
 *
 * or, once `left` is set, with terminal_leave() at its end; and with all signals blocked: SIGWINCH calls
 * terminal_resize(), SIGCONT terminal_resume(), and what stops the runtime itself terminal_suspend() before.
 */
#pragma once
#include "life/keys.h"
#include "life/screen.h"
#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TERMINAL_FDS = 3, TERMINAL_CHUNK = 4096 };

/* Bytes on their way in one direction. */
struct stream {
	size_t begin, end;
	unsigned char bytes[TERMINAL_CHUNK];
};

struct terminal {
	int master, slave;		/* of the container's terminal; -1: it is hung up */
	int input, output;		/* standard input and output, not blocking where that could be had */
	struct screen screen;		/* the caller's */
	bool input_ended;
	struct keys *keys;		/* that leave the container's program running; NULL: there are none */
	bool left;			/* they were typed */
	uint64_t end_due_ms;		/* when the end-of-file character is sent next, and then how much later */
	unsigned end_wait_ms;
	struct stream in, out;		/* to the container, to the caller */
};

/* Takes over `master`. The container's terminal gets the caller's size, unless its own was asked for. */
void terminal_begin(struct terminal *terminal, int master, struct keys *keys, bool size_given);

/* Fills in what to wait for; descriptors that are not of interest are -1. Returns how long: the
 * timeout of poll(2). */
int terminal_prepare(struct terminal *terminal, struct pollfd fds[TERMINAL_FDS]);

/* Moves what poll(2) said can be moved. Never blocks for long. */
void terminal_work(struct terminal *terminal, const struct pollfd fds[TERMINAL_FDS]);

/* Passes the size of the caller's terminal on. */
void terminal_resize(const struct terminal *terminal);

/* Puts the caller's terminal back as it was, until terminal_resume(). */
void terminal_suspend(struct terminal *terminal);

/* Makes it raw again, if this process is in the foreground (again). */
void terminal_resume(struct terminal *terminal);

/* Puts the caller's terminal back, and leaves the container's to a process of its own, which reads what nobody sees any
 * more until all have closed it: a program whose terminal is hung up gets SIGHUP, and would end. */
void terminal_leave(struct terminal *terminal);

/* Puts the caller's terminal back, shows what the container has written last, and closes all. */
void terminal_end(struct terminal *terminal);
