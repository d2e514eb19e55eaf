/* blob.c - gets a blob: what is missing of it, from whoever has it. */
#include "fetch/blob.h"
#include "fetch/call.h"
#include "fetch/endpoints.h"
#include "fetch/redirect.h"
#include "fetch/reply.h"
#include "fetch/url.h"

/* Who gave so much more has earned that the attempts are counted anew. */
enum { PROGRESS = 1024 * 1024 };

/* Judges an answer, whose bytes are in the file. */
static bool judge(struct blob *blob, const struct exchange *answer)
{
	struct task *task = blob->task;
	const char *host = url_host(&task->arena, answer->url);

	/* Ours are more than it has: what is there may be wrong, or it. */
	if (answer->status == 416) {
		if (!blob_restart(blob))
			return false;
		fail(task, FETCH_SERVER, host, "answered 416: it does not have these bytes");
		task->failure.transient = true;
		return false;
	}
	if (!exchange_is_good(answer))
		return fail_status(task, answer);
	if (blob->at == blob->request->size)
		return true;
	fail(task, FETCH_TRUNCATED, host, "ended after %llu of %llu bytes", (unsigned long long)blob->at,
	     (unsigned long long)blob->request->size);
	task->failure.transient = true;
	return false;
}

static bool run(struct call *call, bool foreign)
{
	return foreign ? redirect_run(&call->exchange, "") : call_run(call);
}

/* One attempt to get what is missing. */
static bool attempt(struct blob *blob, const struct call *template, bool foreign)
{
	struct call call = *template;
	struct task *task = blob->task;
	struct failure failure;
	bool ran;

	if (blob->at)
		call.exchange.fields[0] = arena_printf(&task->arena, "Range: bytes=%llu-",
						       (unsigned long long)blob->at);
	call.exchange.sink = &blob->sink;
	ran = run(&call, foreign);
	failure = task->failure;
	if (!blob_flush(blob))
		return false;
	if (ran)
		return judge(blob, &call.exchange);
	task->failure = failure;
	if (!*failure.host)
		task->failure.host = call.exchange.url ? url_host(&task->arena, call.exchange.url) : "";
	if (failure.kind == FETCH_FILE)
		task->failure.host = "";
	return false;
}

/* Gets the rest from one place, with as many attempts as it is worth, and looks whether the whole is right. */
static bool get_rest(struct blob *blob, const struct call *call, bool foreign)
{
	struct retry retry = retry_new(blob->task);
	uint64_t mark = blob->at;

	while (blob->at < blob->request->size && !attempt(blob, call, foreign)) {
		/* What was had before and lost again is no progress. */
		if (blob->at > mark + PROGRESS) {
			retry_forgive(&retry);
			mark = blob->at;
		}
		if (!retry_again(&retry))
			return false;
	}
	return blob_check(blob, url_host(&blob->task->arena, call->exchange.url));
}

/* Where the beginning came from elsewhere, or there is nobody else to ask, a spoiled blob is asked for once more. */
static bool get_from_place(struct blob *blob, const struct call *call, bool foreign, bool last)
{
	bool mixed = blob->at > 0;

	if (get_rest(blob, call, foreign))
		return true;
	if (blob->task->failure.kind != FETCH_DIGEST || !(mixed || last))
		return false;
	reply_note(blob->task, "%s: %.300s; trying once more", blob->task->failure.host, blob->task->failure.message);
	return get_rest(blob, call, foreign);
}

static bool get_from(struct task *task, struct endpoint *endpoint, void *about)
{
	struct blob *blob = about;
	const char *path = arena_printf(&task->arena, "/v2/%s/blobs/%s", endpoint->repository, blob->request->digest);
	struct call call = call_new(task, endpoint, "GET", path);
	bool last = endpoint == endpoints_last(task->session) && !blob->request->urls_count;

	return get_from_place(blob, &call, false, last);
}

/* Foreign layers: their URLs stand in the manifest, so nobody there is told who we are, and only the system's
 * authorities are believed. */
static bool get_from_url(struct blob *blob, const char *text, bool last)
{
	static const char none[] = "";
	struct task *task = blob->task;
	struct endpoint *endpoint = ARENA_NEW(&task->arena, struct endpoint);
	const char *url = url_join(&task->arena, NULL, text);
	struct call call = { .exchange = { .task = task, .endpoint = endpoint, .method = "GET", .url = url } };

	endpoint->ca = endpoint->certificate = endpoint->key = none;
	if (!url)
		return fail(task, FETCH_REQUEST, NULL, "'%s' is no http or https URL", text);
	if (!url_is_https(url) && !endpoints_last(task->session)->plain)
		return fail(task, FETCH_TLS, url_host(&task->arena, url), "is named without TLS");
	return get_from_place(blob, &call, true, last);
}

static bool get(struct blob *blob)
{
	const struct request *request = blob->request;
	const struct failure *failure = &blob->task->failure;

	if (blob->at == request->size && blob_check(blob, ""))
		return true;
	if (endpoints_try(blob->task, get_from, blob))
		return true;
	for (size_t i = 0; i < request->urls_count && failure->kind != FETCH_FILE; i++) {
		reply_note(blob->task, "%s: %s; trying %s", failure->host, failure->message, request->urls[i]);
		if (get_from_url(blob, request->urls[i], i + 1 == request->urls_count))
			return true;
	}
	return false;
}

bool do_blob(struct task *task, struct request *request)
{
	struct blob blob;
	bool done = blob_begin(&blob, task, request) && get(&blob);

	if (done) {
		struct reply *reply = reply_ok(task, request->id);

		json_put_unsigned(&reply->out, "size", blob.at);
		json_put_unsigned(&reply->out, "resumed", blob.resumed);
		reply_send(reply);
	}
	blob_end(&blob);
	return done;
}
