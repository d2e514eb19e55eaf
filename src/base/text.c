/* text.c - see text.h */
#include "base/text.h"
#include <stdio.h>
#include <string.h>

enum { FIRST_ROOM = 256 };

struct text text_new(struct arena *arena)
{
	return (struct text){ .arena = arena, .at = arena_alloc(arena, FIRST_ROOM), .room = FIRST_ROOM };
}

void text_clear(struct text *text)
{
	text->length = 0;
	text->at[0] = '\0';
}

/* Makes room for `more` bytes and a NUL. */
static void make_room(struct text *text, size_t more)
{
	size_t room = text->room;

	if (more < room - text->length)
		return;
	while (room - text->length <= more)
		room *= 2;
	text->at = arena_resize(text->arena, text->at, text->room, room);
	text->room = room;
}

void text_add_bytes(struct text *text, const char *more, size_t length)
{
	make_room(text, length);
	if (length)
		memcpy(text->at + text->length, more, length);
	text->length += length;
	text->at[text->length] = '\0';
}

void text_add(struct text *text, const char *more)
{
	text_add_bytes(text, more, strlen(more));
}

void text_printf(struct text *text, const char *format, ...)
{
	size_t room = text->room - text->length;
	va_list list;
	int length;

	va_start(list, format);
	length = vsnprintf(text->at + text->length, room, format, list);
	va_end(list);
	if (length < 0)
		length = 0;	/* no format of ours can fail */
	if ((size_t)length >= room) {
		make_room(text, (size_t)length);
		va_start(list, format);
		(void)vsnprintf(text->at + text->length, (size_t)length + 1, format, list);
		va_end(list);
	}
	text->length += (size_t)length;
	text->at[text->length] = '\0';
}

/* Characters that no shell gives a meaning to, wherever they stand in a word. */
static bool is_plain(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       (c && strchr("_-./:,+@%=", c));
}

static bool is_plain_word(const char *word)
{
	size_t length = 0;

	while (is_plain(word[length]))
		length++;
	return length && !word[length];
}

void text_add_word(struct text *text, const char *word)
{
	if (is_plain_word(word)) {
		text_add(text, word);
		return;
	}
	text_add_bytes(text, "'", 1);
	for (; *word; word++) {
		size_t run = strcspn(word, "'");

		text_add_bytes(text, word, run);
		word += run;
		if (!*word)
			break;
		text_add(text, "'\\''");
	}
	text_add_bytes(text, "'", 1);
}

static void add_utf8(struct text *text, uint32_t number)
{
	char byte[4] = { 0 };
	size_t length = number < 0x80 ? 1 : number < 0x800 ? 2 : number < 0x10000 ? 3 : 4;
	static const unsigned char mark[] = { 0, 0, 0xc0, 0xe0, 0xf0 };

	for (size_t i = length; i-- > 1; number >>= 6)
		byte[i] = (char)(0x80 | (number & 0x3f));
	byte[0] = (char)(mark[length] | number);
	text_add_bytes(text, byte, length);
}

const char *text_add_hex(struct text *text, const char **at, const char *end, size_t digits)
{
	const char *begin = *at;
	uint32_t number = 0;

	for (size_t i = 0; i < digits; i++, (*at)++) {
		char c = *at < end ? **at : '\0';

		if (c >= '0' && c <= '9')
			number = number << 4 | (uint32_t)(c - '0');
		else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
			number = number << 4 | (uint32_t)((c | 0x20) - 'a' + 10);
		else
			return "a hexadecimal digit is expected";
	}
	if (!number || number > 0x10ffff || (number >= 0xd800 && number <= 0xdfff)) {
		*at = begin;
		return "there is no such character, or it must not be in a text";
	}
	add_utf8(text, number);
	return NULL;
}

size_t text_utf8(const char *at, size_t left)
{
	const unsigned char *byte = (const unsigned char *)at;
	size_t length;

	if (!left)
		return 0;
	if (byte[0] < 0x80)
		return 1;
	if (byte[0] < 0xc2 || byte[0] > 0xf4)
		return 0;
	length = byte[0] < 0xe0 ? 2 : byte[0] < 0xf0 ? 3 : 4;
	if (left < length)
		return 0;
	for (size_t i = 1; i < length; i++)
		if ((byte[i] & 0xc0) != 0x80)
			return 0;
	/* The second byte rules out what a shorter form can say, surrogates, and past U+10FFFF. */
	if ((byte[0] == 0xe0 && byte[1] < 0xa0) || (byte[0] == 0xed && byte[1] > 0x9f) ||
	    (byte[0] == 0xf0 && byte[1] < 0x90) || (byte[0] == 0xf4 && byte[1] > 0x8f))
		return 0;
	return length;
}

static bool turns_direction(unsigned c)
{
	return c == 0x061c || c == 0x200e || c == 0x200f || (c >= 0x202a && c <= 0x202e) ||
	       (c >= 0x2066 && c <= 0x2069);
}

/* Those above are of two and three bytes. */
static unsigned decode(const unsigned char *at, size_t size)
{
	if (size == 2)
		return (at[0] & 0x1fU) << 6 | (at[1] & 0x3fU);
	return size == 3 ? (at[0] & 0x0fU) << 12 | (at[1] & 0x3fU) << 6 | (at[2] & 0x3fU) : 0x10000;
}

size_t text_control(const char *at, size_t left)
{
	const unsigned char *byte = (const unsigned char *)at;
	size_t size = text_utf8(at, left);
	unsigned c;

	if (size == 1)
		return byte[0] < ' ' || byte[0] == 0x7f;
	if (!size)
		return left && byte[0] >= 0x80 && byte[0] < 0xa0;
	c = decode(byte, size);
	return c < 0xa0 || turns_direction(c) ? size : 0;
}

/* How many characters from `at` on need no second look. */
static size_t plain_run(const char *at)
{
	size_t run = 0;

	while (at[run] >= ' ' && at[run] < 0x7f && at[run] != '"' && at[run] != '\\')
		run++;
	return run;
}

void text_clean(char *text, char with)
{
	size_t plain = plain_run(text), left = strlen(text) - plain;
	char *to = text += plain;

	while (left) {
		size_t control = text_control(text, left), size = control ? control : text_utf8(text, left);

		size += !size;
		if (control)
			*to = with;
		else
			memmove(to, text, size);
		to += control ? 1 : size;
		text += size;
		left -= size;
	}
	*to = '\0';
}

/* Adds the character at `at` as JSON writes it within a string; returns its bytes. */
static size_t add_json_character(struct text *text, const char *at, size_t left)
{
	static const char escaped[] = "\"\\\b\f\n\r\t", letter[] = "\"\\bfnrt";
	const char *known = strchr(escaped, *at);
	size_t length = text_utf8(at, left);

	if (known && *known)
		text_add_bytes(text, (const char[]){ '\\', letter[known - escaped] }, 2);
	else if (length && text_control(at, left))
		text_printf(text, "\\u%04x", length == 1 ? (unsigned)*at : decode((const unsigned char *)at, length));
	else if (length)
		text_add_bytes(text, at, length);
	else
		text_add(text, "\xef\xbf\xbd");
	return length ? length : 1;
}

void text_add_json(struct text *text, const char *string)
{
	size_t left = strlen(string);

	text_add_bytes(text, "\"", 1);
	while (left) {
		size_t run = plain_run(string);

		text_add_bytes(text, string, run);
		string += run;
		left -= run;
		if (left) {
			run = add_json_character(text, string, left);
			string += run;
			left -= run;
		}
	}
	text_add_bytes(text, "\"", 1);
}

bool text_to_u64(const char *text, uint64_t *ret_value)
{
	uint64_t value = 0;

	if (!*text)
		return false;
	for (; *text; text++) {
		if (*text < '0' || *text > '9')
			return false;
		if (__builtin_mul_overflow(value, 10, &value) ||
		    __builtin_add_overflow(value, (uint64_t)(*text - '0'), &value))
			return false;
	}
	*ret_value = value;
	return true;
}

int text_order(const void *one, const void *other)
{
	return strcmp(*(const char *const *)one, *(const char *const *)other);
}

bool text_ends_in(const char *text, const char *end)
{
	size_t length = strlen(text), tail = strlen(end);

	return length > tail && !strcmp(text + length - tail, end);
}

bool text_is_one_of(const char *text, const char *const *words)
{
	for (; *words; words++)
		if (!strcmp(text, *words))
			return true;
	return false;
}
