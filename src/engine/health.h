/* health.h - whether what runs in a container works: docker's HEALTHCHECK.
 *
 * RUN/ID/health.json holds what the checks of this run came to, with the last few of them. A monitor has them done by
 * `taru healthcheck run`; anybody else may too.
 */
#pragma once
#include "engine/container.h"

#define HEALTH_FILE "health.json"	/* in RUN/ID */

enum { HEALTH_RESULTS = 5, HEALTH_OUTPUT = 4096 };

struct health_result {
	const char *start, *end;	/* "2026-01-31T12:00:00.123456789Z" */
	int64_t status;			/* of the command; -1: it took too long */
	const char *output;		/* the begin of what it wrote */
};

struct health {
	const char *status;		/* "starting", "healthy", "unhealthy" */
	uint32_t streak;		/* so many have failed since the last that did not */
	struct health_result result[HEALTH_RESULTS];
	size_t results;			/* the oldest first */
};

/* What is known of a container that runs and has health checks; "starting" where none has been done yet. False for
 * others. */
bool engine_read_health(struct engine *engine, const struct engine_container *container, struct health *ret_health);

struct json_writer;

/* As JSON, as docker's inspect has it. */
void engine_put_health(struct json_writer *out, const char *key, const struct health *health);

/* Does one check, and writes down what it came to. Returns whether it found the container healthy. What its policy
 * wants for one that has become unhealthy is done. */
bool engine_check_health(struct engine *engine, struct engine_container *container, struct problem *problem);
