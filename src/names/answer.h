/* answer.h - what the network itself knows the answer to. Pure. */
#pragma once
#include "names/message.h"
#include "names/table.h"

struct zone {
	const struct table *table;
	const char *domain;		/* NAME.DOMAIN is NAME; nothing else is below it. In lower case; "": none */
	bool alone;			/* nobody else is asked: who is not here is nowhere */
	struct address asker;		/* who asks the next question: it may have names of its own for others */
	unsigned turn;			/* who has several addresses has another one first each time */
};

enum answer {
	ANSWER_READY,
	ANSWER_UNKNOWN,		/* as ANSWER_READY, and the peers of who asks may know better */
	ANSWER_FORWARD,		/* others may know: the peers first, then the host's servers */
	ANSWER_NONE,		/* nothing is said */
};

/* A query that wants no recursion is sent on to nobody: so do resolvers ask each other, and no query goes round.
 *
 * The answer to the query that was read with the result `parsed`, of question->room bytes at most. */
enum answer answer_make(struct zone *zone, const uint8_t *query, enum parsed parsed, const struct question *question,
			uint8_t *to, size_t *ret_length);

/* An answer that has a code alone; answer_truncated: that it is to be asked for by TCP. */
size_t answer_code(const uint8_t *query, const struct question *question, unsigned code, uint8_t *to);
size_t answer_truncated(const uint8_t *query, const struct question *question, uint8_t *to);
