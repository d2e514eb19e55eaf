/* keys.h - the keys that end an attachment and leave the container running, among what is typed. */
#pragma once
#include "base/problem.h"
#include <stdbool.h>
#include <stddef.h>

enum { KEYS_MAX = 16 };

struct keys {
	char key[KEYS_MAX];		/* as a terminal sends them */
	size_t count, seen;		/* so many of them were typed last */
};

/* Docker's words: letters and ctrl-LETTER, divided by commas; "" for none. NULL: "ctrl-p,ctrl-q". Else a problem. */
bool keys_read(const char *words, struct keys *ret_keys, struct problem *problem);

/* Copies what was typed to `to`, which has room for KEYS_MAX more: but for the begin of the keys, which is kept
 * until it is known whether they go on. Returns whether all of them were typed; what follows them is lost then. */
bool keys_take(struct keys *keys, const char *typed, size_t length, char *to, size_t *ret_length);
