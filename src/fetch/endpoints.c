/* endpoints.c - see endpoints.h */
#include "fetch/endpoints.h"
#include "fetch/reply.h"

bool endpoints_are_innocent(const struct failure *failure)
{
	return failure->kind == FETCH_FILE || failure->kind == FETCH_REQUEST;
}

struct endpoint *endpoints_last(struct session *session)
{
	return &session->endpoints[session->endpoints_count - 1];
}

bool endpoints_try(struct task *task, bool (*one)(struct task *task, struct endpoint *endpoint, void *about),
		   void *about)
{
	struct session *session = task->session;
	struct endpoint *last = endpoints_last(session);
	const struct failure *failure = &task->failure;

	for (struct endpoint *endpoint = session->endpoints; endpoint <= last; endpoint++) {
		if (endpoint->down && endpoint != last)
			continue;
		if (one(task, endpoint, about))
			return true;
		if (endpoints_are_innocent(failure) || endpoint == last)
			return false;
		endpoint->down = failure->unreached || failure->kind == FETCH_TLS;
		reply_note(task, "%s: %s; trying %s", *failure->host ? failure->host : endpoint->host,
			   failure->message, endpoint[1].host);
	}
	return false;
}
