/* fuzz_criu.c - any bytes as an answer of CRIU's, and as the names of streams that come with an image.
 *
 * What is taken of an answer ends in a NUL. Of the names only those are taken that can be given to CRIU: they
 * have no other form than these two.
 */
#include "life/criu_parts.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void read_answer(const char *bytes, size_t size)
{
	struct criu_response response;

	if (criu_read_response(bytes, size, &response))
		return;
	if (!response.kind || !memchr(response.stage, '\0', sizeof(response.stage)) ||
	    !memchr(response.reason, '\0', sizeof(response.reason)) ||
	    response.pid > INT32_MAX || response.restored > INT32_MAX)
		abort();
}

static bool has_form(const char *key)
{
	size_t digits = strspn(key + 6, "0123456789");
	size_t mount = strspn(key + 5, "0123456789abcdef");

	if (!strncmp(key, "pipe:[", 6))
		return digits && !strcmp(key + 6 + digits, "]");
	return !strncmp(key, "file[", 5) && mount && key[5 + mount] == ':' && key[strlen(key) - 1] == ']';
}

static void read_streams(struct arena *arena, const char *bytes, size_t size)
{
	struct problem problem = { 0 };
	struct criu_streams streams;

	criu_parse_streams(arena, arena_copy(arena, bytes, size), size, &streams, &problem);
	for (int i = 0; i < CRIU_STREAMS; i++)
		if (streams.key[i] && (problem.found || strlen(streams.key[i]) > 64 || !has_form(streams.key[i])))
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct arena arena;

	arena_init(&arena, NULL, 0);
	read_answer((const char *)bytes, size);
	read_streams(&arena, (const char *)bytes, size);
	arena_release(&arena);
	return 0;
}
