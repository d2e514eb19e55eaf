/* attachments.h - for which images signatures are looked for beside them in the registry: use-sigstore-attachments
 * of containers-registries.d(5).
 *
 * The files are YAML, of which base/yaml.h reads what they are made of; anything else is an error with its line.
 */
#pragma once
#include "base/arena.h"
#include "base/problem.h"
#include "image/places.h"
#include "image/reference.h"

struct attachments_scope {
	const char *name;		/* "host/team"; "": default-docker */
	bool enabled;
	const char *file;
	size_t line;
};

/* Zeroed, it is what holds without any file: nowhere. */
struct attachments {
	struct attachments_scope *scope;
	size_t count, room;
};

/* Adds what a file says: `file` is its path. */
void attachments_add(struct attachments *attachments, struct arena *arena, const char *text, size_t length,
		     const char *file, struct problem *problem);

/* Reads registries.d: the user's folder, where there is one, else the machine's. 0, or -errno with a problem. */
int attachments_load(struct arena *arena, const struct places *places, struct attachments *ret_attachments,
		     struct problem *problem);

/* Whether signatures of this image are looked for. */
bool attachments_enabled(const struct attachments *attachments, struct arena *arena,
			 const struct reference *reference);
