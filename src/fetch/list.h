/* list.h - lists that a registry gives page by page: tags, repositories. */
#pragma once
#include "base/json_write.h"
#include "fetch/request.h"

enum { LIST_MAX = 100 * 1000 };

struct list {
	struct task *task;
	const char *path;	/* "/v2/_catalog"; NULL: the tags of the endpoint's repository */
	const char *key;	/* which member of the answer is the list */
	const char *part;	/* only texts that this is a part of; "": all */
	uint64_t limit;
	uint64_t count;
	struct text text;
	struct json_writer out;	/* where they go, as texts … */
	bool objects;			/* … or as objects with a name, as `search` has them */
	bool (*fill)(struct task *task, struct endpoint *endpoint, void *about);
};

/* Gets the list from an endpoint. False with a failure. */
bool list_get(struct list *list, struct endpoint *endpoint);

/* Has `fill` put an array into a text, from the first endpoint that it succeeds with; writes it to the request's
 * descriptor and answers with the count. */
bool list_answer(struct task *task, struct request *request,
		 bool (*fill)(struct task *task, struct endpoint *endpoint, void *about), struct list *list);
