/* base64.h - RFC 4648, section 4: the alphabet with '+' and '/', with padding. */
#pragma once
#include "base/arena.h"
#include <stdbool.h>

/* Decodes all of it, strictly: whole groups of four, padding at the end alone and with its spare bits zero, nothing
 * else. The result has a NUL after it. false: it is not base64. */
bool base64_decode(struct arena *arena, const char *text, char **ret_bytes, size_t *ret_length);

/* The text of `length` bytes. */
const char *base64_encode(struct arena *arena, const char *bytes, size_t length);
