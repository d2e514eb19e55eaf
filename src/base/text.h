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

/* An empty text. */
struct text text_new(struct arena *arena);

/* Add at its end: a text, `length` bytes, what printf(3) makes of the format. */
void text_add(struct text *text, const char *more);
void text_add_bytes(struct text *text, const char *more, size_t length);
void text_printf(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Empties it; what it held is overwritten by what comes. */
void text_clear(struct text *text);

/* Adds one word of POSIX shell: as it is where that is safe, else in single quotes. It is safe as
 * an argument; in the place of a command "A=b" would be an assignment. */
void text_add_word(struct text *text, const char *word);

/* Adds a JSON string with its quotes; bytes that are not UTF-8 become U+FFFD. */
void text_add_json(struct text *text, const char *string);

/* Adds, as UTF-8, the character whose number stands in so many hexadecimal digits at `*at`, and goes past them. Returns
 * NULL, or what is wrong: then `*at` is where. A NUL and surrogates are wrong. */
const char *text_add_hex(struct text *text, const char **at, const char *end, size_t digits);

/* How many bytes the UTF-8 character at `at` has, of which `left` are there: 1 to 4, or 0 where it
 * is not valid (too long a form, a surrogate, past U+10FFFF, cut off). */
size_t text_utf8(const char *at, size_t left);

/* How many bytes the character at `at` has, where it is one that a terminal obeys or that makes others look like what
 * they are not: a control character (of ASCII, U+0080 to U+009F, also as a byte alone), or one that turns the direction
 * of writing (U+061C, U+200E and F, U+202A to E, U+2066 to 9). 0 for all others. */
size_t text_control(const char *at, size_t left);

/* Puts `with` in the place of each of these, so that a terminal shows the text and does nothing else. */
void text_clean(char *text, char with);

/* Whether the text is one of the words, which end in a NULL. */
bool text_is_one_of(const char *text, const char *const *words);

/* strcmp(3) for qsort(3), of an array of texts: the order of their bytes. */
int text_order(const void *one, const void *other);

/* Whether something stands before `end` in the text, and then `end`. */
bool text_ends_in(const char *text, const char *end);

/* A whole decimal number: digits only, nothing before or after them (CVE-2024-40635,
 * CVE-2026-30892: a partial parse of a user id made it 0). Returns false and leaves *ret_value for
 * anything else, also where the number does not fit. */
bool text_to_u64(const char *text, uint64_t *ret_value);
