/* width.c - see width.h */
#include "base/width.h"
#include <string.h>

struct range { unsigned first, last, columns; };

/* What does not take one column: marks that stand on another character, and what is wide in UAX 11. */
static const struct range ranges[] = {
	{ 0x300, 0x36f, 0 }, { 0x1100, 0x115f, 2 }, { 0x200b, 0x200d, 0 }, { 0x20d0, 0x20ff, 0 },
	{ 0x2e80, 0x303e, 2 }, { 0x3041, 0xa4cf, 2 }, { 0xa960, 0xa97f, 2 }, { 0xac00, 0xd7a3, 2 },
	{ 0xf900, 0xfaff, 2 }, { 0xfe00, 0xfe0f, 0 }, { 0xfe30, 0xfe6f, 2 }, { 0xff00, 0xff60, 2 },
	{ 0xffe0, 0xffe6, 2 }, { 0x1f300, 0x1f64f, 2 }, { 0x1f680, 0x1f6ff, 2 }, { 0x1f900, 0x1faff, 2 },
	{ 0x20000, 0x3fffd, 2 }, { 0xe0100, 0xe01ef, 0 },
};

static unsigned decode(const unsigned char *at, size_t size)
{
	static const unsigned char first_bits[] = { 0, 0x7f, 0x1f, 0x0f, 0x07 };
	unsigned c = at[0] & first_bits[size];

	for (size_t i = 1; i < size; i++)
		c = c << 6 | (at[i] & 0x3fU);
	return c;
}

size_t width_next(const char *at, size_t left, unsigned *ret_columns, bool *ret_shown)
{
	size_t size = text_utf8(at, left), control = text_control(at, left);
	unsigned c;

	*ret_columns = 1;
	*ret_shown = size && !control;
	if (!*ret_shown)
		return control ? control : 1;
	c = decode((const unsigned char *)at, size);
	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
		if (c >= ranges[i].first && c <= ranges[i].last)
			*ret_columns = ranges[i].columns;
	return size;
}

unsigned width_of(const char *text)
{
	unsigned sum = 0, columns;
	bool shown;

	for (size_t left = strlen(text); left;) {
		size_t size = width_next(text, left, &columns, &shown);

		sum += columns;
		text += size;
		left -= size;
	}
	return sum;
}

void width_add(struct text *out, const char *text, unsigned columns)
{
	const unsigned width = width_of(text);

	text_add(out, text);
	text_printf(out, "%*s", width < columns ? (int)(columns - width) : 1, "");
}

/* --- lines --- */

static bool is_one_of(const char *at, size_t size, const char *characters)
{
	for (size_t step; *characters; characters += step) {
		step = text_utf8(characters, strlen(characters));
		if (step == size && !memcmp(at, characters, size))
			return true;
	}
	return false;
}

/* Punctuation and small kana stay with what is before them (JIS X 4051). */
static bool may_begin(const char *at, size_t size)
{
	return !is_one_of(at, size, "、。，．・：；？！）」』】〉》ーぁぃぅぇぉっゃゅょ"
				    "ァィゥェォッャュョ,.:;)»");
}

/* Brackets stay with what follows. */
static bool may_end(const char *at, size_t size)
{
	return !is_one_of(at, size, "（「『【〈《(«");
}

size_t width_line(const char *text, unsigned columns)
{
	size_t fits = 0, at = 0, before = 0;
	unsigned sum = 0, wide_before = 0;

	for (size_t left = strlen(text), size; left; at += size, left -= size) {
		unsigned wide;
		bool shown;

		size = width_next(text + at, left, &wide, &shown);
		/* A break before this character. */
		if (at && (text[at] == ' ' || ((wide == 2 || wide_before == 2) && text[at - 1] != ' ' &&
					       may_begin(text + at, size) && may_end(text + before, at - before)))) {
			if (fits && sum > columns)
				return fits;
			fits = at;
		}
		sum += wide;
		before = at;
		wide_before = wide;
	}
	return fits && sum > columns ? fits : at;
}
