/* test_names.c - the tables agree with themselves and with the C library. */
#include "spec/names.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static const struct name *const tables[] = {
	capability_names, rlimit_names, signal_names, namespace_names, seccomp_action_names,
	seccomp_operator_names, seccomp_architecture_names, seccomp_flag_names,
	scheduler_policy_names, scheduler_flag_names, io_class_names, memory_mode_names,
	memory_flag_names, propagation_names, hook_names, personality_names,
};

static void test_names_are_found_and_unique(void **state)
{
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
		for (const struct name *entry = tables[i]; entry->name; entry++) {
			assert_ptr_equal(name_find(tables[i], entry->name), entry);
			assert_non_null(name_of(tables[i], entry->value));
		}
		assert_null(name_find(tables[i], ""));
		assert_null(name_find(tables[i], "cap_chown"));
	}
	assert_null(name_of(capability_names, 63));
}

static void test_sizes(void **state)
{
	assert_true(capability_all() == (UINT64_C(1) << 41) - 1);
	assert_string_equal(name_of(capability_names, 0), "CAP_CHOWN");
	assert_string_equal(name_of(capability_names, 40), "CAP_CHECKPOINT_RESTORE");
	for (uint64_t i = 0; i < 16; i++)
		assert_non_null(name_of(rlimit_names, i));
	for (uint64_t i = 1; i < 32; i++)
		assert_non_null(name_of(signal_names, i));
	assert_string_equal(name_of(signal_names, SIGTERM), "SIGTERM");
}

/* The old name is still read, but not shown. */
static void test_kill_is_kill_thread(void **state)
{
	assert_int_equal(name_find(seccomp_action_names, "SCMP_ACT_KILL")->value,
			 SECCOMP_RET_KILL_THREAD);
	assert_string_equal(name_of(seccomp_action_names, SECCOMP_RET_KILL_THREAD),
			    "SCMP_ACT_KILL_THREAD");
}

static void test_namespaces_are_those_of_proc(void **state)
{
	for (enum namespace_kind kind = 0; kind < NAMESPACES; kind++) {
		char path[64];

		snprintf(path, sizeof(path), "/proc/self/ns/%s", namespace_file(kind));
		assert_int_equal(access(path, F_OK), 0);
		assert_true(namespace_flag(kind) != 0);
		assert_non_null(name_of(namespace_names, kind));
	}
}

#ifdef __GLIBC__
static void test_errors_are_those_of_libc(void **state)
{
	for (int error = 1; error < 200; error++) {
		const char *name = strerrorname_np(error);

		/* Some numbers have two names, and the library takes the other one. */
		if (error == EDEADLK || error == EOPNOTSUPP)
			continue;
		assert_true(!name == !errno_name(error));
		if (name)
			assert_string_equal(errno_name(error), name);
	}
}
#endif

static void test_errors_have_words(void **state)
{
	assert_string_equal(errno_name(ENOENT), "ENOENT");
	assert_string_equal(errno_words(ENOENT), "no such file or directory");
	assert_null(errno_name(0));
	assert_null(errno_name(-ENOENT));
	assert_null(errno_name(100000));
	assert_string_equal(errno_words(100000), "unknown error");
	for (int error = 1; error < 200; error++)
		assert_true(!errno_name(error) == !strcmp(errno_words(error), "unknown error"));
}

static void test_names_as_people_write_them(void **state)
{
	static const char *const net_admin[] = { "CAP_NET_ADMIN", "cap_net_admin", "NET_ADMIN", "net_Admin" };

	for (size_t i = 0; i < 4; i++)
		assert_int_equal(name_find_loosely(capability_names, "CAP_", net_admin[i])->value, 12);
	assert_null(name_find_loosely(capability_names, "CAP_", "CAP_NET_ADMI"));
	assert_null(name_find_loosely(capability_names, "CAP_", "net_adminx"));
	assert_null(name_find_loosely(capability_names, "CAP_", ""));
}

static void test_signals_as_people_write_them(void **state)
{
	static const struct { const char *word; int number; } words[] = {
		{ "SIGTERM", 15 }, { "TERM", 15 }, { "term", 15 }, { "SigTerm", 15 }, { "15", 15 }, { "0", 0 },
		{ "64", 64 }, { "IOT", 6 }, { "SIGCLD", 17 }, { "poll", 29 }, { "RTMIN", 34 }, { "SIGRTMIN", 34 },
		{ "RTMIN+3", 37 }, { "sigrtmin+30", 64 }, { "RTMAX", 64 }, { "RTMAX-1", 63 }, { "SIGRTMAX-30", 34 },
		{ "65", -1 }, { "-9", -1 }, { "", -1 }, { "NOSUCH", -1 }, { "SIG", -1 }, { "RTMIN+31", -1 },
		{ "RTMIN-1", -1 }, { "RTMAX+1", -1 }, { "RTMIN+", -1 }, { "TERM+1", -1 }, { "9x", -1 },
		{ "SIGSIGTERM", -1 }, { "RTMIN+3+4", -1 }, { "SOMETHINGVERYLONG+1", -1 },
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		assert_int_equal(signal_number(words[i].word), words[i].number);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names_are_found_and_unique),
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_kill_is_kill_thread),
		cmocka_unit_test(test_namespaces_are_those_of_proc),
#ifdef __GLIBC__
		cmocka_unit_test(test_errors_are_those_of_libc),
#endif
		cmocka_unit_test(test_errors_have_words),
		cmocka_unit_test(test_names_as_people_write_them),
		cmocka_unit_test(test_signals_as_people_write_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
