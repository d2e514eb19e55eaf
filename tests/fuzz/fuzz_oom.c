/* fuzz_oom.c - any bytes as records of the kernel's log, divided by a NUL each: nothing is read beyond them, and who is
 * found has a name that a terminal can be shown.
 */
#include "base/text.h"
#include "life/oom.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void check(const struct oom_search *search, size_t records)
{
	const char *name = search->name, *end = memchr(name, '\0', sizeof(search->name));

	if (!end || search->found > records || !search->found != !search->pid || (!search->found && search->memory))
		abort();
	while (name < end) {
		const size_t left = (size_t)(end - name);

		if (!text_utf8(name, left) || text_control(name, left))
			abort();
		name += text_utf8(name, left);
	}
}

static void take(struct oom_search *search, const uint8_t *bytes, size_t size)
{
	char *copy = malloc(size ? size : 1);

	if (!copy)
		abort();
	memcpy(copy, bytes, size);
	oom_take(search, copy, size);
	free(copy);
}

static void take_all(const uint8_t *bytes, size_t size, bool anywhere)
{
	struct oom_search search = { .cgroup = "/a", .anywhere = anywhere, .since_us = 2 };
	size_t records = 0;

	for (;;) {
		const uint8_t *end = size ? memchr(bytes, '\0', size) : NULL;
		const size_t length = end ? (size_t)(end - bytes) : size;

		take(&search, bytes, length);
		check(&search, ++records);
		if (!end)
			return;
		bytes = end + 1;
		size -= length + 1;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	take_all(bytes, size, false);
	take_all(bytes, size, true);
	return 0;
}
