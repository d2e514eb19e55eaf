/* fuzz_elf.c - any bytes as a program or library, and as the cache of glibc's loader: what is read of them lies within
 * them, keeps its limits, and has an end. */
#include "elf/cache.h"
#include "elf/elf_file.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

struct memory { const uint8_t *at; size_t size; };

static ssize_t give(void *context, void *to, size_t size, uint64_t offset)
{
	const struct memory *memory = context;

	if (offset > INT64_MAX)
		abort();
	if (offset >= memory->size)
		return 0;
	if (size > memory->size - offset)
		size = memory->size - offset;
	memcpy(to, memory->at + offset, size);
	return (ssize_t)size;
}

static void check_text(const char *text, size_t most)
{
	if (text && strlen(text) >= most)
		abort();
}

static void check_elf(struct arena *arena, const uint8_t *bytes, size_t size)
{
	struct memory memory = { bytes, size };
	struct elf elf;
	int error = elf_read(arena, &(struct elf_source){ give, &memory }, &elf);

	if (error && error != -ENOEXEC && error != -EBADMSG)
		abort();
	if (error)
		return;
	check_text(elf.interpreter, ELF_TEXT_MAX);
	check_text(elf.name, ELF_TEXT_MAX);
	check_text(elf.rpath, ELF_FOLDERS_MAX);
	check_text(elf.runpath, ELF_FOLDERS_MAX);
	if (elf.needed.count > ELF_NEEDED_MAX)
		abort();
	for (size_t i = 0; i < elf.needed.count; i++)
		check_text(elf.needed.at[i], ELF_TEXT_MAX);
}

static void check_cache(const uint8_t *bytes, size_t size)
{
	const char *found;
	size_t at = 0;

	while ((found = cache_find(bytes, size, "liba.so", &at))) {
		const uint8_t *begin = (const uint8_t *)found;

		if (begin < bytes || begin >= bytes + size || !memchr(begin, 0, (size_t)(bytes + size - begin)))
			abort();
	}
	if (at > size)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct arena arena;

	arena_init(&arena, NULL, 0);
	check_elf(&arena, bytes, size);
	check_cache(bytes, size);
	arena_release(&arena);
	return 0;
}
