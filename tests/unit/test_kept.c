/* test_kept.c - a file that is kept is read as such or refused at once, whatever stands in its place; and a lock is
 * waited for with patience, and then who holds it is told. */
#include "base/fd.h"
#include "base/file.h"
#include "base/lock.h"
#include "base/tree.h"
#include "in_arena.h"
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[] = "/tmp/test-kept-XXXXXX";

static int open_for(const char *name, int flags)
{
	closes int dir = sys_openat(AT_FDCWD, folder, O_RDONLY | O_DIRECTORY, 0);
	int fd = file_open_kept(dir, name, flags, 0600);

	if (fd >= 0)
		sys_close(fd);
	return fd < 0 ? fd : 0;
}

static int read_it(const char *name, size_t limit)
{
	closes int dir = sys_openat(AT_FDCWD, folder, O_RDONLY | O_DIRECTORY, 0);
	char *text;
	size_t length;

	return file_read_kept(&arena, dir, name, limit, &text, &length);
}

static void test_file(void **state)
{
	assert_int_equal(open_for("file", O_RDONLY), -ENOENT);
	assert_int_equal(open_for("file", O_WRONLY | O_CREAT), 0);
	assert_int_equal(read_it("file", 16), 0);
	assert_int_equal(truncate(arena_printf(&arena, "%s/file", folder), 1 << 30), 0);
	assert_int_equal(read_it("file", 16), -EFBIG);
	assert_int_equal(open_for("file", O_WRONLY | O_TRUNC), 0);
	assert_int_equal(read_it("file", 16), 0);
}

static void test_others(void **state)
{
	static const char *const others[] = { "fifo", "link", "itself" };

	assert_int_equal(mkfifo(arena_printf(&arena, "%s/fifo", folder), 0600), 0);
	assert_int_equal(symlink("/dev/zero", arena_printf(&arena, "%s/link", folder)), 0);
	assert_int_equal(symlink("itself", arena_printf(&arena, "%s/itself", folder)), 0);
	assert_int_equal(mkdir(arena_printf(&arena, "%s/folder", folder), 0700), 0);
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		assert_int_equal(open_for(others[i], O_RDONLY), -EMEDIUMTYPE);
		assert_int_equal(open_for(others[i], O_RDWR | O_CREAT), -EMEDIUMTYPE);
		assert_int_equal(open_for(others[i], O_WRONLY | O_TRUNC), -EMEDIUMTYPE);
		assert_int_equal(read_it(others[i], 16), -EMEDIUMTYPE);
	}
	assert_int_equal(open_for("folder", O_RDONLY), -EISDIR);
	assert_int_equal(read_it("folder", 16), -EISDIR);
}

static void test_lock(void **state)
{
	closes int ours = sys_openat(AT_FDCWD, folder, O_RDONLY | O_DIRECTORY, 0);
	closes int other = sys_openat(AT_FDCWD, folder, O_RDONLY | O_DIRECTORY, 0);
	char holder[64];

	(void)snprintf(holder, sizeof(holder), "process %d has it locked", (int)getpid());
	assert_int_equal(lock_take(ours, LOCK_EX, 0), 0);
	assert_int_equal(lock_take(other, LOCK_SH, 20), -ETIMEDOUT);
	assert_int_equal(lock_holder(other), getpid());
	assert_memory_equal(lock_words(other, -ETIMEDOUT), holder, strlen(holder));
	assert_string_equal(lock_words(other, -EBADF), strerror(EBADF));
	sys_flock(ours, LOCK_UN);
	assert_int_equal(lock_take(other, LOCK_SH, 20), 0);
	assert_int_equal(lock_take(ours, LOCK_SH, 20), 0);
	assert_int_equal(lock_take(-1, LOCK_SH, 20), -EBADF);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_file),
		cmocka_unit_test(test_others),
		cmocka_unit_test(test_lock),
	};
	closes int parent = sys_openat(AT_FDCWD, "/tmp", O_RDONLY | O_DIRECTORY, 0);
	int failed;

	if (!mkdtemp(folder))
		return 1;
	failed = cmocka_run_group_tests(tests, setup, teardown);
	tree_remove(parent, strrchr(folder, '/') + 1);
	return failed;
}
