/* policy_read.c - policy.json as data: see policy.h */
#include "base/json_decode.h"
#include "image/base64.h"
#include "image/policy.h"
#include <errno.h>
#include <string.h>

/* --- strictness --- */

/* Whether the object has no other keys than these. */
static bool check_keys(struct decoder *decoder, const struct json *value, const struct field *fields)
{
	if (!decode_kind(decoder, value, JSON_OBJECT))
		return false;
	for (const struct json *member = value->first; member; member = member->next) {
		const struct field *field = fields;

		while (field->key && strcmp(field->key, member->key) != 0)
			field++;
		if (field->key && member->kind != JSON_NULL)
			continue;
		decode_problem(decoder, member, field->key ? "must not be null" : "this key is not known here");
		return false;
	}
	return true;
}

/* --- signedIdentity --- */

struct raw_identity { const char *type, *reference, *repository, *prefix, *signed_prefix; };

static const struct field identity_fields[] = {
	{ "type", FIELD_TEXT, FIELD_AT(struct raw_identity, type), .required = true },
	{ "dockerReference", FIELD_TEXT, FIELD_AT(struct raw_identity, reference) },
	{ "dockerRepository", FIELD_TEXT, FIELD_AT(struct raw_identity, repository) },
	{ "prefix", FIELD_TEXT, FIELD_AT(struct raw_identity, prefix) },
	{ "signedPrefix", FIELD_TEXT, FIELD_AT(struct raw_identity, signed_prefix) },
	{ 0 }
};

static const struct name identity_names[] = {
	{ "matchRepoDigestOrExact", IDENTITY_DIGEST_OR_EXACT }, { "matchExact", IDENTITY_EXACT },
	{ "matchRepository", IDENTITY_REPOSITORY }, { "exactReference", IDENTITY_GIVEN_REFERENCE },
	{ "exactRepository", IDENTITY_GIVEN_REPOSITORY }, { "remapIdentity", IDENTITY_REMAPPED }, { 0 }
};

/* A name with its registry, and with `tagged` with a tag or a digest, else with none. */
static bool is_name(struct arena *arena, const char *text, bool tagged)
{
	struct problem none = { 0 };
	struct reference reference;

	return reference_read(arena, text, &reference, &none) && tagged == (reference.tag || reference.digest);
}

static bool is_prefix(struct arena *arena, const char *text)
{
	return reference_is_domain(text) || is_name(arena, text, false);
}

/* The texts that this kind has, no more and no less. */
static bool check_identity(struct decoder *decoder, const struct json *value, const struct raw_identity *raw,
			   enum identity_kind kind)
{
	bool reference = kind == IDENTITY_GIVEN_REFERENCE, repository = kind == IDENTITY_GIVEN_REPOSITORY;
	bool remapped = kind == IDENTITY_REMAPPED;
	const char *bad = NULL;

	if (!raw->reference != !reference || !raw->repository != !repository || !raw->prefix != !remapped ||
	    !raw->signed_prefix != !remapped)
		bad = reference ? "exactReference has 'dockerReference' and nothing else" :
		      repository ? "exactRepository has 'dockerRepository' and nothing else" :
		      remapped ? "remapIdentity has 'prefix' and 'signedPrefix'" : "this type has no other keys";
	else if (reference && !is_name(decoder->arena, raw->reference, true))
		bad = "dockerReference must be a name with a tag or a digest";
	else if (repository && !is_name(decoder->arena, raw->repository, false))
		bad = "dockerRepository must be a name without a tag";
	else if (remapped && (!is_prefix(decoder->arena, raw->prefix) ||
			      !is_prefix(decoder->arena, raw->signed_prefix)))
		bad = "prefix and signedPrefix must be a host, or a name without a tag";
	if (bad)
		decode_problem(decoder, value, "%s", bad);
	return !bad;
}

static void read_identity(struct decoder *decoder, const struct json *value, void *to)
{
	struct signed_identity *identity = to;
	struct raw_identity raw = { 0 };
	const struct name *known;

	if (!check_keys(decoder, value, identity_fields))
		return;
	json_decode(decoder, value, identity_fields, &raw);
	if (decoder->problem->found)
		return;
	known = name_find(identity_names, raw.type);
	if (!known) {
		decode_problem(decoder, value, "type '%.100s' is not known", raw.type);
		return;
	}
	if (!check_identity(decoder, value, &raw, (enum identity_kind)known->value))
		return;
	*identity = (struct signed_identity){ (enum identity_kind)known->value,
					      raw.reference ? raw.reference : raw.repository, raw.prefix,
					      raw.signed_prefix };
}

/* --- requirements --- */

struct raw_requirement {
	uint64_t kind;
	const char *key_type, *key_path, *key_data;
	const char *const *key_path_list, *const *key_data_list;
	size_t key_paths, key_datas;
	struct signed_identity identity;
	const char *beyond;
};

static void read_beyond(struct decoder *decoder, const struct json *value, void *to)
{
	struct raw_requirement *raw = to;

	raw->beyond = value->key;
}

static const struct name requirement_names[] = {
	{ "insecureAcceptAnything", REQUIRE_NOTHING }, { "reject", REQUIRE_REJECT },
	{ "sigstoreSigned", REQUIRE_SIGSTORE }, { "signedBy", REQUIRE_GPG }, { 0 }
};

#define KIND_FIELD \
	{ "type", FIELD_NAME, FIELD_AT(struct raw_requirement, kind), .names = requirement_names, \
	  .what = "a known type of requirement", .required = true }
#define KEY_FIELDS \
	{ "keyPath", FIELD_TEXT, FIELD_AT(struct raw_requirement, key_path) }, \
	{ "keyPaths", FIELD_TEXTS, FIELD_ARRAY(struct raw_requirement, key_path_list, key_paths) }, \
	{ "keyData", FIELD_TEXT, FIELD_AT(struct raw_requirement, key_data) }, \
	{ "signedIdentity", FIELD_READ, FIELD_AT(struct raw_requirement, identity), .read = read_identity }

static const struct field plain_fields[] = { KIND_FIELD, { 0 } };

static const struct field gpg_fields[] = {
	KIND_FIELD, KEY_FIELDS,
	{ "keyType", FIELD_TEXT, FIELD_AT(struct raw_requirement, key_type) },
	{ 0 }
};

static const struct field sigstore_fields[] = {
	KIND_FIELD, KEY_FIELDS,
	{ "keyDatas", FIELD_TEXTS, FIELD_ARRAY(struct raw_requirement, key_data_list, key_datas) },
	{ "fulcio", FIELD_READ, .read = read_beyond },
	{ "pki", FIELD_READ, .read = read_beyond },
	{ "rekorPublicKeyPath", FIELD_READ, .read = read_beyond },
	{ "rekorPublicKeyPaths", FIELD_READ, .read = read_beyond },
	{ "rekorPublicKeyData", FIELD_READ, .read = read_beyond },
	{ "rekorPublicKeyDatas", FIELD_READ, .read = read_beyond },
	{ 0 }
};

static const struct field *fields_of(enum requirement_kind kind)
{
	switch (kind) {
	case REQUIRE_NOTHING:
	case REQUIRE_REJECT:
		return plain_fields;
	case REQUIRE_SIGSTORE:
		return sigstore_fields;
	case REQUIRE_GPG:
		return gpg_fields;
	}
	return plain_fields;
}

/* Keys come from one source. */
static bool check_keys_given(struct decoder *decoder, const struct json *value, const struct raw_requirement *raw)
{
	bool beyond = raw->beyond && (strcmp(raw->beyond, "fulcio") == 0 || strcmp(raw->beyond, "pki") == 0);
	int given = !!raw->key_path + !!raw->key_path_list + !!raw->key_data + !!raw->key_data_list + beyond;
	char *bytes;
	size_t length;

	if (given != 1) {
		decode_problem(decoder, value, "one of keyPath, keyPaths and keyData is needed, not %d of them", given);
	} else if ((raw->key_path_list && !raw->key_paths) || (raw->key_data_list && !raw->key_datas)) {
		decode_problem(decoder, value, "there must be a key");
	} else if (raw->key_data && !base64_decode(decoder->arena, raw->key_data, &bytes, &length)) {
		decode_problem(decoder, value, "keyData is not base64");
	} else {
		for (size_t i = 0; raw->key_data_list && i < raw->key_datas; i++)
			if (!base64_decode(decoder->arena, raw->key_data_list[i], &bytes, &length))
				decode_problem(decoder, value, "keyDatas[%zu] is not base64", i);
	}
	return !decoder->problem->found;
}

static const char *const *one_text(struct arena *arena, const char *text)
{
	const char **list = ARENA_ARRAY(arena, 2, const char *);

	list[0] = text;
	return list;
}

static void read_requirement(struct decoder *decoder, const struct json *value, struct requirement *to)
{
	struct raw_requirement raw = { 0 };
	const struct json *type = json_get(value, "type");
	const struct name *known = type && type->kind == JSON_STRING ? name_find(requirement_names, type->text) : NULL;
	enum requirement_kind kind = known ? (enum requirement_kind)known->value : REQUIRE_GPG;

	/* Without a type that is known the decoder says so. */
	if (known && !check_keys(decoder, value, fields_of(kind)))
		return;
	json_decode(decoder, value, fields_of(kind), &raw);
	if (decoder->problem->found)
		return;
	if (kind == REQUIRE_GPG && (!raw.key_type || strcmp(raw.key_type, "GPGKeys") != 0))
		decode_problem(decoder, value, "keyType must be 'GPGKeys'");
	if ((kind == REQUIRE_GPG || kind == REQUIRE_SIGSTORE) && !check_keys_given(decoder, value, &raw))
		return;
	*to = (struct requirement){ .kind = kind, .identity = raw.identity, .beyond = raw.beyond };
	to->key_path = raw.key_path ? one_text(decoder->arena, raw.key_path) : raw.key_path_list;
	to->key_paths = raw.key_path ? 1 : raw.key_paths;
	to->key_data = raw.key_data ? one_text(decoder->arena, raw.key_data) : raw.key_data_list;
	to->key_datas = raw.key_data ? 1 : raw.key_datas;
}

/* An array of requirements, which must not be empty. */
static void read_scope(struct decoder *decoder, const struct json *value, void *to)
{
	struct policy_scope *scope = to;

	scope->name = value->key;
	if (!decode_kind(decoder, value, JSON_ARRAY))
		return;
	if (!value->count)
		decode_problem(decoder, value, "must not be empty; insecureAcceptAnything asks for nothing");
	scope->requirement = ARENA_ARRAY(decoder->arena, value->count, struct requirement);
	for (const struct json *item = value->first; item && !decoder->problem->found; item = item->next)
		read_requirement(decoder, item, &scope->requirement[scope->count++]);
}

static void read_transports(struct decoder *decoder, const struct json *value, void *to)
{
	struct policy *policy = to;

	if (!decode_kind(decoder, value, JSON_OBJECT))
		return;
	policy->transport = ARENA_ARRAY(decoder->arena, value->count, struct policy_transport);
	for (const struct json *item = value->first; item && !decoder->problem->found; item = item->next) {
		struct policy_transport *transport = &policy->transport[policy->transports++];

		transport->name = item->key;
		if (!decode_kind(decoder, item, JSON_OBJECT))
			return;
		transport->scope = ARENA_ARRAY(decoder->arena, item->count, struct policy_scope);
		for (const struct json *scope = item->first; scope && !decoder->problem->found; scope = scope->next)
			read_scope(decoder, scope, &transport->scope[transport->count++]);
	}
}

static const struct field policy_fields[] = {
	{ "default", FIELD_READ, FIELD_AT(struct policy, all), .read = read_scope, .required = true },
	{ "transports", FIELD_READ, .read = read_transports },
	{ 0 }
};

bool policy_read(struct arena *arena, char *text, size_t length, const char *file, struct policy *ret_policy,
		 struct problem *problem)
{
	const struct json *root = json_read(arena, text, length, file, problem);
	struct problem inner = { 0 };
	struct decoder decoder = { arena, &inner };

	*ret_policy = (struct policy){ .file = file };
	if (!root)
		return false;
	if (check_keys(&decoder, root, policy_fields))
		json_decode(&decoder, root, policy_fields, ret_policy);
	if (inner.found)
		problem_set(problem, "%s: %s", file, inner.text);
	return !inner.found;
}

/* --- the file --- */

/* 1, or 0 where there is none; -errno with a problem. */
static int load(struct arena *arena, const char *path, struct policy *ret_policy, struct problem *problem)
{
	size_t length = 0;
	char *text = NULL;
	int got = places_read(arena, path, &text, &length, problem);

	if (got <= 0)
		return got;
	return policy_read(arena, text, length, path, ret_policy, problem) ? 1 : -EINVAL;
}

int policy_load(struct arena *arena, const struct places *places, struct policy *ret_policy, struct problem *problem)
{
	int got = 0;

	*ret_policy = (struct policy){ 0 };
	if (places->config)
		got = load(arena, arena_printf(arena, "%s/policy.json", places->config), ret_policy, problem);
	if (!got)
		got = load(arena, arena_printf(arena, "%s/containers/policy.json", places->etc), ret_policy, problem);
	return got < 0 ? got : 0;
}
