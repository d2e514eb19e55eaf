/* request.h - what taru may ask for: see wire/fetch.h. One function for each; each runs in a task of its own, and
 * ends with an answer (reply.h) or with a failure, for which it returns false. */
#pragma once
#include "fetch/session.h"
#include "wire/message.h"

struct request {
	uint64_t id;
	const char *op;
	const char *reference, *digest, *type, *query, *key, *signature;
	const char **accept, **urls, **from;
	size_t accept_count, urls_count, from_count;
	bool head;
	uint64_t size, limit;
	struct message message;		/* its descriptors, closed at the end */
};

/* Takes one message. False where the program shall end: it was the first one, and not understood. */
bool request_take(struct session *session, struct task *task, struct message *message);

bool do_manifest(struct task *task, struct request *request);		/* manifest.c */
bool do_blob(struct task *task, struct request *request);		/* blob.c */
bool do_blob_head(struct task *task, struct request *request);		/* head.c */
bool do_push_blob(struct task *task, struct request *request);		/* push.c */
bool do_push_manifest(struct task *task, struct request *request);	/* manifest.c */
bool do_tags(struct task *task, struct request *request);		/* list.c */
bool do_catalog(struct task *task, struct request *request);		/* list.c */
bool do_search(struct task *task, struct request *request);		/* search.c */
bool do_login(struct task *task, struct request *request);		/* login.c */
bool do_verify(struct task *task, struct request *request);		/* verify.c */
