/* test_death.c - how ends of containers are told in sentences: ends that are made up. */
#include "engine/death.h"
#include "engine/parts.h"
#include "in_arena.h"
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static const struct made web = { .name = "web", .stop_signal = "SIGTERM", .stop_timeout = 10 };
static const struct made watched = { .name = "web", .stop_signal = "SIGTERM", .stop_timeout = 10,
				     .upkeep.health.on_failure = "kill" };
static struct ended ended;

static struct death ended_with(int64_t status)
{
	ended = (struct ended){ .status = status, .known = true, .problem = "" };
	return (struct death){ .made = &web, .ended = &ended, .status = CONTAINER_EXITED };
}

static const char *told(const struct death *death)
{
	struct text out = text_new(&arena);

	death_tell(&out, death);
	assert_true(out.length && out.at[out.length - 1] == '\n');
	return out.at;
}

static void assert_told(const struct death *death, const char *part)
{
	if (!strstr(told(death), part))
		fail_msg("'%s' is not in '%s'", part, told(death));
}

static void sent(struct death *death, int signal)
{
	death->signal[death->signals++] = signal;
}

/* --- */

static void one_that_lives(void **state)
{
	struct death death = { .made = &web, .ended = &ended, .status = CONTAINER_RUNNING };

	assert_string_equal(told(&death), "web runs.\n");
	death.unhealthy = true;
	assert_string_equal(told(&death), "web runs.\nIts health check finds it unhealthy\n");
	death.health = "no answer";
	assert_told(&death, "unhealthy. The last one wrote: no answer\n");
	death.status = CONTAINER_PAUSED;
	assert_told(&death, "taru unpause");
	death.status = CONTAINER_CREATED;
	assert_string_equal(told(&death), "web was not started yet: taru start web.\n");
}

static void what_its_log_lacks_is_told(void **state)
{
	struct death death = ended_with(0);

	assert_null(strstr(told(&death), "log"));
	ended.log_lost = 7;
	assert_told(&death, "7 lines of what it wrote are not in its log");
}

static void one_that_did_not_start(void **state)
{
	struct death death = ended_with(127);

	ended.problem = "process.args[0]: exec: \"nosuch\": executable file not found in $PATH";
	assert_string_equal(told(&death), "web could not be started:\n"
					  "process.args[0]: exec: \"nosuch\": executable file not found in $PATH\n");
}

static void one_whose_end_nobody_saw(void **state)
{
	struct death death = ended_with(0);

	ended.known = false;
	assert_told(&death, "nobody saw how");
	assert_told(&death, "taru start web");
}

static void statuses_that_the_program_chose(void **state)
{
	struct death death = ended_with(0);

	assert_told(&death, "all was well");
	death = ended_with(3);
	assert_told(&death, "status 3.\nThe program chose it itself: taru logs web");
	death = ended_with(126);
	assert_told(&death, "chmod +x");
	death.init = true;
	assert_told(&death, "Its program could not be executed");
	death = ended_with(255);
	assert_told(&death, "The program chose it itself");
	death.restarts = 2;
	death.status = CONTAINER_RESTARTING;
	assert_told(&death, "It was started again 2 times (--restart no).\nIt is about to be started again.\n");
}

static void memory_that_ran_out(void **state)
{
	struct death death = ended_with(137);

	ended.memory = (struct memory_end){ true, (16 << 20) + (1 << 19), 32 << 20 };
	assert_told(&death, "its limit is 32.0 MiB, and it used 16.5 MiB at most");
	assert_told(&death, "taru update --memory 64m web");
	ended.memory = (struct memory_end){ .oom = true };
	assert_told(&death, "no limit of its own");
	assert_null(strstr(told(&death), "--memory"));
}

static void memory_that_a_process_below_ran_out_of(void **state)
{
	struct death death = ended_with(3);

	ended.memory = (struct memory_end){ true, 0, 16 << 20 };
	ended.by = ENDED_EXIT;
	assert_told(&death, "for want of memory: its limit is 16.0 MiB");
	assert_told(&death, "It was a process that the first one had started; that one ended itself then: taru logs");
	/* Process 1 of --init only says what its program did. */
	ended.status = 137;
	death.init = true;
	assert_null(strstr(told(&death), "a process that the first one"));
	/* What came to another end after that was not this. */
	death = ended_with(139);
	ended.by = ENDED_SIGNAL;
	ended.memory.oom = true;
	assert_null(strstr(told(&death), "memory: "));
	assert_told(&death, "It was ended by SIGSEGV.\n");
}

static void who_was_killed_for_want_of_memory(void **state)
{
	struct death death = ended_with(3);

	ended.by = ENDED_EXIT;
	ended.memory = (struct memory_end){ .oom = true, .kills = 1, .last = { 7, "a b", (3 << 20) + (1 << 19) } };
	assert_told(&death, "The process that it killed was 'a b' (process 7 on the host), which held 3.5 MiB.\n");
	assert_null(strstr(told(&death), "dmesg"));
	ended.memory.last.memory = 0;
	assert_told(&death, "The process that it killed was 'a b' (process 7 on the host).\n");
	ended.memory.kills = 3;
	assert_told(&death, "Of the 3 processes that it killed, the last one was 'a b' (process 7 on the host).\n");
	/* The log may not be read: where it was the first process there is nothing more to know. */
	ended.memory.last.pid = 0;
	assert_told(&death, "The kernel's log may have its name: dmesg, as root.\n");
	ended.by = ENDED_SIGNAL;
	ended.status = 137;
	assert_null(strstr(told(&death), "dmesg"));
}

static void memory_is_read_as_it_was_written(void **state)
{
	const struct ended before = {
		.started = "", .finished = "", .status = 3, .known = true, .problem = "",
		.memory = { .oom = true, .peak = 1, .limit = 2, .kills = 3, .last = { 4, "a \"b\xe6\\", 5 } },
	};
	struct text text = text_new(&arena);
	struct problem problem = { 0 };
	struct ended after;

	ended_write(&text, &before);
	assert_true(ended_read(&arena, text.at, text.length, &after, &problem));
	assert_true(after.memory.oom);
	assert_int_equal(after.memory.kills, 3);
	assert_int_equal(after.memory.last.pid, 4);
	assert_string_equal(after.memory.last.name, "a \"b\xef\xbf\xbd\\");
	assert_int_equal(after.memory.last.memory, 5);
	/* An older one has less. */
	text_clear(&text);
	text_add(&text, "{\"started\": \"\", \"finished\": \"\", \"status\": 137, \"known\": true, "
			"\"oomKilled\": true, \"memoryPeak\": 7, \"memoryLimit\": 8, \"problem\": \"\", "
			"\"restarting\": false}");
	assert_true(ended_read(&arena, text.at, text.length, &after, &problem));
	assert_int_equal(after.memory.limit, 8);
	assert_int_equal(after.memory.kills, 0);
	assert_int_equal(after.memory.last.pid, 0);
}

static void more_memory_is_asked_for_in_a_way_that_is_taken(void **state)
{
	struct death death = ended_with(137);

	ended.memory = (struct memory_end){ true, 0, 32 << 20 };
	death.swap = 32 << 20;
	assert_told(&death, "taru update --memory 64m --memory-swap 64m web");
	death.swap = 40 << 20;
	assert_told(&death, "taru update --memory 64m --memory-swap 72m web");
	death.swap = 64 << 20;
	assert_told(&death, "taru update --memory 64m web");
	ended.memory.limit = 300 << 10;
	death.swap = 0;
	assert_told(&death, "taru update --memory 600k web");
}

static void a_status_that_stands_for_a_signal(void **state)
{
	struct death death = ended_with(137);

	ended.by = ENDED_EXIT;
	assert_told(&death, "status 137.\nNo signal has ended it: it chose that status itself");
	assert_null(strstr(told(&death), "Somebody"));
	ended.status = 139;
	assert_told(&death, "where SIGSEGV has ended a program of its own: taru logs web shows what it wrote.\nMostly");
	/* It has caught it. */
	ended.status = 143;
	death.stopped = true;
	sent(&death, SIGTERM);
	assert_told(&death, "Somebody has sent it SIGTERM by taru stop, and it ended itself with the status");
	death.init = true;
	assert_told(&death, "It was ended by SIGTERM.\nSomebody has sent it that by taru stop.");
	death = ended_with(139);
	ended.by = ENDED_SIGNAL;
	assert_told(&death, "It was ended by SIGSEGV.\nMostly that means:");
}

static void a_time_that_was_over(void **state)
{
	static const struct made timed = { .name = "web", .stop_signal = "SIGTERM", .upkeep.timeout = 9 };
	struct death death = ended_with(255);

	death.made = &timed;
	assert_told(&death, "(--timeout 9), and it was killed; or its program chose");
	ended.by = ENDED_TIME;
	assert_told(&death, "(--timeout 9), and it was killed.\n");
	ended.by = ENDED_EXIT;
	assert_told(&death, "The program chose it itself");
}

static void kills_by_who_sent_them(void **state)
{
	struct death death = ended_with(137);

	assert_told(&death, "Somebody else has killed it");
	sent(&death, SIGKILL);
	assert_told(&death, "Somebody has killed it with taru");
	/* What its health check had found says nothing where that ends nothing. */
	death.unhealthy = true;
	assert_told(&death, "Somebody has killed it with taru");
	death.made = &watched;
	assert_told(&death, "--health-on-failure");
	death = ended_with(137);
	death.stopped = true;
	sent(&death, SIGTERM);
	sent(&death, SIGKILL);
	assert_told(&death, "did not end by SIGTERM within the time (10 s");
	assert_told(&death, "--init");
	death = ended_with(143);
	sent(&death, SIGTERM);
	assert_told(&death, "ended by SIGTERM.\nSomebody has sent it that by taru kill.\n");
	death.stopped = true;
	assert_told(&death, "by taru stop.");
}

static void signals_by_what_they_mean(void **state)
{
	struct death death = ended_with(128 + SIGSEGV);

	assert_told(&death, "ended by SIGSEGV, or a shell in it says so of a program of its own.\nMostly that means:");
	death = ended_with(128 + SIGSYS);
	assert_told(&death, "seccomp");
	death = ended_with(128 + SIGUSR1);
	assert_told(&death, "ended by SIGUSR1");
	death = ended_with(128 + 50);
	assert_told(&death, "ended by signal 50");
}

static void libraries_that_are_missing(void **state)
{
	struct death death = ended_with(127);

	death.looked = true;
	death.libraries = (struct libraries){ .state = LIBRARIES_LACKING, .program = "/bin/tool", .count = 1,
					      .missing = { { "liba.so.1", "/lib/libb.so", false } } };
	assert_told(&death, "/bin/tool lacks shared libraries:\n  liba.so.1, which /lib/libb.so needs: it is nowhere");
	assert_told(&death, "apt install");
	death.libraries.musl = true;
	death.libraries.missing[0].other = true;
	assert_told(&death, "do not fit");
	assert_told(&death, "apk add");
	death.libraries.count = 20;
	assert_told(&death, "  and 12 more\n");
}

static void a_shell_that_did_not_find_a_command(void **state)
{
	static const struct { enum libraries_state state; const char *words; } rows[] = {
		{ LIBRARIES_WHOLE, "/bin/sh has all the shared libraries that it names.\nA shell ends with 127" },
		{ LIBRARIES_NONE, "/bin/sh needs no shared libraries.\nA shell ends with 127" },
		{ LIBRARIES_NO_PROGRAM, "status 127.\nA shell ends with 127" },
		{ LIBRARIES_TOO_MANY, "more libraries than any program needs" },
		{ LIBRARIES_DAMAGED, "/bin/bad is no program that can be looked into" },
		{ LIBRARIES_NO_LOADER, "What it is run by is not in the container: /lib/ld" },
	};
	struct death death = ended_with(127);

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		death.looked = true;
		death.libraries = (struct libraries){ .state = rows[i].state, .program = "/bin/sh",
						      .damaged = "/bin/bad", .loader = "/lib/ld" };
		assert_told(&death, rows[i].words);
	}
	/* Process 1 is there, and does not find it. */
	death.init = true;
	death.libraries = (struct libraries){ .state = LIBRARIES_NO_PROGRAM, .program = "nosuch" };
	assert_told(&death, "status 127.\nnosuch is not in the container, or in none of the folders of its PATH.\n");
	death.looked = death.init = false;
	death.unread = "no layers";
	assert_told(&death, "could not be looked at: no layers.\nA shell");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_that_lives),
		cmocka_unit_test(what_its_log_lacks_is_told),
		cmocka_unit_test(one_that_did_not_start),
		cmocka_unit_test(one_whose_end_nobody_saw),
		cmocka_unit_test(statuses_that_the_program_chose),
		cmocka_unit_test(memory_that_ran_out),
		cmocka_unit_test(memory_that_a_process_below_ran_out_of),
		cmocka_unit_test(who_was_killed_for_want_of_memory),
		cmocka_unit_test(memory_is_read_as_it_was_written),
		cmocka_unit_test(more_memory_is_asked_for_in_a_way_that_is_taken),
		cmocka_unit_test(a_status_that_stands_for_a_signal),
		cmocka_unit_test(a_time_that_was_over),
		cmocka_unit_test(kills_by_who_sent_them),
		cmocka_unit_test(signals_by_what_they_mean),
		cmocka_unit_test(libraries_that_are_missing),
		cmocka_unit_test(a_shell_that_did_not_find_a_command),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
