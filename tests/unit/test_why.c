/* test_why.c - why a start failed: the step that is the cause is found, and what is said of it is in
 * words that engines take for what it is. */
#include "show/show.h"
#include "show_sample.h"
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/syscall.h>

#include <cmocka.h>

static struct arena arena;
static struct spec spec;
static struct host host;
static struct plan_request request = { .spec = &spec, .host = &host, .id = "box", .bundle = "/b" };
static char path[] = "PATH=/bin";
static char *env[] = { path, NULL };

/* The system call that the step failed of. */
static int failed_call = __NR_mount;

/* Room for the marks of all steps. */
static struct tape *tape_for(const struct plan *plan)
{
	return arena_alloc(&arena, sizeof(struct tape) + plan->count * sizeof(struct mark));
}

/* The message for one failed step. */
static const char *why_of(const struct step *step, int error, enum subject subject, const char *note)
{
	struct plan plan = { .arena = &arena };
	struct text text = text_new(&arena);
	struct tape *tape;

	plan_add(&plan, *step);
	tape = tape_for(&plan);
	tape->mark[0] = (struct mark){ .began = 1, .ended = 1, .error = -error, .call = (int16_t)failed_call,
				       .subject = (uint8_t)subject };
	snprintf(tape->note, sizeof(tape->note), "%s", note);
	assert_true(why_failed(&text, &plan, &request, tape));
	return text.at;
}

static bool has_phrase(const char *text)
{
	static const char *const phrase[] = {
		"no such file or directory", "permission denied", "operation not permitted",
		"executable file not found", "is a directory", "not a directory", "open executable",
	};

	for (; *text; text++)
		for (size_t i = 0; i < sizeof(phrase) / sizeof(phrase[0]); i++)
			if (strncasecmp(text, phrase[i], strlen(phrase[i])) == 0)
				return true;
	return false;
}

static void no_message_is_taken_for_a_missing_program(void **state)
{
	static const char note[] = "newuidmap: Operation not permitted, Permission denied, No such file or directory, "
				   "Is a directory, Not a directory\n\033[1m";

	for (int kind = 0; kind < STEP_KINDS; kind++)
		for (int error = 1; error < 140; error++)
			for (int subject = SUBJECT_STEP; subject <= SUBJECT_OPTION; subject++) {
				struct step step = show_sample((enum step_kind)kind);
				const char *message;

				step.tolerate = 0;
				message = why_of(&step, error, (enum subject)subject, note);
				if (kind != STEP_EXEC && kind != STEP_FIND_PROGRAM)
					assert_false(has_phrase(message));
				assert_int_equal(strncmp(message, "linux.sysctl[\"", 14), 0);
				assert_true(message[strlen(message) - 1] != '.');
				for (const char *at = message; *at; at++)
					assert_true((unsigned char)*at >= ' ' && *at != '@');
			}
}

static const struct { enum step_kind kind; const char *why; int error; enum subject subject; const char *message; }
	expected[] = {
	{ STEP_BIND, "mounts[3]", ENOENT, SUBJECT_SOURCE,
	  "mounts[3].source: '/data' does not exist on the host; create it, or correct the path" },
	{ STEP_BIND, "mounts[3]", ENOTDIR, SUBJECT_TARGET,
	  "mounts[3].destination: a part of the path '/in' is no folder; it is a file in the image" },
	{ STEP_BIND, "mounts[3]", ELOOP, SUBJECT_TARGET,
	  "mounts[3].destination: '/in' leads through too many symbolic links, or one where none may be; make it a "
	  "real directory in the image" },
	{ STEP_MOUNT, "mounts[0]", ENODEV, SUBJECT_STEP,
	  "mounts[0]: this kernel has no file system 'foofs' (the kernel says: a note); correct the type, or load its "
	  "module on the host (modprobe)" },
	{ STEP_MOUNT, "mounts[0]", EINVAL, SUBJECT_OPTION,
	  "mounts[0].options: 'foofs' does not know the option 'size=x', or not with this value (the kernel says: "
	  "a note)" },
	{ STEP_SET_UID, "process.user.uid", EINVAL, SUBJECT_STEP,
	  "process.user.uid: the uid is not mapped; add it to linux.uidMappings" },
	{ STEP_SET_UMASK, NULL, EBADF, SUBJECT_STEP,
	  "process.user.umask: umask 0000: mount(2): is not open (EBADF)" },
};

static void causes_are_told(void **state)
{
	static struct pair size[] = { { "size", "x" } };
	static const struct pairs data = { size, 1 };

	for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
		struct step step = { .kind = expected[i].kind, .lane = LANE_CONTAINER, .why = expected[i].why };

		if (step.kind == STEP_BIND) {
			step.bind.source = "/data";
			step.bind.target = "/in";
		} else if (step.kind == STEP_MOUNT) {
			step.mount.type = "foofs";
			step.mount.source = "none";
			step.mount.target = "/in";
			step.mount.data = &data;
		}
		assert_string_equal(why_of(&step, expected[i].error, expected[i].subject, "a note"),
				    expected[i].message);
	}
}

/* On the way to the target it means something else. */
static void what_does_not_fit_on_its_target_is_told(void **state)
{
	struct step step = { .kind = STEP_BIND, .lane = LANE_CONTAINER, .why = "mounts[3]",
			     .bind = { .source = "/data", .target = "/in" } };

	failed_call = __NR_move_mount;
	assert_string_equal(why_of(&step, ENOTDIR, SUBJECT_TARGET, ""),
			    "mounts[3].destination: '/data' is a folder and '/in' is a file; a folder can only be "
			    "bound to a folder");
	assert_string_equal(why_of(&step, EISDIR, SUBJECT_TARGET, ""),
			    "mounts[3].destination: '/data' is a file and '/in' is a folder; a file can only be bound "
			    "to a file");
	failed_call = __NR_mount;
}

/* The same errno means something else for some files. */
static void a_file_can_have_a_cause_of_its_own(void **state)
{
	static const struct { const char *file, *says, *not; } row[] = {
		{ "/sys/fs/cgroup/box/cgroup.subtree_control", "a cgroup that has processes", "in use" },
		{ "/sys/fs/cgroup/box/memory.max", "the limit is below what is in use already", "has processes" },
	};

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct step step = { .kind = STEP_WRITE_FILE, .lane = LANE_RUNTIME,
				     .write_file = { row[i].file, "+memory" } };
		const char *message = why_of(&step, EBUSY, SUBJECT_OPTION, "");

		assert_non_null(strstr(message, "the kernel does not take '+memory' for '"));
		assert_non_null(strstr(message, row[i].says));
		assert_null(strstr(message, row[i].not));
	}
}

static void who_may_not_lower_the_oom_score_is_told_why(void **state)
{
	static const enum step_kind kind[] = { STEP_WRITE_SELF, STEP_WRITE_CHILD };

	for (size_t i = 0; i < sizeof(kind) / sizeof(kind[0]); i++) {
		struct step step = { .kind = kind[i], .lane = LANE_CONTAINER, .why = "process.oomScoreAdj" };

		step.write_proc.file = "oom_score_adj";
		assert_string_equal(why_of(&step, EACCES, SUBJECT_OPTION, ""),
				    "process.oomScoreAdj: 'oom_score_adj' may not be lowered so far; that needs "
				    "CAP_SYS_RESOURCE on the host, which root of a container or of a user namespace "
				    "has not; take what the runtime itself has (cat /proc/self/oom_score_adj), or "
				    "more");
		step.write_proc.file = "uid_map";
		assert_null(strstr(why_of(&step, EACCES, SUBJECT_OPTION, ""), "oom_score_adj"));
		assert_null(strstr(why_of(&step, EPERM, SUBJECT_OPTION, ""), "oom_score_adj"));
	}
}

/* --- a container's life --- */

static struct hook hook = { .path = "/bin/hook", .timeout = { true, 5 } };

static const struct { enum step_kind kind; const char *why; int error; const char *note, *message; } life[] = {
	{ STEP_RUN_HOOK, "hooks.prestart[0]", ECANCELED, "ended with status 3: cat: /x: No such file or directory",
	  "hooks.prestart[0]: the hook '/bin/hook' ended with status 3: cat: /x: does not exist" },
	{ STEP_RUN_HOOK, "hooks.poststart[1]", ECANCELED, "was ended by signal 9",
	  "hooks.poststart[1]: the hook '/bin/hook' was ended by signal 9" },
	{ STEP_RUN_HOOK, "hooks.prestart[0]", ECANCELED, "", "hooks.prestart[0]: the hook '/bin/hook' failed" },
	{ STEP_RUN_HOOK, "hooks.createContainer[0]", ETIMEDOUT, "",
	  "hooks.createContainer[0]: the hook '/bin/hook' did not end within 5 s, and was killed; see what it waits "
	  "for, or raise its timeout" },
	{ STEP_RUN_HOOK, "hooks.createRuntime[0]", ENOENT, "",
	  "hooks.createRuntime[0]: the hook '/bin/hook' does not exist, or not what it is run by; correct the path; "
	  "for a script, look at its '#!' line, for a program, at its dynamic loader" },
	{ STEP_RUN_HOOK, "hooks.createRuntime[0]", EACCES, "",
	  "hooks.createRuntime[0]: the hook '/bin/hook' may not be run; it must be executable (chmod +x), and in no "
	  "mount with 'noexec'; so must be what it is run by" },
	{ STEP_WRITE_RECORD, NULL, ENOSPC, "",
	  "option '--root': no space is left to write '/run/file'; make room, or choose another folder with "
	  "'--root'" },
	{ STEP_WRITE_PID_FILE, NULL, ENOENT, "",
	  "option '--pid-file': the folder of '/run/file' does not exist; create it, or choose another file" },
	{ STEP_WRITE_PID_FILE, NULL, EROFS, "",
	  "option '--pid-file': '/run/file' is in a read-only file system; make that writable, or choose another "
	  "file" },
	{ STEP_SEND_TERMINAL, NULL, ENOENT, "",
	  "option '--console-socket': '/run/file' does not exist; the caller makes the socket, and listens before it "
	  "calls" },
	{ STEP_SEND_TERMINAL, NULL, ECONNREFUSED, "",
	  "option '--console-socket': nobody listens at '/run/file'; the caller must listen there before it calls" },
	{ STEP_SEND_TERMINAL, NULL, EAGAIN, "",
	  "option '--console-socket': nobody took the descriptor at '/run/file' within 10 s; the caller must accept "
	  "the connection and receive" },
	{ STEP_SEND_PIDFD, NULL, EACCES, "",
	  "option '--pidfd-socket': '/run/file' may not be written to; its mode and owner must let the caller in" },
	{ STEP_SEND_LISTENER, "linux.seccomp.listenerPath", ECONNREFUSED, "",
	  "linux.seccomp.listenerPath: nobody listens at '/run/file'; the agent must listen there before it calls" },
	{ STEP_OPEN_PROCESS, "exec", ESRCH, "", "exec: the container's process has ended" },
	{ STEP_JOIN_PROCESS, "exec", EPERM, "",
	  "exec: joining the container's namespaces is not allowed; it needs the rights of the user who made the "
	  "container, or those of the host's root: CAP_SYS_ADMIN in the user namespaces that they belong to" },
	{ STEP_AWAIT_EXEC, "process.args[0]", ECONNRESET, "",
	  "process.args[0]: the container's process ended before its program began; it may have been killed (dmesg "
	  "shows it, if memory ran out)" },
	{ STEP_SET_AFFINITY, "process.execCPUAffinity.initial", EINVAL, "",
	  "process.execCPUAffinity.initial: none of these processors can be used; they must be there and switched on "
	  "(/sys/devices/system/cpu/online), and in the cgroup's cpuset" },
};

static void what_a_life_ends_of_is_told(void **state)
{
	for (size_t i = 0; i < sizeof(life) / sizeof(life[0]); i++) {
		struct step step = { .kind = life[i].kind, .lane = LANE_RUNTIME, .why = life[i].why };

		if (step.kind == STEP_RUN_HOOK)
			step.run_hook.hook = &hook;
		else if (step.kind == STEP_WRITE_RECORD)
			step.write_record.path = "/run/file";
		else if (step.kind == STEP_WRITE_PID_FILE)
			step.pid_file.path = "/run/file";
		else if (step.kind == STEP_SEND_LISTENER)
			step.listener.path = "/run/file";
		else if (step.kind == STEP_SEND_TERMINAL || step.kind == STEP_SEND_PIDFD)
			step.socket.path = "/run/file";
		assert_string_equal(why_of(&step, life[i].error, SUBJECT_TARGET, life[i].note), life[i].message);
	}
}

/* --- the program --- */

static bool kind_says(enum step_kind kind, const char *program, int error, const char *note, const char *words)
{
	char *const argv[] = { arena_copy(&arena, program, strlen(program)), NULL };
	struct step step = { .kind = kind, .lane = LANE_CONTAINER, .why = "process.args[0]",
			     .exec = { argv, env, "/bin" } };

	return strncmp(why_of(&step, error, SUBJECT_STEP, note), words, strlen(words)) == 0;
}

/* Both steps that look for it say the same. */
static bool exec_says(const char *program, int error, const char *note, const char *words)
{
	return kind_says(STEP_EXEC, program, error, note, words) &&
	       kind_says(STEP_FIND_PROGRAM, program, error, note, words);
}

static void a_program_that_cannot_run_is_told_as_engines_expect(void **state)
{
	assert_true(exec_says("foo", ENOENT, "",
			      "process.args[0]: exec: \"foo\": executable file not found in $PATH"));
	assert_true(exec_says("/nope", ENOENT, "",
			      "process.args[0]: exec: \"/nope\": stat /nope: no such file or directory"));
	assert_true(exec_says("/x", EACCES, "", "process.args[0]: exec: \"/x\": permission denied"));
	assert_true(exec_says("/x", ENOEXEC, "", "process.args[0]: exec: \"/x\": exec format error"));
	assert_true(exec_says("/x/y", ENOTDIR, "", "process.args[0]: exec: \"/x/y\": not a directory"));
	assert_true(exec_says("/x", 77, "", "process.args[0]: exec: \"/x\": file descriptor in bad state"));
}

static void what_was_seen_of_the_program_is_told(void **state)
{
	assert_true(exec_says("/x", ENOENT, "'/x' is there, but not the interpreter that it asks for, '/b\n'",
			      "process.args[0]: exec: \"/x\": stat /x: no such file or directory; '/x' is there, but "
			      "not the interpreter that it asks for, '/b?'; install that in the image, or correct"));
	assert_true(exec_says("x", ENOENT, "'/bin/x' is what nobody knows",
			      "process.args[0]: exec: \"x\": executable file not found in $PATH; '/bin/x' is what "
			      "nobody knows"));
	assert_true(exec_says("/x", EACCES, "'/x' is a directory",
			      "process.args[0]: exec: \"/x\": permission denied; '/x' is a directory; name a program"));
	/* A name that has such words in it. */
	assert_true(exec_says("/x", EACCES, "'/a' is a directory' has no execute permission",
			      "process.args[0]: exec: \"/x\": permission denied; '/a' is a directory' has no execute "
			      "permission; chmod +x"));
}

/* --- what is too long --- */

static const char *too_long(char *const *args, char *const *variables)
{
	struct step step = { .kind = STEP_EXEC, .lane = LANE_CONTAINER, .why = "process.args[0]",
			     .exec = { args, variables, "/bin" } };

	return why_of(&step, E2BIG, SUBJECT_STEP, "");
}

static void what_is_too_long_for_a_program_is_named(void **state)
{
	enum { SIZE = 131073 };
	char program[] = "/x", *large = arena_alloc(&arena, SIZE + 1), *args[] = { program, large, NULL };
	char *variables[] = { large, NULL }, *one[] = { program, NULL };

	memset(large, 'a', SIZE);
	memcpy(large, "NAME=", 5);
	assert_non_null(strstr(too_long(args, env), "argument list too long; process.args[1] has 131073 bytes, and the "
				"kernel takes 131071 in one"));
	assert_non_null(strstr(too_long(one, variables), "the variable NAME of process.env has 131073 bytes"));
	large[SIZE - 2] = '\0';
	assert_non_null(strstr(too_long(args, variables), "process.args and process.env have 262171 bytes together"));
}

/* --- which step failed --- */

static struct plan two_lanes(void)
{
	struct plan plan = { .arena = &arena };

	plan_add(&plan, (struct step){ STEP_WRITE_CHILD, LANE_RUNTIME, .why = "a", .write_proc = { "uid_map", "" } });
	plan_add(&plan, (struct step){ STEP_AWAIT_GATE, LANE_RUNTIME, .why = "b" });
	plan_add(&plan, (struct step){ STEP_OPEN_GATE, LANE_CONTAINER, .why = "c" });
	plan_add(&plan, (struct step){ STEP_NO_NEW_PRIVILEGES, LANE_CONTAINER, .tolerate = ENOSYS, .why = "d" });
	plan_add(&plan, (struct step){ STEP_NEW_SESSION, LANE_CONTAINER, .why = "e" });
	return plan;
}

/* The first letter of the message when these steps ended so; 0: none failed. */
static char first_of(const int *error)
{
	struct plan plan = two_lanes();
	struct tape *tape = tape_for(&plan);
	struct text text = text_new(&arena);

	for (size_t i = 0; i < plan.count; i++)
		tape->mark[i] = (struct mark){ .began = 1, .ended = 1, .error = error[i] };
	return why_failed(&text, &plan, &request, tape) ? text.at[0] : '\0';
}

static void the_cause_is_told_and_not_its_echo(void **state)
{
	assert_int_equal(first_of((int[]){ 0, 0, 0, 0, 0 }), '\0');
	assert_int_equal(first_of((int[]){ 0, -ECONNRESET, 0, 0, -EPERM }), 'e');
	assert_int_equal(first_of((int[]){ -EPERM, 0, -ECONNRESET, 0, 0 }), 'a');
	assert_int_equal(first_of((int[]){ 0, -ECONNRESET, -ECONNRESET, 0, 0 }), 'b');
	assert_int_equal(first_of((int[]){ -EPERM, -ECANCELED, 0, 0, -ECANCELED }), 'a');
	assert_int_equal(first_of((int[]){ 0, 0, 0, -ENOSYS, 0 }), '\0');
	assert_int_equal(first_of((int[]){ 0, 0, 0, -EPERM, 0 }), 'd');
	assert_int_equal(first_of((int[]){ -EPERM, 0, 0, 0, INT32_MIN }), 'e');
}

/* The runtime sees the end of the container's lane, whose own mark says why. */
static void the_end_of_a_lane_is_an_echo(void **state)
{
	struct plan plan = two_lanes();
	struct tape *tape;
	struct text text = text_new(&arena);

	plan_add(&plan, (struct step){ STEP_AWAIT_EXEC, LANE_RUNTIME, .why = "f" });
	tape = tape_for(&plan);
	tape->mark[5] = (struct mark){ .began = 1, .ended = 1, .error = -ECONNRESET };
	assert_true(why_failed(&text, &plan, &request, tape));
	assert_int_equal(text.at[0], 'f');
	text_clear(&text);
	tape->mark[4] = (struct mark){ .began = 1, .ended = 1, .error = -EPERM };
	assert_true(why_failed(&text, &plan, &request, tape));
	assert_int_equal(text.at[0], 'e');
}

static void a_step_that_was_not_taken_has_not_failed(void **state)
{
	struct plan plan = two_lanes();
	struct tape *tape = tape_for(&plan);
	struct text text = text_new(&arena);

	tape->mark[4].error = -EPERM;
	assert_false(why_failed(&text, &plan, &request, tape));
	assert_string_equal(text.at, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_message_is_taken_for_a_missing_program),
		cmocka_unit_test(causes_are_told),
		cmocka_unit_test(what_does_not_fit_on_its_target_is_told),
		cmocka_unit_test(a_file_can_have_a_cause_of_its_own),
		cmocka_unit_test(who_may_not_lower_the_oom_score_is_told_why),
		cmocka_unit_test(what_a_life_ends_of_is_told),
		cmocka_unit_test(a_program_that_cannot_run_is_told_as_engines_expect),
		cmocka_unit_test(what_was_seen_of_the_program_is_told),
		cmocka_unit_test(what_is_too_long_for_a_program_is_named),
		cmocka_unit_test(the_cause_is_told_and_not_its_echo),
		cmocka_unit_test(the_end_of_a_lane_is_an_echo),
		cmocka_unit_test(a_step_that_was_not_taken_has_not_failed),
	};

	arena_init(&arena, NULL, 0);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
