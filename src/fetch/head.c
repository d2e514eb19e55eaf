/* head.c - whether a blob is there. */
#include "fetch/head.h"
#include "fetch/endpoints.h"
#include "fetch/field.h"
#include "fetch/reply.h"
#include "fetch/request.h"

bool blob_head(struct task *task, struct endpoint *endpoint, const char *digest, struct blob_head *ret_head)
{
	const char *path = arena_printf(&task->arena, "/v2/%s/blobs/%s", endpoint->repository, digest);
	struct call call = call_new(task, endpoint, "HEAD", path);

	*ret_head = (struct blob_head){ 0 };
	if (!call_insist(&call)) {
		if (task->failure.kind != FETCH_NOT_FOUND)
			return false;
		task->failure = (struct failure){ 0 };
		return true;
	}
	ret_head->there = true;
	if (!field_number(exchange_header(&call.exchange, "content-length"), &ret_head->size))
		ret_head->size = 0;
	return true;
}

struct asked { const char *digest; struct blob_head head; };

/* A mirror that has not got it says nothing about the next. */
static bool ask(struct task *task, struct endpoint *endpoint, void *about)
{
	struct asked *asked = about;

	if (!blob_head(task, endpoint, asked->digest, &asked->head))
		return false;
	return asked->head.there || endpoint == endpoints_last(task->session) ||
	       fail(task, FETCH_NOT_FOUND, endpoint->host, "does not have it");
}

bool do_blob_head(struct task *task, struct request *request)
{
	struct asked asked = { .digest = request->digest };
	struct reply *reply;

	if (!endpoints_try(task, ask, &asked))
		return false;
	reply = reply_ok(task, request->id);
	json_put_bool(&reply->out, "there", asked.head.there);
	json_put_unsigned(&reply->out, "size", asked.head.size);
	return reply_send(reply);
}
