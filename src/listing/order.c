/* order.c - see order.h */
#include "listing/order.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct order *order_find(const struct order *orders, const char *word, struct problem *problem)
{
	char words[256] = "";
	size_t length = 0;

	for (const struct order *order = orders; order->word; order++) {
		const char *between = order == orders ? "" : order[1].word ? ", " : " or ";

		if (!word || !strcmp(order->word, word))
			return order;
		if (length < sizeof(words))
			length += (size_t)snprintf(words + length, sizeof(words) - length, "%s%s", between,
						   order->word);
	}
	problem_set(problem, "option '--sort' is %s, not '%s'", words, word);
	return NULL;
}

void order_put(const struct order *order, void *list, size_t count, size_t size)
{
	if (order && count)
		qsort(list, count, size, order->compare);
}
