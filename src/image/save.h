/* save.h - images of the store in one file, or in a folder, for other machines and tools.
 *
 *	docker-archive	what `docker save` writes: manifest.json, repositories, configs, layers without compression
 *	oci-archive	an OCI image layout as a tar: blobs as they are
 *	oci-dir		the same as a folder
 *
 * The same images make the same bytes. All that is needed is looked for before the first byte is written.
 */
#pragma once
#include "base/name.h"
#include "image/store.h"

enum save_format { SAVE_DOCKER_ARCHIVE, SAVE_OCI_ARCHIVE, SAVE_OCI_DIR };

/* "docker-archive", … */
extern const struct name save_format_names[];

struct save_options {
	enum save_format format;
	const char *file;		/* NULL: standard output, which a folder cannot be */
};

/* Saves the images that a person calls so: "busybox:1" is one, "busybox" all that are called busybox, with
 * their names; an ID is an image without a name. False after a problem; then there is no file. */
bool save(struct store *store, const char *const *names, size_t count, const struct save_options *options,
	  struct problem *problem);
