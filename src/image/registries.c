/* registries.c - what a name may mean, and where it is fetched from: see registries.h */
#include "image/registries.h"
#include "base/text.h"
#include <string.h>

/* --- which image is meant --- */

static const struct registry_alias *find_alias(const struct registries *registries, const char *name)
{
	for (size_t i = 0; i < registries->aliases; i++)
		if (strcmp(registries->alias[i].name, name) == 0)
			return *registries->alias[i].value ? &registries->alias[i] : NULL;
	return NULL;
}

/* Gives the reference another name; tag and digest stay. */
static void rename_reference(struct reference *reference, const struct reference *named)
{
	reference->domain = named->domain;
	reference->path = named->path;
	reference->short_name = NULL;
}

/* One reference for each registry that is searched. */
static bool search_all(const struct registries *registries, struct arena *arena, const struct reference *written,
		       struct reference *to, struct problem *problem)
{
	for (size_t i = 0; i < registries->searches; i++) {
		struct reference named;

		if (!reference_read_at(arena, registries->search[i], written->short_name, &named, problem))
			return false;
		to[i] = *written;
		rename_reference(&to[i], &named);
	}
	return true;
}

static bool check_ambiguity(const struct registries *registries, struct arena *arena,
			    const struct reference *references, const char *written, struct problem *problem)
{
	struct text list;

	if (registries->mode != SHORT_NAME_ENFORCING || registries->searches < 2)
		return true;
	list = text_new(arena);
	for (size_t i = 0; i < registries->searches; i++)
		text_printf(&list, "%s'%s'", i ? " or " : "", reference_text(arena, &references[i]));
	problem_set(problem, "'%.300s' may be %.1500s; write which one (short-name-mode is 'enforcing')", written,
		    list.at);
	return false;
}

bool registries_candidates(const struct registries *registries, struct arena *arena, const char *text,
			   struct reference **ret_references, size_t *ret_count, struct problem *problem)
{
	size_t room = registries->searches ? registries->searches : 1;
	struct reference *references = ARENA_ARRAY(arena, room, struct reference), written, named;
	const struct registry_alias *alias = NULL;

	if (!reference_parse(arena, text, &written, problem))
		return false;
	*ret_references = references;
	*ret_count = 1;
	references[0] = written;
	if (!written.short_name)
		return true;
	alias = find_alias(registries, written.short_name);
	if (alias) {
		if (!reference_read(arena, alias->value, &named, problem))
			return false;
		rename_reference(&references[0], &named);
		return true;
	}
	if (!registries->searches)
		return true;
	*ret_count = registries->searches;
	return search_all(registries, arena, &written, references, problem) &&
	       check_ambiguity(registries, arena, references, text, problem);
}

/* --- which registry table holds --- */

/* *.example: a whole host name with something before it. */
static size_t match_wildcard(const char *suffix, const char *text)
{
	size_t host = strcspn(text, "/"), length = strlen(suffix);

	return host > length && memcmp(text + host - length, suffix, length) == 0 ? host : 0;
}

size_t registries_match(const char *prefix, const char *text)
{
	size_t length = strlen(prefix);

	if (strncmp(prefix, "*.", 2) == 0)
		return match_wildcard(prefix + 1, text);
	if (strncmp(prefix, text, length) != 0)
		return 0;
	/* After a host a ':' begins a port, which makes another registry. */
	if (!text[length] || text[length] == '/' || text[length] == '@' || (text[length] == ':' && strchr(prefix, '/')))
		return length;
	return 0;
}

static const char *text_to_match(struct arena *arena, const struct reference *reference)
{
	struct reference one = *reference;

	if (one.digest)
		one.tag = NULL;
	return reference_text(arena, &one);
}

/* The one whose prefix covers most; of those the one without '*', of those the longest. */
static const struct registry *find_registry(const struct registries *registries, const char *text,
					    size_t *ret_covered)
{
	const struct registry *found = NULL;
	size_t best = 0;

	for (size_t i = 0; i < registries->count; i++) {
		const struct registry *registry = &registries->registry[i];
		size_t covered = registries_match(registry->prefix, text), rank;

		if (!covered)
			continue;
		rank = covered << 16 | (size_t)(*registry->prefix != '*') << 15 | strlen(registry->prefix);
		if (rank <= best)
			continue;
		best = rank;
		found = registry;
		*ret_covered = covered;
	}
	return found;
}

/* --- ways --- */

struct ways {
	struct arena *arena;
	const struct registries *registries;
	struct endpoint *at;
	size_t count;
};

static bool is_loopback(const char *domain)
{
	size_t length = *domain == '[' ? strcspn(domain, "]") + 1 : strcspn(domain, ":");
	static const char local[] = "localhost", ipv6[] = "[::1]";

	if (length == strlen(local) && strncmp(domain, local, length) == 0)
		return true;
	if (length == strlen(ipv6) && strncmp(domain, ipv6, length) == 0)
		return true;
	/* 127.x.y.z, and no name that begins so. */
	if (strncmp(domain, "127.", strlen("127.")) != 0)
		return false;
	return strspn(domain, "0123456789.") == length;
}

/* `insecure` as a file says it, or NULL where it says nothing. */
static void add_way(struct ways *ways, const struct reference *reference, const bool *insecure, bool mirror)
{
	struct endpoint endpoint = {
		.domain = reference->domain, .host = reference->domain, .repository = reference->path,
		.mirror = mirror, .unverified = insecure && *insecure,
	};

	if (strcmp(endpoint.domain, "docker.io") == 0)
		endpoint.host = "registry-1.docker.io";
	if (!insecure && is_loopback(endpoint.domain))
		endpoint.unverified = endpoint.loopback = true;
	if (ways->registries->tls != TLS_AS_CONFIGURED) {
		endpoint.unverified = ways->registries->tls == TLS_UNVERIFIED;
		endpoint.loopback = false;
	}
	ways->at[ways->count++] = endpoint;
	if (!endpoint.unverified)
		return;
	endpoint.plain = true;
	endpoint.unverified = false;
	ways->at[ways->count++] = endpoint;
}

/* `rest` is what follows the prefix in the name. */
static bool add_location(struct ways *ways, const struct reference *reference, const char *location, const char *rest,
			 const bool *insecure, bool mirror, struct problem *problem)
{
	const char *name = arena_printf(ways->arena, "%s%s", location, rest);
	size_t host = strcspn(name, "/");
	struct problem inner = { 0 };
	struct reference moved;

	if (!name[host] || !reference_read_at(ways->arena, arena_copy(ways->arena, name, host), name + host + 1,
					      &moved, &inner)) {
		problem_set(problem, "'%.300s' becomes '%.300s' by registries.conf, which is no name of an image%s%.500s",
			    reference_text(ways->arena, reference), name, inner.found ? ": " : "", inner.text);
		return false;
	}
	add_way(ways, &moved, insecure, mirror);
	return true;
}

static bool mirror_serves(const struct registry *registry, const struct registry_mirror *mirror, bool by_digest)
{
	if (registry->mirrors_digest_only && !by_digest)
		return false;
	return mirror->use == MIRROR_ALL || (mirror->use == MIRROR_DIGEST_ONLY) == by_digest;
}

static bool check_blocked(const struct registry *registry, struct arena *arena, const struct reference *reference,
			  struct problem *problem)
{
	if (!registry->blocked)
		return true;
	problem_set(problem, "'%s' is blocked: %s:%zu has 'blocked = true' for '%.300s'",
		    reference_familiar(arena, reference), registry->file, registry->line, registry->prefix);
	return false;
}

static bool add_all(struct ways *ways, const struct registry *registry, const struct reference *reference,
		    const char *rest, struct problem *problem)
{
	const bool *insecure = registry->insecure.set ? &registry->insecure.value : NULL;

	for (size_t i = 0; i < registry->mirrors; i++) {
		const struct registry_mirror *mirror = &registry->mirror[i];

		if (mirror_serves(registry, mirror, reference->digest) &&
		    !add_location(ways, reference, mirror->location, rest, mirror->insecure ? &mirror->insecure : NULL,
				  true, problem))
			return false;
	}
	if (registry->location)
		return add_location(ways, reference, registry->location, rest, insecure, false, problem);
	add_way(ways, reference, insecure, false);
	return true;
}

bool registries_pull_endpoints(const struct registries *registries, struct arena *arena,
			       const struct reference *reference, struct endpoint **ret_endpoints, size_t *ret_count,
			       struct problem *problem)
{
	const char *text = text_to_match(arena, reference);
	size_t covered = 0;
	const struct registry *registry = find_registry(registries, text, &covered);
	struct ways ways = { .arena = arena, .registries = registries };

	ways.at = ARENA_ARRAY(arena, 2 * ((registry ? registry->mirrors : 0) + 1), struct endpoint);
	if (!registry)
		add_way(&ways, reference, NULL, false);
	else if (!check_blocked(registry, arena, reference, problem) ||
		 !add_all(&ways, registry, reference, text + covered, problem))
		return false;
	*ret_endpoints = ways.at;
	*ret_count = ways.count;
	return true;
}

bool registries_push_endpoints(const struct registries *registries, struct arena *arena,
			       const struct reference *reference, struct endpoint **ret_endpoints, size_t *ret_count,
			       struct problem *problem)
{
	size_t covered = 0;
	const struct registry *registry = find_registry(registries, text_to_match(arena, reference), &covered);
	struct ways ways = { .arena = arena, .registries = registries };

	if (registry && !check_blocked(registry, arena, reference, problem))
		return false;
	ways.at = ARENA_ARRAY(arena, 2, struct endpoint);
	add_way(&ways, reference, registry && registry->insecure.set ? &registry->insecure.value : NULL, false);
	*ret_endpoints = ways.at;
	*ret_count = ways.count;
	return true;
}
