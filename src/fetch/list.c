/* list.c - see list.h */
#include "fetch/list.h"
#include "base/file.h"
#include "fetch/call.h"
#include "fetch/endpoints.h"
#include "fetch/field.h"
#include "fetch/reply.h"
#include "fetch/url.h"
#include <string.h>

enum {
	PAGE = 1000,
	PAGE_MAX = 4 * 1024 * 1024,
	PAGES_MAX = 64 * 1024 * 1024,	/* bytes of all pages */
};

static void put(struct list *list, const char *name)
{
	if (!*name || !strstr(name, list->part) || list->count == list->limit)
		return;
	list->count++;
	if (!list->objects) {
		json_put_text(&list->out, NULL, name);
		return;
	}
	json_open_object(&list->out, NULL);
	json_put_text(&list->out, "name", name);
	json_put_text(&list->out, "description", "");
	json_put_unsigned(&list->out, "stars", 0);
	json_put_bool(&list->out, "official", false);
	json_close(&list->out);
}

/* Adds what is on a page; *ret_found: how many there were. */
static bool read_page(struct list *list, const struct exchange *answer, size_t *ret_found)
{
	struct task *task = list->task;
	struct problem problem = { 0 };
	struct arena arena;
	const struct json *page, *names;

	arena_init(&arena, NULL, 0);
	page = json_read(&arena, arena_copy(&arena, answer->body.at, answer->body.length), answer->body.length,
			 "answer", &problem);
	names = json_get(page, list->key);
	*ret_found = names && names->kind == JSON_ARRAY ? names->count : 0;
	for (const struct json *name = *ret_found ? names->first : NULL; name; name = name->next)
		if (name->kind == JSON_STRING)
			put(list, name->text);
	arena_release(&arena);
	return !problem.found || fail(task, FETCH_SERVER, url_host(&task->arena, answer->url), "%s", problem.text);
}

/* The URL of the next page; NULL with or without a failure. */
static const char *next_page(const struct list *list, const struct exchange *answer)
{
	struct arena *arena = &list->task->arena;
	const char *link = exchange_header(answer, "link");
	const char *next = link ? link_next(arena, link) : NULL;

	if (!next)
		return NULL;
	next = url_join(arena, answer->url, next);
	if (next && url_same_origin(next, answer->url))
		return next;
	fail(list->task, FETCH_REDIRECT, url_host(arena, answer->url), "says that the next page is elsewhere");
	return NULL;
}

bool list_get(struct list *list, struct endpoint *endpoint)
{
	struct task *task = list->task;
	const char *tags = arena_printf(&task->arena, "/v2/%s/tags/list", endpoint->repository);
	const char *path = list->path ? list->path : tags;
	struct call call = call_new(task, endpoint, "GET", path);
	const char *size = arena_printf(&task->arena, "%llu",
					(unsigned long long)(list->limit < PAGE ? list->limit : PAGE));
	const char *next = url_add(&task->arena, call.exchange.url, "n", size), *asked;
	size_t found, bytes = 0;

	call.scope = list->path ? "" : call.scope;
	call.exchange.body_max = PAGE_MAX;
	while (next && list->count < list->limit) {
		asked = call.exchange.url = next;
		if (!call_insist(&call) || !read_page(list, &call.exchange, &found))
			return false;
		bytes += call.exchange.body.length + 1024;
		next = next_page(list, &call.exchange);
		if (next && (!found || !strcmp(next, asked)))
			return fail(task, FETCH_SERVER, endpoint->host, "has a list whose pages go in circles");
		if (bytes > PAGES_MAX)
			return fail(task, FETCH_TOO_LARGE, endpoint->host, "has a list of more than %d MiB",
				    PAGES_MAX / 1024 / 1024);
	}
	return !task->failure.set;
}

/* What an endpoint before gave, until it failed, is not part of the list. */
static bool fill_anew(struct task *task, struct endpoint *endpoint, void *about)
{
	struct list *list = about;

	list->count = 0;
	text_clear(&list->text);
	list->out = json_writer_new(&list->text, NULL);
	json_open_array(&list->out, NULL);
	return list->fill(task, endpoint, list);
}

bool list_answer(struct task *task, struct request *request,
		 bool (*fill)(struct task *task, struct endpoint *endpoint, void *about), struct list *list)
{
	struct reply *reply;
	int error;

	list->task = task;
	list->fill = fill;
	list->text = text_new(&task->arena);
	list->limit = request->limit && request->limit < LIST_MAX ? request->limit : LIST_MAX;
	if (!endpoints_try(task, fill_anew, list))
		return false;
	json_close(&list->out);
	error = file_write_all(request->message.fds[0], list->text.at, list->text.length);
	if (error)
		return fail(task, FETCH_FILE, NULL, "cannot write the list: %s", strerrordesc_np(-error));
	reply = reply_ok(task, request->id);
	json_put_unsigned(&reply->out, "count", list->count);
	return reply_send(reply);
}

static bool fill(struct task *task, struct endpoint *endpoint, void *about)
{
	return list_get(about, endpoint);
}

bool do_tags(struct task *task, struct request *request)
{
	struct list list = { .key = "tags", .part = "" };

	return list_answer(task, request, fill, &list);
}

bool do_catalog(struct task *task, struct request *request)
{
	struct list list = { .path = "/v2/_catalog", .key = "repositories", .part = "" };

	return list_answer(task, request, fill, &list);
}
