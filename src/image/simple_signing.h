/* simple_signing.h - what a signature of an image says: the payload that cosign signs, in the form of
 * containers-signature(5).
 *
 * Only after the signature was found to be good ("verify" of wire/fetch.h) is it worth anything.
 */
#pragma once
#include "base/arena.h"
#include "base/problem.h"
#include "image/policy.h"
#include "image/reference.h"

/* Whether the payload, which is changed, is for the image `reference` with the manifest `digest`, as the policy wants
 * its identity. Else false and a problem, a clause: "it was made for 'host/other'". */
bool simple_signing_check(struct arena *arena, char *payload, size_t length, const struct signed_identity *identity,
			  const struct reference *reference, const char *digest, struct problem *problem);

/* The tag that cosign keeps the signatures of a manifest by, beside the image: "sha256-….sig". */
const char *simple_signing_tag(struct arena *arena, const char *digest);
