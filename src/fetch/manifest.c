/* manifest.c - manifests, which are small, and are kept in memory until they are whole. */
#include "base/file.h"
#include "fetch/call.h"
#include "fetch/digest.h"
#include "fetch/endpoints.h"
#include "fetch/field.h"
#include "fetch/reply.h"
#include "fetch/request.h"
#include <string.h>

struct manifest { struct request *request; struct call call; };

static const char *path_of(struct task *task, const struct endpoint *endpoint, const char *reference)
{
	return arena_printf(&task->arena, "/v2/%s/manifests/%s", endpoint->repository, reference);
}

static const char *accept_field(struct task *task, const struct request *request)
{
	struct text text = text_new(&task->arena);

	text_add(&text, "Accept: ");
	for (size_t i = 0; i < request->accept_count; i++)
		text_printf(&text, "%s%s", i ? ", " : "", request->accept[i]);
	return request->accept_count ? text.at : "Accept: */*";
}

/* What is asked for by its digest is looked at here, so that a mirror which spoils it is passed over. What a tag
 * stands for only taru can judge. */
static bool check_digest(struct task *task, const struct endpoint *endpoint, const struct manifest *manifest)
{
	const struct text *body = &manifest->call.exchange.body;
	const char *wanted = manifest->request->reference;
	char digest[DIGEST_SIZE] = "";

	if (manifest->request->head || !digest_is(wanted))
		return true;
	if (!digest_of(body->at, body->length, digest))
		return fail(task, FETCH_FILE, NULL, "out of memory");
	return !strcmp(digest, wanted) ||
	       fail(task, FETCH_DIGEST, endpoint->host, "gave a manifest that is %s and not %s", digest, wanted);
}

static bool get_from(struct task *task, struct endpoint *endpoint, void *about)
{
	struct manifest *manifest = about;
	struct request *request = manifest->request;
	struct call *call = &manifest->call;

	*call = call_new(task, endpoint, request->head ? "HEAD" : "GET", path_of(task, endpoint, request->reference));
	call->exchange.fields[0] = accept_field(task, request);
	call->exchange.body_max = FETCH_MANIFEST_MAX;
	return call_insist(call) && check_digest(task, endpoint, manifest);
}

static const char *or_empty(const char *text)
{
	return text ? text : "";
}

bool do_manifest(struct task *task, struct request *request)
{
	struct manifest manifest = { .request = request };
	const struct exchange *exchange = &manifest.call.exchange;
	struct reply *reply;
	uint64_t size;
	int error;

	if (!request->head && !request->message.fds_count)
		return fail(task, FETCH_REQUEST, NULL, "manifest: there is no descriptor for its body");
	if (!endpoints_try(task, get_from, &manifest))
		return false;
	size = exchange->body.length;
	if (request->head && !field_number(exchange_header(exchange, "content-length"), &size))
		size = 0;
	error = request->head ? 0 : file_write_all(request->message.fds[0], exchange->body.at, exchange->body.length);
	if (error)
		return fail(task, FETCH_FILE, NULL, "cannot write the manifest: %s", strerrordesc_np(-error));
	reply = reply_ok(task, request->id);
	json_put_text(&reply->out, "type", or_empty(exchange_header(exchange, "content-type")));
	json_put_text(&reply->out, "digest", or_empty(exchange_header(exchange, "docker-content-digest")));
	json_put_unsigned(&reply->out, "size", size);
	json_put_unsigned(&reply->out, "endpoint", exchange->endpoint->index);
	return reply_send(reply);
}

struct putting { const struct request *request; struct source source; const char *digest; };

static bool put_to(struct task *task, struct endpoint *endpoint, void *about)
{
	struct putting *putting = about;
	struct call call = call_new(task, endpoint, "PUT", path_of(task, endpoint, putting->request->reference));

	call.exchange.source = &putting->source;
	call.exchange.fields[0] = arena_printf(&task->arena, "Content-Type: %s", putting->request->type);
	if (!call_insist(&call))
		return false;
	putting->digest = or_empty(exchange_header(&call.exchange, "docker-content-digest"));
	return true;
}

bool do_push_manifest(struct task *task, struct request *request)
{
	struct putting putting = { .request = request, .source.fd = -1 };
	struct reply *reply;
	size_t length;
	char *text;
	int error = file_read_fd(&task->arena, request->message.fds[0], FETCH_MANIFEST_MAX, &text, &length);

	if (error)
		return fail(task, FETCH_FILE, NULL, "cannot read the manifest: %s", strerrordesc_np(-error));
	putting.source.text = text;
	putting.source.size = length;
	if (!endpoints_try_last(task, put_to, &putting))
		return false;
	reply = reply_ok(task, request->id);
	json_put_text(&reply->out, "digest", putting.digest);
	return reply_send(reply);
}
