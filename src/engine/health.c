/* health.c - see health.h */
#include "engine/health.h"
#include "base/clock.h"
#include "base/fd.h"
#include "base/file.h"
#include "base/json_decode.h"
#include "engine/exec.h"
#include "engine/event.h"
#include "engine/parts.h"
#include "engine/service.h"
#include "image/manifest.h"
#include "spec/names.h"
#include "spec/reason.h"
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>


enum { LIMIT = 1 << 20, NS_IN_MS = 1000000, NS_IN_S = 1000000000 };

/* --- on disk --- */

static const struct field result_fields[] = {
	{ "Start", FIELD_TEXT, FIELD_AT(struct health_result, start), .required = true },
	{ "End", FIELD_TEXT, FIELD_AT(struct health_result, end), .required = true },
	{ "ExitCode", FIELD_SIGNED, FIELD_AT(struct health_result, status), .required = true },
	{ "Output", FIELD_TEXT, FIELD_AT(struct health_result, output), .empty = true, .required = true },
	{ 0 }
};

static const struct field fields[] = {
	{ "Status", FIELD_TEXT, FIELD_AT(struct health, status), .required = true },
	{ "FailingStreak", FIELD_UNSIGNED, FIELD_AT(struct health, streak), .required = true },
	{ "Log", FIELD_LIST, FIELD_ARRAY(struct health, result, results), .fields = result_fields },
	{ "startupPassed", FIELD_BOOL, FIELD_AT(struct health, startup_passed) },
	{ "startupFailures", FIELD_UNSIGNED, FIELD_AT(struct health, startup_failures) },
	{ "startupSuccesses", FIELD_UNSIGNED, FIELD_AT(struct health, startup_successes) },
	{ 0 }
};

static const char *path_of(struct engine *engine, const struct engine_container *container)
{
	return arena_printf(engine->arena, "%s/%s/" HEALTH_FILE, engine->run, container->made.id);
}

bool engine_read_health(struct engine *engine, const struct engine_container *container, struct health *ret_health)
{
	struct problem bad = { 0 };
	struct decoder decoder = { engine->arena, &bad };
	struct health read = { .status = NULL };
	const struct json *value;
	char *text;
	size_t length;

	*ret_health = (struct health){ .status = "starting" };
	if (!container->made.upkeep.health.test.count ||
	    (!engine_lives(container)))
		return false;
	if (file_read_kept(engine->arena, AT_FDCWD, path_of(engine, container), LIMIT, &text, &length))
		return true;
	value = json_read(engine->arena, text, length, HEALTH_FILE, &bad);
	if (value && value->kind == JSON_OBJECT)
		json_decode(&decoder, value, fields, &read);
	if (!bad.found && read.status)
		*ret_health = read;
	return true;
}

/* What docker shows of it, in an object that is open. */
static void put_known(struct json_writer *out, const struct health *health)
{
	json_put_text(out, "Status", health->status);
	json_put_unsigned(out, "FailingStreak", health->streak);
	json_open_array(out, "Log");
	for (size_t i = 0; i < health->results; i++) {
		json_open_object(out, NULL);
		json_put_text(out, "Start", health->result[i].start);
		json_put_text(out, "End", health->result[i].end);
		json_put_signed(out, "ExitCode", health->result[i].status);
		json_put_text(out, "Output", health->result[i].output);
		json_close(out);
	}
	json_close(out);
}

void engine_put_health(struct json_writer *out, const char *key, const struct health *health)
{
	json_open_object(out, key);
	put_known(out, health);
	json_close(out);
}

static void put_all(struct text *out, const struct health *health)
{
	struct json_writer json = json_writer_new(out, "\t");

	json_open_object(&json, NULL);
	put_known(&json, health);
	json_put_bool(&json, "startupPassed", health->startup_passed);
	json_put_unsigned(&json, "startupFailures", health->startup_failures);
	json_put_unsigned(&json, "startupSuccesses", health->startup_successes);
	json_close(&json);
}

/* The folder is gone where the container has ended meanwhile: then nobody wants to know. What is more than can be read
 * again loses its oldest results. */
static void write_health(struct engine *engine, const struct engine_container *container, struct health *health)
{
	closes int folder = sys_openat(AT_FDCWD, arena_printf(engine->arena, "%s/%s", engine->run, container->made.id),
				       O_RDONLY | O_DIRECTORY, 0);
	struct text text = text_new(engine->arena);

	put_all(&text, health);
	while (text.length >= LIMIT && health->results > 1) {
		const size_t gone = (health->results + 1) / 2;

		health->result += gone;
		health->results -= gone;
		text = text_new(engine->arena);
		put_all(&text, health);
	}
	if (folder >= 0)
		folder_write(folder, HEALTH_FILE, text.at, text.length);
}

/* --health-log-destination: a file of a directory, with what `inspect` shows, as podman has it. */
static void write_log(struct engine *engine, const struct engine_container *container, const struct health *health,
		      struct problem *problem)
{
	const char *where = container->made.upkeep.health.log_destination;
	const char *name = arena_printf(engine->arena, "%s-healthcheck.log", container->made.id);
	struct text text = text_new(engine->arena);
	struct json_writer json = json_writer_new(&text, NULL);
	closes int folder = -1;
	int error;

	if (!where || where[0] != '/')
		return;
	engine_put_health(&json, NULL, health);
	folder = sys_openat(AT_FDCWD, where, O_RDONLY | O_DIRECTORY, 0);
	error = folder < 0 ? folder : folder_write(folder, name, text.at, text.length);
	if (error)
		problem_set(problem, "container %s: its health log cannot be written in '%s': %s", container->made.name,
			    where, reason_words(error));
}

/* --- one check --- */

/* "CMD", program, arguments …; "CMD-SHELL", command. */
static char **words_of(struct arena *arena, const struct texts *test)
{
	char **words;

	if (!strcmp(test->at[0], "CMD"))
		return test->at + 1;
	words = ARENA_ARRAY(arena, 4, char *);
	words[0] = (char *)(uintptr_t)"/bin/sh";
	words[1] = (char *)(uintptr_t)"-c";
	words[2] = test->at[1];
	return words;
}

struct check { const struct texts *test; uint64_t timeout_ms; size_t output; };

static _Noreturn void run_check(struct engine *engine, const struct engine_container *container,
				const struct check *check, int out)
{
	const struct exec_asked asked = { .detach = false };
	static char *none[] = { NULL };
	const struct exec_request request = {
		.asked = &asked,
		.words = words_of(engine->arena, check->test),
		.environment = none,
		.timeout_ms = check->timeout_ms,
	};
	struct run_result result = { 0 };
	struct problem problem = { 0 };
	int null = sys_openat(AT_FDCWD, "/dev/null", O_RDONLY, 0);

	dup2(null, STDIN_FILENO);
	dup2(out, STDOUT_FILENO);
	dup2(out, STDERR_FILENO);
	engine_exec(engine, container, &request, &result, &problem);
	if (problem.found)
		dprintf(STDERR_FILENO, "%s\n", problem.text);
	_exit(result.status);
}

/* Reads until the check has ended: what it has left in the background may hold the pipe open for longer. Only the
 * begin is kept. */
static const char *read_output(struct arena *arena, int from, pid_t child, size_t most)
{
	enum { LAST_READS = 16 };
	char *kept = arena_alloc(arena, most + 1), more[4096];
	closes int ended = sys_pidfd_open(child, 0);
	struct pollfd fds[] = { { from, POLLIN, 0 }, { ended, POLLIN, 0 } };
	size_t length = 0;

	sys_fcntl(from, F_SETFL, O_NONBLOCK);
	for (int reads = LAST_READS; reads > 0; reads -= fds[1].revents != 0) {
		ssize_t count = sys_ppoll(fds, 2, NULL) > 0 ? sys_read(from, more, sizeof(more)) : -EINTR;
		size_t room = most - length, take = count > 0 ? (size_t)count : 0;

		if (!count || (count < 0 && fds[1].revents))
			break;
		take = take < room ? take : room;
		memcpy(kept + length, more, take);
		length += take;
	}
	/* JSON has no NUL, and neither has a text. */
	for (size_t i = 0; i < length; i++)
		kept[i] = kept[i] ? kept[i] : '?';
	return kept;
}

static bool do_check(struct engine *engine, const struct engine_container *container, const struct check *check,
		     struct health_result *result, struct problem *problem)
{
	const uint64_t began_ms = clock_ms(), timeout_ms = check->timeout_ms;
	closes int from = -1;
	int ends[2], status = 0;
	pid_t child;

	result->start = record_now(engine->arena);
	if (sys_pipe2(ends, O_CLOEXEC)) {
		problem_set(problem, "container %s: no pipe can be made for its health check", container->made.name);
		return false;
	}
	from = ends[0];
	child = fork();
	if (child == 0)
		run_check(engine, container, check, ends[1]);
	sys_close(ends[1]);
	if (child < 0) {
		problem_set(problem, "container %s: no process can be made for its health check", container->made.name);
		return false;
	}
	result->output = read_output(engine->arena, from, child, check->output);
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	result->end = record_now(engine->arena);
	result->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	if (clock_ms() - began_ms >= timeout_ms && result->status == 128 + SIGKILL) {
		result->status = -1;
		result->output = arena_printf(engine->arena, "Health check exceeded timeout (%llu ms)%s%s",
					      (unsigned long long)timeout_ms, result->output[0] ? ": " : "",
					      result->output);
	}
	return true;
}

/* --- what it comes to --- */

static bool is_starting(const struct engine_container *container, const struct health *health)
{
	const int64_t began = container->started ? image_time(container->started) : 0;
	const int64_t period_s = (int64_t)(container->made.upkeep.health.start_period / NS_IN_S);

	return !strcmp(health->status, "starting") && time(NULL) - began < period_s;
}

/* One more, the oldest goes. */
static void keep_result(struct arena *arena, const struct health_check *check, struct health *health,
			const struct health_result *result)
{
	const size_t most = check->log_count ? check->log_count : HEALTH_RESULTS;
	const size_t kept = health->results < most ? health->results : most - 1;
	struct health_result *all = ARENA_ARRAY(arena, kept + 1, struct health_result);

	if (kept)
		memcpy(all, health->result + (health->results - kept), kept * sizeof(*all));
	all[kept] = *result;
	health->result = all;
	health->results = kept + 1;
}

/* Returns whether it has failed so often that the container is to be started again. */
static bool take_startup(const struct startup_check *startup, struct health *health, bool failed)
{
	health->startup_successes = failed ? 0 : health->startup_successes + 1;
	health->startup_failures += failed;
	if (!failed && health->startup_successes >= startup->success) {
		health->startup_passed = true;
		health->status = "healthy";
	}
	return failed && startup->retries && health->startup_failures == startup->retries;
}

/* Returns whether it has just become unhealthy. */
static bool take_result(const struct engine_container *container, struct health *health, bool failed)
{
	const bool was_unhealthy = !strcmp(health->status, "unhealthy");

	if (!failed) {
		health->status = "healthy";
		health->streak = 0;
		return false;
	}
	/* While it begins, what fails does not count. */
	if (is_starting(container, health))
		return false;
	if (++health->streak >= container->made.upkeep.health.retries)
		health->status = "unhealthy";
	return !was_unhealthy && !strcmp(health->status, "unhealthy");
}

static void send(struct engine *engine, const struct engine_container *container, int signal, struct problem *problem)
{
	event_kill(engine, &container->made, signal);
	life_kill(engine->arena, engine->run, container->made.id, signal, false, problem);
}

static void act(struct engine *engine, struct engine_container *container, const char *action, struct problem *problem)
{
	if (!strcmp(action, "restart"))
		engine_ask_for_restart(container->folder);
	if (!strcmp(action, "kill") || !strcmp(action, "restart"))
		send(engine, container, SIGKILL, problem);
	if (!strcmp(action, "stop")) {
		engine_set_stopped(container->folder, true);
		send(engine, container, signal_number(container->made.stop_signal), problem);
	}
}

/* When it has changed; with --health-log-destination events_logger each result, and what it has written. */
static void tell(struct engine *engine, const struct engine_container *container, const struct health *health,
		 bool changed)
{
	const char *where = container->made.upkeep.health.log_destination;
	const struct pair more[] = { { "healthLog", health->result[health->results - 1].output },
				     { "healthFailingStreak", arena_printf(engine->arena, "%u", health->streak) },
				     { NULL, NULL } };
	const bool each = where && !strcmp(where, "events_logger");

	if (each || changed)
		event_container(engine, &container->made,
				arena_printf(engine->arena, "health_status: %s", health->status), each ? more : NULL);
}

/* The check that is due. */
static struct check due(const struct health_check *health, bool startup)
{
	const uint32_t most = health->log_size ? health->log_size : HEALTH_OUTPUT;

	return (struct check){
		.test = startup ? &health->startup.test : &health->test,
		.timeout_ms = (startup ? health->startup.timeout : health->timeout) / NS_IN_MS,
		.output = most < HEALTH_OUTPUT_MAX ? most : HEALTH_OUTPUT_MAX,
	};
}

bool engine_check_health(struct engine *engine, struct engine_container *container, bool *ret_starting,
			 struct problem *problem)
{
	const struct health_check *made = &container->made.upkeep.health;
	struct health_result result = { .output = "" };
	struct health health = { .status = "starting" };
	struct check check;
	const char *before, *action = NULL;
	bool startup;

	if (!made->test.count)
		problem_set(problem, "container %s has no health check", container->made.name);
	else if (container->status != CONTAINER_RUNNING)
		problem_set(problem, "container %s is not running but %s", container->made.name,
			    engine_status_name(container->status));
	engine_read_health(engine, container, &health);
	startup = made->startup.test.count && !health.startup_passed;
	check = due(made, startup);
	*ret_starting = startup;
	if (problem->found || !do_check(engine, container, &check, &result, problem))
		return false;
	/* It may have been done once more meanwhile. */
	engine_read_health(engine, container, &health);
	before = health.status;
	keep_result(engine->arena, made, &health, &result);
	if (startup && take_startup(&made->startup, &health, result.status != 0))
		action = "restart";
	if (!startup && take_result(container, &health, result.status != 0))
		action = made->on_failure;
	*ret_starting = startup && !health.startup_passed;
	write_health(engine, container, &health);
	tell(engine, container, &health, strcmp(before, health.status) != 0);
	if (!strcmp(before, "starting") && !strcmp(health.status, "healthy") &&
	    service_notify(&container->made) == NOTIFY_LATER)
		life_notify("READY=1\n");
	if (action)
		act(engine, container, action, problem);
	write_log(engine, container, &health, problem);
	return result.status == 0;
}
