/* keys.c - see keys.h */
#include "life/keys.h"
#include <string.h>

static const char usual[] = "ctrl-p,ctrl-q";

/* One key; -1 where the word is none. */
static int read_key(const char *word, size_t length)
{
	static const char ctrl[] = "ctrl-";
	char letter = length ? word[length - 1] : '\0';

	if (length == 1)
		return (unsigned char)letter < 0x80 ? letter : -1;
	if (length != sizeof(ctrl) || strncmp(word, ctrl, sizeof(ctrl) - 1) != 0)
		return -1;
	if (letter >= 'a' && letter <= 'z')
		letter = (char)(letter - 'a' + 'A');
	return letter >= '@' && letter <= '_' ? letter - '@' : -1;
}

bool keys_read(const char *words, struct keys *ret_keys, struct problem *problem)
{
	const char *at = words ? words : usual, *comma;

	*ret_keys = (struct keys){ .count = 0 };
	if (!*at)
		return true;
	for (; at; at = comma ? comma + 1 : NULL) {
		int key;

		comma = strchr(at, ',');
		key = read_key(at, comma ? (size_t)(comma - at) : strlen(at));

		if (key < 0 || ret_keys->count == KEYS_MAX) {
			problem_set(problem, "option '--detach-keys': '%s' is no list of keys, each a letter or "
				    "ctrl-LETTER, as in ctrl-p,ctrl-q", words);
			return false;
		}
		ret_keys->key[ret_keys->count++] = (char)key;
	}
	return true;
}

/* How much of the keys' begin is at the end of what was seen and the next one, which did not go on with them. */
static size_t fall_back(const struct keys *keys, char next)
{
	char text[KEYS_MAX + 1];

	memcpy(text, keys->key, keys->seen);
	text[keys->seen] = next;
	for (size_t length = keys->seen; length > 0; length--)
		if (!memcmp(keys->key, text + keys->seen + 1 - length, length))
			return length;
	return 0;
}

/* One key. What of it, and of those held back before, is no begin of the keys is added at `to`; returns how much. */
static size_t take_key(struct keys *keys, char key, char *to)
{
	const size_t before = keys->seen;
	size_t count;

	if (before < keys->count && before < KEYS_MAX && key == keys->key[before]) {
		keys->seen++;
		return 0;
	}
	keys->seen = before ? fall_back(keys, key) : 0;
	count = before + 1 - keys->seen;
	memcpy(to, keys->key, count < before ? count : before);
	if (count > before)
		to[before] = key;
	return count;
}

bool keys_take(struct keys *keys, const char *typed, size_t length, char *to, size_t *ret_length)
{
	*ret_length = 0;
	for (size_t i = 0; i < length; i++) {
		*ret_length += take_key(keys, typed[i], to + *ret_length);
		if (keys->count && keys->seen == keys->count) {
			keys->seen = 0;
			return true;
		}
	}
	return false;
}
