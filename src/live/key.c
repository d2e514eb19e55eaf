/* key.c - see key.h */
#include "live/key.h"
#include <string.h>

enum { ESCAPE = '\033' };

struct known { const char *bytes; enum key key; };

/* Those of arrows are as xterm has them, in both of its modes; others write the same. */
static const struct known known[] = {
	{ "\033[A", KEY_UP }, { "\033OA", KEY_UP }, { "\033[B", KEY_DOWN }, { "\033OB", KEY_DOWN },
	{ "\033[D", KEY_BACK }, { "\033OD", KEY_BACK }, { "\033[C", KEY_ENTER }, { "\033OC", KEY_ENTER },
	{ "\033[5~", KEY_PAGE_UP }, { "\033[6~", KEY_PAGE_DOWN }, { "\033[H", KEY_FIRST }, { "\033OH", KEY_FIRST },
	{ "\033[1~", KEY_FIRST }, { "\033[F", KEY_LAST }, { "\033OF", KEY_LAST }, { "\033[4~", KEY_LAST },
	{ "q", KEY_QUIT }, { "Q", KEY_QUIT }, { "\x03", KEY_QUIT }, { "\x04", KEY_QUIT }, { "\x1c", KEY_QUIT },
	{ "\x1a", KEY_SUSPEND }, { "k", KEY_UP }, { "j", KEY_DOWN }, { "g", KEY_FIRST }, { "G", KEY_LAST },
	{ "\r", KEY_ENTER }, { "\n", KEY_ENTER }, { "l", KEY_ENTER }, { "h", KEY_BACK }, { "\x7f", KEY_BACK },
	{ "\b", KEY_BACK }, { "s", KEY_SORT }, { "p", KEY_HOLD }, { " ", KEY_HOLD }, { "\x0c", KEY_SIZE },
};

/* How long an escape sequence is (ECMA-48: a final byte ends it); 0: it is not all there. */
static size_t sequence_length(const char *typed, size_t length)
{
	if (length < 2)
		return 0;
	if (typed[1] == 'O')
		return length < 3 ? 0 : 3;
	if (typed[1] != '[')
		return 1;
	for (size_t i = 2; i < length; i++)
		if (typed[i] < ' ' || typed[i] >= '@')
			return i + 1;
	return 0;
}

enum key key_next(const char *typed, size_t length, int all, size_t *ret_used)
{
	size_t used = *typed == ESCAPE ? sequence_length(typed, length) : 1;

	*ret_used = used ? used : all ? length : 0;
	if (!used && !all)
		return KEY_HALF;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strlen(known[i].bytes) == *ret_used && !memcmp(known[i].bytes, typed, *ret_used))
			return known[i].key;
	return *typed == ESCAPE && *ret_used == 1 ? KEY_BACK : KEY_NONE;
}
