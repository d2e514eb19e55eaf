/* progress.h - what is going on, for people: a line for each layer on a terminal, which changes; else a line when
 * something is done, as docker prints it where nobody watches.
 */
#pragma once
#include "base/arena.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct progress_line {
	const char *label;		/* "3a4b5c6d7e8f" */
	const char *phase;		/* "Downloading", "Extracting", "Pull complete" */
	uint64_t at, total;		/* bytes; total 0: nothing to show */
	bool done;
};

struct progress {
	int fd;				/* where it goes; -1: nowhere (--quiet) */
	bool terminal;
	struct arena *arena;
	struct progress_line *line;
	size_t count, drawn;		/* drawn: lines that are on the screen now */
	uint64_t begin, last;		/* ms: of all; of the last drawing */
};

/* Begins with `count` lines. The fd is standard error or output; whether it is a terminal is found out. */
void progress_begin(struct progress *progress, struct arena *arena, int fd, size_t count);

/* A line says something else. On a terminal it is drawn at the next progress_draw(), elsewhere only when `done`. */
void progress_set(struct progress *progress, size_t index, const char *phase, uint64_t at, uint64_t total, bool done);

/* A line of its own, above the others. */
void progress_say(struct progress *progress, const char *text);

/* Draws what has changed, at most ten times a second unless `now`. */
void progress_draw(struct progress *progress, bool now);
