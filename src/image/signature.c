/* signature.c - see signature.h */
#include "image/signature.h"
#include "base/fd.h"
#include "base/file.h"
#include "base/json_write.h"
#include "image/manifest.h"
#include "image/simple_signing.h"
#include "spec/names.h"
#include <linux/memfd.h>
#include <string.h>

enum { SIGNATURES_MAX = 100 };

static const char signature_key[] = "dev.cosignproject.cosign/signature";

/* One rule, and what to check it with. */
struct check {
	struct remote *remote;
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

/* The bytes that were signed: a small blob, whose digest the helper checks. */
static int fetch_payload(struct remote *remote, const struct descriptor *blob, struct problem *problem)
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
		return -EIO;
	sys_lseek(file, 0, SEEK_SET);
	return take_fd(&file);
}

static bool is_signed_with(const struct check *check, const char *key, const char *signature, int payload)
{
	struct text text = text_new(check->remote->arena);
	struct json_writer json = remote_begin(check->remote, &text, "verify");
	enum fetch_error error;

	json_put_text(&json, "key", key);
	json_put_text(&json, "signature", signature);
	json_close(&json);
	*check->why = (struct problem){ 0 };
	sys_lseek(payload, 0, SEEK_SET);
	return remote_ask(check->remote, &text, &payload, 1, &error, check->why) != NULL;
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
	closes int payload = fetch_payload(check->remote, blob, check->why);

	if (payload < 0)
		return false;
	for (size_t i = 0; i < check->keys_count && !good; i++)
		good = is_signed_with(check, check->keys[i], signature, payload);
	sys_lseek(payload, 0, SEEK_SET);
	if (!good || file_read_fd(check->remote->arena, payload, FETCH_SIGNED_MAX, &text, &length))
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

bool signature_check(struct remote *remote, const struct remotes *remotes, const struct reference *reference,
		     const struct digest *digest, const struct policy_verdict *verdict, struct problem *problem)
{
	const char *name = reference_text(remote->arena, reference);
	struct problem why = { 0 };
	struct document signatures;

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
	for (size_t i = 0; i < verdict->signatures && !problem->found; i++) {
		struct check check = { remote, reference, digest, verdict->signature[i], NULL, 0, &why };

		if (policy_keys(remote->arena, check.requirement, &check.keys, &check.keys_count, problem))
			return false;
		if (!meets(&check, &signatures))
			problem_set(problem, "%s: no signature is what the policy (%s, %s) wants%s%s", name,
				    remotes->policy.file, verdict->scope, why.found ? ": " : "", why.text);
	}
	return !problem->found;
}
