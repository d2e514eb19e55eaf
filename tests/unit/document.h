/* document.h - for tests of a reader of a language that becomes JSON: what it makes of good texts, and what it says of
 * bad ones. Before it is included, READ is the reader's name, and NAME what the file is called. */
#pragma once
#include "base/json_write.h"
#include "in_arena.h"

/* From a copy of exactly the right size, so that a sanitizer sees a byte too many. */
static const struct json *read_bytes(const char *text, size_t length, struct problem *problem)
{
	char *copy = malloc(length ? length : 1);
	const struct json *value;

	assert_non_null(copy);
	memcpy(copy, text, length);
	value = READ(&arena, copy, length, NAME, problem);
	free(copy);	/* nothing of it may be in the result */
	assert_true(!value == problem->found);
	return value;
}

/* A text and what is read, as JSON; or a part of the problem. */
struct document { const char *text, *expected; };

static void check_good(const struct document *good, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct problem problem = { 0 };
		const struct json *value = read_bytes(good[i].text, strlen(good[i].text), &problem);
		struct text text = text_new(&arena);
		struct json_writer writer = json_writer_new(&text, NULL);

		if (!value)
			fail_msg("%s: %s", good[i].text, problem.text);
		json_put_value(&writer, NULL, value);
		if (strcmp(text.at, good[i].expected) != 0)
			fail_msg("%s: %s, not %s", good[i].text, text.at, good[i].expected);
	}
}

static void check_bad(const struct document *bad, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct problem problem = { 0 };

		if (read_bytes(bad[i].text, strlen(bad[i].text), &problem))
			fail_msg("'%s' was taken", bad[i].text);
		if (!strstr(problem.text, bad[i].expected))
			fail_msg("'%s': %s", bad[i].text, problem.text);
	}
}

#define CHECK_GOOD(good) check_good(good, sizeof(good) / sizeof(good[0]))
#define CHECK_BAD(bad) check_bad(bad, sizeof(bad) / sizeof(bad[0]))
