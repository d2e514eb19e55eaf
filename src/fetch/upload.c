/* upload.c - see upload.h */
#include "fetch/upload.h"
#include "base/clock.h"
#include "fetch/field.h"
#include "fetch/reply.h"
#include "fetch/url.h"

enum { CHUNK = 16 * 1024 * 1024, CHUNK_MOST = 1024 * 1024 * 1024, TELL_MS = 100 };

/* Its first member is what curl is given. */
struct piece { struct source source; struct upload *upload; };

static void tell(struct source *source)
{
	struct upload *upload = ((struct piece *)source)->upload;
	uint64_t now = clock_ms();

	if (now < upload->told_ms + TELL_MS)
		return;
	upload->told_ms = now;
	reply_at(upload->task, upload->request->id, source->begin + source->at);
}

/* Where the answer says that it goes on. */
static bool take_location(struct upload *upload, const struct exchange *answer)
{
	struct task *task = upload->task;
	const char *location = exchange_header(answer, "location");
	const char *host = url_host(&task->arena, answer->url);
	const char *next = location ? url_join(&task->arena, answer->url, location) : NULL;

	if (!next)
		return fail(task, FETCH_SERVER, host, "does not say where to send the blob to");
	if (url_is_https(answer->url) && !url_is_https(next))
		return fail(task, FETCH_REDIRECT, host, "wants a blob without TLS, at %s",
			    url_host(&task->arena, next));
	upload->location = next;
	return true;
}

static struct call call_location(struct upload *upload, const char *method)
{
	struct call call = call_new(upload->task, upload->endpoint, method, "/");

	call.exchange.url = upload->location;
	return call;
}

bool upload_begin(struct upload *upload, const char *scope, const char *const *query, long *ret_status)
{
	struct task *task = upload->task;
	const char *path = arena_printf(&task->arena, "/v2/%s/blobs/uploads/", upload->endpoint->repository);
	struct call call = call_new(task, upload->endpoint, "POST", path);
	struct source nothing = { .fd = -1, .text = "" };

	for (; *query && call.exchange.url; query += 2)
		call.exchange.url = url_add(&task->arena, call.exchange.url, query[0], query[1]);
	if (!call.exchange.url)
		return fail(task, FETCH_REQUEST, NULL, "this does not make an URL");
	call.scope = scope;
	call.exchange.source = &nothing;
	if (!call_run_good(&call))
		return false;
	*ret_status = call.exchange.status;
	if (call.exchange.status == 201)
		return true;
	if (field_number(exchange_header(&call.exchange, "oci-chunk-min-length"), &upload->chunk_least) &&
	    upload->chunk_least > CHUNK_MOST)
		return fail(task, FETCH_SERVER, upload->endpoint->host, "wants chunks of more than 1 GiB");
	return take_location(upload, &call.exchange);
}

/* PUT to where the blob went: its last part, and its name. */
static bool finish(struct upload *upload, struct source *source)
{
	struct call call = call_location(upload, "PUT");

	call.exchange.url = url_add(&upload->task->arena, upload->location, "digest", upload->request->digest);
	if (!call.exchange.url)
		return fail(upload->task, FETCH_SERVER, upload->endpoint->host,
			    "wants the blob at something that is no URL");
	call.exchange.source = source;
	call.exchange.fields[0] = "Content-Type: application/octet-stream";
	return call_run_good(&call);
}

bool upload_whole(struct upload *upload)
{
	struct request *request = upload->request;
	struct piece piece = { { .fd = request->message.fds[0], .size = request->size, .sent = tell }, upload };

	return finish(upload, &piece.source);
}

/* One chunk; *at goes past what the registry has then. */
static bool send_chunk(struct upload *upload, uint64_t *at, uint64_t size)
{
	struct piece piece = { { .fd = upload->request->message.fds[0], .begin = *at, .size = size, .sent = tell },
			       upload };
	struct call call = call_location(upload, "PATCH");
	const char *range;
	uint64_t there = *at + size, last = there - 1;

	call.exchange.source = &piece.source;
	call.exchange.fields[0] = "Content-Type: application/octet-stream";
	call.exchange.fields[1] = arena_printf(&upload->task->arena, "Content-Range: %llu-%llu",
					       (unsigned long long)*at, (unsigned long long)last);
	if (!call_run_good(&call) || !take_location(upload, &call.exchange))
		return false;
	range = exchange_header(&call.exchange, "range");
	if (range && !upload_range_read(range, &there))
		there = *at + size;
	if (there <= *at || there > *at + size)
		return fail(upload->task, FETCH_SERVER, upload->endpoint->host,
			    "was sent bytes up to %llu and says that %llu are there", (unsigned long long)last,
			    (unsigned long long)there);
	*at = there;
	return true;
}

bool upload_chunks(struct upload *upload)
{
	uint64_t chunk = upload->chunk_least > CHUNK ? upload->chunk_least : CHUNK, at = 0;
	uint64_t size = upload->request->size;
	struct source nothing = { .fd = -1, .text = "" };

	while (at < size)
		if (!send_chunk(upload, &at, size - at < chunk ? size - at : chunk))
			return false;
	return finish(upload, &nothing);
}

void upload_cancel(struct upload *upload)
{
	struct call call = call_location(upload, "DELETE");

	call_run(&call);
	upload->task->failure = (struct failure){ 0 };
	upload->location = NULL;
}
