/* test_terminal.c - the copy loop between a caller and a pty, with a shell in place of a container. */
#include "life/terminal.h"
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* What the caller of the runtime sees: its standard input and output are files or pipes of the test. */
struct caller {
	int input, output;		/* the test's ends */
	int saved[2];
};

static struct caller replace_standard_streams(void)
{
	struct caller caller;
	int in[2], out[2];

	assert_int_equal(pipe2(in, O_CLOEXEC), 0);
	assert_int_equal(pipe2(out, O_CLOEXEC), 0);
	caller.saved[0] = fcntl(0, F_DUPFD_CLOEXEC, 3);
	caller.saved[1] = fcntl(1, F_DUPFD_CLOEXEC, 3);
	dup2(in[0], 0);
	dup2(out[1], 1);
	close(in[0]);
	close(out[1]);
	caller.input = in[1];
	caller.output = out[0];
	return caller;
}

static void restore_standard_streams(struct caller *caller)
{
	for (int fd = 0; fd < 2; fd++) {
		dup2(caller->saved[fd], fd);
		close(caller->saved[fd]);
	}
	if (caller->input >= 0)
		close(caller->input);
}

/* Starts `script` on the other side of a new pty, as the plan's steps do. */
static pid_t start_shell(const char *script, int *ret_master)
{
	int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	struct termios state;
	pid_t child;
	int tty;

	assert_true(master >= 0 && grantpt(master) == 0 && unlockpt(master) == 0);
	tty = open(ptsname(master), O_RDWR | O_NOCTTY | O_CLOEXEC);
	assert_int_equal(tcgetattr(tty, &state), 0);
	state.c_oflag &= ~(tcflag_t)ONLCR;
	state.c_lflag &= ~(tcflag_t)ECHO;
	tcsetattr(tty, TCSANOW, &state);
	child = fork();
	if (child == 0) {
		setsid();
		ioctl(tty, TIOCSCTTY, 0);
		for (int fd = 0; fd < 3; fd++)
			dup2(tty, fd);
		execl("/bin/sh", "sh", "-c", script, (char *)NULL);
		_exit(127);
	}
	close(tty);
	*ret_master = master;
	return child;
}

/* The loop of the runtime, with a short timeout in place of SIGCHLD. */
static int copy_until_end(struct terminal *terminal, pid_t child)
{
	struct pollfd fds[TERMINAL_FDS];
	int status;

	while (waitpid(child, &status, WNOHANG) == 0) {
		terminal_prepare(terminal, fds);
		if (poll(fds, TERMINAL_FDS, 20) > 0)
			terminal_work(terminal, fds);
	}
	terminal_end(terminal);
	return status;
}

/* Runs it with `input` on standard input; what came out is in `output`. Returns the wait status. */
static int run(const char *script, const char *input, char *output, size_t size)
{
	struct caller caller = replace_standard_streams();
	struct terminal terminal;
	int master, status;
	pid_t child = start_shell(script, &master);
	size_t length = 0;
	ssize_t count;

	assert_int_equal(write(caller.input, input, strlen(input)), strlen(input));
	close(caller.input);
	caller.input = -1;
	terminal_begin(&terminal, master, NULL, false);
	status = copy_until_end(&terminal, child);
	restore_standard_streams(&caller);
	while ((count = read(caller.output, output + length, size - 1 - length)) > 0)
		length += (size_t)count;
	output[length] = '\0';
	close(caller.output);
	return status;
}

static void last_words_are_shown(void **state)
{
	char output[32 * 1024];
	int status = run("seq 1 2000; exit 3", "", output, sizeof(output));

	assert_int_equal(WEXITSTATUS(status), 3);
	assert_int_equal(strlen(output), 9 + 180 + 2700 + 4004 + 2000);
	assert_string_equal(output + strlen(output) - 5, "2000\n");
}

static void the_end_of_input_is_passed_on(void **state)
{
	char output[256];

	assert_int_equal(run("cat; echo end", "one\ntwo\n", output, sizeof(output)), 0);
	assert_string_equal(output, "one\ntwo\nend\n");
	assert_int_equal(run("cat; echo end", "one\ntwo", output, sizeof(output)), 0);
	assert_string_equal(output, "one\ntwoend\n");
	assert_int_equal(run("cat; echo end", "", output, sizeof(output)), 0);
	assert_string_equal(output, "end\n");
}

/* Each mode change would lose a Ctrl-D that was sent ahead; each reader needs its own. */
static void the_end_of_input_outlives_mode_changes(void **state)
{
	char output[256];

	run("cat; sleep 0.1; stty raw; "
	    "sleep 0.1; stty cooked -echo -onlcr; cat; echo end", "one\n", output, sizeof(output));
	assert_string_equal(output, "one\nend\n");
}

static void a_closed_terminal_can_be_opened_again(void **state)
{
	char output[256];

	run("tty=$(tty); exec <&- >&- 2>&-; sleep 0.1; echo back >\"$tty\"", "", output, sizeof(output));
	assert_string_equal(output, "back\n");
}

static void without_a_reader_the_terminal_hangs_up(void **state)
{
	struct caller caller = replace_standard_streams();
	struct terminal terminal;
	int master, status;
	pid_t child = start_shell("while :; do echo y; done", &master);

	signal(SIGPIPE, SIG_IGN);
	close(caller.output);
	terminal_begin(&terminal, master, NULL, false);
	status = copy_until_end(&terminal, child);
	restore_standard_streams(&caller);
	signal(SIGPIPE, SIG_DFL);
	assert_true(WIFSIGNALED(status) || WEXITSTATUS(status) != 0);
}

/* A terminal of the test's own plays the caller's. */
static void sizes_and_modes_are_passed_on(void **state)
{
	int screen = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC), saved = dup(0), master, tty;
	struct winsize size = { 33, 101, 0, 0 }, got = { 0 };
	struct termios before, during, after;
	struct terminal terminal;
	pid_t child = start_shell("sleep 0.2", &master);

	assert_true(grantpt(screen) == 0 && unlockpt(screen) == 0);
	tty = open(ptsname(screen), O_RDWR | O_NOCTTY | O_CLOEXEC);
	ioctl(tty, TIOCSWINSZ, &size);
	dup2(tty, 0);
	tcgetattr(tty, &before);
	terminal_begin(&terminal, master, NULL, false);
	tcgetattr(tty, &during);
	ioctl(master, TIOCGWINSZ, &got);
	size.ws_row = 44;
	ioctl(tty, TIOCSWINSZ, &size);
	terminal_resize(&terminal);
	assert_int_equal(ioctl(master, TIOCGWINSZ, &size), 0);
	copy_until_end(&terminal, child);
	tcgetattr(tty, &after);
	dup2(saved, 0);
	close(saved);
	close(tty);
	close(screen);
	assert_int_equal(got.ws_row, 33);
	assert_int_equal(got.ws_col, 101);
	assert_int_equal(size.ws_row, 44);
	assert_false(during.c_lflag & (ICANON | ECHO | ISIG));
	assert_int_equal(during.c_oflag, before.c_oflag);
	assert_int_equal(after.c_lflag, before.c_lflag);
	assert_int_equal(after.c_iflag, before.c_iflag);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(last_words_are_shown),
		cmocka_unit_test(the_end_of_input_is_passed_on),
		cmocka_unit_test(the_end_of_input_outlives_mode_changes),
		cmocka_unit_test(a_closed_terminal_can_be_opened_again),
		cmocka_unit_test(without_a_reader_the_terminal_hangs_up),
		cmocka_unit_test(sizes_and_modes_are_passed_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
