/* changes.h - what `import` and `commit` take as --change: lines of a Dockerfile that change a config. */
#pragma once
#include "base/problem.h"
#include "base/text.h"
#include "spec/spec.h"

/* How it is found out whether it works; times in ns, 0: not said. */
struct image_health {
	struct texts test;		/* ["CMD", …], ["CMD-SHELL", …], ["NONE"]; none: not said */
	uint64_t interval, timeout, start_period, start_interval, retries;
};

/* The part of an image's config that says how to run it. */
struct image_run {
	const char *user, *working_dir, *stop_signal;	/* NULL: not said */
	struct texts env, entrypoint, cmd, on_build;
	bool has_entrypoint, has_cmd;
	struct texts ports, volumes;	/* "80/tcp"; paths */
	struct pairs labels;
	struct image_health health;
	const struct json *others;	/* the config that it was read from: what is not here stays as it is there */
};

/* Changes it as the line says. False after a problem, which names the line. */
bool change_apply(struct arena *arena, struct image_run *run, const char *line, struct problem *problem);

struct json;
struct json_writer;

/* Reads it from the object "config" of an image's config, which may be NULL. */
void image_run_read(struct arena *arena, const struct json *config, struct image_run *ret_run);

/* Writes it as the object "config" of an image's config. */
void image_run_write(struct json_writer *json, const struct image_run *run);
