/* search.c - repositories by a word: Docker's own API where it is there, else the catalog. */
#include "fetch/call.h"
#include "fetch/list.h"
#include "fetch/url.h"

enum { RESULTS = 25, RESULTS_MAX = 100, ANSWER_MAX = 4 * 1024 * 1024 };

struct found { const char *name, *description; int64_t stars; bool official; };

static const struct field found_fields[] = {
	{ "name", FIELD_TEXT, FIELD_AT(struct found, name) },
	{ "description", FIELD_TEXT, FIELD_AT(struct found, description) },
	{ "star_count", FIELD_SIGNED, FIELD_AT(struct found, stars) },
	{ "is_official", FIELD_BOOL, FIELD_AT(struct found, official) },
	{ 0 }
};

struct results { struct found *found; size_t count; };

static const struct field results_fields[] = {
	{ "results", FIELD_LIST, FIELD_ARRAY(struct results, found, count), .fields = found_fields },
	{ 0 }
};

static void put(struct list *list, const struct found *found)
{
	if (!found->name || list->count == list->limit)
		return;
	list->count++;
	json_open_object(&list->out, NULL);
	json_put_text(&list->out, "name", found->name);
	json_put_text(&list->out, "description", found->description ? found->description : "");
	json_put_signed(&list->out, "stars", found->stars);
	json_put_bool(&list->out, "official", found->official);
	json_close(&list->out);
}

static bool read_results(struct list *list, struct exchange *answer)
{
	struct task *task = list->task;
	struct problem problem = { 0 };
	struct decoder decoder = { &task->arena, &problem };
	struct results results = { 0 };
	struct json *json;

	text_add(&answer->body, "");
	json = json_read(&task->arena, answer->body.at, answer->body.length, "answer", &problem);
	if (json)
		json_decode(&decoder, json, results_fields, &results);
	if (problem.found)
		return fail(task, FETCH_SERVER, url_host(&task->arena, answer->url), "%s", problem.text);
	for (size_t i = 0; i < results.count; i++)
		put(list, &results.found[i]);
	return true;
}

/* Registries that don't know this API say so in many ways. */
static bool has_no_search(const struct failure *failure)
{
	return failure->status == 404 || failure->status == 405 || failure->status == 401 || failure->status == 403 ||
	       failure->status == 400 || failure->status == 501 || (failure->kind == FETCH_SERVER && !failure->status);
}

static bool fill(struct task *task, struct endpoint *endpoint, void *about)
{
	struct list *list = about;
	struct call call = call_new(task, endpoint, "GET", "/v1/search");
	uint64_t count = list->limit < RESULTS_MAX ? list->limit : RESULTS_MAX;
	const char *url = url_add(&task->arena, call.exchange.url, "q", list->part);

	if (url)
		url = url_add(&task->arena, url, "n", arena_printf(&task->arena, "%llu", (unsigned long long)count));
	if (!url)
		return fail(task, FETCH_REQUEST, NULL, "search: such a query does not make an URL");
	call.scope = "";
	call.exchange.url = url;
	call.exchange.body_max = ANSWER_MAX;
	if (call_insist(&call) && read_results(list, &call.exchange))
		return true;
	if (!has_no_search(&task->failure))
		return false;
	list->path = "/v2/_catalog";
	list->key = "repositories";
	return list_get(list, endpoint);
}

bool do_search(struct task *task, struct request *request)
{
	struct list list = { .part = request->query ? request->query : "", .objects = true };

	if (!request->limit)
		request->limit = RESULTS;
	return list_answer(task, request, fill, &list);
}
