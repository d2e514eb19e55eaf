/* terminal.c - see terminal.h */
#include "base/clock.h"
#include "life/terminal.h"
#include "base/sys.h"
#include "life/life.h"
#include "life/wait.h"
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { AT_INPUT, AT_MASTER, AT_OUTPUT };

enum { CTRL_D = 4, SHORTEST_WAIT_MS = 20, LONGEST_WAIT_MS = 2000 };

/* What the container has written when it ends is no more than a kernel buffer. Processes that
 * outlive it (without a pid namespace) could go on for ever. */
static const size_t LAST_WORDS = (size_t)1024 * 1024;

static bool is_empty(const struct stream *stream)
{
	return stream->begin == stream->end;
}

void terminal_begin(struct terminal *terminal, int master, struct keys *keys, bool size_given)
{
	*terminal = (struct terminal){
		.master = master,
		.keys = keys,
		.input = screen_open_again(STDIN_FILENO, O_RDONLY),
		.output = screen_open_again(STDOUT_FILENO, O_WRONLY),
		.end_wait_ms = SHORTEST_WAIT_MS,
	};
	sys_fcntl(master, F_SETFL, O_RDWR | O_NONBLOCK);
	/* With the other side held open here too, a container that closes its terminal for a while
	 * does not hang it up. */
	terminal->slave = sys_ioctl(master, TIOCGPTPEER,
				    (const void *)(long)(O_RDWR | O_NOCTTY | O_CLOEXEC));
	/* The container's terminal leaves "\n" as it is. */
	screen_begin(&terminal->screen, true);
	if (!size_given)
		terminal_resize(terminal);
}

/* Whether there is input that no program has taken yet. A terminal forgets a Ctrl-D that waits in it
 * when a program changes its mode, as shells do; so it is sent only when all before it is gone. */
static bool has_unread_input(const struct terminal *terminal)
{
	struct pollfd tty = { terminal->slave, POLLIN, 0 };

	return !is_empty(&terminal->in) || (terminal->slave >= 0 && poll(&tty, 1, 0) > 0);
}

static void send_end_of_file(struct terminal *terminal)
{
	struct stream *in = &terminal->in;
	struct termios state;

	in->begin = 0;
	in->end = 1;
	in->bytes[0] = tcgetattr(terminal->master, &state) == 0 ? state.c_cc[VEOF] : CTRL_D;
}

/* Sends the end of the input when it is due. Returns the time until it may be due again, or -1. */
static int keep_input_ended(struct terminal *terminal)
{
	uint64_t now;

	if (!terminal->input_ended || terminal->screen.keyboard || terminal->master < 0)
		return -1;
	now = clock_ms();
	if (now >= terminal->end_due_ms) {
		if (!has_unread_input(terminal))
			send_end_of_file(terminal);
		terminal->end_due_ms = now + terminal->end_wait_ms;
		if (terminal->end_wait_ms < LONGEST_WAIT_MS)
			terminal->end_wait_ms *= 2;
	}
	return (int)(terminal->end_due_ms - now);
}

int terminal_prepare(struct terminal *terminal, struct pollfd fds[TERMINAL_FDS])
{
	int timeout_ms = keep_input_ended(terminal);
	bool wants_input = terminal->master >= 0 && !terminal->input_ended && terminal->screen.foreground &&
			   is_empty(&terminal->in);
	short master_events = 0;

	if (is_empty(&terminal->out))
		master_events |= POLLIN;
	if (!is_empty(&terminal->in))
		master_events |= POLLOUT;
	fds[AT_INPUT] = (struct pollfd){ wants_input ? terminal->input : -1, POLLIN, 0 };
	fds[AT_MASTER] = (struct pollfd){ master_events ? terminal->master : -1, master_events, 0 };
	fds[AT_OUTPUT] = (struct pollfd){ is_empty(&terminal->out) ? -1 : terminal->output, POLLOUT, 0 };
	return timeout_ms;
}

/* As when the window of a terminal is closed: the program inside gets SIGHUP. */
static void hang_up(struct terminal *terminal)
{
	if (terminal->slave >= 0)
		sys_close(terminal->slave);
	if (terminal->master >= 0)
		sys_close(terminal->master);
	terminal->slave = terminal->master = -1;
	terminal->in.begin = terminal->in.end = 0;
}

static bool try_later(ssize_t result)
{
	return result == -EAGAIN || result == -EINTR;
}

static void read_input(struct terminal *terminal)
{
	struct stream *in = &terminal->in;
	char typed[TERMINAL_CHUNK - KEYS_MAX];
	ssize_t count = sys_read(terminal->input, typed, sizeof(typed));

	if (count > 0) {
		in->begin = 0;
		in->end = (size_t)count;
		if (terminal->keys)
			terminal->left = keys_take(terminal->keys, typed, (size_t)count, (char *)in->bytes, &in->end);
		else
			memcpy(in->bytes, typed, (size_t)count);
	} else if (!try_later(count)) {
		terminal->input_ended = true;
	}
}

/* Returns false where there is nothing (more) to read. */
static bool read_master(struct terminal *terminal)
{
	struct stream *out = &terminal->out;
	ssize_t count = sys_read(terminal->master, out->bytes, sizeof(out->bytes));

	if (count > 0) {
		out->begin = 0;
		out->end = (size_t)count;
		return true;
	}
	if (!try_later(count))		/* EIO: nobody has the other side open */
		hang_up(terminal);
	return false;
}

static void write_master(struct terminal *terminal)
{
	struct stream *in = &terminal->in;
	ssize_t count = sys_write(terminal->master, in->bytes + in->begin, in->end - in->begin);

	if (count > 0)
		in->begin += (size_t)count;
	else if (!try_later(count))
		in->begin = in->end;
}

/* Returns false where nobody takes the output any more. */
static bool write_output(struct terminal *terminal)
{
	struct stream *out = &terminal->out;
	ssize_t count = sys_write(terminal->output, out->bytes + out->begin, out->end - out->begin);

	if (count > 0)
		out->begin += (size_t)count;
	else if (!try_later(count))
		out->begin = out->end;
	return count > 0 || try_later(count);
}

void terminal_work(struct terminal *terminal, const struct pollfd fds[TERMINAL_FDS])
{
	short master = fds[AT_MASTER].revents;

	if (fds[AT_OUTPUT].revents && !write_output(terminal))
		hang_up(terminal);
	if (terminal->master >= 0 && fds[AT_INPUT].revents)
		read_input(terminal);
	if (terminal->master >= 0 && master & POLLOUT)
		write_master(terminal);
	if (terminal->master >= 0 && master & ~POLLOUT && is_empty(&terminal->out))
		read_master(terminal);
}

void terminal_resize(const struct terminal *terminal)
{
	struct winsize size = { 0 };

	if (terminal->master >= 0 && screen_size(&terminal->screen, &size.ws_row, &size.ws_col))
		sys_ioctl(terminal->master, TIOCSWINSZ, &size);
}

void terminal_suspend(struct terminal *terminal)
{
	screen_suspend(&terminal->screen);
}

void terminal_resume(struct terminal *terminal)
{
	screen_resume(&terminal->screen);
	if (terminal->screen.keyboard)
		terminal_resize(terminal);
}

static void wait_for_output(int output)
{
	struct pollfd wait = { output, POLLOUT, 0 };

	poll(&wait, 1, -1);
}

/* A read that finds nothing has made the kernel hand over all that was written (n_tty). */
static void show_last_words(struct terminal *terminal)
{
	for (size_t count = 0; count < LAST_WORDS; count += terminal->out.end) {
		if (is_empty(&terminal->out) &&
		    (terminal->master < 0 || !read_master(terminal)))
			return;
		while (!is_empty(&terminal->out)) {
			wait_for_output(terminal->output);
			if (!write_output(terminal))
				return;
		}
	}
}

static void close_all(struct terminal *terminal)
{
	hang_up(terminal);
	if (terminal->input != STDIN_FILENO)
		sys_close(terminal->input);
	if (terminal->output != STDOUT_FILENO)
		sys_close(terminal->output);
}

void terminal_end(struct terminal *terminal)
{
	terminal_suspend(terminal);
	show_last_words(terminal);
	close_all(terminal);
}

/* Its descriptors are the master, and what the standard ones lead to: nowhere. */
static _Noreturn void hold(int master)
{
	enum { HELD = STDERR_FILENO + 1 };
	char lost[TERMINAL_CHUNK];
	ssize_t count;

	sys_setsid();
	/* Where its parent led the session, the kernel has hung up on both. */
	signal(SIGHUP, SIG_IGN);
	signals_restore(0);
	sys_dup3(master, HELD, O_CLOEXEC);
	sys_close_range(HELD + 1, ~0U, 0);
	for (int fd = STDIN_FILENO; fd < HELD; fd++) {
		sys_close(fd);
		sys_openat(AT_FDCWD, "/dev/null", O_RDWR, 0);
	}
	sys_fcntl(HELD, F_SETFL, O_RDWR);
	do
		count = sys_read(HELD, lost, sizeof(lost));
	while (count > 0 || count == -EINTR);
	_exit(EXIT_SUCCESS);
}

void terminal_leave(struct terminal *terminal)
{
	terminal_suspend(terminal);
	if (terminal->master >= 0 && !is_empty(&terminal->in))
		write_master(terminal);
	sys_close(terminal->slave);
	terminal->slave = -1;
	if (terminal->master >= 0 && fork() == 0)
		hold(terminal->master);
	close_all(terminal);
}
