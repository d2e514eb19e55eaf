/* call.h - one call of a registry's API: says who we are, and follows redirects. */
#pragma once
#include "fetch/exchange.h"
#include "fetch/retry.h"

struct call {
	struct exchange exchange;	/* the caller's, but for the authorization */
	const char *scope;		/* rights that it takes, as token servers name them; "": none known */
	const char *used;		/* the token that was sent */
};

/* A call of a method and a path ("/v2/…") of an endpoint. */
struct call call_new(struct task *task, struct endpoint *endpoint, const char *method, const char *path);

/* One attempt. True: there is an answer; false: a failure is noted. */
bool call_run(struct call *call);

/* The same, and any status but 2xx is a failure. */
bool call_run_good(struct call *call);

/* The same, as often as it is worth it. */
bool call_insist(struct call *call);

/* "repository:NAME:pull", with ",push" for a session that pushes. */
const char *call_scope(struct task *task, const struct endpoint *endpoint);
