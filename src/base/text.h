/* text.h - text that grows in an arena. */
#pragma once
#include "base/arena.h"
#include <stdbool.h>
#include <stdint.h>

struct text {
	struct arena *arena;
	char *at;		/* always ends in a NUL; "" at first */
	size_t length, room;
};

struct text text_new(struct arena *arena);
void text_add(struct text *text, const char *more);
void text_add_bytes(struct text *text, const char *more, size_t length);
void text_printf(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Adds one word of POSIX shell: as it is where that is safe, else in single quotes. */
void text_add_word(struct text *text, const char *word);

/* Adds a JSON string with its quotes; bytes that are not UTF-8 become U+FFFD. */
void text_add_json(struct text *text, const char *string);

/* A whole decimal number, nothing before or after it (CVE-2024-40635, CVE-2026-30892: a partial
 * parse of a user id made it 0). Returns false and leaves *ret_value for anything else. */
bool text_to_u64(const char *text, uint64_t *ret_value);
