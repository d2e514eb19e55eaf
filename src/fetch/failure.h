/* failure.h - why a request could not be answered: what taru is told of it. */
#pragma once
#include "base/arena.h"
#include "wire/fetch.h"
#include <stdbool.h>

struct task;
struct exchange;

enum { QUOTE_MAX = 500 };	/* bytes of what a registry says that are told on */

struct failure {
	bool set;
	enum fetch_error kind;
	const char *host;	/* "": nobody outside is to blame */
	long status;		/* of HTTP; 0: there was none */
	const char *message;
	bool transient;		/* the same may work a moment later */
	bool unreached;		/* no connection was made, so there is little hope that one will be */
	int64_t wait_s;		/* how long the server wants to be left alone; -1: it did not say */
};

/* Notes why, and returns false. What was noted before is replaced. `host` may be NULL; both texts are copied. */
bool fail(struct task *task, enum fetch_error kind, const char *host, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* A copy that may be shown on a terminal: at most QUOTE_MAX bytes of UTF-8 without control characters. */
const char *failure_clean(struct arena *arena, const char *text);

/* The same for an answer with a status that is not what was hoped for, with what the server says about it. */
bool fail_status(struct task *task, const struct exchange *answer);

/* What a body says that came with an error: the messages of the JSON of a registry, or its text; at most QUOTE_MAX
 * bytes of UTF-8 without control characters. "" for what is for browsers. */
const char *failure_quote(struct arena *arena, const char *body, size_t length);
