/* cache.c - see cache.h */
#include "elf/cache.h"
#include <stdint.h>
#include <string.h>

static const char old_magic[] = "ld.so-1.7.0", magic[] = "glibc-ld.so.cache1.1";

struct old_head { char magic[sizeof(old_magic)]; uint32_t count; };
struct old_row { uint32_t flags, key, value; };

struct head {
	char magic[sizeof(magic) - 1];
	uint32_t count, strings_size;
	uint8_t flags, padding[3];
	uint32_t extensions, unused[3];
};

struct row { uint32_t flags, key, value, version; uint64_t processor; };

_Static_assert(sizeof(struct head) == 48 && sizeof(struct row) == 24 && sizeof(struct old_head) == 16, "as on disk");

/* Where the head is: places in the file count from there. Returns `length` where there is none. */
static size_t find_head(const char *bytes, size_t length)
{
	struct old_head old;
	uint64_t at = 0;

	if (length >= sizeof(old) && memcmp(bytes, old_magic, sizeof(old_magic) - 1) == 0) {
		memcpy(&old, bytes, sizeof(old));
		at = sizeof(old) + (uint64_t)old.count * sizeof(struct old_row);
		at = (at + 7) & ~(uint64_t)7;
	}
	if (at > length || length - at < sizeof(struct head) || memcmp(bytes + at, magic, sizeof(magic) - 1) != 0)
		return length;
	return (size_t)at;
}

/* A text that ends within the file, or NULL. */
static const char *text_at(const char *from, size_t length, uint32_t place)
{
	return place < length && memchr(from + place, '\0', length - place) ? from + place : NULL;
}

const char *cache_find(const void *bytes, size_t length, const char *name, size_t *at)
{
	const size_t begin = find_head(bytes, length);
	const char *from = (const char *)bytes + begin;
	struct head head = { .count = 0 };

	length -= begin;
	if (length)
		memcpy(&head, from, sizeof(head));
	while (*at < head.count && *at < (length - sizeof(head)) / sizeof(struct row)) {
		const char *key, *value;
		struct row row;

		memcpy(&row, from + sizeof(head) + (*at)++ * sizeof(row), sizeof(row));
		key = text_at(from, length, row.key);
		value = text_at(from, length, row.value);
		if (key && value && strcmp(key, name) == 0)
			return value;
	}
	return NULL;
}
