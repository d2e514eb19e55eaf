/* manifest.h - the documents of an image: index, manifest, config (OCI image-spec 1.1; Docker's schema 2).
 *
 * They come from outside: at most MANIFEST_MAX bytes, digests are read strictly, and a document that could be
 * read as two kinds is refused (CVE-2021-41190). What is read points into the text, which must live on.
 */
#pragma once
#include "base/json.h"
#include "base/name.h"
#include "base/text.h"
#include "image/digest.h"

enum {
	MANIFEST_MAX = 4 * 1024 * 1024,
	CONFIG_MAX = 8 * 1024 * 1024,
	MANIFEST_LAYERS_MAX = 1000,
};

enum document_kind { DOCUMENT_INDEX, DOCUMENT_MANIFEST };

/* Names of kinds of documents: the OCI's and Docker's for the same thing. */
extern const char media_oci_index[], media_oci_manifest[], media_oci_config[], media_oci_layer[],
	media_oci_layer_gzip[], media_oci_layer_zstd[], media_docker_list[], media_docker_manifest[];

/* What a registry is asked for: all that can be read, ends in a NULL. */
extern const char *const media_accepted[];

struct descriptor {
	const char *media_type;		/* "" where it does not say */
	struct digest digest;
	uint64_t size;
	const char *os, *architecture, *variant, *os_version;	/* in an index; may be NULL */
	const char **urls;		/* ends in a NULL; NULL without */
	size_t urls_count;
	struct pair *annotations;
	size_t annotations_count;
};

/* An index has manifests; a manifest has a config and layers, the lowest first. */
struct document {
	enum document_kind kind;
	const char *media_type;
	struct descriptor config;
	struct descriptor *list;	/* layers, or manifests */
	size_t count;
};

/* Reads a manifest or an index. `text` is changed; text[length] must be writable. `type` is what the registry or the
 * descriptor said it is, "" for nothing. `name` is what it is called in problems. */
bool document_read(struct arena *arena, char *text, size_t length, const char *type, const char *name,
		   struct document *ret_document, struct problem *problem);

/* Whether a layer may be had elsewhere, at its `urls`: its media type says that registries need not have it. The URLs
 * of any other layer mean nothing. */
bool descriptor_is_foreign(const struct descriptor *descriptor);

/* The annotation's value, or NULL. */
const char *descriptor_annotation(const struct descriptor *descriptor, const char *key);

struct json_writer;

/* An object of a descriptor, for documents that are written here. */
void descriptor_write(struct json_writer *writer, const char *key, const struct descriptor *descriptor);

/* A manifest with the config and the layers of `manifest`. */
void manifest_write(struct text *out, const struct document *manifest);

/* One step of an image's making. */
struct history {
	const char *created, *created_by, *author, *comment;	/* "" where it does not say */
	bool empty_layer;
};

/* What is read of a config; `json` has all of it. */
struct image_config {
	const char *created, *author, *os, *architecture, *variant, *os_version;
	struct digest *diff_ids;	/* of the layers, the lowest first */
	size_t diff_ids_count;
	struct history *history;
	size_t history_count;
	const struct json *json, *config;	/* `config`: User, Env, Cmd …; may be NULL */
};

/* Reads an image's config, as above. A problem where it is of no image (an artifact). */
bool image_config_read(struct arena *arena, char *text, size_t length, const char *name,
		       struct image_config *ret_config, struct problem *problem);

/* Seconds since 1970 of an RFC 3339 time ("2024-01-02T03:04:05.678Z", "+02:00"); 0 for what is none, and for what
 * is before (Go's zero time is the year 1). */
int64_t image_time(const char *text);
