/* reclaimed.h - how many bytes a prune has freed: it tells so itself, or `system prune` does once for all of them. */
#pragma once
#include "command/command.h"

/* The first member of what `container prune`, `image prune` and `volume prune` are asked. */
struct reclaimed {
	uint64_t *sum;			/* where the bytes are added; NULL: they are told */
};

/* Adds "Total reclaimed space: 5kB" to the text, or the bytes to the sum. */
void reclaimed_tell(const struct reclaimed *reclaimed, uint64_t bytes, struct text *out);
