/* entrypoint.c - see entrypoint.h */
#include "engine/entrypoint.h"
#include "base/json.h"
#include "spec/lists.h"
#include <string.h>

/* False for an array of other things. */
static bool take_words(struct arena *arena, const struct json *array, struct texts *ret_words)
{
	for (const struct json *word = array->first; word; word = word->next) {
		if (word->kind != JSON_STRING)
			return false;
		texts_add(arena, ret_words, word->text);
	}
	return !ret_words->count || ret_words->at[0][0];
}

struct texts entrypoint_read(struct arena *arena, const char *given, struct problem *problem)
{
	struct problem broken = { 0 };
	struct texts words = { 0 };
	const struct json *array;

	if (!given || !given[0])
		return words;
	if (given[0] != '[' || !given[1]) {
		texts_add(arena, &words, given);
		return words;
	}
	array = json_read(arena, arena_copy(arena, given, strlen(given)), strlen(given), "--entrypoint", &broken);
	if (!array || !take_words(arena, array, &words))
		problem_set(problem, "option '--entrypoint': '%s' is no JSON array of a program and its arguments, "
			    "which is like '[\"sh\", \"-c\"]'", given);
	return words;
}
