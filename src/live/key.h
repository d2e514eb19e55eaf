/* key.h - what was typed at a terminal, as keys. Pure. */
#pragma once
#include <stddef.h>

enum key { KEY_NONE, KEY_QUIT, KEY_UP, KEY_DOWN, KEY_PAGE_UP, KEY_PAGE_DOWN, KEY_FIRST, KEY_LAST, KEY_ENTER, KEY_BACK,
	   KEY_SORT, KEY_HOLD, KEY_SUSPEND, KEY_SIZE, KEY_HALF };

/* The key that the bytes begin with, length > 0, and how many they are. KEY_NONE: one that means nothing here.
 * KEY_HALF: more has to come, unless `all` of it is here: an escape may be a key by itself or begin one. */
enum key key_next(const char *typed, size_t length, int all, size_t *ret_used);
