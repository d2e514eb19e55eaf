/* secret.h - passwords and keys that containers are given, and that are no part of an image.
 *
 *	ROOT/secrets/NAME	mode 0600 in a folder of 0700: a line of JSON (struct secret), then the bytes
 *	ROOT/secrets/.new-*	one that is being written, locked by its writer
 *
 * A file that has its name is whole: it is written under another one and renamed. A container gets a copy when it is
 * made, so that the secret can be removed or replaced then.
 */
#pragma once
#include "engine/container.h"

#define SECRETS "secrets"

enum {
	SECRET_SIZE_MAX = 512000,	/* bytes: Podman's limit; Docker's is 500 KiB */
	SECRET_NAME_MAX = 253,
};

struct secret {
	const char *id;			/* 25 digits */
	const char *name;
	const char *created, *updated;	/* "2026-01-31T12:00:00.123456789Z" */
	struct pairs labels;
	const char *bytes;		/* what is secret; only where it was asked for */
	size_t size;
};

/* The absolute path of the file of the secret of that name. */
const char *secret_file(const struct engine *engine, const char *name);

/* Makes one of `secret`, of which name, labels, bytes and size are filled in; with `replace` also where there is one of
 * the name, whose time of creation it keeps. */
bool secret_create(struct engine *engine, struct secret *secret, bool replace, struct problem *problem);

/* The secret of that name, or ID, or begin of an ID that only one has; with its bytes. */
bool secret_find(struct engine *engine, const char *given, struct secret *ret_secret, struct problem *problem);

/* All of them by name. One that cannot be read is a line of `warnings`. */
bool secret_list(struct engine *engine, struct secret **ret_list, size_t *ret_count, struct text *warnings,
		 struct problem *problem);

/* Removes one that was found. */
bool secret_remove(struct engine *engine, const struct secret *secret, struct problem *problem);

/* Whether the file secrets/NAME is one that a writer was killed with. */
bool secret_was_left(const struct engine *engine, const char *name);

/* Removes it then; false where it is none, or cannot be removed. */
bool secret_sweep(const struct engine *engine, const char *name);
