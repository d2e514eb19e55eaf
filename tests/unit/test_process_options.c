/* test_process_options.c - what the options of exec, and the caller's environment, make of a process. */
#include "base/sys.h"
#include "oci/exec.h"
#include "oci/given.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

struct fixture {
	struct arena arena;
	struct problem problem;
	struct command command;
	struct process process;
};

static uint32_t groups[] = { 7 };
static char path[] = "PATH=/bin", variable[] = "A=1";
static char *config_env[] = { path, variable, NULL };

/* The container's own process. */
static void begin(struct fixture *f)
{
	*f = (struct fixture){ .process = {
		.asked = true,
		.terminal = true,
		.user = { .uid = 3, .gid = 4, .group = groups, .groups = 1 },
		.env = { config_env, 2 },
		.cwd = "/own",
		.capabilities = { .asked = true, .bounding = 1, .inheritable = 1, .ambient = 1 },
		.no_new_privileges = true,
	} };
	arena_init(&f->arena, NULL, 0);
	f->command = (struct command){ .arena = &f->arena, .problem = &f->problem };
}

/* Reads the line as exec does, without the id: options, then the command. */
static struct process *read_line(struct fixture *f, const char *line)
{
	struct options options = { exec_table, "taru-oci exec", true };
	struct exec_asked asked = { 0 };
	char **words;
	size_t count = 0;

	begin(f);
	words = ARENA_ARRAY(&f->arena, 32, char *);
	for (char *word = strtok(arena_copy(&f->arena, line, strlen(line)), " "); word; word = strtok(NULL, " "))
		words[count++] = word;
	assert_int_equal(options_read(&f->arena, &options, words, &asked, &f->problem), OPTIONS_READ);
	exec_set_process(&f->command, &asked, words, &f->process);
	return &f->process;
}

static struct process *read_good(struct fixture *f, const char *line)
{
	struct process *process = read_line(f, line);

	assert_string_equal(f->problem.text, "");
	return process;
}

static void assert_bad(const char *line, const char *message)
{
	struct fixture f;

	read_line(&f, line);
	assert_string_equal(f.problem.text, message);
	arena_release(&f.arena);
}

static void without_options_it_is_the_containers_own(void **state)
{
	struct fixture f;
	struct process *process = read_good(&f, "ls -l --color");

	assert_int_equal(process->args.count, 3);
	assert_string_equal(process->args.at[2], "--color");
	assert_string_equal(process->cwd, "/own");
	assert_int_equal(process->user.uid, 3);
	assert_int_equal(process->user.gid, 4);
	assert_int_equal(process->user.groups, 1);
	assert_int_equal(process->env.count, 2);
	assert_true(process->no_new_privileges);
	/* A terminal is only had by asking for it. */
	assert_false(process->terminal);
	arena_release(&f.arena);
}

static void two_dashes_stand_before_the_command(void **state)
{
	struct fixture f;

	assert_string_equal(read_good(&f, "-- ls -l")->args.at[0], "ls");
	arena_release(&f.arena);
}

static void options_change_it(void **state)
{
	struct fixture f;
	struct process *process = read_good(&f, "-t --cwd /x --apparmor p --process-label l --no-new-privs=false sh");

	assert_true(process->terminal);
	assert_string_equal(process->cwd, "/x");
	assert_string_equal(process->apparmor_profile, "p");
	assert_string_equal(process->selinux_label, "l");
	assert_false(process->no_new_privileges);
	arena_release(&f.arena);
}

static void a_user_is_a_whole_number(void **state)
{
	struct fixture f;
	struct process *process = read_good(&f, "-u 1000:1001 sh");

	assert_int_equal(process->user.uid, 1000);
	assert_int_equal(process->user.gid, 1001);
	arena_release(&f.arena);
	process = read_good(&f, "-u 1 sh");
	assert_int_equal(process->user.uid, 1);
	assert_int_equal(process->user.gid, 4);
	assert_bad("-u 1x sh", "option '--user': '1x' is not UID or UID:GID, in numbers");
	assert_bad("-u root sh", "option '--user': 'root' is not UID or UID:GID, in numbers");
	assert_bad("-u 1: sh", "option '--user': '1:' is not UID or UID:GID, in numbers");
	assert_bad("-u :1 sh", "option '--user': ':1' is not UID or UID:GID, in numbers");
	assert_bad("-u -1 sh", "option '--user': '-1' is not UID or UID:GID, in numbers");
	assert_bad("-u 4294967295 sh", "option '--user': '4294967295' is not UID or UID:GID, in numbers");
	assert_bad("-u 1:4294967296 sh", "option '--user': '1:4294967296' is not UID or UID:GID, in numbers");
	arena_release(&f.arena);
}

static void groups_are_added(void **state)
{
	struct fixture f;
	struct process *process = read_good(&f, "-g 100 --additional-gids 200 sh");

	assert_int_equal(process->user.groups, 3);
	assert_int_equal(process->user.group[0], 7);
	assert_int_equal(process->user.group[1], 100);
	assert_int_equal(process->user.group[2], 200);
	assert_bad("-g -1 sh", "option '--additional-gids': '-1' is not the number of a group");
	arena_release(&f.arena);
}

/* CVE-2022-29162 */
static void capabilities_are_not_inherited(void **state)
{
	struct fixture f;
	struct capabilities *caps = &read_good(&f, "-c CAP_KILL -c net_raw sh")->capabilities;
	uint64_t added = 1ULL << 5 | 1ULL << 13;

	assert_true(caps->bounding == (added | 1));
	assert_true(caps->effective == added);
	assert_true(caps->permitted == added);
	assert_int_equal(caps->inheritable, 1);
	assert_int_equal(caps->ambient, 1);
	assert_bad("-c CAP_FOO sh", "option '--cap': 'CAP_FOO' is not a capability of Linux");
	arena_release(&f.arena);
}

static void a_variable_takes_the_place_of_the_old_one(void **state)
{
	struct fixture f;
	struct texts env = read_good(&f, "-e A=2 -e B= -e A=3 sh")->env;

	assert_int_equal(env.count, 3);
	assert_string_equal(env.at[0], "PATH=/bin");
	assert_string_equal(env.at[1], "B=");
	assert_string_equal(env.at[2], "A=3");
	assert_null(env.at[3]);
	assert_string_equal(config_env[1], "A=1");
	arena_release(&f.arena);
}

static void there_must_be_one_command(void **state)
{
	assert_bad("-t", "exec: missing COMMAND; see 'taru-oci exec --help'");
	assert_bad("--", "exec: missing COMMAND; see 'taru-oci exec --help'");
	assert_bad("-p f sh", "exec: 'sh' beside '--process', which names the program");
	assert_bad("-p /nonexistent/f", "option '--process': cannot read '/nonexistent/f': it does not exist");
}

static void terminals_and_sockets_agree(void **state)
{
	struct process with = { .terminal = true }, without = { 0 };
	struct plan_request request = { .end = END_FOREGROUND };
	struct problem problem = { 0 };

	assert_true(given_terminal(&with, &request, &problem));
	assert_true(given_terminal(&without, &request, &problem));
	request.end = END_CREATED;
	assert_true(given_terminal(&without, &request, &problem));
	assert_false(given_terminal(&with, &request, &problem));
	assert_non_null(strstr(problem.text, "process.terminal: "));
	problem.found = false;
	request.console_socket = "socket";
	assert_true(given_terminal(&with, &request, &problem));
	assert_false(given_terminal(&without, &request, &problem));
	assert_non_null(strstr(problem.text, "option '--console-socket': there is no terminal"));
	problem.found = false;
	request.end = END_FOREGROUND;
	assert_false(given_terminal(&with, &request, &problem));
	assert_non_null(strstr(problem.text, "in the foreground"));
}

/* In a child, since descriptors and variables are the whole process's: how many are kept and the last
 * variable, or the problem. Descriptors 3 and 4 are open, and 12, which must be closed; the log's must not. */
static char *in_child(struct arena *arena, const char *fds, const char *pid, unsigned preserve)
{
	char *output = arena_alloc(arena, 256);
	int ends[2];

	assert_int_equal(pipe(ends), 0);
	if (fork() == 0) {
		struct problem problem = { 0 };
		struct process process = { .env = { config_env, 2 } };
		unsigned kept;
		const struct log log = { .fd = fcntl(ends[1], F_DUPFD, 20) };
		int out = log.fd;

		close_range(3, 15, 0);
		dup2(0, 3);
		dup2(0, 4);
		dup2(0, 12);
		if (fds)
			setenv("LISTEN_FDS", fds, 1);
		if (pid)
			setenv("LISTEN_PID", strcmp(pid, "own") ? pid : arena_printf(arena, "%d", getpid()), 1);
		kept = given_descriptors(preserve, &log, &problem);
		if (fcntl(12, F_GETFD) >= 0)
			dprintf(out, "12 is open: ");
		given_listen(arena, &process);
		if (problem.found)
			dprintf(out, "%s", problem.text);
		else
			dprintf(out, "%u %s", kept, process.env.at[process.env.count - 1]);
		_exit(0);
	}
	close(ends[1]);
	for (ssize_t size = 1, length = 0; size > 0; length += size)
		size = read(ends[0], output + length, (size_t)(255 - length));
	close(ends[0]);
	return output;
}

static void descriptors_are_passed_on(void **state)
{
	struct arena arena;

	arena_init(&arena, NULL, 0);
	assert_string_equal(in_child(&arena, NULL, NULL, 0), "0 A=1");
	assert_string_equal(in_child(&arena, NULL, NULL, 2), "2 A=1");
	assert_string_equal(in_child(&arena, NULL, NULL, 3), "option '--preserve-fds': descriptor 5 is not open");
	assert_string_equal(in_child(&arena, "1", "own", 0), "1 LISTEN_PID=1");
	assert_string_equal(in_child(&arena, "1", NULL, 1), "2 LISTEN_PID=1");
	assert_string_equal(in_child(&arena, "1", "1", 0), "0 A=1");
	assert_string_equal(in_child(&arena, "x", NULL, 0), "0 A=1");
	assert_string_equal(in_child(&arena, "3", NULL, 0),
			    "environment variable LISTEN_FDS is 3, and descriptor 5 is not open");
	arena_release(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_options_it_is_the_containers_own),
		cmocka_unit_test(two_dashes_stand_before_the_command),
		cmocka_unit_test(options_change_it),
		cmocka_unit_test(a_user_is_a_whole_number),
		cmocka_unit_test(groups_are_added),
		cmocka_unit_test(capabilities_are_not_inherited),
		cmocka_unit_test(a_variable_takes_the_place_of_the_old_one),
		cmocka_unit_test(there_must_be_one_command),
		cmocka_unit_test(terminals_and_sockets_agree),
		cmocka_unit_test(descriptors_are_passed_on),
	};

	unsetenv("LISTEN_FDS");
	unsetenv("LISTEN_PID");
	unsetenv("LISTEN_FDNAMES");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
