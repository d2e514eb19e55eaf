/* server.c - see server.h */
#include "cli/server.h"
#include "base/text.h"
#include <string.h>

static const char hub[] = "docker.io";

/* What is behind "https://" and "http://"; NULL where neither is there. */
static const char *skip_scheme(const char *text)
{
	static const char *const schemes[] = { "https://", "http://" };

	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++)
		if (!strncmp(text, schemes[i], strlen(schemes[i])))
			return text + strlen(schemes[i]);
	return NULL;
}

/* The names of the servers that docker.io has. */
static bool is_hub(const char *host)
{
	return !strcmp(host, hub) || !strcmp(host, "index.docker.io") || !strcmp(host, "registry-1.docker.io");
}

bool server_read(struct arena *arena, const char *given, struct server *ret_server, struct problem *problem)
{
	const char *url = given ? skip_scheme(given) : NULL, *text = url ? url : given ? given : hub;
	size_t host = strcspn(text, "/"), length = url ? host : strlen(text);
	const char *domain = arena_copy(arena, text, host), *path = "";

	while (length > host && text[length - 1] == '/')
		length--;
	if (!reference_is_domain(domain)) {
		problem_set(problem, "'%.300s' is no registry: it would be like 'docker.io' or 'host.example:5000'",
			    text);
		return false;
	}
	if (is_hub(domain))
		domain = hub;
	if (length > host)
		path = arena_copy(arena, text + host + 1, length - host - 1);
	*ret_server = (struct server){
		.key = *path ? arena_printf(arena, "%s/%s", domain, path) : domain,
		.reference = { .domain = domain, .path = path },
	};
	return true;
}
