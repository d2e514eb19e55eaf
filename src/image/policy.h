/* policy.h - which images may be used: containers-policy.json(5).
 *
 * The rules that hold for an image are those of the narrowest scope that covers it; all of them must be met. What a
 * rule asks is decided here; whether a signature is good is found out with libexec/taru/fetch ("verify" of
 * wire/fetch.h) and simple_signing.h. The file is read strictly: what is not known makes all of it invalid.
 */
#pragma once
#include "base/arena.h"
#include "base/problem.h"
#include "image/places.h"
#include "image/reference.h"

enum requirement_kind {
	REQUIRE_NOTHING,		/* insecureAcceptAnything */
	REQUIRE_REJECT,
	REQUIRE_SIGSTORE,		/* sigstoreSigned */
	REQUIRE_GPG,			/* signedBy: known, and nothing that could be checked here */
};

/* Of whom the signature speaks, and who the image has to be for that. */
enum identity_kind {
	IDENTITY_DIGEST_OR_EXACT,	/* matchRepoDigestOrExact: the same tag, or of a digest the same repository */
	IDENTITY_EXACT,			/* matchExact */
	IDENTITY_REPOSITORY,		/* matchRepository */
	IDENTITY_GIVEN_REFERENCE,	/* exactReference */
	IDENTITY_GIVEN_REPOSITORY,	/* exactRepository */
	IDENTITY_REMAPPED,		/* remapIdentity */
};

struct signed_identity {
	enum identity_kind kind;
	const char *given;		/* of exactReference and exactRepository */
	const char *prefix, *signed_prefix;	/* of remapIdentity */
};

struct requirement {
	enum requirement_kind kind;
	const char *const *key_path;	/* files of public keys, PEM; any of all keys will do */
	size_t key_paths;
	const char *const *key_data;	/* public keys, PEM in base64 */
	size_t key_datas;
	struct signed_identity identity;
	const char *beyond;		/* something known that cannot be checked here: "fulcio"; NULL: nothing */
};

struct policy_scope {
	const char *name;		/* "": all of the transport */
	struct requirement *requirement;
	size_t count;
};

struct policy_transport {
	const char *name;		/* "docker" */
	struct policy_scope *scope;
	size_t count;
};

struct policy {
	const char *file;		/* NULL: there is none, so all images may be used */
	struct policy_scope all;	/* default */
	struct policy_transport *transport;
	size_t transports;
};

/* What holds for an image that is not rejected. */
struct policy_verdict {
	const struct requirement **signature;	/* each must be met by a signature; none: it is accepted as it is */
	size_t signatures;
	const char *scope;		/* where it stands: "default", "transports.docker[\"host/team\"]" */
};

/* Reads the text of a file, which it changes; `file` is its path. */
bool policy_read(struct arena *arena, char *text, size_t length, const char *file, struct policy *ret_policy,
		 struct problem *problem);

/* Reads the file: the user's, where there is one, else the machine's. 0, or -errno with a problem. */
int policy_load(struct arena *arena, const struct places *places, struct policy *ret_policy, struct problem *problem);

/* For an image from a registry. false after a problem: it is rejected, or asks for something that
 * cannot be checked. */
bool policy_for_image(const struct policy *policy, struct arena *arena, const struct reference *reference,
		      struct policy_verdict *ret_verdict, struct problem *problem);

/* The same for one in a file or folder: transport "docker-archive", "oci-archive", "oci" or "dir"; an absolute path
 * without links; the name of the image in it, or "". */
bool policy_for_path(const struct policy *policy, struct arena *arena, const char *transport, const char *path,
		     const char *name, struct policy_verdict *ret_verdict, struct problem *problem);

/* The public keys of a requirement, each a PEM text. 0, or -errno with a problem. */
int policy_keys(struct arena *arena, const struct requirement *requirement, const char ***ret_keys, size_t *ret_count,
		struct problem *problem);
