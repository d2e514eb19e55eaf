/* changes_parts.h - what the files changes*.c share. */
#pragma once
#include "image/changes.h"

struct change {
	struct arena *arena;
	struct image_run *run;
	const char *rest;		/* of the line, behind its word */
	struct problem *problem;
};

/* Adds a text to a list that ends in a NULL. */
void change_add_text(struct arena *arena, struct texts *texts, const char *text);

/* The next word of the rest: blanks end it, quotes and backslashes keep them. NULL at the end. */
const char *change_next_word(struct change *change);

/* The rest as a list of texts in JSON. False where it is none. */
bool change_take_list(struct change *change, struct texts *texts);

/* changes_health.c: the line HEALTHCHECK; the object "Healthcheck". */
void change_take_health(struct change *change);
void image_health_write(struct json_writer *json, const struct image_health *health);
