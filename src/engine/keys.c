/* keys.c - see keys.h */
#include "engine/keys.h"
#include <string.h>

static const char usual[] = "ctrl-p,ctrl-q";

/* One key; -1 where the word is none. */
static int read_key(const char *word, size_t length)
{
	static const char ctrl[] = "ctrl-";
	const size_t prefix = sizeof(ctrl) - 1;
	char letter;

	if (length == 1)
		return (unsigned char)*word < 0x80 ? *word : -1;
	if (length != prefix + 1 || strncmp(word, ctrl, prefix) != 0)
		return -1;
	letter = word[prefix];
	if (letter >= 'a' && letter <= 'z')
		letter = (char)(letter - 'a' + 'A');
	return letter >= '@' && letter <= '_' ? letter - '@' : -1;
}

bool keys_read(const char *words, struct keys *ret_keys, struct problem *problem)
{
	const char *at = words ? words : usual;

	*ret_keys = (struct keys){ .count = 0 };
	while (*at) {
		size_t length = strcspn(at, ",");
		int key = read_key(at, length);

		if (key < 0 || ret_keys->count == KEYS_MAX) {
			problem_set(problem, "option '--detach-keys': '%s' is no list of keys, each a letter or "
				    "ctrl-LETTER, as in ctrl-p,ctrl-q", words);
			return false;
		}
		ret_keys->key[ret_keys->count++] = (char)key;
		at += length + (at[length] == ',');
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

bool keys_take(struct keys *keys, const char *typed, size_t length, char *to, size_t *ret_length)
{
	size_t count = 0;

	for (size_t i = 0; i < length; i++) {
		size_t before = keys->seen, now;

		if (keys->count && typed[i] == keys->key[before]) {
			if (++keys->seen == keys->count) {
				keys->seen = 0;
				*ret_length = count;
				return true;
			}
			continue;
		}
		now = before ? fall_back(keys, typed[i]) : 0;
		/* What was held back and is no begin any more. */
		memcpy(to + count, keys->key, before + 1 - now < before ? before + 1 - now : before);
		count += before + 1 - now < before ? before + 1 - now : before;
		if (!now)
			to[count++] = typed[i];
		keys->seen = now;
	}
	*ret_length = count;
	return false;
}
