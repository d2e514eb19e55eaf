/* registries.h - where an image is fetched from: containers-registries.conf(5), version 2.
 *
 * A name goes two steps. registries_candidates() says which images a short name may mean: an alias, or one in each of
 * the registries that are searched, in order. registries_pull_endpoints() says which servers have such an
 * image: mirrors first, then where its registry lies. Both are pure; registries_load() reads the files.
 */
#pragma once
#include "base/arena.h"
#include "base/problem.h"
#include "image/places.h"
#include "image/reference.h"

enum mirror_use { MIRROR_ALL, MIRROR_DIGEST_ONLY, MIRROR_TAG_ONLY };

struct registry_mirror {
	const char *location;
	bool insecure;
	enum mirror_use use;
};

struct registry {
	const char *prefix;		/* "host", "host/team", "*.example" */
	const char *location;		/* NULL: as the image is named (a prefix with '*' alone) */
	struct { bool set, value; } insecure;
	bool blocked, mirrors_digest_only;
	struct registry_mirror *mirror;
	size_t mirrors;
	const char *file;		/* where it stands */
	size_t line;
};

struct registry_alias {
	const char *name;		/* "fedora" */
	const char *value;		/* "registry.example/fedora"; "": there is none */
	const char *file;
	size_t line;
};

enum short_name_mode { SHORT_NAME_PERMISSIVE, SHORT_NAME_ENFORCING, SHORT_NAME_DISABLED };

/* What an option says of certificates, above all files. */
enum registry_tls { TLS_AS_CONFIGURED, TLS_VERIFIED, TLS_UNVERIFIED };

/* Zeroed, it is what holds without any file. */
struct registries {
	const char *const *search;
	size_t searches;
	struct registry *registry;
	size_t count, room;
	struct registry_alias *alias;
	size_t aliases, aliases_room;
	enum short_name_mode mode;
	const char *const *helper;	/* credential-helpers: "containers-auth.json" is the files */
	size_t helpers;
	enum registry_tls tls;
};

/* One way to an image. Where http is allowed there are two in a row for the same host: https comes first, and `plain`
 * second, which is for a host that does not speak TLS at all and not for one that has an answer. */
struct endpoint {
	const char *domain;		/* as people call it, for passwords and certificates: "docker.io" */
	const char *host;		/* as in an URL: "registry-1.docker.io", "localhost:5000" */
	const char *repository;		/* "library/busybox" */
	bool plain;			/* http */
	bool unverified;		/* https, but whoever answers is believed */
	bool loopback;			/* this machine: unverified only while no certificate is configured for it */
	bool mirror;
};

/* Adds what a file says: `file` is its path. Of settings that an earlier file has made too, the later ones hold. */
void registries_add(struct registries *registries, struct arena *arena, const char *text, size_t length,
		    const char *file, struct problem *problem);

/* Reads registries.conf (the user's, where there is one, else the machine's), the drop-ins beside it, and the aliases
 * that were found by asking. 0, or -errno with a problem. */
int registries_load(struct arena *arena, const struct places *places, struct registries *ret_registries,
		    struct problem *problem);

/* The images that a name, as it was written, may mean, in the order in which they are tried; one at least. false
 * after a problem. */
bool registries_candidates(const struct registries *registries, struct arena *arena, const char *text,
			   struct reference **ret_references, size_t *ret_count, struct problem *problem);

/* Where an image is fetched from, in order; one at least. false after a problem: the registry is blocked. */
bool registries_pull_endpoints(const struct registries *registries, struct arena *arena,
			       const struct reference *reference, struct endpoint **ret_endpoints, size_t *ret_count,
			       struct problem *problem);

/* The same for sending one, to its own registry: mirrors and locations are for fetching alone. */
bool registries_push_endpoints(const struct registries *registries, struct arena *arena,
			       const struct reference *reference, struct endpoint **ret_endpoints, size_t *ret_count,
			       struct problem *problem);

/* How many bytes of `text`, a name with tag or digest, the prefix covers; 0: it does not. */
size_t registries_match(const char *prefix, const char *text);
