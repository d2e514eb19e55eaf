/* translate_format.c - what two formats would have printf(3) take: see translate.h. */
#include "base/translate.h"
#include <string.h>

enum { ARGUMENTS = 16, KIND = 4 };

/* The kinds of its arguments, in their order: "*", "s", "llu". */
struct taken {
	char kind[ARGUMENTS][KIND];
	size_t count;			/* ARGUMENTS + 1: it is no format that can be followed */
};

static void give_up(struct taken *taken)
{
	taken->count = ARGUMENTS + 1;
}

/* Argument number `place`, from 1, or the next one for 0. */
static void take(struct taken *taken, size_t place, const char *kind, size_t length)
{
	const size_t index = place ? place - 1 : taken->count;

	if (index >= ARGUMENTS || length >= KIND || taken->count > ARGUMENTS) {
		give_up(taken);
		return;
	}
	if (taken->kind[index][0] &&
	    (strlen(taken->kind[index]) != length || memcmp(taken->kind[index], kind, length) != 0)) {
		give_up(taken);
		return;
	}
	memcpy(taken->kind[index], kind, length);
	if (index >= taken->count)
		taken->count = index + 1;
}

/* The "2$" at `at`: 2, and goes past it; else 0. */
static size_t read_place(const char **at)
{
	const size_t digits = strspn(*at, "0123456789");
	size_t place = 0;

	if (!digits || digits > 2 || (*at)[digits] != '$')
		return 0;
	for (size_t i = 0; i < digits; i++)
		place = 10 * place + (size_t)((*at)[i] - '0');
	*at += digits + 1;
	return place ? place : ARGUMENTS + 1;
}

/* A width, or a precision: digits, or the argument that has it. */
static void read_number(struct taken *taken, const char **at)
{
	if (**at == '*') {
		(*at)++;
		take(taken, read_place(at), "*", 1);
	} else {
		*at += strspn(*at, "0123456789");
	}
}

/* Behind a '%'; returns what is behind the directive. */
static const char *read_directive(struct taken *taken, const char *at)
{
	const size_t place = read_place(&at);
	size_t length;

	at += strspn(at, "-+ #0'");
	read_number(taken, &at);
	if (*at == '.') {
		at++;
		read_number(taken, &at);
	}
	length = strspn(at, "hlzjtL");
	if (!at[length] || !strchr("diouxXcsp", at[length])) {
		give_up(taken);
		return at;
	}
	take(taken, place, at, length + 1);
	return at + length + 1;
}

static struct taken read_format(const char *format)
{
	struct taken taken = { .count = 0 };

	for (const char *at = format; (at = strchr(at, '%'));) {
		at++;
		at = *at == '%' ? at + 1 : read_directive(&taken, at);
	}
	/* An argument that is passed over has a size that nobody knows. */
	for (size_t i = 0; i < taken.count && taken.count <= ARGUMENTS; i++)
		if (!taken.kind[i][0])
			give_up(&taken);
	return taken;
}

bool translate_same_format(const char *one, const char *other)
{
	const struct taken first = read_format(one), second = read_format(other);

	return first.count <= ARGUMENTS && first.count == second.count &&
	       !memcmp(first.kind, second.kind, sizeof(first.kind));
}
