/* test_exec.c - what exec/ does that needs no root: the walk over the lanes, gates and slots, paths
 * in a root file system, the program. Plans are made here, step by step, and really done. */
#include "exec/do.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
/* cmocka.h wants the ones above. */
#include <cmocka.h>

enum { STEPS = 64, SLOTS = SLOT_SOURCES + 2 };

static struct {
	struct step step[STEPS];
	struct plan plan;
	struct run run;
	int slot[SLOTS];
	struct tape *tape;
	char root[64];		/* an empty directory, the root of targets */
} test;

#define RUNTIME(step_kind, ...) add((struct step){ .kind = step_kind, .lane = LANE_RUNTIME, ##__VA_ARGS__ })
#define CONTAINER(step_kind, ...) \
	add((struct step){ .kind = step_kind, .lane = LANE_CONTAINER, ##__VA_ARGS__ })

static unsigned add(struct step step)
{
	assert_true(test.plan.count < STEPS);
	test.step[test.plan.count++] = step;
	return (unsigned)test.plan.count;
}

static int setup(void **state)
{
	size_t size = sizeof(struct tape) + STEPS * sizeof(struct mark);

	memset(&test, 0, sizeof(test));
	test.plan.step = test.step;
	test.plan.slots = SLOTS;
	test.tape = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_ptr_not_equal(test.tape, MAP_FAILED);
	for (int i = 0; i < SLOTS; i++)
		test.slot[i] = -1;
	test.run = (struct run){ .plan = &test.plan, .tape = test.tape, .slot = test.slot,
				 .lane_socket = -1 };
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, test.run.socket), 0);
	strcpy(test.root, "/tmp/taru-test-XXXXXX");
	assert_non_null(mkdtemp(test.root));
	test.slot[SLOT_ROOTFS] = open(test.root, O_PATH | O_CLOEXEC);
	umask(022);
	return 0;
}

static int teardown(void **state)
{
	char command[128];

	for (int i = 0; i < SLOTS; i++)
		if (test.slot[i] >= 0)
			close(test.slot[i]);
	for (int i = 0; i < LANES; i++)
		if (test.run.socket[i] >= 0)
			close(test.run.socket[i]);
	munmap(test.tape, sizeof(struct tape) + STEPS * sizeof(struct mark));
	snprintf(command, sizeof(command), "rm -rf '%s'", test.root);
	return system(command);
}

/* Does the plan and reaps the child. Returns what the runtime's lane returned. */
static int run_plan(int *ret_status)
{
	int error = exec_lane(&test.run, LANE_RUNTIME);

	*ret_status = -1;
	if (test.run.child > 0)
		assert_int_equal(waitpid(test.run.child, ret_status, 0), test.run.child);
	return error;
}

static int error_of(unsigned step)
{
	return test.tape->mark[step - 1].error;
}

static bool was_taken(unsigned step)
{
	return test.tape->mark[step - 1].began != 0;
}

/* A path below the root. */
static const char *below(const char *path)
{
	static char whole[2][4200];
	static unsigned turn;

	turn ^= 1;
	snprintf(whole[turn], sizeof(whole[turn]), "%s%s", test.root, path);
	return whole[turn];
}

static mode_t mode_of(const char *path)
{
	struct stat stat;

	return lstat(below(path), &stat) == 0 ? stat.st_mode : 0;
}

static void write_text(const char *path, const char *text)
{
	FILE *file = fopen(below(path), "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

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

static void note_open(bool *ret_open, int count)
{
	for (int fd = 0; fd < count; fd++)
		ret_open[fd] = fcntl(fd, F_GETFD) >= 0;
}

static void descriptors_are_closed_in_the_end(void **state)
{
	bool before[256], after[256];

	for (int i = 0; i < 50; i++)
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

/* --- paths in the root --- */

static int make_path(const char *target)
{
	test.plan.count = 0;
	RUNTIME(STEP_MAKE_PATH, .make_path = { target, 0755 });
	return exec_lane(&test.run, LANE_RUNTIME);
}

static void missing_directories_are_made(void **state)
{
	assert_int_equal(make_path("/a/b/c"), 0);
	assert_int_equal(mode_of("/a/b/c"), S_IFDIR | 0755);
	assert_int_equal(make_path("/a/b/c"), 0);
	assert_int_equal(make_path("//a//./b2/"), 0);
	assert_int_equal(mode_of("/a/b2"), S_IFDIR | 0755);
	assert_int_equal(make_path("/n/../m/."), 0);
	assert_int_equal(mode_of("/m"), S_IFDIR | 0755);
	assert_int_equal(make_path("/"), 0);
}

static void links_do_not_leave_the_root(void **state)
{
	char outside[] = "/tmp/taru-outside-XXXXXX", link[100];

	assert_non_null(mkdtemp(outside));
	snprintf(link, sizeof(link), "../../../../../../..%s", outside);
	assert_int_equal(symlink(outside, below("/absolute")), 0);
	assert_int_equal(symlink(link, below("/relative")), 0);
	assert_int_equal(make_path("/absolute/one"), 0);
	assert_int_equal(make_path("/relative/two"), 0);
	assert_int_equal(make_path("/../../three"), 0);
	assert_int_equal(mode_of("/three"), S_IFDIR | 0755);
	snprintf(link, sizeof(link), "%s/one", outside);
	assert_int_equal(mode_of(link), S_IFDIR | 0755);
	snprintf(link, sizeof(link), "%s/two", outside);
	assert_int_equal(mode_of(link), S_IFDIR | 0755);
	assert_int_equal(rmdir(outside), 0);	/* it is still empty */
}

static void links_that_lead_nowhere_are_followed(void **state)
{
	assert_int_equal(symlink("/x/y", below("/l")), 0);
	assert_int_equal(symlink("l/z", below("/k")), 0);
	assert_int_equal(symlink("loop", below("/loop")), 0);
	assert_int_equal(symlink("b", below("/a")), 0);
	assert_int_equal(symlink("a", below("/b")), 0);
	assert_int_equal(make_path("/k/w"), 0);
	assert_int_equal(mode_of("/x/y/z/w"), S_IFDIR | 0755);
	assert_int_equal(make_path("/loop/x"), -ELOOP);
	assert_int_equal(make_path("/a/x"), -ELOOP);
}

static void what_cannot_be_made_is_an_error(void **state)
{
	char name[400] = "/";

	write_text("/file", "");
	assert_int_equal(make_path("/file/x"), -ENOTDIR);
	memset(name + 1, 'n', 300);
	assert_int_equal(make_path(name), -ENAMETOOLONG);
}

static void a_deep_path_is_made(void **state)
{
	static char deep[3000];

	for (int i = 0; i < 1400; i++)
		strcat(deep, "/d");
	assert_int_equal(make_path(deep), 0);
	assert_int_equal(mode_of(deep), S_IFDIR | 0755);
}

static int make_pipe(const char *target)
{
	test.plan.count = 0;
	RUNTIME(STEP_MAKE_DEVICE, .make_device = { target, S_IFIFO | 0640, 0, 0, getuid(), getgid() });
	return exec_lane(&test.run, LANE_RUNTIME);
}

static void what_is_in_the_place_of_a_device_is_kept(void **state)
{
	write_text("/file", "");
	assert_int_equal(symlink("/tmp/nothing", below("/link")), 0);
	assert_int_equal(make_pipe("/new/pipe"), 0);
	assert_int_equal(mode_of("/new/pipe"), S_IFIFO | 0640);
	assert_int_equal(make_pipe("/new/pipe"), 0);
	assert_int_equal(make_pipe("/file"), -EEXIST);
	assert_int_equal(make_pipe("/link"), -EEXIST);
	assert_int_equal(make_pipe("/new/.."), -EISDIR);
	assert_int_equal(make_pipe("/"), -EISDIR);
	assert_int_equal(access("/tmp/nothing", F_OK), -1);
}

static void neighbours_are_made_beside_each_other(void **state)
{
	char link[16];

	RUNTIME(STEP_MAKE_DEVICE, .make_device = { "/dev/one", S_IFIFO | 0600, 0, 0, getuid(), getgid() });
	RUNTIME(STEP_MAKE_LINK, .make_link = { "one", "/dev/two" });
	RUNTIME(STEP_MAKE_LINK, .make_link = { "other", "/dev/two" });
	RUNTIME(STEP_MAKE_LINK, .make_link = { "one", "/de/two" });
	assert_int_equal(exec_lane(&test.run, LANE_RUNTIME), 0);
	assert_int_equal(mode_of("/dev/one"), S_IFIFO | 0600);
	assert_int_equal(readlink(below("/dev/two"), link, sizeof(link)), 3);
	assert_int_equal(readlink(below("/de/two"), link, sizeof(link)), 3);
}

/* --- copies of trees --- */

static void a_tree_is_copied(void **state)
{
	char link[16];

	assert_int_equal(mkdir(below("/from"), 0755), 0);
	assert_int_equal(mkdir(below("/from/sub"), 0711), 0);
	write_text("/from/sub/file", "content");
	chmod(below("/from/sub/file"), 0640);
	assert_int_equal(symlink("sub/file", below("/from/link")), 0);
	assert_int_equal(mkfifo(below("/from/pipe"), 0600), 0);
	assert_int_equal(mkdir(below("/to"), 0755), 0);
	RUNTIME(STEP_HOLD_DIRECTORY, .hold = { SLOT_HELD, "/from" });
	RUNTIME(STEP_COPY_UP, .copy_up = { SLOT_HELD, "/to" });
	assert_int_equal(exec_lane(&test.run, LANE_RUNTIME), 0);
	assert_int_equal(mode_of("/to/sub"), S_IFDIR | 0711);
	assert_int_equal(mode_of("/to/sub/file"), S_IFREG | 0640);
	assert_int_equal(mode_of("/to/pipe") & S_IFMT, S_IFIFO);
	assert_int_equal(readlink(below("/to/link"), link, sizeof(link)), 8);
	assert_int_equal(test.slot[SLOT_HELD], -1);
}

static void a_tree_that_is_too_deep_is_refused(void **state)
{
	static char deep[300] = "/from";

	for (int i = 0; i < 66; i++)
		strcat(deep, "/d");
	assert_int_equal(make_path(deep), 0);
	assert_int_equal(make_path("/to"), 0);
	test.plan.count = 0;
	RUNTIME(STEP_HOLD_DIRECTORY, .hold = { SLOT_HELD, "/from" });
	RUNTIME(STEP_COPY_UP, .copy_up = { SLOT_HELD, "/to" });
	assert_int_equal(exec_lane(&test.run, LANE_RUNTIME), -ELOOP);
}

static void nothing_held_is_nothing_copied(void **state)
{
	RUNTIME(STEP_HOLD_DIRECTORY, .tolerate = ENOENT, .hold = { SLOT_HELD, "/missing" });
	RUNTIME(STEP_COPY_UP, .copy_up = { SLOT_HELD, "/" });
	assert_int_equal(exec_lane(&test.run, LANE_RUNTIME), 0);
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
		TEST(missing_directories_are_made),
		TEST(links_do_not_leave_the_root),
		TEST(links_that_lead_nowhere_are_followed),
		TEST(what_cannot_be_made_is_an_error),
		TEST(a_deep_path_is_made),
		TEST(what_is_in_the_place_of_a_device_is_kept),
		TEST(neighbours_are_made_beside_each_other),
		TEST(a_tree_is_copied),
		TEST(a_tree_that_is_too_deep_is_refused),
		TEST(nothing_held_is_nothing_copied),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
