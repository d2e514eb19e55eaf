/* fuzz_policy.c - any bytes as policy.json and as what was signed: there is an answer for each image, and nothing that
 * was not understood is a yes. */
#include "image/simple_signing.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void check_verdict(bool good, const struct policy_verdict *verdict, const struct problem *problem)
{
	if (good == problem->found)
		abort();
	for (size_t i = 0; good && i < verdict->signatures; i++) {
		const struct requirement *requirement = verdict->signature[i];

		if (requirement->kind != REQUIRE_SIGSTORE || requirement->beyond ||
		    (!requirement->key_paths && !requirement->key_datas))
			abort();
	}
}

static void check(struct arena *arena, const struct policy *policy, const char *name)
{
	struct problem problem = { 0 }, other = { 0 };
	struct policy_verdict verdict = { 0 };
	struct reference reference;
	bool good;

	if (!reference_parse(arena, name, &reference, &problem))
		abort();
	good = policy_for_image(policy, arena, &reference, &verdict, &problem);
	check_verdict(good, &verdict, &problem);
	good = policy_for_path(policy, arena, "oci", "/a/b", "c", &verdict, &other);
	check_verdict(good, &verdict, &other);
}

static void check_payload(struct arena *arena, const char *text, size_t size)
{
	static const char digest[] = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

	for (int kind = IDENTITY_DIGEST_OR_EXACT; kind <= IDENTITY_REMAPPED; kind++) {
		const struct signed_identity identity = { (enum identity_kind)kind, "a.example/b:1", "a.example", "c" };
		struct problem problem = { 0 };
		struct reference reference;

		if (!reference_parse(arena, "a.example/b:1", &reference, &problem))
			abort();
		if (simple_signing_check(arena, arena_copy(arena, text, size), size, &identity, &reference, digest,
					 &problem) == problem.found)
			abort();
		if (!problem.found && !memmem(text, size, "cosign container image signature", 32) &&
		    !memchr(text, '\\', size))
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	const char *text = (const char *)bytes;
	struct problem problem = { 0 };
	struct policy policy;
	struct arena arena;

	arena_init(&arena, NULL, 0);
	if (policy_read(&arena, arena_copy(&arena, text, size), size, "p", &policy, &problem)) {
		check(&arena, &policy, "x");
		check(&arena, &policy, "c.b.example:1/team/app:1");
	}
	check_payload(&arena, text, size);
	arena_release(&arena);
	return 0;
}
