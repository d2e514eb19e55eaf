/* order.h - --sort: the words that a list may be put in order by. */
#pragma once
#include "base/problem.h"
#include <stddef.h>

/* A table ends with a row without a word; its first row is what is usual. */
struct order {
	const char *word;
	int (*compare)(const void *one, const void *other);	/* as of qsort(3) */
};

/* The row of that word; of NULL the first. NULL after a problem, which names all words. */
const struct order *order_find(const struct order *orders, const char *word, struct problem *problem);

/* Puts `count` things of `size` bytes in that order. NULL leaves them as they are. */
void order_put(const struct order *order, void *list, size_t count, size_t size);
