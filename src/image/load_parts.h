/* load_parts.h - what the two forms of archives share. */
#pragma once
#include "image/load.h"

/* One image of an archive. */
struct load_image {
	struct document manifest;	/* its layers' digests are those of the files */
	struct digest manifest_digest;
	uint64_t manifest_size;
	struct image_config config;
	const char **layer_file;	/* where in the archive each layer is */
	const char **name;		/* in full */
	size_t names;
};

struct loading {
	struct store *store;
	const struct load_options *options;
	struct archive archive;
	struct store_holds holds, layer_holds;	/* of all documents; of the layers of one image */
	struct load_image *image;
	size_t count;
};

/* Finds the images of an archive, and puts their manifests and configs into the store. False after a problem. */
bool load_docker(struct loading *loading, struct problem *problem);
bool load_oci(struct loading *loading, struct problem *problem);

/* A name as archives have it, in full; false: it is none. */
bool load_name(struct loading *loading, const char *given, const char **ret_name);
