/* fuzz_reference.c - any bytes as the name of an image: what is taken reads the same again in all its forms, keeps its
 * limits, and cannot lead out of a folder. */
#include "image/reference.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static bool same(const char *one, const char *other)
{
	return one == other || (one && other && strcmp(one, other) == 0);
}

static void check_again(struct arena *arena, const char *text, const struct reference *reference)
{
	struct problem problem = { 0 };
	struct reference again;

	if (!reference_read(arena, text, &again, &problem) || !reference_same_name(&again, reference) ||
	    !same(again.tag, reference->tag) || !same(again.digest, reference->digest))
		abort();
}

static void check(struct arena *arena, const struct reference *reference)
{
	const char *name = reference_name(arena, reference), *const *scope = reference_scopes(arena, reference);

	check_again(arena, reference_text(arena, reference), reference);
	check_again(arena, reference_familiar(arena, reference), reference);
	if (strlen(name) > REFERENCE_NAME_MAX || strstr(name, "..") || strstr(name, "//") || *name == '/' ||
	    name[strlen(name) - 1] == '/' || !reference_is_domain(reference->domain))
		abort();
	if (reference->tag && (!*reference->tag || strlen(reference->tag) > REFERENCE_TAG_MAX ||
			       strchr(reference->tag, '/') || *reference->tag == '.'))
		abort();
	while (scope[1])
		scope++;
	if (strcmp(*scope, reference->domain) != 0)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct arena arena;
	struct problem problem = { 0 };
	struct reference reference;
	const char *text;

	arena_init(&arena, NULL, 0);
	text = arena_copy(&arena, (const char *)bytes, size);
	if (reference_read(&arena, text, &reference, &problem) == problem.found)
		abort();
	if (!problem.found)
		check(&arena, &reference);
	arena_release(&arena);
	return 0;
}
