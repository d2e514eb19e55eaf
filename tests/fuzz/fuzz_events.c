/* fuzz_events.c - any bytes as a line of the file of events: what is none is refused, what is one can be printed. */
#include "image/event.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena = { 0 };
	char *copy = malloc(size + 1);
	struct event_line event;

	if (!copy)
		abort();
	memcpy(copy, data, size);
	if (event_parse(&arena, copy, size, &event)) {
		size_t count = 0;

		for (const struct json *one = event.attributes->first; one; one = one->next, count++)
			if (!one->text || (one->next && strcmp(one->key, one->next->key) >= 0))
				abort();
		if (count != event.attributes->count || !event.type[0] || !event.action[0])
			abort();
	}
	free(copy);
	arena_release(&arena);
	return 0;
}
