/* terminal.c - see terminal.h */
#include "cli/terminal.h"
#include "base/fd.h"
#include "base/file.h"
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

static void say(const char *text)
{
	(void)file_write_all(STDERR_FILENO, text, strlen(text));
}

/* A terminal gives one line at a time. */
static bool read_line(char *line, size_t size)
{
	ssize_t length;

	do
		length = read(STDIN_FILENO, line, size - 1);
	while (length < 0 && errno == EINTR);
	line[length > 0 ? length : 0] = '\0';
	line[strcspn(line, "\r\n")] = '\0';
	return length > 0;
}

bool terminal_ask(const char *question, char *line, size_t size)
{
	say(question);
	return read_line(line, size);
}

/* --- without echo --- */

enum heard { HEARD_LINE, HEARD_SIGNAL, HEARD_END };

/* A signal is not taken from `signals`: it stays to be delivered once it is not blocked any more. */
static enum heard hear(int signals, char *line, size_t size)
{
	struct pollfd wait[] = { { signals, POLLIN, 0 }, { STDIN_FILENO, POLLIN, 0 } };
	int got;

	do
		got = poll(wait, sizeof(wait) / sizeof(wait[0]), -1);
	while (got < 0 && errno == EINTR);
	if (got > 0 && wait[0].revents)
		return HEARD_SIGNAL;
	return got > 0 && read_line(line, size) ? HEARD_LINE : HEARD_END;
}

/* With the signals blocked, so that none can end the program before the terminal is as it was. */
static enum heard ask_silently(const char *question, const sigset_t *blocked, char *line, size_t size)
{
	closes int signals = signalfd(-1, blocked, SFD_CLOEXEC);
	struct termios before, silent;
	enum heard heard;

	if (signals < 0 || tcgetattr(STDIN_FILENO, &before))
		return HEARD_END;
	silent = before;
	silent.c_lflag &= ~(tcflag_t)(ECHO | ECHOE | ECHOK | ECHONL);
	if (tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent))
		return HEARD_END;
	say(question);
	heard = hear(signals, line, size);
	tcsetattr(STDIN_FILENO, TCSADRAIN, &before);
	say("\n");
	return heard;
}

bool terminal_ask_secret(const char *question, char *line, size_t size)
{
	static const int ending[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP };
	sigset_t blocked, before;
	enum heard heard;

	sigemptyset(&blocked);
	for (size_t i = 0; i < sizeof(ending) / sizeof(ending[0]); i++)
		sigaddset(&blocked, ending[i]);
	do {
		sigprocmask(SIG_BLOCK, &blocked, &before);
		heard = ask_silently(question, &blocked, line, size);
		sigprocmask(SIG_SETMASK, &before, NULL);
	} while (heard == HEARD_SIGNAL);
	return heard == HEARD_LINE;
}
