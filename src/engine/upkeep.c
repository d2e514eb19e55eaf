/* upkeep.c - see upkeep.h */
#include "engine/upkeep.h"
#include "base/duration.h"
#include "base/fd.h"
#include "base/sys_socket.h"
#include "command/options.h"
#include "engine/health.h"
#include "engine/log.h"
#include "engine/log_attributes.h"
#include "spec/reason.h"
#include "wire/log.h"
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

/* --- logs --- */

static const char *const no_options[] = { NULL };
static const char *const limits[] = { "max-size", "max-file", NULL };
static const char *const limits_and_attributes[] = { "max-size", "max-file", "labels", "labels-regex", "env",
						   "env-regex", "tag", NULL };

/* Which there are, and what --log-opt has for each. */
static const struct driver { const char *name; const char *const *options; const char *hint; } drivers[] = {
	{ "json-file", limits_and_attributes,
	  "; it has max-size, max-file, labels, env, labels-regex, env-regex and tag" },
	{ "local", limits, "; it has max-size and max-file" },
	{ "k8s-file", limits, "; it has max-size and max-file" },
	{ "journald", no_options, "" },
	{ "none", no_options, "" },
	{ "passthrough", no_options, "" },
	{ NULL, no_options, "" },
};

/* "KEY=VALUE" of --log-opt. */
static struct pairs read_log_options(struct arena *arena, const struct texts *given, struct problem *problem)
{
	struct pairs pairs = { ARENA_ARRAY(arena, given->count + 1, struct pair), 0 };

	for (size_t i = 0; i < given->count; i++) {
		const char *text = given->at[i], *value = strchr(text, '=');

		if (!value || value == text) {
			problem_set(problem, "option '--log-opt': '%s' is not KEY=VALUE, as in max-size=10m", text);
			break;
		}
		pairs.at[pairs.count++] = (struct pair){ arena_copy(arena, text, (size_t)(value - text)), value + 1 };
	}
	return pairs;
}

bool engine_check_log(const struct upkeep *upkeep, struct problem *problem)
{
	const char *driver = upkeep->log_driver;
	const struct driver *known = drivers;

	while (known->name && strcmp(known->name, driver) != 0)
		known++;
	if (!known->name)
		problem_set(problem, "option '--log-driver': '%s' is none of json-file, local, k8s-file, journald, "
			    "none, passthrough", driver);
	for (size_t i = 0; i < upkeep->log_options.count; i++) {
		const struct pair *option = &upkeep->log_options.at[i];
		int64_t bytes;
		uint64_t files;

		if (!text_is_one_of(option->key, known->options))
			problem_set(problem, "option '--log-opt': the log driver %s has no option '%s'%s", driver,
				    option->key, known->hint);
		else if (!strcmp(option->key, "tag"))
			log_check_tag(option->value, problem);
		else if (strstr(option->key, "-regex"))
			log_check_pattern(option, problem);
		else if (!strcmp(option->key, "max-size") && strcmp(option->value, "-1") != 0 &&
			 (!option_to_bytes(option->value, &bytes) || bytes <= 0))
			problem_set(problem, "option '--log-opt': max-size '%s' is no number of bytes, as 10m, or -1",
				    option->value);
		else if (!strcmp(option->key, "max-file") && (!text_to_u64(option->value, &files) || !files ||
							      files > 1000))
			problem_set(problem, "option '--log-opt': max-file '%s' is no number from 1 to 1000",
				    option->value);
	}
	return !problem->found;
}

bool engine_check_journal(const struct made *made, struct problem *problem)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX, .sun_path = LOG_JOURNAL_SOCKET };
	closes int fd = -1;
	int error;

	if (strcmp(made->upkeep.log_driver, "journald") != 0)
		return true;
	fd = sys_socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	error = fd < 0 ? fd : sys_connect(fd, &to, sizeof(to));
	if (error)
		problem_set(problem,
			    "container %s: its log driver is journald, and systemd's journal does not listen at "
			    LOG_JOURNAL_SOCKET ": %s; other log drivers are json-file, local, k8s-file, none, and "
			    "passthrough in the foreground", made->name, reason_words(error));
	return !error;
}

void engine_log_limits(const struct upkeep *upkeep, struct log_limits *ret_limits)
{
	*ret_limits = (struct log_limits){ .files = 1 };
	/* As docker has it. */
	if (!strcmp(upkeep->log_driver, "local"))
		*ret_limits = (struct log_limits){ 20 << 20, 5 };
	for (size_t i = 0; i < upkeep->log_options.count; i++) {
		const struct pair *option = &upkeep->log_options.at[i];
		int64_t bytes = 0;
		uint64_t files = 1;

		if (!strcmp(option->key, "max-size") && option_to_bytes(option->value, &bytes))
			ret_limits->size = bytes > 0 ? (uint64_t)bytes : 0;
		if (!strcmp(option->key, "max-file") && text_to_u64(option->value, &files))
			ret_limits->files = (uint32_t)files;
	}
}

/* --- restarts --- */

bool engine_read_restart(struct arena *arena, const char *given, struct upkeep *upkeep, struct problem *problem)
{
	const char *colon = strchr(given, ':');
	const char *word = colon ? arena_copy(arena, given, (size_t)(colon - given)) : given;
	uint64_t most = 0;

	if (!engine_restart_policy(word, &upkeep->restart) ||
	    (colon && (upkeep->restart != RESTART_ON_FAILURE || !text_to_u64(colon + 1, &most) || most > UINT32_MAX)))
		problem_set(problem, "option '--restart': '%s' is none of no, on-failure[:TIMES], always, "
			    "unless-stopped", given);
	upkeep->restart_max = (uint32_t)most;
	return !problem->found;
}

/* --- health checks --- */

enum { SECOND = 1000000000 };

static const uint64_t shortest = SECOND / 1000;

static void read_time(const char *option, const char *given, uint64_t *ret_ns, struct problem *problem)
{
	uint64_t ns;

	if (!given)
		return;
	if (!duration_read(given, &ns) || (ns && ns < shortest))
		problem_set(problem, "option '%s': '%s' is no time of 1 ms or more, as in 30s or 1m30s", option, given);
	else if (ns)
		*ret_ns = ns;
}

static uint64_t image_number(const struct json *check, const char *key, uint64_t usual)
{
	const struct json *value = json_get(check, key);
	uint64_t number;

	return value && value->kind == JSON_NUMBER && text_to_u64(value->text, &number) && number ? number : usual;
}

static void read_image_check(struct arena *arena, const struct json *check, struct health_check *health)
{
	const struct json *test = json_get(check, "Test");
	size_t count = 0;

	*health = (struct health_check){
		.interval = image_number(check, "Interval", 30ULL * SECOND),
		.timeout = image_number(check, "Timeout", 30ULL * SECOND),
		.start_period = image_number(check, "StartPeriod", 0),
		.start_interval = image_number(check, "StartInterval", 5ULL * SECOND),
		.retries = (uint32_t)image_number(check, "Retries", 3),
		.on_failure = "none",
	};
	if (!test || test->kind != JSON_ARRAY)
		return;
	for (const struct json *word = test->first; word; word = word->next)
		count++;
	health->test.at = ARENA_ARRAY(arena, count + 1, char *);
	for (const struct json *word = test->first; word; word = word->next)
		if (word->kind == JSON_STRING)
			health->test.at[health->test.count++] = (char *)(uintptr_t)word->text;
}

/* A command for the shell; as podman has it, a JSON array of words is none. */
static struct texts command_of(struct arena *arena, const char *command)
{
	struct texts test = { ARENA_ARRAY(arena, 3, char *), 2 };

	test.at[0] = (char *)(uintptr_t)"CMD-SHELL";
	test.at[1] = (char *)(uintptr_t)command;
	return test;
}

static uint32_t number_of(const struct maybe_u64 *given, uint32_t usual)
{
	return !given->set ? usual : given->value < UINT32_MAX ? (uint32_t)given->value : UINT32_MAX;
}

/* Podman's startup check. Without a health check there is nothing that it could begin before. */
static void read_startup(struct arena *arena, const struct run_asked *asked, struct health_check *health,
			 struct problem *problem)
{
	struct startup_check *startup = &health->startup;
	const bool more = asked->startup_interval || asked->startup_timeout || asked->startup_retries.set ||
			  asked->startup_success.set;

	if (asked->startup_cmd && asked->startup_cmd[0] && health->test.count)
		*startup = (struct startup_check){ command_of(arena, asked->startup_cmd), 30ULL * SECOND,
						   30ULL * SECOND, number_of(&asked->startup_retries, 0),
						   number_of(&asked->startup_success, 0) };
	else if (asked->startup_cmd && asked->startup_cmd[0])
		problem_set(problem, "option '--health-startup-cmd': it has no health check that could follow; give it "
			    "one with '--health-cmd'");
	else if (more)
		problem_set(problem, "options '--health-startup-interval', '--health-startup-timeout', "
			    "'--health-startup-retries' and '--health-startup-success' are of the check that "
			    "'--health-startup-cmd' says");
	read_time("--health-startup-interval", asked->startup_interval, &startup->interval, problem);
	read_time("--health-startup-timeout", asked->startup_timeout, &startup->timeout, problem);
}

/* 0 is all, as podman has it, and as much as there may be is said here; else 0 is the usual. */
static void read_health_log(const struct run_asked *asked, struct health_check *health, struct problem *problem)
{
	static const char *const words[] = { "", "local", "events_logger", NULL };
	const char *given = asked->health_log_destination;
	struct stat info;

	health->log_destination = given && given[0] ? given : "local";
	if (given && !text_is_one_of(given, words) &&
	    (given[0] != '/' || stat(given, &info) || !S_ISDIR(info.st_mode)))
		problem_set(problem, "option '--health-log-destination': '%s' is none of local, events_logger, and the "
			    "absolute path of a directory that is there", given);
	if (asked->health_log_size.value > HEALTH_OUTPUT_MAX)
		problem_set(problem, "option '--health-max-log-size' takes a number of bytes from 1 to %d, or 0 for as "
			    "many as that, not %llu", HEALTH_OUTPUT_MAX,
			    (unsigned long long)asked->health_log_size.value);
	health->log_count = number_of(&asked->health_log_count, HEALTH_RESULTS);
	health->log_size = number_of(&asked->health_log_size, HEALTH_OUTPUT);
	health->log_count = health->log_count ? health->log_count : UINT32_MAX;
	health->log_size = health->log_size ? health->log_size : UINT32_MAX;
}

static void read_health(struct arena *arena, const struct run_asked *asked, const struct json *image,
			struct health_check *health, struct problem *problem)
{
	static const char *const actions[] = { "none", "kill", "restart", "stop", NULL };

	read_image_check(arena, json_get(image, "Healthcheck"), health);
	if (asked->health_cmd)
		health->test = command_of(arena, asked->health_cmd);
	if (asked->no_healthcheck && asked->health_cmd)
		problem_set(problem, "options '--no-healthcheck' and '--health-cmd': one of them only");
	read_time("--health-interval", asked->health_interval, &health->interval, problem);
	read_time("--health-timeout", asked->health_timeout, &health->timeout, problem);
	read_time("--health-start-period", asked->health_start_period, &health->start_period, problem);
	read_time("--health-start-interval", asked->health_start_interval, &health->start_interval, problem);
	health->retries = number_of(&asked->health_retries, health->retries);
	if (asked->health_on_failure)
		health->on_failure = asked->health_on_failure;
	if (!text_is_one_of(health->on_failure, actions))
		problem_set(problem, "option '--health-on-failure': '%s' is none of none, kill, restart, stop",
			    health->on_failure);
	if (asked->no_healthcheck || !health->test.count || !strcmp(health->test.at[0], "NONE") ||
	    (health->test.count > 1 && !strcmp(health->test.at[1], "none") && asked->health_cmd))
		health->test.count = 0;
	if (health->test.count == 1)	/* "CMD" alone */
		health->test.count = 0;
	read_startup(arena, asked, health, problem);
	read_health_log(asked, health, problem);
}

void engine_read_upkeep(struct arena *arena, const struct run_asked *asked, const struct json *image, bool kept,
			struct upkeep *ret_upkeep, struct problem *problem)
{
	struct upkeep *upkeep = ret_upkeep;

	*upkeep = (struct upkeep){ .interactive = asked->interactive };
	engine_read_restart(arena, asked->restart && asked->restart[0] ? asked->restart : "no", upkeep, problem);
	if (asked->remove && upkeep->restart != RESTART_NO)
		problem_set(problem, "options '--rm' and '--restart': what is removed at its end cannot be started "
			    "again; leave out one of them");
	if (asked->timeout.value > UINT32_MAX)
		problem_set(problem, "option '--timeout': %llu s is too long",
			    (unsigned long long)asked->timeout.value);
	upkeep->timeout = (uint32_t)asked->timeout.value;
	read_health(arena, asked, image, &upkeep->health, problem);
	upkeep->log_options = read_log_options(arena, &asked->log_options, problem);
	if (asked->log_driver)
		upkeep->log_driver = asked->log_driver;
	else
		/* What stays with its caller writes to where the caller does. */
		upkeep->log_driver = kept || asked->terminal || upkeep->restart != RESTART_NO || upkeep->timeout ||
				     upkeep->health.test.count || upkeep->log_options.count ? "json-file" :
											       "passthrough";
	if (kept && !strcmp(upkeep->log_driver, "passthrough"))
		problem_set(problem, "option '--log-driver': passthrough is for containers in the foreground; there is "
			    "'none'");
	engine_check_log(upkeep, problem);
}
