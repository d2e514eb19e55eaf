/* simple_signing.c - see simple_signing.h */
#include "image/simple_signing.h"
#include "base/json.h"
#include <string.h>

/* The text at `object`.`key`, which must be there; "" after a problem. */
static const char *take_text(const struct json *object, const char *key, struct problem *problem)
{
	const struct json *value = json_get(object, key);

	if (value && value->kind == JSON_STRING)
		return value->text;
	problem_set(problem, "'%s' in what was signed must be a text", key);
	return "";
}

/* An object with `count` members: the format has no others, and a newer one would mean something that
 * is not known. */
static const struct json *take_object(const struct json *object, const char *key, size_t count,
				      struct problem *problem)
{
	const struct json *value = json_get(object, key);

	if (value && value->kind == JSON_OBJECT && value->count == count)
		return value;
	problem_set(problem, "'%s' in what was signed must be an object of %zu known members", key, count);
	return NULL;
}

/* --- who it is for --- */

static const char *text_of(struct arena *arena, const struct reference *reference)
{
	return reference_scopes(arena, reference)[0];
}

static bool is_tagged(const struct reference *reference)
{
	return reference->tag || reference->digest;
}

static bool match_digest_or_exact(struct arena *arena, const struct reference *image,
				  const struct reference *signed_for)
{
	if (image->digest)
		return reference_same_name(image, signed_for);
	return is_tagged(signed_for) && strcmp(text_of(arena, image), text_of(arena, signed_for)) == 0;
}

/* The image with its prefix replaced, where it has it. */
static bool remap(struct arena *arena, const struct signed_identity *identity, const struct reference *image,
		  struct reference *ret_image)
{
	const char *name = reference_name(arena, image);
	size_t length = strlen(identity->prefix);
	struct reference moved;
	struct problem none = { 0 };

	*ret_image = *image;
	if (strncmp(name, identity->prefix, length) != 0 || (name[length] && name[length] != '/'))
		return true;
	if (!reference_read(arena, arena_printf(arena, "%s%s", identity->signed_prefix, name + length), &moved, &none))
		return false;
	ret_image->domain = moved.domain;
	ret_image->path = moved.path;
	return true;
}

static bool match_given(struct arena *arena, const struct signed_identity *identity,
			const struct reference *signed_for)
{
	struct problem none = { 0 };
	struct reference given;

	if (!reference_read(arena, identity->given, &given, &none))
		return false;
	if (identity->kind == IDENTITY_GIVEN_REPOSITORY)
		return reference_same_name(&given, signed_for);
	return is_tagged(signed_for) && strcmp(text_of(arena, &given), text_of(arena, signed_for)) == 0;
}

static bool match(struct arena *arena, const struct signed_identity *identity, const struct reference *image,
		  const struct reference *signed_for)
{
	struct reference moved;

	switch (identity->kind) {
	case IDENTITY_DIGEST_OR_EXACT:
		return match_digest_or_exact(arena, image, signed_for);
	case IDENTITY_EXACT:
		return is_tagged(image) && is_tagged(signed_for) &&
		       strcmp(text_of(arena, image), text_of(arena, signed_for)) == 0;
	case IDENTITY_REPOSITORY:
		return reference_same_name(image, signed_for);
	case IDENTITY_GIVEN_REFERENCE:
	case IDENTITY_GIVEN_REPOSITORY:
		return match_given(arena, identity, signed_for);
	case IDENTITY_REMAPPED:
		return remap(arena, identity, image, &moved) && match_digest_or_exact(arena, &moved, signed_for);
	}
	return false;
}

/* --- the payload --- */

/* The two facts in it. */
static bool read_payload(struct arena *arena, char *payload, size_t length, const char **ret_name,
			 const char **ret_digest, struct problem *problem)
{
	static const char wanted[] = "cosign container image signature";
	const struct json *root = json_read(arena, payload, length, "what was signed", problem);
	const struct json *optional = json_get(root, "optional"), *critical, *identity, *image;
	const char *type;

	if (!root)
		return false;
	if (root->kind != JSON_OBJECT || root->count != 2 || !optional ||
	    (optional->kind != JSON_OBJECT && optional->kind != JSON_NULL)) {
		problem_set(problem, "what was signed must be an object of 'critical' and 'optional'");
		return false;
	}
	critical = take_object(root, "critical", 3, problem);
	type = take_text(critical, "type", problem);
	identity = take_object(critical, "identity", 1, problem);
	image = take_object(critical, "image", 1, problem);
	*ret_name = take_text(identity, "docker-reference", problem);
	*ret_digest = take_text(image, "docker-manifest-digest", problem);
	if (problem->found)
		return false;
	if (strcmp(type, wanted) == 0)
		return true;
	problem_set(problem, "what was signed is '%.100s' and not '%s'", type, wanted);
	return false;
}

bool simple_signing_check(struct arena *arena, char *payload, size_t length, const struct signed_identity *identity,
			  const struct reference *reference, const char *digest, struct problem *problem)
{
	const char *name = "", *signed_digest = "";
	struct reference signed_for;

	if (!read_payload(arena, payload, length, &name, &signed_digest, problem) ||
	    !reference_check_digest(signed_digest, problem) || !reference_read(arena, name, &signed_for, problem))
		return false;
	if (strcmp(signed_digest, digest) != 0)
		problem_set(problem, "it was made for another manifest, %s", signed_digest);
	else if (!match(arena, identity, reference, &signed_for))
		problem_set(problem, "it was made for '%.300s', and this is '%.300s'", name,
			    reference_text(arena, reference));
	return !problem->found;
}

const char *simple_signing_tag(struct arena *arena, const char *digest)
{
	size_t algorithm = strcspn(digest, ":");

	return arena_printf(arena, "%.*s-%s.sig", (int)algorithm, digest,
			    digest + algorithm + (digest[algorithm] == ':'));
}
