/* test_targets.c - paths in the container's root file system, and what is made there. */
#include "exec_plan.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
/* cmocka.h wants the ones above. */
#include <cmocka.h>

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
