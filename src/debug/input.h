/* input.h - where the debugger's commands come from: a person at a terminal, or a pipe or file, line by line.
 *
 * Of a pipe no byte is read beyond the line: what is behind the commands is the container's.
 */
#pragma once
#include "base/problem.h"
#include "debug/line.h"
#include <poll.h>

struct input {
	int fd;
	int out;			/* what is shown goes there */
	bool terminal;
	struct line line;
};

/* Whether commands can come from this descriptor; else a problem says what to do. */
bool input_is_usable(int fd, struct problem *problem);

/* Both stay the caller's. A terminal that commands come from is also written to. */
void input_open(struct input *input, int fd, int out);

enum input_result {
	INPUT_LINE,			/* input->line.at */
	INPUT_END,			/* there is no more */
	INPUT_WOKEN			/* something has come of what is watched besides: see its revents */
};

enum { INPUT_WATCHED_MAX = 6 };

/* Waits for a line, and for what the `count` others have: poll(2). The terminal's mode is put back. */
enum input_result input_read(struct input *input, struct arena *arena, const char *prompt, struct pollfd *others,
			     size_t count);

/* Shows it. */
void input_say(const struct input *input, const struct text *text);
