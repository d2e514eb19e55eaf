/* auth.c - what a file of passwords says: see auth.h */
#include "image/auth.h"
#include "base/json_decode.h"
#include "base/text.h"
#include "image/base64.h"
#include "image/credential_helper.h"
#include <string.h>

struct entry { const char *auth, *user, *password, *identity_token, *registry_token; };

static const struct field entry_fields[] = {
	{ "auth", FIELD_TEXT, FIELD_AT(struct entry, auth) },
	{ "username", FIELD_TEXT, FIELD_AT(struct entry, user) },
	{ "password", FIELD_TEXT, FIELD_AT(struct entry, password) },
	{ "identitytoken", FIELD_TEXT, FIELD_AT(struct entry, identity_token) },
	{ "registrytoken", FIELD_TEXT, FIELD_AT(struct entry, registry_token) },
	{ 0 }
};

bool auth_read(struct arena *arena, char *text, size_t length, const char *path, struct auth_file *ret_file,
	       struct problem *problem)
{
	static const char *const objects[] = { "auths", "credHelpers" };
	const struct json *root = json_read_object(arena, text, length, path, problem);

	*ret_file = (struct auth_file){ path, root };
	if (!root)
		return false;
	for (size_t i = 0; i < sizeof(objects) / sizeof(objects[0]); i++) {
		const struct json *value = json_get(root, objects[i]);

		if (!value || value->kind == JSON_OBJECT || value->kind == JSON_NULL)
			continue;
		problem_set(problem, "%s: %s: must be an object, not %s", path, objects[i],
			    json_kind_name(value->kind));
		return false;
	}
	return true;
}

/* --- keys --- */

static const char *without(const char *text, const char *prefix)
{
	size_t length = strlen(prefix);

	return strncmp(text, prefix, length) == 0 ? text + length : NULL;
}

static bool is_hub(const char *host, size_t length)
{
	static const char *const names[] = { "docker.io", "index.docker.io", "registry-1.docker.io" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strlen(names[i]) == length && memcmp(names[i], host, length) == 0)
			return true;
	return false;
}

/* "docker.io" of "https://index.docker.io/v1/": of an URL the host alone is meant. */
static const char *normal_key(struct arena *arena, const char *key)
{
	const char *https = without(key, "https://"), *http = without(key, "http://");
	const char *rest = https ? https : http ? http : key;
	size_t host = strcspn(rest, "/"), length = strlen(rest);
	bool hub = is_hub(rest, host);

	while (length > host && rest[length - 1] == '/')
		length--;
	if (https || http || strcmp(rest + host, "/v1/") == 0 || strcmp(rest + host, "/v2/") == 0)
		length = host;
	return arena_printf(arena, "%.*s%.*s", (int)(hub ? strlen("docker.io") : host), hub ? "docker.io" : rest,
			    (int)(length - host), rest + host);
}

bool auth_key_means(struct arena *arena, const char *key, const char *wanted)
{
	return strcmp(normal_key(arena, key), normal_key(arena, wanted)) == 0;
}

/* The member that means `wanted`: the one that is called so, else the first that is another name of it. */
static const struct json *find_key(struct arena *arena, const struct json *object, const char *wanted)
{
	const struct json *exact = json_get(object, wanted);

	if (exact || !object || object->kind != JSON_OBJECT)
		return exact;
	for (const struct json *member = object->first; member; member = member->next)
		if (auth_key_means(arena, member->key, wanted))
			return member;
	return NULL;
}

/* --- entries --- */

static bool fail_entry(const struct auth_file *file, const struct json *value, const char *what,
		       struct problem *problem)
{
	problem_set(problem, "%s: auths[\"%.300s\"]: %s", file->path, value->key, what);
	return false;
}

/* Bytes that can be sent: UTF-8 (they go through JSON) without control characters. */
static bool is_text(const char *bytes, size_t length)
{
	for (size_t at = 0; at < length;) {
		size_t one = text_utf8(bytes + at, length - at);

		if (!one || (unsigned char)bytes[at] < ' ' || bytes[at] == 0x7f)
			return false;
		at += one;
	}
	return true;
}

/* base64 of "user:password". */
static bool split_auth(const struct auth_file *file, struct arena *arena, const struct json *value, const char *auth,
		       struct credentials *to, struct problem *problem)
{
	size_t length = 0;
	char *bytes = NULL, *colon;

	if (!base64_decode(arena, auth, &bytes, &length))
		return fail_entry(file, value, "'auth' is not base64", problem);
	colon = memchr(bytes, ':', length);
	if (!colon)
		return fail_entry(file, value, "'auth' is not base64 of 'user:password'", problem);
	if (!is_text(bytes, length))
		return fail_entry(file, value, "'auth' has control characters in it, or is not UTF-8", problem);
	*colon = '\0';
	to->user = bytes;
	to->password = colon + 1;
	return true;
}

/* Sets the answer, unless the entry is empty: Docker writes such ones for what a helper keeps. */
static bool read_entry(const struct auth_file *file, struct arena *arena, const struct json *value,
		       struct auth_answer *answer, struct problem *problem)
{
	struct credentials got = { "", "", "", "", file->path };
	struct problem inner = { 0 };
	struct decoder decoder = { arena, &inner };
	struct entry entry = { 0 };

	json_decode(&decoder, value, entry_fields, &entry);
	if (inner.found) {
		problem_set(problem, "%s: %s", file->path, inner.text);
		return false;
	}
	if (entry.auth && !split_auth(file, arena, value, entry.auth, &got, problem))
		return false;
	if (!entry.auth && entry.user && entry.password) {
		got.user = entry.user;
		got.password = entry.password;
	}
	if (entry.identity_token)
		got.identity_token = entry.identity_token;
	if (entry.registry_token)
		got.registry_token = entry.registry_token;
	if (!*got.user && !*got.password && !*got.identity_token && !*got.registry_token)
		return true;
	answer->kind = AUTH_CREDENTIALS;
	answer->credentials = got;
	return true;
}

static bool set_helper(const struct auth_file *file, const struct json *value, const char *where,
		       struct auth_answer *answer, struct problem *problem)
{
	if (value->kind == JSON_NULL || (value->kind == JSON_STRING && !*value->text))
		return true;
	if (value->kind != JSON_STRING || !credential_helper_is_name(value->text)) {
		problem_set(problem, "%s: %s: must be the name of a credential helper: letters, digits, '.', '_', '-'",
			    file->path, where);
		return false;
	}
	answer->kind = AUTH_HELPER;
	answer->helper = value->text;
	return true;
}

/* --- looking --- */

/* Makes "host/team" of "host/team/app", "host" of that, and "" of that. */
static void shorten(char *wanted)
{
	char *slash = strrchr(wanted, '/');

	*(slash ? slash : wanted) = '\0';
}

static bool look_at_helpers(const struct auth_file *file, struct arena *arena, char *wanted,
			    struct auth_answer *answer, struct problem *problem)
{
	const struct json *helpers = json_get(file->root, "credHelpers");

	for (; *wanted && answer->kind == AUTH_NOTHING; shorten(wanted)) {
		const struct json *value = find_key(arena, helpers, wanted);

		if (value && !set_helper(file, value, "credHelpers", answer, problem))
			return false;
	}
	return true;
}

static bool look_at_entries(const struct auth_file *file, struct arena *arena, char *wanted,
			    struct auth_answer *answer, struct problem *problem)
{
	const struct json *entries = json_get(file->root, "auths");

	for (; *wanted && answer->kind == AUTH_NOTHING; shorten(wanted)) {
		const struct json *value = find_key(arena, entries, wanted);

		if (value && value->kind != JSON_NULL && !read_entry(file, arena, value, answer, problem))
			return false;
	}
	return true;
}

bool auth_look(const struct auth_file *file, struct arena *arena, const char *domain, const char *repository,
	       struct auth_answer *ret_answer, struct problem *problem)
{
	char *wanted = arena_printf(arena, "%s%s%s", domain, *repository ? "/" : "", repository);
	const struct json *store = json_get(file->root, "credsStore");

	*ret_answer = (struct auth_answer){ 0 };
	if (!look_at_helpers(file, arena, arena_copy(arena, wanted, strlen(wanted)), ret_answer, problem))
		return false;
	if (ret_answer->kind == AUTH_NOTHING && !look_at_entries(file, arena, wanted, ret_answer, problem))
		return false;
	if (ret_answer->kind == AUTH_NOTHING && store)
		return set_helper(file, store, "credsStore", ret_answer, problem);
	return true;
}
