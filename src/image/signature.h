/* signature.h - whether the policy lets an image in: the rules of policy.h, and the signatures they ask for. */
#pragma once
#include "image/remote.h"

/* Whether there are rules that only the image's manifest can meet: then signature_check() is to be called. False
 * after a problem: it is rejected. */
bool signature_wanted(struct arena *arena, const struct remotes *remotes, const struct reference *reference,
		      struct policy_verdict *ret_verdict, struct problem *problem);

/* Looks for signatures beside the image (cosign's: the tag sha256-HEX.sig) and checks them against each rule.
 * `digest` is of what the registry has under the reference. */
bool signature_check(struct remote *remote, const struct remotes *remotes, const struct reference *reference,
		     const struct digest *digest, const struct policy_verdict *verdict, struct problem *problem);
