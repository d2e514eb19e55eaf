/* endpoint_message.c - see endpoint_message.h */
#include "image/endpoint_message.h"
#include "base/json_write.h"
#include "wire/fetch.h"
#include <string.h>

const struct fetch_limits fetch_limits_usual = { .attempts = 5, .connect_seconds = 30, .silence_seconds = 60 };

static bool same_place(const struct endpoint *one, const struct endpoint *other)
{
	return strcmp(one->domain, other->domain) == 0 && strcmp(one->repository, other->repository) == 0;
}

int access_find(struct arena *arena, const struct auth *auth, const struct endpoint *endpoints, size_t count,
		struct access **ret_access, struct problem *problem)
{
	struct access *access = ARENA_ARRAY(arena, count, struct access);
	int error = 0;

	for (size_t i = 0; i < count && error >= 0; i++) {
		access[i].endpoint = endpoints[i];
		/* Of https and http to one host, the second is asked for nothing anew: a helper may take its time. */
		if (i && same_place(&endpoints[i], &endpoints[i - 1])) {
			access[i].credentials = access[i - 1].credentials;
			access[i].certificates = access[i - 1].certificates;
			continue;
		}
		error = auth_find(auth, arena, endpoints[i].domain, endpoints[i].repository, &access[i].credentials,
				  problem);
		if (error >= 0)
			error = certificates_find(arena, auth->places, endpoints[i].domain, &access[i].certificates,
						  problem);
	}
	*ret_access = access;
	return error < 0 ? error : 0;
}

static void put_access(struct json_writer *writer, const struct access *access)
{
	const struct endpoint *endpoint = &access->endpoint;
	bool trusted = endpoint->loopback && *access->certificates.ca;

	json_open_object(writer, NULL);
	json_put_text(writer, "host", endpoint->host);
	json_put_bool(writer, "plain", endpoint->plain);
	json_put_bool(writer, "unverified", endpoint->unverified && !trusted);
	json_put_text(writer, "repository", endpoint->repository);
	json_put_text(writer, "user", access->credentials.user);
	json_put_text(writer, "password", access->credentials.password);
	json_put_text(writer, "identity-token", access->credentials.identity_token);
	json_put_text(writer, "registry-token", access->credentials.registry_token);
	json_put_text(writer, "ca", access->certificates.ca);
	json_put_text(writer, "certificate", access->certificates.certificate);
	json_put_text(writer, "key", access->certificates.key);
	json_close(writer);
}

/* A host of this machine that certificates are configured for speaks TLS: http is not tried. */
static bool is_left_out(const struct access *access)
{
	return access->endpoint.plain && access->endpoint.loopback && *access->certificates.ca;
}

bool endpoint_message(struct text *text, const char *user_agent, const struct access *access, size_t count, bool push,
		      const struct fetch_limits *limits, struct problem *problem)
{
	struct json_writer writer = json_writer_new(text, NULL);
	size_t begin = text->length;

	json_open_object(&writer, NULL);
	json_put_text(&writer, "user-agent", user_agent);
	json_open_array(&writer, "endpoints");
	for (size_t i = 0; i < count; i++)
		if (!is_left_out(&access[i]))
			put_access(&writer, &access[i]);
	json_close(&writer);
	json_put_bool(&writer, "push", push);
	json_put_unsigned(&writer, "attempts", limits->attempts);
	json_put_unsigned(&writer, "connect-seconds", limits->connect_seconds);
	json_put_unsigned(&writer, "silence-seconds", limits->silence_seconds);
	if (limits->retry_ms)
		json_put_unsigned(&writer, "retry-ms", limits->retry_ms);
	json_close(&writer);
	if (text->length - begin <= FETCH_OPEN_MAX)
		return true;
	problem_set(problem, "the certificates for the registry are larger than %d MiB", FETCH_OPEN_MAX >> 20);
	return false;
}
