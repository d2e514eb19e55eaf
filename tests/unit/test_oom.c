/* test_oom.c - records of the kernel's log: who ran out of memory, and what is none of that. */
#include "life/oom.h"
#include "in_arena.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define CHOICE(path, name, pid) \
	"6,7,500,-;oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=x,mems_allowed=0,oom_memcg=/a," \
	"task_memcg=" path ",task=" name ",pid=" pid ",uid=0\n"
#define KILL(pid, name) \
	"3,8,501,-;Memory cgroup out of memory: Killed process " pid " (" name ") total-vm:26852kB, " \
	"anon-rss:16136kB, file-rss:1456kB, shmem-rss:0kB, UID:0 pgtables:76kB oom_score_adj:0\n"

static struct oom_search search;

static void begin(const char *cgroup)
{
	search = (struct oom_search){ .cgroup = cgroup };
}

/* From memory that has nothing behind it, so that a sanitizer sees who reads on. */
static void take_bytes(const char *record, size_t length)
{
	char *copy = malloc(length ? length : 1);

	assert_non_null(copy);
	memcpy(copy, record, length);
	oom_take(&search, copy, length);
	free(copy);
}

static void take(const char *record)
{
	take_bytes(record, strlen(record));
}

static void assert_none(const char *record)
{
	begin("/a");
	take(record);
	assert_int_equal(search.found, 0);
	assert_int_equal(search.pid, 0);
}

static void assert_name(const char *record, const char *name)
{
	begin("/a");
	take(record);
	assert_int_equal(search.found, 1);
	assert_string_equal(search.name, name);
}

/* --- */

static void a_process_with_what_it_held(void **state)
{
	begin("/a");
	take(CHOICE("/a", "sh", "25598"));
	assert_int_equal(search.found, 1);
	assert_int_equal(search.pid, 25598);
	assert_string_equal(search.name, "sh");
	assert_int_equal(search.memory, 0);
	take(KILL("25598", "sh"));
	assert_int_equal(search.memory, 16136 << 10);
	/* Where the machine has run out, with who called, and what belongs to a device. */
	begin("/a");
	take("6,7,500,-,caller=T9;oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),cpuset=/,mems_allowed=0,"
	     "global_oom,task_memcg=/a/b,task=sh,pid=9,uid=1000\n SUBSYSTEM=x\n");
	take("3,8,501,-;Out of memory: Killed process 9 (sh) total-vm:2kB, anon-rss:1kB, file-rss:0kB\n");
	assert_int_equal(search.pid, 9);
	assert_int_equal(search.memory, 1024);
}

static void the_last_of_several(void **state)
{
	begin("/a");
	take(CHOICE("/a", "one", "1"));
	take(KILL("1", "one"));
	take(CHOICE("/a/below/it", "two", "2"));
	assert_int_equal(search.found, 2);
	assert_string_equal(search.name, "two");
	/* What the one before had is not told of this one. */
	assert_int_equal(search.memory, 0);
	take(KILL("1", "one"));
	assert_int_equal(search.memory, 0);
	take(CHOICE("/other", "three", "3"));
	take(KILL("3", "three"));
	take(KILL("2", "two"));
	assert_int_equal(search.found, 2);
	assert_int_equal(search.pid, 2);
	assert_int_equal(search.memory, 16136 << 10);
}

static void cgroups_that_are_others(void **state)
{
	assert_none(CHOICE("/ab", "sh", "1"));
	assert_none(CHOICE("/", "sh", "1"));
	assert_none(CHOICE("/b/a", "sh", "1"));
	/* The cgroup is seen from within a cgroup namespace. */
	begin("/a");
	search.anywhere = true;
	take(CHOICE("/docker/x/ab", "sh", "1"));
	assert_int_equal(search.found, 0);
	take(CHOICE("/docker/ab/a", "sh", "1"));
	take(CHOICE("/docker/x/a/below", "sh", "1"));
	take(CHOICE("/a", "sh", "1"));
	assert_int_equal(search.found, 3);
	/* As the kernel writes what is not ASCII. */
	begin("/b\xc3\xa4r\\");
	take(CHOICE("/b\\xc3\\xa4r\\x5c", "sh", "1"));
	assert_int_equal(search.found, 1);
}

static void what_is_older(void **state)
{
	begin("/a");
	search.since_us = 501;
	take(CHOICE("/a", "sh", "1"));
	assert_int_equal(search.found, 0);
	search.since_us = 500;
	take(CHOICE("/a", "sh", "1"));
	assert_int_equal(search.found, 1);
}

static void names_with_odd_bytes(void **state)
{
	assert_name(CHOICE("/a", "", "1"), "");
	assert_name(CHOICE("/a", "a,pid=1,uid=0", "2"), "a,pid=1,uid=0");
	assert_int_equal(search.pid, 2);
	assert_name(CHOICE("/a", "kworker/u9:0) (", "1"), "kworker/u9:0) (");
	assert_name(CHOICE("/a", "\\xe6\\xbc\\xa2", "1"), "\xe6\xbc\xa2");
	/* Cut off within a character; a terminal's commands, also as one byte. */
	assert_name(CHOICE("/a", "ab\\xe6\\xbc", "1"), "ab??");
	assert_name(CHOICE("/a", "\\x1b[31m\\x0a\\x9b", "1"), "?[31m??");
	begin("/a");
	take(CHOICE("/a", "a\\x0a) (b", "7"));
	take(KILL("7", "a\\x0a) (b"));
	assert_int_equal(search.memory, 16136 << 10);
}

static void what_can_be_read_in_two_ways_is_not_read(void **state)
{
	assert_none(CHOICE("/x,task_memcg=/a", "sh", "1"));
	assert_none(CHOICE("/a,task=init", "sh", "1"));
	assert_none(CHOICE("/a", "a,task=b", "1"));
	begin("/a");
	take(CHOICE("/a", "sh", "7"));
	take(KILL("7", ") total-vm:"));
	assert_int_equal(search.memory, 0);
}

static void what_anybody_has_written_to_the_log(void **state)
{
	/* LOG_USER, as the kernel has it. */
	assert_none("14,7,500,-;oom-kill:constraint=x,task_memcg=/a,task=sh,pid=1,uid=0\n");
	assert_none("8,7,500,-;oom-kill:constraint=x,task_memcg=/a,task=sh,pid=1,uid=0\n");
	assert_none("6,7,500,-;it says: oom-kill:constraint=x,task_memcg=/a,task=sh,pid=1,uid=0\n");
	begin("/a");
	take(CHOICE("/a", "sh", "7"));
	take("12,8,501,-;Out of memory: Killed process 7 (sh) total-vm:2kB, anon-rss:1kB, file-rss:0kB\n");
	take("3,8,501,-;said Out of memory: Killed process 7 (sh) total-vm:2kB, anon-rss:1kB, file-rss:0kB\n");
	assert_int_equal(search.memory, 0);
}

static void what_is_broken_off(void **state)
{
	static const char choice[] = CHOICE("/a", "sh", "25598"), kill[] = KILL("25598", "sh");
	char part[sizeof(choice) + sizeof(kill)];

	for (size_t length = 0; length < strlen(choice) - strlen("0\n"); length++) {
		snprintf(part, sizeof(part), "%.*s", (int)length, choice);
		assert_none(part);
	}
	for (size_t length = 0; length < (size_t)(strstr(kill, "kB, file") - kill) + 3; length++) {
		begin("/a");
		take(choice);
		snprintf(part, sizeof(part), "%.*s", (int)length, kill);
		take(part);
		assert_int_equal(search.memory, 0);
	}
}

static void numbers_and_bytes_that_are_none(void **state)
{
	assert_none(CHOICE("/a", "sh", "0"));
	assert_none(CHOICE("/a", "sh", ""));
	assert_none(CHOICE("/a", "sh", "-1"));
	assert_none(CHOICE("/a", "sh", "99999999999999999999"));
	assert_none(CHOICE("/a", "of 16 bytes here", "1"));
	assert_none(CHOICE("/a", "\\x0", "1"));
	assert_none(CHOICE("/a", "\\xg0", "1"));
	assert_none(CHOICE("/a", "\\n", "1"));
	assert_none(CHOICE("/a", "a\\x00b", "1"));
	assert_none(CHOICE("/a\\", "sh", "1"));
	assert_none(";oom-kill:constraint=x,task_memcg=/a,task=sh,pid=1,uid=0\n");
	assert_none("6,7,99999999999999999999,-;oom-kill:constraint=x,task_memcg=/a,task=sh,pid=1,uid=0\n");
	begin("/a");
	take(CHOICE("/a", "sh", "7"));
	take("3,8,501,-;Out of memory: Killed process 7 (sh) total-vm:2kB, anon-rss:18014398509481984kB, "
	     "file-rss:0kB\n");
	assert_int_equal(search.memory, 0);
	take("3,8,501,-;Out of memory: Killed process 7 (ash) total-vm:2kB, anon-rss:1kB, file-rss:0kB\n");
	assert_int_equal(search.memory, 0);
}

/* --- the words --- */

static const char *told(const char *when, struct memory_end memory)
{
	struct text out = text_new(&arena);

	oom_tell(&out, "box", when, &memory);
	return out.at;
}

static void the_words(void **state)
{
	struct memory_end memory = { .oom = true, .kills = 1 };

	assert_string_equal(told("", memory), "container 'box': it ran out of memory, and the kernel killed 1 of its "
			    "processes\n");
	memory.peak = 1000;
	assert_non_null(strstr(told("", memory), "processes; 1000 bytes were in use at most\n"));
	memory.limit = 16 << 20;
	memory.last = (struct oom_victim){ 7, "sh", 3 << 19 };
	assert_string_equal(told(" meanwhile", memory), "container 'box': it ran out of memory meanwhile, and the "
			    "kernel killed 1 of its processes; linux.resources.memory.limit is 16.0 MiB and 1000 bytes "
			    "were in use at most; it was 'sh' (process 7 on the host), which held 1.5 MiB\n");
	memory.kills = 2;
	memory.last.memory = 0;
	assert_non_null(strstr(told("", memory), "killed 2 of its processes; "));
	assert_non_null(strstr(told("", memory), " at most; the last one was 'sh' (process 7 on the host)\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_process_with_what_it_held),
		cmocka_unit_test(the_last_of_several),
		cmocka_unit_test(cgroups_that_are_others),
		cmocka_unit_test(what_is_older),
		cmocka_unit_test(names_with_odd_bytes),
		cmocka_unit_test(what_can_be_read_in_two_ways_is_not_read),
		cmocka_unit_test(what_anybody_has_written_to_the_log),
		cmocka_unit_test(what_is_broken_off),
		cmocka_unit_test(numbers_and_bytes_that_are_none),
		cmocka_unit_test(the_words),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
