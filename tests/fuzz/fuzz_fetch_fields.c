/* fuzz_fetch_fields.c - any bytes as header fields of a registry: what is read holds what its header says. The first
 * byte chooses the field. */
#include "fetch/challenge.h"
#include "fetch/field.h"
#include "fetch/url.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
	if (!holds)
		abort();
}

static void fuzz_challenge(struct arena *arena, const char *text)
{
	size_t count = 0, length = strlen(text);

	for (const struct challenge *at = challenge_read(arena, text); at; at = at->next) {
		must(++count <= CHALLENGES_MAX && *at->scheme && strstr(text, at->scheme));
		must(at->count <= CHALLENGE_PARAMETERS_MAX);
		for (size_t i = 0; i < at->count; i++)
			must(*at->parameters[i].key && strlen(at->parameters[i].value) <= length);
	}
}

static void fuzz_link(struct arena *arena, const char *text)
{
	const char *next = link_next(arena, text);

	must(!next || strstr(text, next));
}

static void fuzz_numbers(struct arena *arena, const char *text)
{
	struct content_range range;
	uint64_t there;

	must(retry_after(text, 1000) >= -1);
	if (content_range_read(text, &range))
		must(range.first <= range.last && (!range.whole_known || range.last < range.whole));
	if (upload_range_read(text, &there))
		must(there > 0);
}

/* What is taken for an URL stays one, with the same host, when it is read again; it never has a user in it. */
static void fuzz_location(struct arena *arena, const char *text)
{
	static const char base[] = "https://registry.example:5000/v2/a/blobs/x?y=z";
	const char *url = url_join(arena, base, text), *again, *more;

	if (!url)
		return;
	must(!strncmp(url, "http://", 7) || !strncmp(url, "https://", 8));
	must(!memchr(url, '@', strcspn(url + 8, "/?#") + 8));
	must(!strpbrk(url, "\r\n"));
	again = url_join(arena, NULL, url);
	must(again && url_same_origin(url, again));
	more = url_add(arena, url, "digest", text);
	must(!more || url_same_origin(url, more));
	/* Beside a host that is named in whole, nothing else decides. */
	if (*text == '/' && text[1] != '/' && text[1] != '\\')
		must(url_same_origin(base, url));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static void (*const fields[])(struct arena *arena, const char *text) = { fuzz_challenge, fuzz_link,
										 fuzz_numbers, fuzz_location };
	struct arena arena;

	if (!size)
		return 0;
	arena_init(&arena, NULL, 0);
	fields[*data % 4](&arena, arena_copy(&arena, (const char *)data + 1, size - 1));
	arena_release(&arena);
	return 0;
}
