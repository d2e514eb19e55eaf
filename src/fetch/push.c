/* push.c - brings a blob to a registry, in the cheapest way that works: it has it; another repository there has it;
 * it is sent. */
#include "base/sys.h"
#include "fetch/endpoints.h"
#include "fetch/head.h"
#include "fetch/reply.h"
#include "fetch/request.h"
#include "fetch/upload.h"
#include <string.h>
#include <sys/stat.h>

struct outcome { const char *how, *from; };

/* Tries the other repositories. True where one had it; false, and no failure: it has to be sent; then the upload
 * may have begun already. */
static bool mount_from_others(struct upload *upload, struct outcome *outcome)
{
	struct task *task = upload->task;
	const struct request *request = upload->request;
	long status;

	for (size_t i = 0; i < request->from_count; i++) {
		const char *const query[] = { "mount", request->digest, "from", request->from[i], NULL };
		const char *scope = arena_printf(&task->arena, "%s repository:%s:pull",
						 call_scope(task, upload->endpoint), request->from[i]);

		if (upload->location)
			upload_cancel(upload);
		if (upload_begin(upload, scope, query, &status) && status == 201) {
			*outcome = (struct outcome){ "mounted", request->from[i] };
			return true;
		}
		task->failure = (struct failure){ 0 };
	}
	return false;
}

static bool begin_anew(struct upload *upload)
{
	static const char *const nothing[] = { NULL };
	long status = 0;

	if (!upload_begin(upload, call_scope(upload->task, upload->endpoint), nothing, &status))
		return false;
	return status != 201 || fail(upload->task, FETCH_SERVER, upload->endpoint->host,
				     "says that there is a blob which it was not given");
}

/* One attempt to send it. */
static bool send_blob(struct upload *upload)
{
	struct task *task = upload->task;

	if (!upload->location && !begin_anew(upload))
		return false;
	if (upload->chunk_least)
		return upload_chunks(upload);
	if (upload_whole(upload))
		return true;
	if (task->failure.status != 413)
		return false;
	upload->location = NULL;
	return begin_anew(upload) && upload_chunks(upload);
}

static bool check_size(struct task *task, const struct request *request)
{
	struct stat info;
	int error = sys_fstat(request->message.fds[0], &info);

	if (error)
		return fail(task, FETCH_FILE, NULL, "cannot look at the file: %s", strerrordesc_np(-error));
	return (uint64_t)info.st_size == request->size ||
	       fail(task, FETCH_FILE, NULL, "the file has %lld bytes and not %llu", (long long)info.st_size,
		    (unsigned long long)request->size);
}

static bool push(struct upload *upload, struct outcome *outcome)
{
	struct retry retry = retry_new(upload->task);
	struct blob_head head;
	bool done;

	do {
		upload->location = NULL;
		if (!blob_head(upload->task, upload->endpoint, upload->request->digest, &head))
			return false;
		*outcome = (struct outcome){ "there", "" };
		if (head.there || mount_from_others(upload, outcome))
			return true;
		*outcome = (struct outcome){ "sent", "" };
		done = send_blob(upload);
	} while (!done && retry_again(&retry));
	return done;
}

struct pushing { struct request *request; struct outcome outcome; };

static bool push_to(struct task *task, struct endpoint *endpoint, void *about)
{
	struct pushing *pushing = about;
	struct upload upload = { .task = task, .request = pushing->request, .endpoint = endpoint };

	return push(&upload, &pushing->outcome);
}

bool do_push_blob(struct task *task, struct request *request)
{
	struct pushing pushing = { .request = request };
	struct reply *reply;

	if (!check_size(task, request) || !endpoints_try_last(task, push_to, &pushing))
		return false;
	reply = reply_ok(task, request->id);
	json_put_text(&reply->out, "how", pushing.outcome.how);
	json_put_text(&reply->out, "from", pushing.outcome.from);
	return reply_send(reply);
}
