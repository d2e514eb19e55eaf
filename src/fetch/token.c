/* token.c - see token.h */
#include "fetch/token.h"
#include "base/clock.h"
#include "base/json_decode.h"
#include "fetch/redirect.h"
#include "fetch/retry.h"
#include "fetch/url.h"
#include <openssl/evp.h>
#include <string.h>

enum {
	ANSWER_MAX = 256 * 1024,
	TOKEN_MAX = 32 * 1024,		/* servers take header fields of this size and hardly more */
	LIFE_S = 60,			/* of a token of which nothing is said */
	LIFE_MAX_S = 24 * 3600,
	WAIT_MS = 5,
};

struct answer { const char *token, *access_token, *refresh_token; uint64_t expires_in; };

static const struct field answer_fields[] = {
	{ "token", FIELD_TEXT, FIELD_AT(struct answer, token) },
	{ "access_token", FIELD_TEXT, FIELD_AT(struct answer, access_token) },
	{ "refresh_token", FIELD_TEXT, FIELD_AT(struct answer, refresh_token) },
	{ "expires_in", FIELD_UNSIGNED, FIELD_AT(struct answer, expires_in) },
	{ 0 }
};

const char *token_basic(struct arena *arena, const struct endpoint *endpoint)
{
	const char *pair = arena_printf(arena, "%s:%s", endpoint->user, endpoint->password);
	size_t length = strlen(pair);
	char *text = arena_alloc(arena, length / 3 * 4 + 5);

	EVP_EncodeBlock((unsigned char *)text, (const unsigned char *)pair, (int)length);
	return arena_printf(arena, "Basic %s", text);
}

/* Whether it may stand in a header field, whole and alone. */
static bool is_token(const char *text)
{
	size_t length = 0;

	for (; text[length]; length++)
		if ((unsigned char)text[length] <= ' ' || (unsigned char)text[length] >= 0x7f)
			return false;
	return length && length <= TOKEN_MAX;
}

static bool read_answer(struct exchange *exchange, struct answer *ret_answer)
{
	struct task *task = exchange->task;
	struct problem problem = { 0 };
	struct decoder decoder = { &task->arena, &problem };
	const char *host = url_host(&task->arena, exchange->url);
	struct json *json;

	text_add(&exchange->body, "");
	json = json_read(&task->arena, exchange->body.at, exchange->body.length, "token", &problem);
	if (json)
		json_decode(&decoder, json, answer_fields, ret_answer);
	if (problem.found)
		return fail(task, FETCH_SERVER, host, "the token server's answer: %s", problem.text);
	if (!ret_answer->token)
		ret_answer->token = ret_answer->access_token;
	if (!ret_answer->token || !is_token(ret_answer->token) ||
	    (ret_answer->refresh_token && !is_token(ret_answer->refresh_token)))
		return fail(task, FETCH_SERVER, host, "the token server's answer has no token in it");
	return true;
}

/* Adds name=value&, escaped. */
static void add_pair(struct text *form, const char *name, const char *value)
{
	char *escaped = curl_easy_escape(NULL, value, (int)strlen(value));

	text_printf(form, "%s%s=%s", form->length ? "&" : "", name, escaped ? escaped : "");
	curl_free(escaped);
}

/* The realm's URL with its query: the service, and each scope by itself. */
static const char *query_url(struct task *task, const struct endpoint *endpoint, const char *scope, bool login)
{
	const char *url = endpoint->realm;

	if (url && *endpoint->service)
		url = url_add(&task->arena, url, "service", endpoint->service);
	while (url && *scope) {
		size_t length = strcspn(scope, " ");

		if (length)
			url = url_add(&task->arena, url, "scope", arena_copy(&task->arena, scope, length));
		scope += length + (scope[length] == ' ');
	}
	if (url && *endpoint->user)
		url = url_add(&task->arena, url, "account", endpoint->user);
	if (url && login)
		url = url_add(&task->arena, url, "offline_token", "true");
	return url && login ? url_add(&task->arena, url, "client_id", "taru") : url;
}

/* One attempt. */
static bool ask_once(struct exchange *exchange, struct answer *ret_answer)
{
	const char *realm = exchange->url;
	bool ran = redirect_run(exchange, realm);

	*ret_answer = (struct answer){ 0 };
	exchange->url = ran ? exchange->url : realm;
	if (!ran)
		return false;
	if (!exchange_is_good(exchange)) {
		fail_status(exchange->task, exchange);
		/* A token server that does not know us, or what we ask about, says so in many ways. */
		if (exchange->status >= 400 && exchange->status < 500 && exchange->status != 429)
			exchange->task->failure.kind = FETCH_UNAUTHORIZED;
		exchange->task->failure.message = arena_printf(&exchange->task->arena, "the token server %s",
							       exchange->task->failure.message);
		exchange->url = realm;
		return false;
	}
	return read_answer(exchange, ret_answer);
}

static bool ask(struct task *task, struct endpoint *endpoint, const char *scope, bool login, struct answer *ret_answer)
{
	struct text form = text_new(&task->arena);
	struct source source = { .fd = -1 };
	struct exchange exchange = { .task = task, .endpoint = endpoint, .method = "GET", .body_max = ANSWER_MAX };
	struct retry retry = retry_new(task);
	bool done;

	if (*endpoint->identity_token) {
		add_pair(&form, "grant_type", "refresh_token");
		add_pair(&form, "service", endpoint->service);
		add_pair(&form, "client_id", "taru");
		add_pair(&form, "scope", scope);
		add_pair(&form, "refresh_token", endpoint->identity_token);
		source.text = form.at;
		source.size = form.length;
		exchange.source = &source;
		exchange.secret = true;
		exchange.method = "POST";
		exchange.url = endpoint->realm;
		exchange.fields[0] = "Content-Type: application/x-www-form-urlencoded";
	} else {
		exchange.url = query_url(task, endpoint, scope, login);
		if (*endpoint->user)
			exchange.authorization = token_basic(&task->arena, endpoint);
	}
	exchange.identified = url_same_origin(endpoint->realm, endpoint->base);
	if (!exchange.url)
		return fail(task, FETCH_SERVER, endpoint->host, "names a token server that is no URL");
	do
		done = ask_once(&exchange, ret_answer);
	while (!done && retry_again(&retry));
	return done;
}

static struct token *token_of(struct task *task, struct endpoint *endpoint, const char *scope)
{
	struct arena *arena = &task->session->arena;
	struct token *token = endpoint->tokens;

	while (token && strcmp(token->scope, scope))
		token = token->next;
	if (token)
		return token;
	token = ARENA_NEW(arena, struct token);
	token->scope = arena_copy(arena, scope, strlen(scope));
	token->next = endpoint->tokens;
	endpoint->tokens = token;
	return token;
}

/* A tenth of its life before the end, but 10 s at most, another one is asked for. */
static uint64_t end_ms(uint64_t life_s)
{
	uint64_t life_ms = (life_s ? (life_s < LIFE_MAX_S ? life_s : LIFE_MAX_S) : LIFE_S) * 1000;

	return clock_ms() + life_ms - (life_ms / 10 < 10000 ? life_ms / 10 : 10000);
}

bool token_get(struct task *task, struct endpoint *endpoint, const char *scope, const char **ret_value)
{
	struct token *token = token_of(task, endpoint, scope);
	struct answer answer = { 0 };
	bool done;

	while (token->busy)
		task_sleep(task, WAIT_MS);
	if (!token->value || clock_ms() >= token->until_ms) {
		token->busy = true;
		done = ask(task, endpoint, scope, false, &answer);
		token->busy = false;
		if (!done)
			return false;
		token->value = arena_copy(&task->session->arena, answer.token, strlen(answer.token));
		token->until_ms = end_ms(answer.expires_in);
	}
	*ret_value = token->value;
	return true;
}

void token_forget(struct endpoint *endpoint, const char *scope, const char *value)
{
	for (struct token *token = endpoint->tokens; token; token = token->next)
		if (!strcmp(token->scope, scope) && token->value == value)
			token->value = NULL;
}

bool token_login(struct task *task, struct endpoint *endpoint, const char **ret_identity)
{
	struct answer answer = { 0 };

	if (!ask(task, endpoint, "", true, &answer))
		return false;
	*ret_identity = answer.refresh_token ? answer.refresh_token : "";
	return true;
}
