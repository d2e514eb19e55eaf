/* input.c - see input.h */
#include "debug/input.h"
#include "base/file.h"
#include "base/sys.h"
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

bool input_is_usable(int fd, struct problem *problem)
{
	struct stat status;

	if (sys_fstat(fd, &status) == 0 &&
	    (isatty(fd) || S_ISFIFO(status.st_mode) || S_ISSOCK(status.st_mode) || S_ISREG(status.st_mode)))
		return true;
	problem_set(problem, "option '--step': standard input is no terminal, and no pipe or file with commands; for "
		    "example: printf 'break exec\\ncontinue\\nlist\\n' | … --step …");
	return false;
}

void input_open(struct input *input, int fd, int out)
{
	memset(input, 0, sizeof(*input));
	input->fd = fd;
	input->out = out;
	input->terminal = isatty(fd);
	if (input->terminal && (sys_fcntl(fd, F_GETFL, 0) & O_ACCMODE) == O_RDWR)
		input->out = fd;
}

void input_say(const struct input *input, const struct text *text)
{
	/* Who does not listen is not to be stopped for it. */
	(void)!file_write_all(input->out, text->at, text->length);
}

/* One byte of the input, or what comes first. */
static enum input_result read_byte(const struct input *input, struct pollfd *others, size_t count,
				   unsigned char *ret_byte)
{
	struct pollfd all[1 + INPUT_WATCHED_MAX] = { { input->fd, POLLIN, 0 } };
	bool woken = false;
	ssize_t result;

	memcpy(all + 1, others, count * sizeof(*others));
	do
		result = sys_ppoll(all, 1 + count, NULL);
	while (result == -EINTR);
	memcpy(others, all + 1, count * sizeof(*others));
	for (size_t i = 0; i < count; i++)
		woken = woken || others[i].revents;
	if (woken)
		return INPUT_WOKEN;
	do
		result = sys_read(input->fd, ret_byte, 1);
	while (result == -EINTR);
	return result == 1 ? INPUT_LINE : INPUT_END;
}

/* --- a pipe or a file --- */

/* A line that is too long is none. A last line needs no end. */
static enum input_result read_plain(struct input *input, struct pollfd *others, size_t count)
{
	struct line *line = &input->line;
	enum input_result result;
	unsigned char byte;
	bool whole = true;

	line_begin(line);
	while ((result = read_byte(input, others, count, &byte)) == INPUT_LINE && byte != '\n') {
		if (line->length + 1 < sizeof(line->at))
			line->at[line->length++] = byte ? (char)byte : '?';
		else
			whole = false;
		line->at[line->length] = '\0';
	}
	if (!whole) {
		static const char said[] = "the line is too long, and is not done\n";

		line_begin(line);
		(void)!file_write_all(input->out, said, sizeof(said) - 1);
	}
	return result == INPUT_END && line->length ? INPUT_LINE : result;
}

/* --- a terminal --- */

static size_t columns_of(const struct input *input)
{
	enum { USUAL = 80 };
	struct winsize size;

	return sys_ioctl(input->fd, TIOCGWINSZ, &size) == 0 && size.ws_col ? size.ws_col : USUAL;
}

static void draw(const struct input *input, struct arena *arena, const char *prompt)
{
	struct text text = text_new(arena);

	line_draw(&input->line, prompt, columns_of(input), &text);
	input_say(input, &text);
}

static void end_line(const struct input *input)
{
	(void)!file_write_all(input->out, "\n", 1);
}

static enum input_result edit(struct input *input, struct arena *arena, const char *prompt, struct pollfd *others,
			      size_t count)
{
	enum input_result result;
	unsigned char byte;

	for (;;) {
		draw(input, arena, prompt);
		result = read_byte(input, others, count, &byte);
		if (result != INPUT_LINE)
			return result;
		switch (line_key(&input->line, byte)) {
		case LINE_MORE: break;
		case LINE_DONE: return INPUT_LINE;
		case LINE_ENDED: return INPUT_END;
		case LINE_CANCELLED:
			end_line(input);
			line_begin(&input->line);
		}
	}
}

static enum input_result read_typed(struct input *input, struct arena *arena, const char *prompt,
				    struct pollfd *others, size_t count)
{
	struct termios saved, raw;
	enum input_result result;

	line_begin(&input->line);
	if (tcgetattr(input->fd, &saved) < 0)
		return INPUT_END;
	raw = saved;
	cfmakeraw(&raw);
	raw.c_oflag = saved.c_oflag;
	tcsetattr(input->fd, TCSADRAIN, &raw);
	result = edit(input, arena, prompt, others, count);
	end_line(input);
	tcsetattr(input->fd, TCSADRAIN, &saved);
	if (result == INPUT_LINE)
		line_remember(&input->line, arena);
	return result;
}

enum input_result input_read(struct input *input, struct arena *arena, const char *prompt, struct pollfd *others,
			     size_t count)
{
	return input->terminal ? read_typed(input, arena, prompt, others, count) : read_plain(input, others, count);
}
