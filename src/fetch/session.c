/* session.c - see session.h */
#include "fetch/session.h"
#include "base/file.h"
#include "base/sys.h"
#include "fetch/confine.h"
#include "fetch/url.h"
#include <string.h>

enum { SECONDS_MAX = 3600, ENDPOINTS_MAX = 64 };

static const struct field endpoint_fields[] = {
	{ "host", FIELD_TEXT, FIELD_AT(struct endpoint, host), .required = true },
	{ "plain", FIELD_BOOL, FIELD_AT(struct endpoint, plain) },
	{ "unverified", FIELD_BOOL, FIELD_AT(struct endpoint, unverified) },
	{ "repository", FIELD_TEXT, FIELD_AT(struct endpoint, repository) },
	{ "user", FIELD_TEXT, FIELD_AT(struct endpoint, user) },
	{ "password", FIELD_TEXT, FIELD_AT(struct endpoint, password) },
	{ "identity-token", FIELD_TEXT, FIELD_AT(struct endpoint, identity_token) },
	{ "registry-token", FIELD_TEXT, FIELD_AT(struct endpoint, registry_token) },
	{ "ca", FIELD_TEXT, FIELD_AT(struct endpoint, ca) },
	{ "certificate", FIELD_TEXT, FIELD_AT(struct endpoint, certificate) },
	{ "key", FIELD_TEXT, FIELD_AT(struct endpoint, key) },
	{ 0 }
};

static const struct field session_fields[] = {
	{ "user-agent", FIELD_TEXT, FIELD_AT(struct session, user_agent), .required = true },
	{ "endpoints", FIELD_LIST, FIELD_ARRAY(struct session, endpoints, endpoints_count),
	  .fields = endpoint_fields, .required = true },
	{ "push", FIELD_BOOL, FIELD_AT(struct session, push) },
	{ "attempts", FIELD_UNSIGNED, FIELD_AT(struct session, attempts), .max = FETCH_ATTEMPTS_MAX },
	{ "connect-seconds", FIELD_UNSIGNED, FIELD_AT(struct session, connect_seconds), .max = SECONDS_MAX },
	{ "retry-ms", FIELD_UNSIGNED, FIELD_AT(struct session, retry_ms), .max = FETCH_RETRY_MS_MAX },
	{ "silence-seconds", FIELD_UNSIGNED, FIELD_AT(struct session, silence_seconds), .max = SECONDS_MAX },
	{ 0 }
};

/* Whether it may stand in a header field. */
static bool is_one_line(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < ' ' || *text == 0x7f)
			return false;
	return true;
}

static const char *or_empty(const char *text)
{
	return text ? text : "";
}

static void finish_endpoint(struct session *session, size_t index, struct problem *problem)
{
	struct endpoint *endpoint = &session->endpoints[index];
	const char *base = arena_printf(&session->arena, "%s://%s", endpoint->plain ? "http" : "https", endpoint->host);

	endpoint->index = index;
	endpoint->repository = or_empty(endpoint->repository);
	endpoint->user = or_empty(endpoint->user);
	endpoint->password = or_empty(endpoint->password);
	endpoint->identity_token = or_empty(endpoint->identity_token);
	endpoint->registry_token = or_empty(endpoint->registry_token);
	endpoint->ca = or_empty(endpoint->ca);
	endpoint->certificate = or_empty(endpoint->certificate);
	endpoint->key = or_empty(endpoint->key);
	endpoint->base = base;
	if (strpbrk(endpoint->host, "/?#@ ") || !url_join(&session->arena, NULL, base))
		problem_set(problem, "endpoints[%zu].host: '%s' is no host", index, endpoint->host);
	if (*endpoint->repository && !url_is_path(endpoint->repository))
		problem_set(problem, "endpoints[%zu].repository: '%s' is no name", index, endpoint->repository);
	if (!is_one_line(endpoint->registry_token))
		problem_set(problem, "endpoints[%zu].registry-token: is no token", index);
}

/* Where the system's authorities are one file, it is made part of each endpoint's own: curl takes one
 * or the other. */
static void set_trust(struct session *session)
{
	char *system;
	size_t length;

	session->trust = trust_find();
	for (size_t i = 0; i < session->endpoints_count && session->trust.file; i++) {
		struct endpoint *endpoint = &session->endpoints[i];

		if (*endpoint->ca && !file_read(&session->arena, AT_FDCWD, session->trust.file, FETCH_OPEN_MAX,
						&system, &length))
			endpoint->ca = arena_printf(&session->arena, "%s\n%s", endpoint->ca, system);
	}
}

int session_open(struct session *session, int fd, struct problem *problem)
{
	struct decoder decoder = { &session->arena, problem };
	struct json *json;
	size_t length;
	char *text;
	int error = file_read_fd(&session->arena, fd, FETCH_OPEN_MAX, &text, &length);

	if (error)
		return error;
	json = json_read(&session->arena, text, length, "open", problem);
	if (json)
		json_decode(&decoder, json, session_fields, session);
	if (problem->found)
		return -EBADMSG;
	if (!session->attempts || !session->connect_seconds || !session->silence_seconds)
		problem_set(problem, "attempts, connect-seconds and silence-seconds must not be 0");
	if (session->endpoints_count > ENDPOINTS_MAX)
		problem_set(problem, "endpoints: there are more than %d", ENDPOINTS_MAX);
	if (!is_one_line(session->user_agent))
		problem_set(problem, "user-agent: is more than one line");
	for (size_t i = 0; i < session->endpoints_count && !problem->found; i++)
		finish_endpoint(session, i, problem);
	if (problem->found)
		return -EBADMSG;
	if (session->endpoints_count)
		set_trust(session);
	else
		error = confine_alone();
	session->open = !error;
	return error;
}
