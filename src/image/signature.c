/* signature.c - see signature.h */
#include "image/signature.h"
#include "base/fd.h"
#include "base/file.h"
#include "base/json_write.h"
#include "image/manifest.h"
#include "image/simple_signing.h"
#include <linux/memfd.h>

enum { SIGNATURES_MAX = 100 };

static const char signature_key[] = "dev.cosignproject.cosign/signature";

/* One rule, and what to check it with. Who talks to the registry may have been taken over by it, so another process,
 * which talks to nobody, says whether a signature is good; and of bytes that the first one cannot change. */
struct check {
	struct remote *remote, *verifier;
	const struct reference *reference;
	const struct digest *digest;
	const struct requirement *requirement;
	const char **keys;
	size_t keys_count;
	struct problem *why;		/* of the last signature that was no good */
};

bool signature_wanted(struct arena *arena, const struct remotes *remotes, const struct reference *reference,
		      struct policy_verdict *ret_verdict, struct problem *problem)
{
	return policy_for_image(&remotes->policy, arena, reference, ret_verdict, problem);
}

/* The bytes that were signed: a small blob. */
static bool fetch_payload(struct remote *remote, const struct descriptor *blob, char **ret_text, size_t *ret_length,
			  struct problem *problem)
{
	closes int file = sys_memfd_create("payload", MFD_CLOEXEC);
	struct text text = text_new(remote->arena);
	struct json_writer json = remote_begin(remote, &text, "blob");
	static const char *const none[] = { NULL };
	enum fetch_error error;

	json_put_text(&json, "digest", blob->digest.text);
	json_put_unsigned(&json, "size", blob->size);
	json_put_texts(&json, "urls", none);
	json_close(&json);
	if (file < 0 || !remote_ask(remote, &text, &file, 1, &error, problem))
		return false;
	sys_lseek(file, 0, SEEK_SET);
	return file_read_fd(remote->arena, file, FETCH_SIGNED_MAX, ret_text, ret_length) == 0;
}

static bool is_signed_with(const struct check *check, const char *key, const char *signature, int payload)
{
	struct text text = text_new(check->verifier->arena);
	struct json_writer json = remote_begin(check->verifier, &text, "verify");
	enum fetch_error error;

	json_put_text(&json, "key", key);
	json_put_text(&json, "signature", signature);
	json_close(&json);
	*check->why = (struct problem){ 0 };
	sys_lseek(payload, 0, SEEK_SET);
	return remote_ask(check->verifier, &text, &payload, 1, &error, check->why) != NULL;
}

/* The identity is looked at only when the signature is good. */
static bool is_good(const struct check *check, const struct descriptor *blob)
{
	const char *signature = descriptor_annotation(blob, signature_key);
	bool good = false;
	char *text;
	size_t length;

	*check->why = (struct problem){ 0 };
	if (!signature || blob->size > FETCH_SIGNED_MAX)
		return false;
	if (!fetch_payload(check->remote, blob, &text, &length, check->why))
		return false;
	/* A copy: the file that it came in is the other process's too. */
	closes int payload = remote_memory_file(text, length);

	for (size_t i = 0; payload >= 0 && i < check->keys_count && !good; i++)
		good = is_signed_with(check, check->keys[i], signature, payload);
	if (!good)
		return false;
	*check->why = (struct problem){ 0 };
	return simple_signing_check(check->remote->arena, text, length, &check->requirement->identity,
				    check->reference, check->digest->text, check->why);
}

static bool meets(const struct check *check, const struct document *signatures)
{
	for (size_t i = 0; i < signatures->count && i < SIGNATURES_MAX; i++)
		if (is_good(check, &signatures->list[i]))
			return true;
	return false;
}

/* The manifest that has the signatures as its layers. */
static bool fetch_signatures(struct remote *remote, const struct digest *digest, struct document *ret_signatures,
			     struct problem *problem)
{
	struct remote_document document;
	enum fetch_error error;

	return remote_manifest(remote, simple_signing_tag(remote->arena, digest->text), &document, &error, problem) &&
	       document_read(remote->arena, document.text, document.length, document.type, "signatures", ret_signatures,
			     problem);
}

/* Each rule needs a signature of its own. */
static void check_rules(struct check *check, const struct remotes *remotes, const struct policy_verdict *verdict,
			const struct document *signatures, struct problem *problem)
{
	struct arena *arena = check->remote->arena;

	for (size_t i = 0; i < verdict->signatures && !problem->found; i++) {
		check->requirement = verdict->signature[i];
		if (policy_keys(arena, check->requirement, &check->keys, &check->keys_count, problem))
			return;
		*check->why = (struct problem){ 0 };
		if (!meets(check, signatures))
			problem_set(problem, "%s: no signature is what the policy (%s, %s) wants%s%s",
				    reference_text(arena, check->reference), remotes->policy.file, verdict->scope,
				    check->why->found ? ": " : "", check->why->text);
	}
}

bool signature_check(struct remote *remote, const struct remotes *remotes, const struct reference *reference,
		     const struct digest *digest, const struct policy_verdict *verdict, struct problem *problem)
{
	const char *name = reference_text(remote->arena, reference);
	struct problem why = { 0 };
	struct document signatures;
	struct remote verifier;
	struct check check = { .remote = remote, .verifier = &verifier, .reference = reference, .digest = digest,
			       .why = &why };

	if (!verdict->signatures)
		return true;
	if (!attachments_enabled(&remotes->attachments, remote->arena, reference)) {
		problem_set(problem, "%s: the policy (%s, %s) wants a signature, but nothing says that they are kept "
			    "beside the image: 'use-sigstore-attachments: true' in /etc/containers/registries.d/", name,
			    remotes->policy.file, verdict->scope);
		return false;
	}
	if (!fetch_signatures(remote, digest, &signatures, &why)) {
		problem_set(problem, "%s: the policy (%s, %s) wants a signature, and there is none: %s", name,
			    remotes->policy.file, verdict->scope, why.text);
		return false;
	}
	if (!remote_open_alone(&verifier, remote->arena, problem))
		return false;
	check_rules(&check, remotes, verdict, &signatures, problem);
	remote_close(&verifier);
	return !problem->found;
}
