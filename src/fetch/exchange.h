/* exchange.h - one request of HTTP and its answer: no redirect is followed here, nobody logs in, nothing is tried
 * twice. Proxies: see proxy.h. */
#pragma once
#include "base/text.h"
#include "fetch/session.h"

enum {
	HEADERS_MAX = 64 * 1024,	/* bytes of all header fields of an answer */
	ERROR_BODY_MAX = 16 * 1024,	/* bytes that are read of the body of an error */
};

struct header { const char *name, *value; struct header *next; };

/* What is sent: bytes of a file, or a text. `sent`, which may be NULL, is called after each piece. */
struct source {
	int fd;
	uint64_t begin, size;
	const char *text;
	uint64_t at;
	int error;
	void (*sent)(struct source *source);
};

/* Where a body goes as it comes. `begin` is called before the first byte of an answer with a status of 2xx, and
 * `take` for each piece; false ends the exchange, with `refused` set. */
struct sink {
	bool (*begin)(struct sink *sink, const struct exchange *answer);
	bool (*take)(struct sink *sink, const char *bytes, size_t size);
	bool begun;
};

struct exchange {
	/* what is asked */
	struct task *task;
	struct endpoint *endpoint;	/* for whom: whose authorities are believed */
	const char *method, *url;
	const char *fields[8];		/* "Accept: …"; up to a NULL */
	const char *authorization;	/* the value of that field, or NULL */
	bool identified;		/* the client certificate may be shown */
	struct source *source;		/* NULL: no body */
	bool secret;			/* the body is for the first server alone */
	struct sink *sink;		/* NULL: the body is kept in `body` … */
	size_t body_max;		/* … up to this size */

	/* what is answered */
	long status;
	struct header *headers;		/* those that somebody here reads */
	size_t headers_size;
	struct text body;		/* where there is no sink, or the status is not 2xx */
	bool too_long, too_many_fields, refused, too_slow;
	bool asked;			/* the server asked for a certificate of ours */
	uint64_t since_ms, since_moved;	/* when it was last looked how fast it is, and what had been moved then */
};

/* True: there is an answer, with whatever status. False: a failure is noted. */
bool exchange_run(struct exchange *exchange);

/* The value of the first such field of the answer, by its name in small letters, or NULL. */
const char *exchange_header(const struct exchange *exchange, const char *name);

/* Whether the status is 2xx. */
bool exchange_is_good(const struct exchange *exchange);
