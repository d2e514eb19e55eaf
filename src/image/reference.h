/* reference.h - the name of an image: what "busybox" means.
 *
 * The grammar is that of the distribution project, the normalisation that of Docker:
 *
 *	busybox				docker.io/library/busybox:latest
 *	team/app:1.0			docker.io/team/app:1.0
 *	localhost:5000/app@sha256:…	localhost:5000/app@sha256:…
 *
 * The part before the first '/' is a registry where it has a '.' or a ':' or a capital letter in it, or is
 * "localhost". All texts live in the arena. Nothing here looks at a file.
 */
#pragma once
#include "base/arena.h"
#include "base/problem.h"
#include <stdbool.h>

enum {
	REFERENCE_NAME_MAX = 255,	/* registry and path: OCI distribution specification, «Pulling manifests» */
	REFERENCE_TAG_MAX = 128,
};

struct reference {
	const char *domain;		/* "docker.io", "localhost:5000" */
	const char *path;		/* "library/busybox" */
	const char *tag;		/* NULL: it has none */
	const char *digest;		/* "sha256:…"; NULL: it has none */
	const char *short_name;		/* "busybox", as it was written without a registry; NULL: it was with one */
};

/* Reads a name as a person writes it; without a tag and a digest, the tag is "latest". Returns false after a
 * problem, which names the part, what is wrong with it, and what would be right. */
bool reference_parse(struct arena *arena, const char *text, struct reference *ret_reference, struct problem *problem);

/* The same without a tag that was not written. */
bool reference_read(struct arena *arena, const char *text, struct reference *ret_reference, struct problem *problem);

/* The same of a registry, which may be a host without a dot, and of what stands after its '/'. */
bool reference_read_at(struct arena *arena, const char *domain, const char *rest, struct reference *ret_reference,
		       struct problem *problem);

/* "docker.io/library/busybox": without tag and digest. */
const char *reference_name(struct arena *arena, const struct reference *reference);

/* "docker.io/library/busybox:latest": in full. */
const char *reference_text(struct arena *arena, const struct reference *reference);

/* "busybox:latest", as Docker prints it. Where that would be read as something else ("docker.io/a.b/c" would lose its
 * registry), it is in full. */
const char *reference_familiar(struct arena *arena, const struct reference *reference);

/* What covers an image, from itself to its registry, with a NULL after the last: "host:1/team/app:tag" (with a digest
 * "…@sha256:…", and no tag then), "host:1/team/app", "host:1/team", "host:1". */
const char *const *reference_scopes(struct arena *arena, const struct reference *reference);

/* Whether both have the same registry and path. */
bool reference_same_name(const struct reference *one, const struct reference *other);

/* Whether the text is "host", "host.example:5000", "[::1]:5000": what a registry is called. */
bool reference_is_domain(const char *text);

/* Whether this is a digest that can be compared here: sha256 with 64 lower-case hexadecimal digits: the OCI
 * image specification, «Digests». Else false and a problem. */
bool reference_check_digest(const char *digest, struct problem *problem);
