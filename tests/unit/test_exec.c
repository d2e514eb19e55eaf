/* test_exec.c - what exec/ does that needs no root: the walk over the lanes, gates and slots, the
 * program. */
#include "exec_plan.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
/* cmocka.h wants the ones above. */
#include <cmocka.h>

/* --- the walk --- */

static void steps_are_taken_in_order(void **state)
{
	char a[100], b[100], c[100];

	snprintf(a, sizeof(a), "%s/a", test.root);
	snprintf(b, sizeof(b), "%s/a/b", test.root);
	snprintf(c, sizeof(c), "%s/x", test.root);
	RUNTIME(STEP_MAKE_DIRECTORY, .make_directory = { a, 0700 });
	CONTAINER(STEP_MAKE_DIRECTORY, .make_directory = { c, 0700 });
	RUNTIME(STEP_MAKE_DIRECTORY, .make_directory = { b, 0700 });
	test.tape->timed = true;
	assert_int_equal(exec_lane(&test.run, LANE_RUNTIME), 0);
	assert_int_equal(mode_of("/a/b"), S_IFDIR | 0700);
	assert_int_equal(mode_of("/x"), 0);
	assert_true(test.tape->mark[0].began <= test.tape->mark[0].ended);
	assert_true(test.tape->mark[0].ended <= test.tape->mark[2].began);
	assert_false(was_taken(2));
	assert_int_equal(test.tape->mark[0].call, __NR_mkdirat);
}

static void times_are_taken_when_asked_for(void **state)
{
	RUNTIME(STEP_SET_DUMPABLE, .dumpable = { true });
	assert_int_equal(exec_lane(&test.run, LANE_RUNTIME), 0);
	assert_int_equal(test.tape->mark[0].began, 1);
	assert_int_equal(test.tape->mark[0].ended, 1);
}

static void a_failure_ends_the_lane(void **state)
{
	unsigned bad = RUNTIME(STEP_MAKE_DIRECTORY, .make_directory = { "/nonexistent/a", 0700 });
	unsigned next = RUNTIME(STEP_SET_DUMPABLE, .dumpable = { true });

	assert_int_equal(exec_lane(&test.run, LANE_RUNTIME), -ENOENT);
	assert_int_equal(error_of(bad), -ENOENT);
	assert_int_equal(test.tape->mark[bad - 1].subject, SUBJECT_TARGET);
	assert_false(was_taken(next));
}

static void a_tolerated_failure_does_not(void **state)
{
	unsigned bad = RUNTIME(STEP_MAKE_DIRECTORY, .tolerate = EEXIST, .make_directory = { "/", 0700 });
	unsigned next = RUNTIME(STEP_SET_DUMPABLE, .dumpable = { true });

	assert_int_equal(exec_lane(&test.run, LANE_RUNTIME), 0);
	assert_int_equal(error_of(bad), -EEXIST);
	assert_true(was_taken(next));
}

static void only_the_tolerated_errno_is(void **state)
{
	RUNTIME(STEP_MAKE_DIRECTORY, .tolerate = ENOENT, .make_directory = { "/", 0700 });
	assert_int_equal(exec_lane(&test.run, LANE_RUNTIME), -EEXIST);
}

static void a_fallback_is_for_a_failure(void **state)
{
	unsigned bad = RUNTIME(STEP_MAKE_DIRECTORY, .tolerate = EEXIST, .make_directory = { "/", 0700 });
	unsigned taken = RUNTIME(STEP_SET_DUMPABLE, .fallback_of = bad, .dumpable = { true });
	unsigned not_taken = RUNTIME(STEP_SET_DUMPABLE, .fallback_of = taken, .dumpable = { true });
	unsigned nor_this = RUNTIME(STEP_SET_DUMPABLE, .fallback_of = not_taken, .dumpable = { true });

	assert_int_equal(exec_lane(&test.run, LANE_RUNTIME), 0);
	assert_true(was_taken(taken));
	assert_false(was_taken(not_taken));
	assert_false(was_taken(nor_this));
}

/* Steps that are asked for get these answers; then nobody is there any more. Returns what the lane returned, and which
 * steps were asked for. */
static int run_asking(const char *answers, uint32_t *ret_asked, size_t *ret_count)
{
	int pair[2], error;

	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), 0);
	for (; *answers; answers++)
		assert_int_equal(write(pair[0], answers, 1), 1);
	assert_int_equal(shutdown(pair[0], SHUT_WR), 0);
	test.run.stepper[LANE_RUNTIME] = pair[1];
	error = exec_lane(&test.run, LANE_RUNTIME);
	test.run.stepper[LANE_RUNTIME] = 0;
	close(pair[1]);
	*ret_count = 0;
	while (read(pair[0], &ret_asked[*ret_count], sizeof(*ret_asked)) == sizeof(*ret_asked))
		++*ret_count;
	close(pair[0]);
	return error;
}

static void each_step_is_asked_for(void **state)
{
	unsigned first = RUNTIME(STEP_SET_DUMPABLE, .dumpable = { true });
	unsigned other = CONTAINER(STEP_SET_DUMPABLE, .dumpable = { true });
	unsigned skipped = RUNTIME(STEP_MAKE_DIRECTORY, .tolerate = EEXIST, .make_directory = { "/", 0700 });
	unsigned not_due = RUNTIME(STEP_SET_DUMPABLE, .fallback_of = skipped, .dumpable = { true });
	unsigned last = RUNTIME(STEP_SET_DUMPABLE, .dumpable = { true });
	uint32_t asked[8];
	size_t count;

	assert_int_equal(run_asking("gsg", asked, &count), 0);
	assert_int_equal(count, 3);
	assert_int_equal(asked[0], first - 1);
	assert_int_equal(asked[1], skipped - 1);
	assert_int_equal(asked[2], last - 1);
	assert_true(was_taken(first));
	assert_true(was_taken(last));
	assert_false(was_taken(skipped));
	assert_false(was_taken(not_due));
	assert_false(was_taken(other));
}

static void who_gives_up_cancels_the_step(void **state)
{
	static const char *const answers[] = { "gq", "g", "g?" };

	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		unsigned first = RUNTIME(STEP_SET_DUMPABLE, .dumpable = { true });
		unsigned given_up = RUNTIME(STEP_SET_DUMPABLE, .dumpable = { true });
		unsigned never = RUNTIME(STEP_SET_DUMPABLE, .dumpable = { true });
		uint32_t asked[8];
		size_t count;

		assert_int_equal(run_asking(answers[i], asked, &count), -ECANCELED);
		assert_int_equal(count, 2);
		assert_int_equal(error_of(first), 0);
		assert_int_equal(error_of(given_up), -ECANCELED);
		assert_false(was_taken(never));
		test.plan.count = 0;
	}
}

static void note_open(bool *ret_open, int count)
{
	for (int fd = 0; fd < count; fd++)
		ret_open[fd] = fcntl(fd, F_GETFD) >= 0;
}

static void descriptors_are_closed_in_the_end(void **state)
{
	bool before[256], after[256];

	for (int i = 0; i < 120; i++)
		RUNTIME(STEP_WRITE_FILE, .write_file = { "/dev/null", "text" });
	RUNTIME(STEP_OPEN_NAMESPACE, .open_namespace = { SLOT_NAMESPACE, "/dev/null", 0 });
	note_open(before, 256);
	assert_int_equal(exec_lane(&test.run, LANE_RUNTIME), 0);
	note_open(after, 256);
	assert_int_equal(fcntl(test.slot[SLOT_NAMESPACE], F_GETFD), FD_CLOEXEC);
	after[test.slot[SLOT_NAMESPACE]] = false;
	assert_memory_equal(before, after, sizeof(before));
}

static void numbers_are_written_whole(void **state)
{
	char text[24];

	assert_ptr_equal(put_number(text, 0), text + 1);
	assert_string_equal(text, "0");
	put_number(text, UINT64_MAX);
	assert_string_equal(text, "18446744073709551615");
}

static void only_some_plans_need_a_socket(void **state)
{
	RUNTIME(STEP_CLONE);
	assert_false(exec_needs_socket(&test.plan));
	CONTAINER(STEP_SEND_SLOT, .pass = { SLOT_PTY });
	assert_true(exec_needs_socket(&test.plan));
}

/* --- two lanes --- */

static char *const no_env[] = { NULL };

static void exec_shell(const char *text, char *const *env)
{
	static char sh[] = "sh", option[] = "-c", *args[] = { sh, option, NULL, NULL };

	args[2] = (char *)(uintptr_t)text;
	CONTAINER(STEP_EXEC, .exec = { args, env, "/nonexistent:/bin:/usr/bin" });
}

static void gates_order_the_lanes(void **state)
{
	char directory[100], file[120];
	int status;

	snprintf(directory, sizeof(directory), "%s/made", test.root);
	snprintf(file, sizeof(file), "%s/made/in", test.root);
	RUNTIME(STEP_CLONE);
	RUNTIME(STEP_MAKE_DIRECTORY, .make_directory = { directory, 0700 });
	RUNTIME(STEP_OPEN_GATE, .gate = { GATE_IDS });
	CONTAINER(STEP_AWAIT_GATE, .gate = { GATE_IDS });
	CONTAINER(STEP_MAKE_DIRECTORY, .make_directory = { file, 0700 });
	CONTAINER(STEP_OPEN_GATE, .gate = { GATE_LIMITS });
	RUNTIME(STEP_AWAIT_GATE, .gate = { GATE_LIMITS });
	exec_shell("exit 7", no_env);
	assert_int_equal(run_plan(&status), 0);
	assert_int_equal(WEXITSTATUS(status), 7);
	assert_int_equal(mode_of("/made/in"), S_IFDIR | 0700);
	assert_int_equal(test.tape->mark[test.plan.count - 1].ended, 1);
}

static void the_other_lane_s_failure_is_seen(void **state)
{
	unsigned bad, gate;
	int status;

	RUNTIME(STEP_CLONE);
	bad = CONTAINER(STEP_CHANGE_DIRECTORY, .directory = { "/nonexistent" });
	CONTAINER(STEP_OPEN_GATE, .gate = { GATE_LIMITS });
	gate = RUNTIME(STEP_AWAIT_GATE, .gate = { GATE_LIMITS });
	assert_int_equal(run_plan(&status), -ECONNRESET);
	assert_int_equal(error_of(bad), -ENOENT);
	assert_int_equal(error_of(gate), -ECONNRESET);
	assert_int_equal(WEXITSTATUS(status), 255);
}

static void the_wrong_gate_is_an_error(void **state)
{
	int status;

	RUNTIME(STEP_CLONE);
	CONTAINER(STEP_OPEN_GATE, .gate = { GATE_NETWORK });
	RUNTIME(STEP_AWAIT_GATE, .gate = { GATE_LIMITS });
	assert_int_equal(run_plan(&status), -EPROTO);
}

static void a_slot_goes_to_the_runtime(void **state)
{
	struct stat sent, received;
	int status;

	RUNTIME(STEP_CLONE);
	CONTAINER(STEP_OPEN_NAMESPACE, .open_namespace = { SLOT_PTY, "/etc/passwd", 0 });
	CONTAINER(STEP_SEND_SLOT, .pass = { SLOT_PTY });
	RUNTIME(STEP_RECEIVE_SLOT, .pass = { SLOT_PTY });
	assert_int_equal(run_plan(&status), 0);
	assert_int_equal(fstat(test.slot[SLOT_PTY], &received), 0);
	assert_int_equal(stat("/etc/passwd", &sent), 0);
	assert_int_equal(received.st_ino, sent.st_ino);
	assert_int_equal(fcntl(test.slot[SLOT_PTY], F_GETFD), FD_CLOEXEC);
}

static void a_gate_is_no_slot(void **state)
{
	int status;

	RUNTIME(STEP_CLONE);
	CONTAINER(STEP_OPEN_GATE, .gate = { GATE_LIMITS });
	RUNTIME(STEP_RECEIVE_SLOT, .pass = { SLOT_PTY });
	assert_int_equal(run_plan(&status), -EPROTO);
	assert_int_equal(test.slot[SLOT_PTY], -1);
}

static void another_process_takes_over(void **state)
{
	int status;

	RUNTIME(STEP_CLONE);
	CONTAINER(STEP_REFORK);
	CONTAINER(STEP_OPEN_GATE, .gate = { GATE_REFORKED });
	RUNTIME(STEP_AWAIT_GATE, .gate = { GATE_REFORKED });
	exec_shell("exit 5", no_env);
	assert_int_equal(run_plan(&status), 0);
	assert_int_equal(WEXITSTATUS(status), 5);
	assert_int_equal(test.run.stage, 0);
	assert_int_equal(test.run.child, test.tape->child);
}

static void a_pid_on_the_tape_is_not_believed(void **state)
{
	test.run.child = fork();
	if (test.run.child == 0)
		_exit(0);
	test.tape->child = 1;
	RUNTIME(STEP_AWAIT_GATE, .gate = { GATE_REFORKED });
	test.run.lane_socket = test.run.socket[LANE_RUNTIME];
	assert_int_equal(write(test.run.socket[LANE_CONTAINER], &(char){ GATE_REFORKED }, 1), 1);
	assert_int_equal(exec_lane(&test.run, LANE_RUNTIME), -ECHILD);
	assert_int_equal(test.run.child, 0);
}

/* --- the program --- */

static void descriptors_do_not_reach_the_program(void **state)
{
	static const char text[] = "for f in /proc/self/fd/*; do "
				   "[ ${f##*/} -lt 3 ] || [ ! -e $f ] || exit 9; done";
	int status;

	RUNTIME(STEP_CLONE);
	CONTAINER(STEP_OPEN_NAMESPACE, .open_namespace = { SLOT_NAMESPACE, "/", 0 });
	CONTAINER(STEP_WRITE_FILE, .write_file = { "/dev/null", "" });
	CONTAINER(STEP_CLOSE_DESCRIPTORS, .descriptors = { 3 });
	exec_shell(text, no_env);
	assert_int_equal(run_plan(&status), 0);
	assert_int_equal(WEXITSTATUS(status), 0);
}

static int exec_failure(const char *program)
{
	char *args[] = { (char *)(uintptr_t)program, NULL };
	int status;

	test.plan.count = 0;
	memset(test.tape->mark, 0, STEPS * sizeof(struct mark));
	test.tape->note[0] = '\0';
	RUNTIME(STEP_CLONE);
	CONTAINER(STEP_EXEC, .exec = { args, no_env, test.root });
	assert_int_equal(run_plan(&status), 0);
	return error_of(2);
}

static void a_program_s_failure_has_its_reason(void **state)
{
	assert_int_equal(exec_failure("nothing"), -ENOENT);
	assert_string_equal(test.tape->note, "");
	assert_int_equal(exec_failure(""), -ENOENT);
	assert_int_equal(exec_failure("/"), -EACCES);
	assert_string_equal(test.tape->note, "'/' is a directory");
	write_text("/script", "#!/nonexistent/sh -e\n");
	assert_int_equal(exec_failure("script"), -EACCES);
	assert_non_null(strstr(test.tape->note, "/script' has no execute permission"));
	chmod(below("/script"), 0755);
	assert_int_equal(exec_failure("script"), -ENOENT);
	assert_non_null(strstr(test.tape->note, "interpreter that it asks for, '/nonexistent/sh'"));
	write_text("/script", "echo hello\n");
	assert_int_equal(exec_failure("script"), -ENOEXEC);
	assert_non_null(strstr(test.tape->note, "neither a program nor a script"));
	write_text("/script", "\177ELF\2\1\1");
	assert_int_equal(exec_failure("script"), -ENOEXEC);
}

static void home_is_the_user_s(void **state)
{
	static char home[64] = "HOME=/";
	static char *const env[] = { home, NULL };
	int status;

	RUNTIME(STEP_CLONE);
	CONTAINER(STEP_FIND_HOME, .home = { 0, home, sizeof(home) });
	exec_shell("test $HOME = /root", env);
	assert_int_equal(run_plan(&status), 0);
	assert_int_equal(WEXITSTATUS(status), 0);
	assert_string_equal(home, "HOME=/");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(steps_are_taken_in_order),
		TEST(times_are_taken_when_asked_for),
		TEST(a_failure_ends_the_lane),
		TEST(a_tolerated_failure_does_not),
		TEST(only_the_tolerated_errno_is),
		TEST(a_fallback_is_for_a_failure),
		TEST(each_step_is_asked_for),
		TEST(who_gives_up_cancels_the_step),
		TEST(descriptors_are_closed_in_the_end),
		TEST(numbers_are_written_whole),
		TEST(only_some_plans_need_a_socket),
		TEST(gates_order_the_lanes),
		TEST(the_other_lane_s_failure_is_seen),
		TEST(the_wrong_gate_is_an_error),
		TEST(a_slot_goes_to_the_runtime),
		TEST(a_gate_is_no_slot),
		TEST(another_process_takes_over),
		TEST(a_pid_on_the_tape_is_not_believed),
		TEST(descriptors_do_not_reach_the_program),
		TEST(a_program_s_failure_has_its_reason),
		TEST(home_is_the_user_s),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
