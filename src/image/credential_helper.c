/* credential_helper.c - see credential_helper.h */
#include "image/credential_helper.h"
#include "base/clock.h"
#include "base/fd.h"
#include "base/file.h"
#include "base/json_decode.h"
#include "base/json_write.h"
#include <poll.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

bool credential_helper_is_name(const char *name)
{
	static const char may[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";

	return *name && strlen(name) < 100 && !name[strspn(name, may)];
}

/* --- running it --- */

struct helper {
	struct arena *arena;
	const char *program;		/* "docker-credential-x" */
	struct problem *problem;
	uint64_t deadline_ms;
	char *says;			/* its standard output */
	size_t says_length;
};

/* A file in memory: what it is given, from its beginning on. A pipe could be full, or have nobody at its end. */
static int make_input(const char *text, int *ret_fd)
{
	closes int fd = sys_memfd_create("input", 0);
	int error;

	if (fd < 0)
		return fd;
	error = file_write_all(fd, text, strlen(text));
	if (!error && sys_lseek(fd, 0, SEEK_SET) < 0)
		error = -EIO;
	if (!error)
		*ret_fd = take_fd(&fd);
	return error;
}

/* Adds what comes until the end of the pipe: 0, -ETIMEDOUT, -EFBIG or another -errno. */
static int read_output(struct helper *helper, int fd)
{
	for (;;) {
		uint64_t now = clock_ms();
		uint64_t left = helper->deadline_ms > now ? helper->deadline_ms - now : 0;
		struct timespec time = { (time_t)(left / 1000), (long)(left % 1000 * 1000000) };
		struct pollfd more = { fd, POLLIN, 0 };
		int ready = sys_ppoll(&more, 1, &time);
		ssize_t got;

		if (ready == 0)
			return -ETIMEDOUT;
		if (ready < 0 && ready != -EINTR)
			return ready;
		if (ready < 0)
			continue;
		got = sys_read(fd, helper->says + helper->says_length,
			       CREDENTIAL_HELPER_SAYS_MAX + 1 - helper->says_length);
		if (got <= 0)
			return (int)got;
		helper->says_length += (size_t)got;
		if (helper->says_length > CREDENTIAL_HELPER_SAYS_MAX)
			return -EFBIG;
	}
}

/* Waits for its end until the deadline, and makes it end then. Its status as of wait(2), or -errno. */
static int await_end(const struct helper *helper, pid_t pid, bool now)
{
	int status = 0, timed_out = 0;
	pid_t ended;

	for (;;) {
		if (now || clock_ms() > helper->deadline_ms) {
			timed_out = now ? 0 : -ETIMEDOUT;
			sys_kill(pid, SIGKILL);
			break;
		}
		ended = sys_wait4(pid, &status, WNOHANG);
		if (ended == pid)
			return status;
		if (ended < 0 && ended != -EINTR)
			return ended;
		clock_sleep_ms(2);
	}
	do
		ended = sys_wait4(pid, &status, 0);
	while (ended == -EINTR);
	return timed_out ? timed_out : status;
}

/* Starts it with these two as its standard streams; 0 or -errno. */
static int start(const struct helper *helper, const char *verb, int input, int output, pid_t *ret_pid)
{
	char *args[] = { arena_printf(helper->arena, "%s", helper->program), arena_printf(helper->arena, "%s", verb),
			 NULL };
	posix_spawn_file_actions_t actions;
	int error = posix_spawn_file_actions_init(&actions);

	if (error)
		return -error;
	error = posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
	if (!error)
		error = posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
	if (!error)
		error = posix_spawnp(ret_pid, helper->program, &actions, NULL, args, environ);
	posix_spawn_file_actions_destroy(&actions);
	return -error;
}

/* Returns an error for sure. */
static int fail(const struct helper *helper, int error)
{
	if (error == -ENOENT)
		problem_set(helper->problem, "credential helper '%s' is not in $PATH", helper->program);
	else if (error == -ETIMEDOUT)
		problem_set(helper->problem, "credential helper '%s' did not answer within %d s", helper->program,
			    CREDENTIAL_HELPER_SECONDS);
	else if (error == -EFBIG)
		problem_set(helper->problem, "credential helper '%s' says more than %d KiB", helper->program,
			    CREDENTIAL_HELPER_SAYS_MAX / 1024);
	else
		problem_set(helper->problem, "credential helper '%s' cannot be run: %s", helper->program,
			    strerror(-error));
	return error < 0 ? error : -EIO;
}

/* Runs it to its end. 0 where that was good, 1 where it was not (`says` has why), or -errno with a problem. */
static int run(struct helper *helper, const char *verb, const char *input)
{
	closes int in = -1;
	closes int out = -1;
	closes int to = -1;
	int ends[2], error, status;
	pid_t pid = -1;

	helper->says = arena_alloc(helper->arena, CREDENTIAL_HELPER_SAYS_MAX + 2);
	helper->deadline_ms = clock_ms() + (uint64_t)CREDENTIAL_HELPER_SECONDS * 1000;
	error = make_input(input, &in);
	if (!error)
		error = sys_pipe2(ends, 0);
	if (error)
		return fail(helper, error);
	out = ends[0];
	to = ends[1];
	error = start(helper, verb, in, to, &pid);
	fd_close_at(&to);
	to = -1;
	if (error)
		return fail(helper, error);
	error = read_output(helper, out);
	status = await_end(helper, pid, error);
	if (error || status < 0)
		return fail(helper, error ? error : status);
	helper->says[helper->says_length] = '\0';
	return status != 0;
}

/* Whether its words mean that it keeps nothing for the server; they are fixed by the protocol. */
static bool keeps_nothing(const struct helper *helper)
{
	return helper->says && strstr(helper->says, "credentials not found");
}

static int fail_words(const struct helper *helper, const char *verb)
{
	const char *says = helper->says ? helper->says : "";
	size_t line = strcspn(says, "\r\n");

	problem_set(helper->problem, "credential helper '%s' failed to %s: %.*s", helper->program, verb,
		    line && line < 500 ? (int)line : 500, line ? says : "it does not say why");
	return -EIO;
}

static int prepare(struct arena *arena, const char *name, struct problem *problem, struct helper *ret_helper)
{
	if (!credential_helper_is_name(name)) {
		problem_set(problem, "credential helper '%.100s': a name has letters, digits, '.', '_' and '-'", name);
		return -EINVAL;
	}
	*ret_helper = (struct helper){ .arena = arena, .problem = problem,
				       .program = arena_printf(arena, "docker-credential-%s", name) };
	return 0;
}

/* --- what is said --- */

bool credential_helper_read(struct arena *arena, char *text, size_t length, const char *program,
			    struct kept *ret_kept, struct problem *problem)
{
	static const struct field fields[] = {
		{ "Username", FIELD_TEXT, FIELD_AT(struct kept, user), .empty = true },
		{ "Secret", FIELD_TEXT, FIELD_AT(struct kept, secret), .required = true },
		{ 0 }
	};
	struct problem inner = { 0 };
	struct decoder decoder = { arena, &inner };
	const struct json *json = json_read(arena, text, length, "its answer", &inner);

	*ret_kept = (struct kept){ "", NULL };
	if (json)
		json_decode(&decoder, json, fields, ret_kept);
	if (inner.found)
		problem_set(problem, "credential helper '%s': %s", program, inner.text);
	return !inner.found;
}

int credential_helper_get(struct arena *arena, const char *name, const char *server, struct kept *ret_kept,
			  struct problem *problem)
{
	struct helper helper;
	int error = prepare(arena, name, problem, &helper);

	if (!error)
		error = run(&helper, "get", server);
	if (error < 0)
		return error;
	if (error)
		return keeps_nothing(&helper) ? 0 : fail_words(&helper, "get a password");
	if (!credential_helper_read(arena, helper.says, helper.says_length, helper.program, ret_kept, problem))
		return -EBADMSG;
	return 1;
}

int credential_helper_store(struct arena *arena, const char *name, const char *server, const struct kept *kept,
			    struct problem *problem)
{
	struct text text = text_new(arena);
	struct json_writer writer = json_writer_new(&text, NULL);
	struct helper helper;
	int error = prepare(arena, name, problem, &helper);

	json_open_object(&writer, NULL);
	json_put_text(&writer, "ServerURL", server);
	json_put_text(&writer, "Username", kept->user);
	json_put_text(&writer, "Secret", kept->secret);
	json_close(&writer);
	if (!error)
		error = run(&helper, "store", text.at);
	return error > 0 ? fail_words(&helper, "store the password") : error;
}

int credential_helper_erase(struct arena *arena, const char *name, const char *server, struct problem *problem)
{
	struct helper helper;
	int error = prepare(arena, name, problem, &helper);

	if (!error)
		error = run(&helper, "erase", server);
	if (error < 0)
		return error;
	if (!error)
		return 1;
	return keeps_nothing(&helper) ? 0 : fail_words(&helper, "erase the password");
}

int credential_helper_list(struct arena *arena, const char *name, const struct json **ret_servers,
			   struct problem *problem)
{
	struct problem inner = { 0 };
	struct helper helper;
	int error = prepare(arena, name, problem, &helper);

	if (!error)
		error = run(&helper, "list", "");
	if (error)
		return error < 0 ? error : fail_words(&helper, "list what it keeps");
	*ret_servers = json_read(arena, helper.says, helper.says_length, "its answer", &inner);
	if (*ret_servers && (*ret_servers)->kind == JSON_OBJECT)
		return 0;
	problem_set(problem, "credential helper '%s': %s", helper.program,
		    inner.found ? inner.text : "its answer is no object");
	return -EBADMSG;
}
