/* fair.h - places that several clients share: whoever has the most gives one up when they are all taken, and the client
 * who has least of all is never without one. Pure. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct place {
	uint64_t client;	/* a hash of its address; 0: the place is free */
	uint64_t since_ms;
};

/* A place for that client: a free one, or the longest taken one of the client that has the most, which the caller
 * then empties first. Returns `count` where that is the client itself. */
size_t place_choose(const struct place *places, size_t count, uint64_t client);
