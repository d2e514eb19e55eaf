/* fullscreen.c - see fullscreen.h */
#include "live/fullscreen.h"
#include "base/clock.h"
#include "base/fd.h"
#include "base/file.h"
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

static const int caught[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP, SIGCONT, SIGWINCH, SIGPIPE };

/* The alternate screen, no cursor, and nothing runs over into the next line; and back. */
static const char enter[] = "\033[?1049h\033[?25l\033[?7l\033[H\033[2J";
static const char leave[] = "\033[?7h\033[?25h\033[?1049l";

static bool say(const char *text, size_t length)
{
	return file_write_all(STDOUT_FILENO, text, length) == 0;
}

/* --- taking it and giving it back --- */

static bool can_be_drawn_on(void)
{
	const char *term = getenv("TERM");

	return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) && term && *term && strcmp(term, "dumb") != 0;
}

bool fullscreen_begin(struct fullscreen *fullscreen)
{
	sigset_t blocked;

	*fullscreen = (struct fullscreen){ .signals = -1 };
	if (!can_be_drawn_on())
		return false;
	sigemptyset(&blocked);
	for (size_t i = 0; i < sizeof(caught) / sizeof(caught[0]); i++)
		sigaddset(&blocked, caught[i]);
	sigprocmask(SIG_BLOCK, &blocked, &fullscreen->before);
	fullscreen->signals = signalfd(-1, &blocked, SFD_CLOEXEC | SFD_NONBLOCK);
	screen_begin(&fullscreen->screen, false);
	if (fullscreen->signals < 0 || !fullscreen->screen.raw) {
		fullscreen_end(fullscreen);
		return false;
	}
	say(enter, sizeof(enter) - 1);
	return true;
}

static void give_back(struct fullscreen *fullscreen)
{
	if (fullscreen->screen.raw)
		say(leave, sizeof(leave) - 1);
	screen_suspend(&fullscreen->screen);
}

void fullscreen_end(struct fullscreen *fullscreen)
{
	give_back(fullscreen);
	if (fullscreen->signals >= 0)
		sys_close(fullscreen->signals);
	fullscreen->signals = -1;
	if (fullscreen->ended_by) {
		signal(fullscreen->ended_by, SIG_DFL);
		raise(fullscreen->ended_by);
	}
	sigprocmask(SIG_SETMASK, &fullscreen->before, NULL);
}

/* --- signals --- */

/* The screen is the shell's until this goes on; SIGCONT then takes it again. */
static void stop(struct fullscreen *fullscreen)
{
	give_back(fullscreen);
	kill(getpid(), SIGSTOP);
}

/* In the background it must not touch the terminal: the stop by SIGTTOU would come in the midst of a frame. */
static enum key go_on(struct fullscreen *fullscreen)
{
	screen_resume(&fullscreen->screen);
	if (!fullscreen->screen.foreground) {
		stop(fullscreen);
		return KEY_NONE;
	}
	say(enter, sizeof(enter) - 1);
	return KEY_SIZE;
}

static enum key take_signal(struct fullscreen *fullscreen)
{
	struct signalfd_siginfo info;

	if (sys_read(fullscreen->signals, &info, sizeof(info)) != sizeof(info))
		return KEY_NONE;
	switch ((int)info.ssi_signo) {
	case SIGWINCH: return KEY_SIZE;
	case SIGCONT: return go_on(fullscreen);
	case SIGTSTP: return KEY_SUSPEND;
	default: break;
	}
	fullscreen->ended_by = (int)info.ssi_signo;
	return KEY_QUIT;
}

/* --- keys --- */

static enum key take_typed(struct fullscreen *fullscreen, bool all)
{
	size_t used;
	enum key key = key_next(fullscreen->typed, fullscreen->typed_length, all, &used);

	fullscreen->typed_length -= used;
	memmove(fullscreen->typed, fullscreen->typed + used, fullscreen->typed_length);
	return key;
}

static bool read_typed(struct fullscreen *fullscreen)
{
	ssize_t count = sys_read(STDIN_FILENO, fullscreen->typed + fullscreen->typed_length,
				 sizeof(fullscreen->typed) - fullscreen->typed_length);

	if (count > 0)
		fullscreen->typed_length += (size_t)count;
	return count > 0 || count == -EINTR || count == -EAGAIN;
}

/* How long to wait, in ms. What may be half a key is one by itself when nothing follows at once. */
static int patience(const struct fullscreen *fullscreen, uint64_t until_ms)
{
	enum { REST_OF_KEY_MS = 50 };
	uint64_t now = clock_ms();

	if (fullscreen->typed_length)
		return REST_OF_KEY_MS;
	return now < until_ms ? (int)(until_ms - now) : 0;
}

static enum key next_key(struct fullscreen *fullscreen, uint64_t until_ms)
{
	struct pollfd fds[] = { { fullscreen->signals, POLLIN, 0 }, { STDIN_FILENO, POLLIN, 0 } };
	enum key key;
	int ready;

	if (fullscreen->typed_length && (key = take_typed(fullscreen, false)) != KEY_HALF)
		return key;
	ready = poll(fds, sizeof(fds) / sizeof(fds[0]), patience(fullscreen, until_ms));
	if (ready > 0 && fds[0].revents)
		return take_signal(fullscreen);
	if (ready > 0 && fds[1].revents && !read_typed(fullscreen))
		return KEY_QUIT;
	if (fullscreen->typed_length)
		return take_typed(fullscreen, !ready || fullscreen->typed_length == sizeof(fullscreen->typed));
	return KEY_NONE;
}

enum key fullscreen_key(struct fullscreen *fullscreen, uint64_t until_ms)
{
	enum key key;

	do
		key = next_key(fullscreen, until_ms);
	while (key == KEY_HALF || (key == KEY_NONE && clock_ms() < until_ms));
	if (key == KEY_SUSPEND) {
		stop(fullscreen);
		key = KEY_NONE;
	}
	fullscreen->clear |= key == KEY_SIZE;
	return key;
}

/* --- frames --- */

bool fullscreen_show(struct fullscreen *fullscreen, const struct text *frame)
{
	struct text out = text_new(frame->arena);
	const char *at = frame->at;

	text_add(&out, "\033[?2026h\033[H");
	if (fullscreen->clear)
		text_add(&out, "\033[2J");
	for (size_t length; *at; at += length) {
		length = strcspn(at, "\n");
		text_add_bytes(&out, at, length);
		if (at[length] == '\n') {
			text_add(&out, "\r\n");
			length++;
		}
	}
	text_add(&out, "\033[?2026l");
	fullscreen->clear = false;
	return say(out.at, out.length);
}
