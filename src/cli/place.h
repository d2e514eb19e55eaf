/* place.h - where the containers are, for the verbs that deal with them. */
#pragma once
#include "cli/globals.h"
#include "engine/container.h"

struct place {
	struct store store;
	struct engine engine;
};

/* Opens the store that --root or TARU_ROOT names; with `make` it is made where it is not there. Closed by
 * store_close(). False after a problem. */
bool place_open(struct command *command, bool make, struct place *ret_place);

/* Calls `one` with the container that the first operand names, its folder open. */
void place_one(struct command *command, void (*one)(struct command *command, struct place *place,
						    struct engine_container *container));

/* Whether there is the container that is meant; *ret_why: why it cannot be had. */
bool place_has(struct place *place, const char *given, struct problem *ret_why);

/* Calls `one` for each container that an operand names. One that is not there, or with which it does not work, is told,
 * the others are dealt with, and the end is 1, as with docker. Prints each name as it was given, where `one` has
 * done it. */
void place_each(struct command *command, struct place *place,
		void (*one)(struct command *command, struct place *place, struct engine_container *container,
			    struct problem *problem));

/* `stop` and the first half of `restart`: engine_stop(), and its event. `signal`: instead of the one that the container
 * was made with; NULL: that one. */
void place_stop(struct place *place, struct engine_container *container, const char *signal,
		const struct maybe_i64 *seconds, struct problem *problem);

/* Whether what `--signal` was given is a signal, or nothing; else a problem. */
bool place_check_signal(const char *signal, struct problem *problem);

/* How long `stop` waits, in ms (-1: without end): what is asked, in s, else what the container was made with. */
int place_stop_timeout(const struct maybe_i64 *asked, const struct engine_container *container);

/* The first 12 digits of an ID; all of it where it is not to be cut. */
const char *place_id(struct arena *arena, const char *id, bool whole);
