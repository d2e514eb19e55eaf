/* fuzz_registries.c - any bytes as registries.conf, and as a file of registries.d: what is taken gives ways and
 * candidates that are names of hosts and images, and each setting has a line of the file. */
#include "image/attachments.h"
#include "image/registries.h"
#include "image/toml.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void check_lines(const struct json *value, size_t lines)
{
	size_t count = 0;

	for (const struct json *member = value->first; member; member = member->next, count++)
		if (member->parent != value || member->index != count || toml_line(member) < 1 ||
		    toml_line(member) > lines)
			abort();
	if (count != value->count)
		abort();
}

static void check_ways(struct arena *arena, const struct registries *registries, const struct reference *reference)
{
	struct endpoint *way = NULL;
	struct problem problem = { 0 };
	size_t count = 0;

	if (!registries_pull_endpoints(registries, arena, reference, &way, &count, &problem)) {
		if (!problem.found)
			abort();
		return;
	}
	if (!count || way[count - 1].mirror)
		abort();
	for (size_t i = 0; i < count; i++)
		if (!reference_is_domain(way[i].host) || !*way[i].repository || (way[i].plain && way[i].unverified))
			abort();
}

static void check_name(struct arena *arena, const struct registries *registries, const char *name)
{
	struct reference *reference = NULL;
	struct problem problem = { 0 };
	size_t count = 0;

	if (!registries_candidates(registries, arena, name, &reference, &count, &problem)) {
		if (!problem.found)
			abort();
		return;
	}
	if (!count)
		abort();
	for (size_t i = 0; i < count; i++)
		check_ways(arena, registries, &reference[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static const char *const names[] = { "x", "a/b:1", "docker.io/x", "a.example/b/c", "b.a.example/x", "h:1/x" };
	const char *text = (const char *)bytes;
	struct registries registries = { 0 };
	struct attachments attachments = { 0 };
	struct problem problem = { 0 }, other = { 0 };
	struct arena arena;
	const struct json *root;
	size_t lines = 1;

	for (size_t i = 0; i < size; i++)
		lines += bytes[i] == '\n';
	arena_init(&arena, NULL, 0);
	root = toml_read(&arena, text, size, "c", &problem);
	if (!root != problem.found)
		abort();
	if (root) {
		check_lines(root, lines);
		registries_add(&registries, &arena, text, size, "c", &problem);
	}
	for (size_t i = 0; !problem.found && i < sizeof(names) / sizeof(names[0]); i++)
		check_name(&arena, &registries, names[i]);
	attachments_add(&attachments, &arena, text, size, "a", &other);
	arena_release(&arena);
	return 0;
}
