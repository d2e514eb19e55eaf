/* challenge.h - reads WWW-Authenticate (RFC 9110, 11.6.1). Pure. */
#pragma once
#include "base/arena.h"
#include "base/name.h"
#include <stdbool.h>

enum { CHALLENGES_MAX = 16, CHALLENGE_PARAMETERS_MAX = 16 };

struct challenge {
	const char *scheme;		/* "Bearer", as it was written */
	struct pair parameters[CHALLENGE_PARAMETERS_MAX];
	size_t count;
	struct challenge *next;
};

/* The challenges in the value of one field, in their order. What comes after something that cannot be read, and
 * what is more than the limits, is left out: those before it stand. NULL where there is none. */
struct challenge *challenge_read(struct arena *arena, const char *value);

/* The value of a parameter, or NULL. Names are compared without case. */
const char *challenge_parameter(const struct challenge *challenge, const char *name);

/* The first one of a scheme, compared without case, or NULL. */
const struct challenge *challenge_find(const struct challenge *list, const char *scheme);
