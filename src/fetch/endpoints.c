/* endpoints.c - see endpoints.h */
#include "fetch/endpoints.h"
#include "fetch/exchange.h"
#include "fetch/reply.h"
#include "fetch/url.h"
#include <string.h>

bool endpoints_are_innocent(const struct failure *failure)
{
	return failure->kind == FETCH_FILE || failure->kind == FETCH_REQUEST;
}

/* Of a registry that need not have TLS there are two in a row: with it, and without. */
static bool is_fallback(const struct session *session, const struct endpoint *endpoint)
{
	const struct endpoint *before = endpoint - 1;

	return endpoint != session->endpoints && endpoint->plain && !before->plain &&
	       !strcmp(endpoint->host, before->host) && !strcmp(endpoint->repository, before->repository);
}

/* TLS with a server that has none costs more than all else that is asked of it. So one on this machine that may be
 * spoken with without is asked first, by nobody and for nothing, whether it is a registry without: one with TLS
 * answers 400, or no HTTP. */
static void look_for_plain(struct task *task, struct endpoint *endpoint)
{
	const struct session *session = task->session;
	const struct endpoint *next = endpoint + 1;
	struct exchange exchange = { .task = task, .endpoint = endpoint, .method = "HEAD" };

	if (endpoint->looked_for_plain || next == session->endpoints + session->endpoints_count ||
	    !is_fallback(session, next) || !url_is_loopback(next->base))
		return;
	endpoint->looked_for_plain = true;
	exchange.url = arena_printf(&task->arena, "%s/v2/", next->base);
	endpoint->no_tls = exchange_run(&exchange) && (exchange.status == 200 || exchange.status == 401);
	endpoint->down = endpoint->no_tls;
	task->failure = (struct failure){ 0 };
}

/* Without TLS only where TLS is what failed: whoever answered with it is not asked in the clear as well. */
static bool is_usable(const struct session *session, const struct endpoint *endpoint)
{
	return !is_fallback(session, endpoint) || endpoint[-1].no_tls;
}

struct endpoint *endpoints_last(struct session *session)
{
	struct endpoint *last = &session->endpoints[session->endpoints_count - 1];

	return is_usable(session, last) ? last : last - 1;
}

static void note_failure(struct endpoint *endpoint, const struct failure *failure)
{
	endpoint->down = failure->unreached || failure->kind == FETCH_TLS;
	/* Not where it led to, or its token server. */
	endpoint->no_tls = failure->kind == FETCH_TLS && !strcmp(failure->host, endpoint->host);
}

bool endpoints_try(struct task *task, bool (*one)(struct task *task, struct endpoint *endpoint, void *about),
		   void *about)
{
	struct session *session = task->session;
	const struct failure *failure = &task->failure;

	/* The last one is found anew each time: what failed may have made another one usable. */
	for (struct endpoint *endpoint = session->endpoints; endpoint <= endpoints_last(session); endpoint++) {
		if (is_usable(session, endpoint))
			look_for_plain(task, endpoint);
		if (!is_usable(session, endpoint) || (endpoint->down && endpoint != endpoints_last(session)))
			continue;
		if (one(task, endpoint, about))
			return true;
		if (endpoints_are_innocent(failure))
			return false;
		note_failure(endpoint, failure);
		if (endpoint == endpoints_last(session))
			return false;
		if (!is_fallback(session, endpoint + 1))
			reply_note(task, "%s: %.300s; trying %s", *failure->host ? failure->host : endpoint->host,
				   failure->message, endpoint[1].host);
	}
	return false;
}

bool endpoints_try_last(struct task *task, bool (*one)(struct task *task, struct endpoint *endpoint, void *about),
			void *about)
{
	struct endpoint *endpoint = endpoints_last(task->session);

	look_for_plain(task, endpoint);
	endpoint = endpoints_last(task->session);
	if (one(task, endpoint, about))
		return true;
	if (task->failure.kind != FETCH_TLS)
		return false;
	note_failure(endpoint, &task->failure);
	return endpoints_last(task->session) != endpoint && one(task, endpoints_last(task->session), about);
}
