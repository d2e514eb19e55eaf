/* login.c - whether a registry takes the credentials of the endpoint. */
#include "fetch/call.h"
#include "fetch/endpoints.h"
#include "fetch/reply.h"
#include "fetch/request.h"
#include "fetch/token.h"

static bool log_in_at(struct task *task, struct endpoint *endpoint, void *about)
{
	const char **identity = about;
	struct call call = call_new(task, endpoint, "GET", "/v2/");

	call.scope = "";
	if (!call_insist(&call))
		return false;
	/* A token server gives a token to anybody for public things, so that it knows us has to be asked of
	 * itself. */
	return endpoint->scheme != LOGIN_BEARER || token_login(task, endpoint, identity);
}

bool do_login(struct task *task, struct request *request)
{
	const char *identity = "";
	struct reply *reply;

	if (!endpoints_try_last(task, log_in_at, &identity))
		return false;
	reply = reply_ok(task, request->id);
	json_put_text(&reply->out, "identity-token", identity);
	return reply_send(reply);
}
