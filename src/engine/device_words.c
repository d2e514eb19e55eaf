/* device_words.c - see device_words.h */
#include "engine/device_words.h"
#include <string.h>

bool device_are_rights(const char *text)
{
	return *text && strspn(text, "rwm") == strlen(text);
}

bool device_words_read(struct arena *arena, const char *given, struct device_words *ret_words)
{
	char *rest = arena_copy(arena, given, strlen(given)), *second, *third;

	*ret_words = (struct device_words){ .host = strsep(&rest, ":"), .rights = "rwm" };
	second = rest ? strsep(&rest, ":") : NULL;
	third = rest;
	ret_words->path = second && !device_are_rights(second) ? second : ret_words->host;
	if (second && device_are_rights(second) && !third)
		ret_words->rights = second;
	if (third)
		ret_words->rights = third;
	return ret_words->host[0] == '/' && ret_words->path[0] == '/' && device_are_rights(ret_words->rights);
}
