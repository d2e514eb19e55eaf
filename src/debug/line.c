/* line.c - see line.h */
#include "debug/line.h"
#include <string.h>

enum {
	CTRL_A = 1, CTRL_B, CTRL_C, CTRL_D, CTRL_E, CTRL_F, CTRL_H = 8, CTRL_J = 10, CTRL_K = 11, CTRL_M = 13,
	CTRL_N = 14, CTRL_P = 16, CTRL_U = 21, CTRL_W = 23, ESCAPE = 27, BACKSPACE = 127
};

/* --- moving and deleting --- */

static bool is_inside_character(char byte)
{
	return ((unsigned char)byte & 0xc0) == 0x80;
}

static size_t before(const struct line *line, size_t at)
{
	while (at && is_inside_character(line->at[--at]))
		;
	return at;
}

static size_t after(const struct line *line, size_t at)
{
	at += at < line->length;
	while (at < line->length && is_inside_character(line->at[at]))
		at++;
	return at;
}

static size_t word_before(const struct line *line, size_t at)
{
	while (at && line->at[at - 1] == ' ')
		at--;
	while (at && line->at[at - 1] != ' ')
		at--;
	return at;
}

static void delete(struct line *line, size_t from, size_t to)
{
	memmove(line->at + from, line->at + to, line->length - to + 1);
	line->length -= to - from;
	line->cursor = from;
}

static void insert(struct line *line, unsigned char byte)
{
	if (line->length + 1 >= sizeof(line->at))
		return;
	memmove(line->at + line->cursor + 1, line->at + line->cursor, line->length - line->cursor + 1);
	line->at[line->cursor++] = (char)byte;
	line->length++;
}

/* --- history --- */

static void show(struct line *line, const char *text)
{
	line->length = strlen(text);
	memmove(line->at, text, line->length + 1);
	line->cursor = line->length;
}

static void recall(struct line *line, bool older)
{
	if (older ? !line->recalled : line->recalled == line->histories)
		return;
	if (line->recalled == line->histories)
		memcpy(line->kept, line->at, line->length + 1);
	line->recalled = older ? line->recalled - 1 : line->recalled + 1;
	show(line, line->recalled == line->histories ? line->kept : line->history[line->recalled]);
}

void line_remember(struct line *line, struct arena *arena)
{
	if (!line->length || (line->histories && !strcmp(line->history[line->histories - 1], line->at)))
		return;
	if (line->histories == LINE_HISTORY)
		memmove(line->history, line->history + 1, --line->histories * sizeof(line->history[0]));
	line->history[line->histories++] = arena_copy(arena, line->at, line->length);
}

void line_begin(struct line *line)
{
	line->length = line->cursor = line->escapes = 0;
	line->at[0] = line->kept[0] = '\0';
	line->recalled = line->histories;
}

/* --- keys --- */

enum key { KEY_NONE, KEY_UP, KEY_DOWN, KEY_LEFT, KEY_RIGHT, KEY_HOME, KEY_END, KEY_DELETE };

/* What terminals send, behind the escape character. */
static const struct { const char *sequence; enum key key; } keys[] = {
	{ "[A", KEY_UP },    { "OA", KEY_UP },	  { "[B", KEY_DOWN },  { "OB", KEY_DOWN },
	{ "[C", KEY_RIGHT }, { "OC", KEY_RIGHT }, { "[D", KEY_LEFT },  { "OD", KEY_LEFT },
	{ "[H", KEY_HOME },  { "OH", KEY_HOME },  { "[1~", KEY_HOME }, { "[7~", KEY_HOME },
	{ "[F", KEY_END },   { "OF", KEY_END },	  { "[4~", KEY_END },  { "[8~", KEY_END },
	{ "[3~", KEY_DELETE },
};

static void press(struct line *line, enum key key)
{
	switch (key) {
	case KEY_NONE: break;
	case KEY_UP: recall(line, true); break;
	case KEY_DOWN: recall(line, false); break;
	case KEY_LEFT: line->cursor = before(line, line->cursor); break;
	case KEY_RIGHT: line->cursor = after(line, line->cursor); break;
	case KEY_HOME: line->cursor = 0; break;
	case KEY_END: line->cursor = line->length; break;
	case KEY_DELETE: delete(line, line->cursor, after(line, line->cursor)); break;
	}
}

/* The last byte of a sequence is '@' to '~'; the first one says which kind of sequence it is. */
static void take_escape(struct line *line, unsigned char byte)
{
	size_t length = line->escapes;

	if (length < sizeof(line->escape) - 1)
		line->escape[length - 1] = (char)byte;
	line->escapes++;
	if (length == 1 ? byte == '[' || byte == 'O' : byte < '@' || byte > '~')
		return;
	line->escape[length < sizeof(line->escape) - 1 ? length : sizeof(line->escape) - 1] = '\0';
	line->escapes = 0;
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (!strcmp(line->escape, keys[i].sequence))
			press(line, keys[i].key);
}

static enum line_result take_control(struct line *line, unsigned char byte)
{
	switch (byte) {
	case CTRL_A: press(line, KEY_HOME); break;
	case CTRL_B: press(line, KEY_LEFT); break;
	case CTRL_C: return LINE_CANCELLED;
	case CTRL_D:
		if (!line->length)
			return LINE_ENDED;
		press(line, KEY_DELETE);
		break;
	case CTRL_E: press(line, KEY_END); break;
	case CTRL_F: press(line, KEY_RIGHT); break;
	case BACKSPACE:
	case CTRL_H: delete(line, before(line, line->cursor), line->cursor); break;
	case CTRL_J:
	case CTRL_M: return LINE_DONE;
	case CTRL_K: delete(line, line->cursor, line->length); break;
	case CTRL_N: press(line, KEY_DOWN); break;
	case CTRL_P: press(line, KEY_UP); break;
	case CTRL_U: delete(line, 0, line->cursor); break;
	case CTRL_W: delete(line, word_before(line, line->cursor), line->cursor); break;
	case ESCAPE: line->escapes = 1; break;
	}
	return LINE_MORE;
}

enum line_result line_key(struct line *line, unsigned char byte)
{
	if (line->escapes && byte != CTRL_C)
		take_escape(line, byte);
	else if (byte < ' ' || byte == BACKSPACE)
		return take_control(line, byte);
	else
		insert(line, byte);
	return LINE_MORE;
}

/* --- the picture --- */

static size_t columns_of(const char *from, const char *to)
{
	size_t columns = 0;

	for (; from < to; from++)
		columns += !is_inside_character(*from);
	return columns;
}

void line_draw(const struct line *line, const char *prompt, size_t columns, struct text *out)
{
	size_t head = strlen(prompt), room, from = 0, to;

	if (columns < head + 8)
		columns = head + 8;
	room = columns - head - 1;
	while (columns_of(line->at + from, line->at + line->cursor) > room)
		from = after(line, from);
	for (to = from; to < line->length && columns_of(line->at + from, line->at + after(line, to)) <= room;)
		to = after(line, to);
	text_printf(out, "\r%s", prompt);
	text_add_bytes(out, line->at + from, to - from);
	text_printf(out, "\033[K\r\033[%zuC", head + columns_of(line->at + from, line->at + line->cursor));
}
