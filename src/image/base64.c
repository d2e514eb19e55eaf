/* base64.c - see base64.h */
#include "image/base64.h"
#include <stdint.h>
#include <string.h>

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* Four characters to one to three bytes; how many, or 0 where they are no such group. */
static size_t decode_group(const char *group, unsigned char *to)
{
	size_t padding = group[3] != '=' ? 0 : group[2] != '=' ? 1 : 2;
	uint32_t bits = 0;

	for (size_t i = 0; i < 4; i++) {
		const char *found = i < 4 - padding ? strchr(alphabet, group[i]) : alphabet;

		if (!found || !*found)
			return 0;
		bits = bits << 6 | (uint32_t)(found - alphabet);
	}
	if (bits & ((1U << (8 * padding)) - 1))
		return 0;
	for (size_t i = 0; i < 3; i++)
		to[i] = (unsigned char)(bits >> (16 - 8 * i));
	return 3 - padding;
}

bool base64_decode(struct arena *arena, const char *text, char **ret_bytes, size_t *ret_length)
{
	size_t length = strlen(text), at = 0;
	unsigned char *bytes = arena_alloc(arena, length / 4 * 3 + 1);

	if (length % 4)
		return false;
	for (size_t i = 0; i < length; i += 4) {
		size_t got = decode_group(text + i, bytes + at);

		if (!got || (got < 3 && i + 4 != length))
			return false;
		at += got;
	}
	bytes[at] = '\0';
	*ret_bytes = (char *)bytes;
	*ret_length = at;
	return true;
}

const char *base64_encode(struct arena *arena, const char *bytes, size_t length)
{
	const unsigned char *from = (const unsigned char *)bytes;
	char *text = arena_alloc(arena, (length + 2) / 3 * 4 + 1), *to = text;

	for (size_t i = 0; i < length; i += 3) {
		size_t count = length - i < 3 ? length - i : 3;
		uint32_t bits = (uint32_t)from[i] << 16;

		if (count > 1)
			bits |= (uint32_t)from[i + 1] << 8;
		if (count > 2)
			bits |= from[i + 2];
		for (size_t k = 0; k < 4; k++)
			*to++ = '=';
		for (size_t k = 0; k <= count; k++)
			to[(ptrdiff_t)k - 4] = alphabet[bits >> (18 - 6 * k) & 63];
	}
	return text;
}
