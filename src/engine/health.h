/* health.h - whether what runs in a container works: docker's HEALTHCHECK.
 *
 * RUN/ID/health.json holds what the checks of this run came to, with the last few of them, and how far the startup
 * check is. A monitor has them done by
 * `taru healthcheck run`; anybody else may too.
 */
#pragma once
#include "engine/container.h"
#include "wire/health.h"

#define HEALTH_FILE "health.json"	/* in RUN/ID */

/* How many results are kept, and how much of what each has written; and the most of that. */
enum { HEALTH_RESULTS = 5, HEALTH_OUTPUT = 4096, HEALTH_OUTPUT_MAX = 64 << 10 };

struct health_result {
	const char *start, *end;	/* "2026-01-31T12:00:00.123456789Z" */
	int64_t status;			/* of the command; -1: it took too long */
	const char *output;		/* the begin of what it wrote */
};

struct health {
	const char *status;		/* "starting", "healthy", "unhealthy" */
	uint32_t streak;		/* so many have failed since the last that did not */
	struct health_result *result;	/* the oldest first */
	size_t results;
	bool startup_passed;
	uint32_t startup_failures, startup_successes;
};

/* What is known of a container that runs and has health checks; "starting" where none has been done yet. False for
 * others. */
bool engine_read_health(struct engine *engine, const struct engine_container *container, struct health *ret_health);

/* log_count and log_size of a health check in podman's words: 0 is all. */
static inline uint32_t health_kept(uint32_t count, uint32_t usual)
{
	return !count ? usual : count == UINT32_MAX ? 0 : count;
}

struct json_writer;

/* As JSON, as docker's inspect has it. */
void engine_put_health(struct json_writer *out, const char *key, const struct health *health);

/* Does one check, and writes down what it came to. Returns whether it found the container healthy. What its policy
 * wants for one that has become unhealthy is done. *ret_starting: its startup check has not passed yet. */
bool engine_check_health(struct engine *engine, struct engine_container *container, bool *ret_starting,
			 struct problem *problem);
