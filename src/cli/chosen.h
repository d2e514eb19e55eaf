/* chosen.h - which containers a verb is for: those that its operands name, or all that it makes sense for, the newest
 * one, or those of a filter, as podman has it. */
#pragma once
#include "cli/place.h"

struct chosen_asked {
	bool all, latest, ignore;
	struct texts filter, id_files;
};

/* Rows of an option table, to be included by OPTION_TABLE. */
extern const struct option chosen_options[];

/* The same with -f for --filter, of the verbs where podman 4.3 has it: pause, restart, stop, unpause. With `rm` it is
 * --force; `kill` and `wait` do not have it. */
extern const struct option chosen_short_options[];

/* Those that `--all` means, as bits: for `stop` those that run. */
enum {
	CHOSEN_CREATED = 1 << CONTAINER_CREATED, CHOSEN_RUNNING = 1 << CONTAINER_RUNNING,
	CHOSEN_PAUSED = 1 << CONTAINER_PAUSED, CHOSEN_EXITED = 1 << CONTAINER_EXITED,
	CHOSEN_RESTARTING = 1 << CONTAINER_RESTARTING,
	CHOSEN_LIVES = CHOSEN_RUNNING | CHOSEN_PAUSED,
	CHOSEN_ANY = CHOSEN_LIVES | CHOSEN_CREATED | CHOSEN_EXITED | CHOSEN_RESTARTING,
};

/* Puts their names in the place of the operands: as they were given, or IDs. With --ignore those that are not there are
 * left out. False after a problem: none is named, or both ways are used. */
bool chosen_read(struct command *command, struct place *place, const struct chosen_asked *asked, unsigned all);

/* Opens the place, and does place_each() with those that are chosen. */
void chosen_each(struct command *command, const struct chosen_asked *asked, unsigned all,
		 void (*one)(struct command *command, struct place *place, struct engine_container *container,
			     struct problem *problem));

/* Whether a problem of engine_find() is that there is none; else its name is ambiguous, or its record cannot be
 * read. */
bool chosen_is_missing(const struct problem *problem);

/* The option `--latest` of a verb that is for one container: what is named is its newest. */
#define CHOSEN_LATEST(member) \
	{ "latest", 'l', OPTION_FLAG, (member), NULL, N_("the newest container; none is named then") }

/* With `latest` the newest container, with `id_file` (--cidfile; NULL: without) the one whose ID is in there is put
 * before the operands. Without, or afterwards, there must be `least` of them for `verb`. False after a problem. */
bool chosen_put_first(struct command *command, struct place *place, bool latest, const char *id_file, const char *verb,
		      size_t least);
