/* failure.c - see failure.h */
#include "fetch/failure.h"
#include "base/text.h"
#include "fetch/exchange.h"
#include "fetch/field.h"
#include "fetch/loop.h"
#include "fetch/url.h"
#include <string.h>
#include <time.h>

/* A copy that may be shown on a terminal. */
static const char *clean(struct arena *arena, const char *from, size_t length)
{
	struct text text = text_new(arena);

	while (length && text.length < QUOTE_MAX) {
		size_t size = text_utf8(from, length);
		bool plain = size && !text_control(from, length);

		size = size ? size : 1;
		if (text.length + size > QUOTE_MAX)
			break;
		text_add_bytes(&text, plain ? from : "?", plain ? size : 1);
		from += size;
		length -= size;
	}
	return text.at;
}

/* The texts of { "errors": [{ "code", "message" }] }; of a token server: "details" or "error_description". */
static void add_errors(struct text *text, const struct json *json)
{
	static const char *const keys[] = { "details", "error_description", "message", "error" };
	const struct json *errors = json_get(json, "errors");

	for (const struct json *error = errors ? errors->first : NULL; error; error = error->next) {
		const struct json *message = json_get(error, "message");

		if (!message || message->kind != JSON_STRING || !*message->text)
			message = json_get(error, "code");
		if (message && message->kind == JSON_STRING) {
			text_add(text, text->length ? "; " : "");
			text_add(text, message->text);
		}
	}
	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys) && !text->length; i++) {
		const struct json *value = json_get(json, keys[i]);

		if (value && value->kind == JSON_STRING)
			text_add(text, value->text);
	}
}

const char *failure_quote(struct arena *arena, const char *body, size_t length)
{
	struct text said = text_new(arena);
	struct problem problem = { 0 };
	struct json *json;

	while (length && strchr(" \t\r\n", body[length - 1]))
		length--;
	while (length && strchr(" \t\r\n", *body)) {
		body++;
		length--;
	}
	if (!length || *body == '<')
		return "";
	json = *body == '{' ? json_read(arena, arena_copy(arena, body, length), length, "answer", &problem) : NULL;
	if (!json)
		return clean(arena, body, length);
	add_errors(&said, json);
	return clean(arena, said.at, said.length);
}

const char *failure_clean(struct arena *arena, const char *text)
{
	return clean(arena, text, strlen(text));
}

bool fail(struct task *task, enum fetch_error kind, const char *host, const char *format, ...)
{
	va_list list;

	task->failure = (struct failure){ .set = true, .kind = kind, .wait_s = -1 };
	task->failure.host = host ? clean(&task->arena, host, strlen(host)) : "";
	va_start(list, format);
	task->failure.message = arena_vprintf(&task->arena, format, list);
	va_end(list);
	task->failure.message = clean(&task->arena, task->failure.message, strlen(task->failure.message));
	return false;
}

static enum fetch_error kind_of_status(long status)
{
	if (status == 401 || status == 403 || status == 407)
		return FETCH_UNAUTHORIZED;
	if (status == 404 || status == 410)
		return FETCH_NOT_FOUND;
	if (status == 413)
		return FETCH_TOO_LARGE;
	return status == 429 ? FETCH_BUSY : FETCH_SERVER;
}

/* nginx lets who has no certificate speak, and answers so: 400, or by its own 495 and 496. */
static bool fail_certificate(struct task *task, const struct exchange *answer)
{
	const char *body = answer->body.length ? answer->body.at : "";
	bool none = strstr(body, "No required SSL certificate"), wrong = strstr(body, "SSL certificate error");

	if ((answer->status != 400 && answer->status != 495 && answer->status != 496) || !(none || wrong))
		return false;
	fail(task, FETCH_CERTIFICATE, url_host(&task->arena, answer->url),
	     none ? "wants a certificate of one's own" : "does not take one's own certificate");
	return true;
}

bool fail_status(struct task *task, const struct exchange *answer)
{
	const char *said = failure_quote(&task->arena, answer->body.at, answer->body.length);
	const char *host = url_host(&task->arena, answer->url);
	long status = answer->status;

	if (fail_certificate(task, answer))
		return false;
	fail(task, kind_of_status(status), host, "answered %ld%s%s", status, *said ? ": " : "", said);
	task->failure.status = status;
	task->failure.transient = status == 408 || status == 429 || (status >= 500 && status != 501);
	task->failure.wait_s = retry_after(exchange_header(answer, "retry-after"), time(NULL));
	return false;
}
