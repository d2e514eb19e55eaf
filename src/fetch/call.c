/* call.c - see call.h */
#include "fetch/call.h"
#include "fetch/auth.h"
#include "fetch/redirect.h"
#include "fetch/url.h"

/* A login that was true a moment ago may have ended; one that was just made and is refused will be again. */
enum { ROUNDS = 2, BODY_MAX = 64 * 1024 };

struct call call_new(struct task *task, struct endpoint *endpoint, const char *method, const char *path)
{
	return (struct call){
		.exchange = { .task = task, .endpoint = endpoint, .method = method, .identified = true,
			      .url = arena_printf(&task->arena, "%s%s", endpoint->base, path), .body_max = BODY_MAX },
		.scope = call_scope(task, endpoint),
	};
}

const char *call_scope(struct task *task, const struct endpoint *endpoint)
{
	if (!*endpoint->repository)
		return "";
	return arena_printf(&task->arena, "repository:%s:pull%s", endpoint->repository,
			    task->session->push ? ",push" : "");
}

bool call_run(struct call *call)
{
	struct exchange *exchange = &call->exchange;
	const char *url = exchange->url;

	exchange->task->failure = (struct failure){ 0 };
	for (int round = 1;; round++) {
		exchange->url = url;
		if (!auth_prepare(call) || !redirect_run(exchange, exchange->endpoint->base))
			return false;
		if (exchange->status != 401 || !url_same_origin(exchange->url, exchange->endpoint->base))
			return true;
		if (round == ROUNDS || !auth_learn(call))
			return !exchange->task->failure.set;
	}
}

bool call_run_good(struct call *call)
{
	return call_run(call) && (exchange_is_good(&call->exchange) ||
				  fail_status(call->exchange.task, &call->exchange));
}

bool call_insist(struct call *call)
{
	struct retry retry = retry_new(call->exchange.task);
	const char *url = call->exchange.url;
	bool done;

	do {
		call->exchange.url = url;
		done = call_run_good(call);
	} while (!done && retry_again(&retry));
	return done;
}
