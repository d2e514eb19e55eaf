/* shown.c - see shown.h */
#include "xray/shown.h"
#include <string.h>

void shown_add(struct text *out, const char *text)
{
	for (size_t left = strlen(text), size; left; text += size, left -= size) {
		const size_t valid = text_utf8(text, left);
		const bool plain = valid && !text_control(text, left) && *text != '\\';

		size = valid ? valid : 1;
		if (plain)
			text_add_bytes(out, text, size);
		for (size_t i = 0; !plain && i < size; i++)
			text_printf(out, "\\%03o", (unsigned char)text[i]);
	}
}

const char *shown(struct arena *arena, const char *text)
{
	struct text out = text_new(arena);

	shown_add(&out, text);
	return out.at;
}
