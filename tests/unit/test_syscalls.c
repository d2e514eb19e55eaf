/* test_syscalls.c - the table of system calls: every name is found, and its numbers are those of the
 * headers that this program is built with. */
#include "spec/syscalls.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/syscall.h>

#include <cmocka.h>

#include "spec/syscalls_table.h"

static void test_all_found(void **unused)
{
	for (unsigned i = 0; i < ROWS; i++)
		assert_ptr_not_equal(syscall_find(names + rows[i].name), NULL);
	for (unsigned i = 1; i < ROWS; i++)
		assert_true(strcmp(names + rows[i - 1].name, names + rows[i].name) < 0);
	assert_null(syscall_find("no_such_call"));
	assert_null(syscall_find(""));
	assert_null(syscall_find("reads"));
}

static void test_slots(void **unused)
{
	for (unsigned i = 0; i < ROWS; i++)
		for (int abi = 0; abi < SYSCALL_ABIS; abi++)
			assert_in_range(rows[i].slot[abi] + 1, 0, SYSCALL_SLOTS);
}

static void test_numbers(void **unused)
{
	static const struct { const char *name; int x86_64, i386, arm64, arm; } some[] = {
		{ "read", 0, 3, 63, 3 },	       { "clone3", 435, 435, 435, 435 },
		{ "mseal", 462, 462, 462, 462 },       { "memfd_secret", 447, 447, 447, -1 },
		{ "uretprobe", 335, -1, -1, -1 },      { "socketcall", -1, 102, -1, -1 },
		{ "file_setattr", 469, 469, 469, 469 }, { "sync_file_range2", -1, -1, -1, 341 },
		{ "mmap", 9, 90, 222, -1 },	       { "renameat", 264, 302, 38, 329 },
	};

	for (size_t i = 0; i < sizeof(some) / sizeof(some[0]); i++) {
		const struct syscall_row *row = syscall_find(some[i].name);

		assert_int_equal(row->slot[SYSCALLS_X86_64], some[i].x86_64);
		assert_int_equal(row->slot[SYSCALLS_I386], some[i].i386);
		assert_int_equal(row->slot[SYSCALLS_ARM64], some[i].arm64);
		assert_int_equal(row->slot[SYSCALLS_ARM], some[i].arm);
	}
	assert_int_equal(syscall_number(SYSCALLS_X32, 515), 0x40000000 + 515);
	assert_int_equal(syscall_number(SYSCALLS_ARM, SYSCALL_PRIVATE_SLOT + 5), 0xf0005);
}

static void test_native(void **unused)
{
	assert_string_equal(syscall_name(__NR_mount_setattr), "mount_setattr");
	assert_string_equal(syscall_name(__NR_read), "read");
	assert_string_equal(syscall_name(__NR_openat2), "openat2");
	assert_null(syscall_name(-1));
	assert_null(syscall_name(5000));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_found),
		cmocka_unit_test(test_slots),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_native),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
