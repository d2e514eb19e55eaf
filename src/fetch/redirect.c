/* redirect.c - see redirect.h */
#include "fetch/redirect.h"
#include "fetch/url.h"
#include <string.h>

static bool is_redirect(long status)
{
	return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

static bool refuse(const struct exchange *exchange, const char *what)
{
	struct task *task = exchange->task;

	fail(task, FETCH_REDIRECT, url_host(&task->arena, exchange->url), "%s", what);
	task->failure.status = exchange->status;
	return false;
}

/* Where it leads; NULL with a failure where that may not be followed. */
static const char *next_url(const struct exchange *exchange, const char *home)
{
	const char *location = exchange_header(exchange, "location");
	const char *next = location ? url_join(&exchange->task->arena, exchange->url, location) : NULL;
	bool reads = !strcmp(exchange->method, "GET") || !strcmp(exchange->method, "HEAD");

	if (!location)
		refuse(exchange, "redirects to nowhere");
	else if (!next)
		refuse(exchange, "redirects to something that is no http or https URL");
	else if (url_is_https(exchange->url) && !url_is_https(next))
		refuse(exchange, "redirects from https to http");
	else if (!reads && exchange->status < 307)
		refuse(exchange, "redirects what is sent to it to somewhere where it could only be asked for");
	else if (exchange->secret && !url_same_origin(next, home))
		refuse(exchange, "redirects what is secret to somebody else");
	else
		return next;
	return NULL;
}

bool redirect_run(struct exchange *exchange, const char *home)
{
	const char *seen[REDIRECTS_MAX + 1];
	const char *authorization = exchange->authorization;
	bool identified = exchange->identified, ran;

	for (size_t count = 0; count <= REDIRECTS_MAX; count++) {
		bool at_home = url_same_origin(exchange->url, home);

		for (size_t i = 0; i < count; i++)
			if (!strcmp(seen[i], exchange->url))
				return refuse(exchange, "redirects in a circle");
		seen[count] = exchange->url;
		exchange->authorization = at_home ? authorization : NULL;
		exchange->identified = at_home && identified;
		ran = exchange_run(exchange);
		exchange->authorization = authorization;
		exchange->identified = identified;
		if (!ran || !is_redirect(exchange->status))
			return ran;
		exchange->url = next_url(exchange, home);
		if (!exchange->url)
			return false;
	}
	return refuse(exchange, "redirects more than 10 times");
}
