/* policy.c - which rules hold for an image: see policy.h */
#include "image/policy.h"
#include "image/base64.h"
#include <errno.h>
#include <string.h>

static const struct policy_transport *find_transport(const struct policy *policy, const char *name)
{
	for (size_t i = 0; i < policy->transports; i++)
		if (strcmp(policy->transport[i].name, name) == 0)
			return &policy->transport[i];
	return NULL;
}

static const struct policy_scope *find_scope(const struct policy_transport *transport, const char *name)
{
	for (size_t i = 0; transport && i < transport->count; i++)
		if (strcmp(transport->scope[i].name, name) == 0)
			return &transport->scope[i];
	return NULL;
}

/* "*.b.example", then "*.example", for "a.b.example"; a port counts for nothing there. */
static const struct policy_scope *find_wildcard(const struct policy_transport *transport, struct arena *arena,
						const char *domain)
{
	const char *host = arena_copy(arena, domain, *domain == '[' ? 0 : strcspn(domain, ":"));

	for (const char *dot = strchr(host, '.'); dot; dot = strchr(dot + 1, '.')) {
		const struct policy_scope *scope = find_scope(transport, arena_printf(arena, "*%s", dot));

		if (scope)
			return scope;
	}
	return NULL;
}

/* --- what a scope says --- */

/* Something whose use is asked about, for messages. */
struct asked { const char *what, *transport; };

static const char *place_of(const struct policy *policy, struct arena *arena, const struct policy_scope *scope,
			    const char *transport)
{
	return scope == &policy->all ? "default" : arena_printf(arena, "transports.%s[\"%s\"]", transport, scope->name);
}

/* Whether the requirement can be met at all. */
static bool check_requirement(const struct policy *policy, const struct requirement *requirement, const char *what,
			      const char *place, struct problem *problem)
{
	switch (requirement->kind) {
	case REQUIRE_NOTHING:
		return true;
	case REQUIRE_REJECT:
		problem_set(problem, "'%.300s' is rejected by %s: %.300s has 'reject'", what, policy->file, place);
		return false;
	case REQUIRE_GPG:
		problem_set(problem, "'%.300s' cannot be used: %s: %.300s asks for a GPG signature (signedBy), which "
			    "taru cannot check; sigstoreSigned it can", what, policy->file, place);
		return false;
	case REQUIRE_SIGSTORE:
		if (!requirement->beyond)
			return true;
		problem_set(problem, "'%.300s' cannot be used: %s: %.300s asks for '%s', which taru cannot check; "
			    "signatures by a key it can", what, policy->file, place, requirement->beyond);
		return false;
	}
	return false;
}

static bool apply(const struct policy *policy, struct arena *arena, const struct policy_scope *scope,
		  const struct asked *asked, struct policy_verdict *ret_verdict, struct problem *problem)
{
	*ret_verdict = (struct policy_verdict){ .scope = place_of(policy, arena, scope, asked->transport) };
	ret_verdict->signature = ARENA_ARRAY(arena, scope->count + 1, const struct requirement *);
	/* What rejects is said before what cannot be checked. */
	for (size_t i = 0; i < scope->count; i++)
		if (scope->requirement[i].kind == REQUIRE_REJECT)
			return check_requirement(policy, &scope->requirement[i], asked->what, ret_verdict->scope,
						 problem);
	for (size_t i = 0; i < scope->count; i++) {
		const struct requirement *requirement = &scope->requirement[i];

		if (!check_requirement(policy, requirement, asked->what, ret_verdict->scope, problem))
			return false;
		if (requirement->kind == REQUIRE_SIGSTORE)
			ret_verdict->signature[ret_verdict->signatures++] = requirement;
	}
	return true;
}

/* Without a file there are no rules. */
static bool apply_none(struct policy_verdict *ret_verdict)
{
	*ret_verdict = (struct policy_verdict){ .scope = "no policy.json" };
	return true;
}

bool policy_for_image(const struct policy *policy, struct arena *arena, const struct reference *reference,
		      struct policy_verdict *ret_verdict, struct problem *problem)
{
	const struct policy_transport *transport = find_transport(policy, "docker");
	const struct asked asked = { reference_familiar(arena, reference), "docker" };
	const char *const *name = reference_scopes(arena, reference);
	const struct policy_scope *scope = NULL;

	if (!policy->file)
		return apply_none(ret_verdict);
	for (; !scope && *name; name++)
		scope = find_scope(transport, *name);
	if (!scope)
		scope = find_wildcard(transport, arena, reference->domain);
	if (!scope)
		scope = find_scope(transport, "");
	return apply(policy, arena, scope ? scope : &policy->all, &asked, ret_verdict, problem);
}

/* "path:name", "path", and the folders above it, but for "/". An archive of docker's has no scopes at all. */
static const struct policy_scope *find_path(const struct policy_transport *transport, struct arena *arena,
					    const char *path, const char *name)
{
	char *above = arena_copy(arena, path, strlen(path)), *slash;
	const struct policy_scope *scope = NULL;

	if (*name)
		scope = find_scope(transport, arena_printf(arena, "%s:%s", path, name));
	while (!scope && *above) {
		scope = find_scope(transport, above);
		slash = strrchr(above, '/');
		*(slash ? slash : above) = '\0';
	}
	return scope;
}

bool policy_for_path(const struct policy *policy, struct arena *arena, const char *transport, const char *path,
		     const char *name, struct policy_verdict *ret_verdict, struct problem *problem)
{
	const struct policy_transport *found = find_transport(policy, transport);
	const struct asked asked = { arena_printf(arena, "%s:%s%s%s", transport, path, *name ? ":" : "", name),
				     transport };
	const struct policy_scope *scope = NULL;

	if (!policy->file)
		return apply_none(ret_verdict);
	if (strcmp(transport, "docker-archive") != 0)
		scope = find_path(found, arena, path, name);
	if (!scope)
		scope = find_scope(found, "");
	if (!apply(policy, arena, scope ? scope : &policy->all, &asked, ret_verdict, problem))
		return false;
	if (!ret_verdict->signatures)
		return true;
	problem_set(problem, "'%.300s' cannot be used: %s: %.300s asks for a signature, which is nowhere in such a "
		    "file", asked.what, policy->file, ret_verdict->scope);
	return false;
}

/* --- keys --- */

static int check_key(const char *text, size_t length, const char *where, struct problem *problem)
{
	if (length == strlen(text) && strstr(text, "-----BEGIN "))
		return 0;
	problem_set(problem, "%s: this is no public key in PEM ('-----BEGIN PUBLIC KEY-----')", where);
	return -EINVAL;
}

static int read_key(struct arena *arena, const char *path, const char **ret_key, struct problem *problem)
{
	size_t length = 0;
	char *text = NULL;
	int got = places_read(arena, path, &text, &length, problem);

	if (!got)
		problem_set(problem, "%s: the public key of the policy is not there", path);
	if (got <= 0)
		return got ? got : -ENOENT;
	*ret_key = text;
	return check_key(text, length, path, problem);
}

int policy_keys(struct arena *arena, const struct requirement *requirement, const char ***ret_keys, size_t *ret_count,
		struct problem *problem)
{
	const char **key = ARENA_ARRAY(arena, requirement->key_paths + requirement->key_datas + 1, const char *);
	size_t count = 0;
	int error = 0;

	for (size_t i = 0; i < requirement->key_paths && !error; i++)
		error = read_key(arena, requirement->key_path[i], &key[count++], problem);
	for (size_t i = 0; i < requirement->key_datas && !error; i++) {
		size_t length = 0;
		char *text = NULL;

		/* The reader has seen that it is base64. */
		if (!base64_decode(arena, requirement->key_data[i], &text, &length))
			return -EINVAL;
		key[count++] = text;
		error = check_key(text, length, "keyData of policy.json", problem);
	}
	*ret_keys = key;
	*ret_count = count;
	return error;
}
