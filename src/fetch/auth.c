/* auth.c - see auth.h */
#include "fetch/auth.h"
#include "fetch/challenge.h"
#include "fetch/token.h"
#include "fetch/url.h"
#include <string.h>

bool auth_prepare(struct call *call)
{
	struct exchange *exchange = &call->exchange;
	struct task *task = exchange->task;
	struct endpoint *endpoint = exchange->endpoint;

	exchange->authorization = NULL;
	call->used = NULL;
	if (*endpoint->registry_token) {
		exchange->authorization = arena_printf(&task->arena, "Bearer %s", endpoint->registry_token);
		return true;
	}
	switch (endpoint->scheme) {
	case LOGIN_UNKNOWN:
		return true;
	case LOGIN_BASIC:
		exchange->authorization = token_basic(&task->arena, endpoint);
		return true;
	case LOGIN_BEARER:
		if (!token_get(task, endpoint, call->scope, &call->used))
			return false;
		exchange->authorization = arena_printf(&task->arena, "Bearer %s", call->used);
		return true;
	}
	return true;
}

/* All that the answer has. */
static struct challenge *read_challenges(const struct exchange *exchange)
{
	struct challenge *first = NULL, **end = &first;

	for (const struct header *header = exchange->headers; header; header = header->next) {
		if (strcmp(header->name, "www-authenticate"))
			continue;
		*end = challenge_read(&exchange->task->arena, header->value);
		while (*end)
			end = &(*end)->next;
	}
	return first;
}

/* Whether "repository:a/b:pull" is about something that the scopes are about already. */
static bool is_covered(const char *scopes, const char *one, size_t length)
{
	while (length && one[length - 1] != ':')
		length--;
	if (!length)
		return true;
	for (; *scopes; scopes += strcspn(scopes, " "), scopes += strspn(scopes, " "))
		if (!strncmp(scopes, one, length))
			return true;
	return false;
}

/* What the server says that it takes, with what we know that we need. */
static const char *join_scopes(struct arena *arena, const char *ours, const char *theirs)
{
	struct text text = text_new(arena);

	text_add(&text, ours);
	for (; *theirs; theirs += strspn(theirs, " ")) {
		size_t length = strcspn(theirs, " ");

		if (length && !is_covered(ours, theirs, length)) {
			text_add(&text, text.length ? " " : "");
			text_add_bytes(&text, theirs, length);
		}
		theirs += length;
	}
	return text.at;
}

/* A password must not be read on its way to the token server. */
static bool set_realm(struct call *call, const struct challenge *bearer)
{
	struct task *task = call->exchange.task;
	struct arena *arena = &task->session->arena;
	struct endpoint *endpoint = call->exchange.endpoint;
	const char *realm = challenge_parameter(bearer, "realm");
	const char *service = challenge_parameter(bearer, "service");
	const char *scope = challenge_parameter(bearer, "scope");

	realm = realm ? url_join(arena, NULL, realm) : NULL;
	if (!realm)
		return fail(task, FETCH_SERVER, endpoint->host, "names a token server that is no URL");
	if (!url_is_https(realm) && !endpoint->plain)
		return fail(task, FETCH_UNAUTHORIZED, endpoint->host,
			    "names a token server that is asked without TLS, where anybody could read the password");
	/* One endpoint has one token server: tokens of another one would be sent to the wrong registry. */
	if (!endpoint->realm || strcmp(endpoint->realm, realm))
		endpoint->realm = realm;
	endpoint->service = service ? arena_copy(arena, service, strlen(service)) : "";
	endpoint->scheme = LOGIN_BEARER;
	call->scope = join_scopes(&task->arena, call->scope, scope ? scope : "");
	return true;
}

bool auth_learn(struct call *call)
{
	struct endpoint *endpoint = call->exchange.endpoint;
	const struct challenge *list = read_challenges(&call->exchange);
	const struct challenge *bearer = challenge_find(list, "Bearer");

	if (*endpoint->registry_token)
		return false;
	if (bearer) {
		if (call->used)
			token_forget(endpoint, call->scope, call->used);
		return set_realm(call, bearer);
	}
	if (!challenge_find(list, "Basic") || !*endpoint->user)
		return false;
	/* These were sent, and refused. */
	if (call->exchange.authorization && endpoint->scheme == LOGIN_BASIC)
		return false;
	endpoint->scheme = LOGIN_BASIC;
	return true;
}
