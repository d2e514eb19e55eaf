/* changes.h - what `import` and `commit` take as --change: lines of a Dockerfile that change a config. */
#pragma once
#include "base/problem.h"
#include "base/text.h"
#include "spec/spec.h"

/* The part of an image's config that says how to run it. */
struct image_run {
	const char *user, *working_dir, *stop_signal;	/* NULL: not said */
	struct texts env, entrypoint, cmd, on_build;
	bool has_entrypoint, has_cmd;
	struct texts ports, volumes;	/* "80/tcp"; paths */
	struct pairs labels;
};

/* Changes it as the line says. False after a problem, which names the line. */
bool change_apply(struct arena *arena, struct image_run *run, const char *line, struct problem *problem);

struct json_writer;

/* Writes it as the object "config" of an image's config. */
void image_run_write(struct json_writer *json, const struct image_run *run);
