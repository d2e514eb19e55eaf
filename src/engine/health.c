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

struct results { struct health_result *at; size_t count; const char *status; uint32_t streak; };

static const struct field fields[] = {
	{ "Status", FIELD_TEXT, FIELD_AT(struct results, status), .required = true },
	{ "FailingStreak", FIELD_UNSIGNED, FIELD_AT(struct results, streak), .required = true },
	{ "Log", FIELD_LIST, FIELD_ARRAY(struct results, at, count), .fields = result_fields },
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
	struct results results = { .count = 0 };
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
		json_decode(&decoder, value, fields, &results);
	if (bad.found || !value)
		return true;
	ret_health->status = results.status ? results.status : "starting";
	ret_health->streak = results.streak;
	for (size_t i = results.count > HEALTH_RESULTS ? results.count - HEALTH_RESULTS : 0; i < results.count; i++)
		ret_health->result[ret_health->results++] = results.at[i];
	return true;
}

void engine_put_health(struct json_writer *out, const char *key, const struct health *health)
{
	json_open_object(out, key);
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
	json_close(out);
}

/* The folder is gone where the container has ended meanwhile: then nobody wants to know. */
static void write_health(struct engine *engine, const struct engine_container *container, const struct health *health)
{
	closes int folder = sys_openat(AT_FDCWD, arena_printf(engine->arena, "%s/%s", engine->run, container->made.id),
				       O_RDONLY | O_DIRECTORY, 0);
	struct text text = text_new(engine->arena);
	struct json_writer json = json_writer_new(&text, "\t");

	engine_put_health(&json, NULL, health);
	if (folder >= 0)
		folder_write(folder, HEALTH_FILE, text.at, text.length);
}

/* --- one check --- */

/* "CMD", program, arguments …; "CMD-SHELL", command. */
static char **words_of(struct arena *arena, const struct health_check *check)
{
	const struct texts *test = &check->test;
	char **words;

	if (!strcmp(test->at[0], "CMD"))
		return test->at + 1;
	words = ARENA_ARRAY(arena, 4, char *);
	words[0] = (char *)(uintptr_t)"/bin/sh";
	words[1] = (char *)(uintptr_t)"-c";
	words[2] = test->at[1];
	return words;
}

static _Noreturn void run_check(struct engine *engine, const struct engine_container *container, int out)
{
	const struct health_check *check = &container->made.upkeep.health;
	const struct exec_asked asked = { .detach = false };
	static char *none[] = { NULL };
	const struct exec_request request = {
		.asked = &asked,
		.words = words_of(engine->arena, check),
		.environment = none,
		.timeout_ms = check->timeout / NS_IN_MS,
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
static const char *read_output(struct arena *arena, int from, pid_t child)
{
	enum { LAST_READS = 16 };
	char *kept = arena_alloc(arena, HEALTH_OUTPUT + 1), more[4096];
	closes int ended = sys_pidfd_open(child, 0);
	struct pollfd fds[] = { { from, POLLIN, 0 }, { ended, POLLIN, 0 } };
	size_t length = 0;

	sys_fcntl(from, F_SETFL, O_NONBLOCK);
	for (int reads = LAST_READS; reads > 0; reads -= fds[1].revents != 0) {
		ssize_t count = sys_ppoll(fds, 2, NULL) > 0 ? sys_read(from, more, sizeof(more)) : -EINTR;
		size_t room = HEALTH_OUTPUT - length, take = count > 0 ? (size_t)count : 0;

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

static bool do_check(struct engine *engine, const struct engine_container *container, struct health_result *result,
		     struct problem *problem)
{
	const uint64_t began_ms = clock_ms(), timeout_ms = container->made.upkeep.health.timeout / NS_IN_MS;
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
		run_check(engine, container, ends[1]);
	sys_close(ends[1]);
	if (child < 0) {
		problem_set(problem, "container %s: no process can be made for its health check", container->made.name);
		return false;
	}
	result->output = read_output(engine->arena, from, child);
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

/* Returns whether it has just become unhealthy. */
static bool take_result(const struct engine_container *container, struct health *health,
			const struct health_result *result)
{
	const bool was_unhealthy = !strcmp(health->status, "unhealthy");

	if (health->results == HEALTH_RESULTS)
		memmove(health->result, health->result + 1, --health->results * sizeof(*result));
	health->result[health->results++] = *result;
	if (result->status == 0) {
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

static void act(struct engine *engine, struct engine_container *container, struct problem *problem)
{
	const char *action = container->made.upkeep.health.on_failure;

	if (!strcmp(action, "restart"))
		engine_ask_for_restart(container->folder);
	if (!strcmp(action, "kill") || !strcmp(action, "restart"))
		send(engine, container, SIGKILL, problem);
	if (!strcmp(action, "stop")) {
		engine_set_stopped(container->folder, true);
		send(engine, container, signal_number(container->made.stop_signal), problem);
	}
}

bool engine_check_health(struct engine *engine, struct engine_container *container, struct problem *problem)
{
	struct health_result result = { .output = "" };
	struct health health = { .status = "starting" };
	const char *before;
	bool became_unhealthy;

	if (!container->made.upkeep.health.test.count)
		problem_set(problem, "container %s has no health check", container->made.name);
	else if (container->status != CONTAINER_RUNNING)
		problem_set(problem, "container %s is not running but %s", container->made.name,
			    engine_status_name(container->status));
	if (problem->found || !do_check(engine, container, &result, problem))
		return false;
	engine_read_health(engine, container, &health);
	before = health.status;
	became_unhealthy = take_result(container, &health, &result);
	write_health(engine, container, &health);
	if (strcmp(before, health.status) != 0)
		event_container(engine, &container->made,
				arena_printf(engine->arena, "health_status: %s", health.status), NULL);
	if (!strcmp(before, "starting") && !strcmp(health.status, "healthy") &&
	    service_notify(&container->made) == NOTIFY_LATER)
		life_notify("READY=1\n");
	if (became_unhealthy)
		act(engine, container, problem);
	return result.status == 0;
}
