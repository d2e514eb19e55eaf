/* request.c - see request.h */
#include "fetch/request.h"
#include "base/fd.h"
#include "fetch/digest.h"
#include "fetch/reply.h"
#include "fetch/url.h"
#include <string.h>

static const struct field request_fields[] = {
	{ "id", FIELD_UNSIGNED, FIELD_AT(struct request, id) },
	{ "op", FIELD_TEXT, FIELD_AT(struct request, op), .required = true },
	{ "reference", FIELD_TEXT, FIELD_AT(struct request, reference) },
	{ "digest", FIELD_TEXT, FIELD_AT(struct request, digest) },
	{ "type", FIELD_TEXT, FIELD_AT(struct request, type) },
	{ "query", FIELD_TEXT, FIELD_AT(struct request, query) },
	{ "key", FIELD_TEXT, FIELD_AT(struct request, key) },
	{ "signature", FIELD_TEXT, FIELD_AT(struct request, signature) },
	{ "accept", FIELD_TEXTS, FIELD_ARRAY(struct request, accept, accept_count) },
	{ "urls", FIELD_TEXTS, FIELD_ARRAY(struct request, urls, urls_count) },
	{ "from", FIELD_TEXTS, FIELD_ARRAY(struct request, from, from_count) },
	{ "head", FIELD_BOOL, FIELD_AT(struct request, head) },
	{ "size", FIELD_UNSIGNED, FIELD_AT(struct request, size), .max = INT64_MAX },
	{ "limit", FIELD_UNSIGNED, FIELD_AT(struct request, limit) },
	{ 0 }
};

/* What an op needs. */
enum {
	NEEDS_REFERENCE = 1,
	NEEDS_DIGEST = 2,
	NEEDS_REPOSITORY = 4,
	NEEDS_TYPE = 8,
	NEEDS_KEY = 16,
	NEEDS_NETWORK = 32,
};

struct op {
	const char *name;
	bool (*run)(struct task *task, struct request *request);
	unsigned needs;
	size_t fds_least, fds_most;
};

static const struct op ops[] = {
	{ "manifest", do_manifest, NEEDS_NETWORK | NEEDS_REPOSITORY | NEEDS_REFERENCE, 0, 1 },
	{ "blob", do_blob, NEEDS_NETWORK | NEEDS_REPOSITORY | NEEDS_DIGEST, 1, 2 },
	{ "blob-head", do_blob_head, NEEDS_NETWORK | NEEDS_REPOSITORY | NEEDS_DIGEST, 0, 0 },
	{ "push-blob", do_push_blob, NEEDS_NETWORK | NEEDS_REPOSITORY | NEEDS_DIGEST, 1, 1 },
	{ "push-manifest", do_push_manifest, NEEDS_NETWORK | NEEDS_REPOSITORY | NEEDS_REFERENCE | NEEDS_TYPE, 1, 1 },
	{ "tags", do_tags, NEEDS_NETWORK | NEEDS_REPOSITORY, 1, 1 },
	{ "catalog", do_catalog, NEEDS_NETWORK, 1, 1 },
	{ "search", do_search, NEEDS_NETWORK, 1, 1 },
	{ "login", do_login, NEEDS_NETWORK, 0, 0 },
	{ "verify", do_verify, NEEDS_KEY, 1, 1 },
	{ 0 }
};

static const struct op *find_op(const char *name)
{
	for (const struct op *op = ops; op->name; op++)
		if (!strcmp(op->name, name))
			return op;
	return NULL;
}

/* A media type: it is put in a header field. */
static bool is_type(const char *text)
{
	static const char bytes[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$&^_.+-/*;=";

	return *text && strspn(text, bytes) == strlen(text);
}

static const char *missing(const struct session *session, const struct request *request, const struct op *op)
{
	if (!op)
		return "there is no such op";
	if (request->message.fds_count < op->fds_least || request->message.fds_count > op->fds_most)
		return "not as many descriptors as it takes";
	if ((op->needs & NEEDS_NETWORK) && !session->endpoints_count)
		return "there is no endpoint";
	for (size_t i = 0; (op->needs & NEEDS_REPOSITORY) && i < session->endpoints_count; i++)
		if (!*session->endpoints[i].repository)
			return "an endpoint has no repository";
	if ((op->needs & NEEDS_REFERENCE) && !(request->reference && url_is_path(request->reference) &&
					       !strchr(request->reference, '/')))
		return "there is no tag or digest of this kind";
	if ((op->needs & NEEDS_DIGEST) && !(request->digest && digest_is(request->digest)))
		return "a digest is sha256: and 64 digits";
	if ((op->needs & NEEDS_TYPE) && !(request->type && is_type(request->type)))
		return "no media type";
	/* A registry may have taken over who talks to it. */
	if ((op->needs & NEEDS_KEY) && session->endpoints_count)
		return "who checks signatures has no endpoints";
	if ((op->needs & NEEDS_KEY) && !(request->key && request->signature))
		return "no key or no signature";
	for (size_t i = 0; i < request->accept_count; i++)
		if (!is_type(request->accept[i]))
			return "accept: no media type";
	for (size_t i = 0; i < request->from_count; i++)
		if (!url_is_path(request->from[i]))
			return "from: no repository";
	return NULL;
}

static void answer(struct task *task)
{
	struct request *request = task->about;
	const struct op *op = find_op(request->op);
	const char *what = missing(task->session, request, op);

	if (what)
		fail(task, FETCH_REQUEST, NULL, "%s: %s", request->op, what);
	if (what || !op->run(task, request))
		reply_failure(task, request->id);
	message_close(&request->message);
}

static bool open_session(struct session *session, struct request *request)
{
	struct problem problem = { 0 };
	int error = -EBADMSG;

	if (session->open || request->message.fds_count != 1 || strcmp(request->op, "open"))
		problem_set(&problem, "the first message, and only that, is 'open'");
	else
		error = session_open(session, request->message.fds[0], &problem);
	message_close(&request->message);
	if (!error)
		return true;
	if (!problem.found)
		problem_set(&problem, "open: %s", strerrordesc_np(-error));
	reply_problem(session, request->id, problem.text);
	return false;
}

bool request_take(struct session *session, struct task *task, struct message *message)
{
	struct request *request = ARENA_NEW(&task->arena, struct request);
	struct problem problem = { 0 };
	struct decoder decoder = { &task->arena, &problem };
	bool opens, goes_on = true;

	json_decode(&decoder, message->json, request_fields, request);
	request->message = *message;
	opens = !problem.found && (!session->open || !strcmp(request->op, "open"));
	if (!problem.found && !opens) {
		task_start(task, answer, request);
		return true;
	}
	if (opens)
		goes_on = open_session(session, request);
	else
		reply_problem(session, request->id, problem.text);
	message_close(&request->message);
	task_free(task);
	return goes_on;
}
