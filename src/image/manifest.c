/* manifest.c - see manifest.h */
#include "image/manifest.h"
#include "base/json_decode.h"
#include "base/json_write.h"
#include <string.h>

const char media_oci_index[] = "application/vnd.oci.image.index.v1+json";
const char media_oci_manifest[] = "application/vnd.oci.image.manifest.v1+json";
const char media_oci_config[] = "application/vnd.oci.image.config.v1+json";
const char media_oci_layer[] = "application/vnd.oci.image.layer.v1.tar";
const char media_oci_layer_gzip[] = "application/vnd.oci.image.layer.v1.tar+gzip";
const char media_oci_layer_zstd[] = "application/vnd.oci.image.layer.v1.tar+zstd";
const char media_docker_list[] = "application/vnd.docker.distribution.manifest.list.v2+json";
const char media_docker_manifest[] = "application/vnd.docker.distribution.manifest.v2+json";

const char *const media_accepted[] = {
	media_oci_index, media_oci_manifest, media_docker_list, media_docker_manifest, NULL
};

static void read_digest(struct decoder *decoder, const struct json *value, void *to)
{
	if (!decode_kind(decoder, value, JSON_STRING))
		return;
	if (!digest_parse(value->text, to))
		decode_problem(decoder, value, "'%.80s' is no digest (sha256: and 64 digits of 0-9a-f)",
			       value->text);
}

static const struct field platform_fields[] = {
	{ "os", FIELD_TEXT, FIELD_AT(struct descriptor, os) },
	{ "architecture", FIELD_TEXT, FIELD_AT(struct descriptor, architecture) },
	{ "variant", FIELD_TEXT, FIELD_AT(struct descriptor, variant) },
	{ "os.version", FIELD_TEXT, FIELD_AT(struct descriptor, os_version) },
	{ 0 }
};

/* The platform's members stand in the descriptor itself. */
static void read_platform(struct decoder *decoder, const struct json *value, void *to)
{
	if (decode_kind(decoder, value, JSON_OBJECT))
		json_decode(decoder, value, platform_fields, (char *)to - offsetof(struct descriptor, os));
}

static const struct field descriptor_fields[] = {
	{ "mediaType", FIELD_TEXT, FIELD_AT(struct descriptor, media_type), .empty = true },
	{ "digest", FIELD_READ, FIELD_AT(struct descriptor, digest), .read = read_digest, .required = true },
	{ "size", FIELD_UNSIGNED, FIELD_AT(struct descriptor, size), .max = INT64_MAX, .required = true },
	{ "platform", FIELD_READ, FIELD_AT(struct descriptor, os), .read = read_platform },
	{ "urls", FIELD_TEXTS, FIELD_ARRAY(struct descriptor, urls, urls_count) },
	{ "annotations", FIELD_PAIRS, FIELD_ARRAY(struct descriptor, annotations, annotations_count) },
	{ 0 }
};

struct document_read {
	const char *media_type;
	uint64_t schema;
	struct descriptor config, *layers, *manifests;
	size_t layers_count, manifests_count;
};

static const struct field document_fields[] = {
	{ "schemaVersion", FIELD_UNSIGNED, FIELD_AT(struct document_read, schema) },
	{ "mediaType", FIELD_TEXT, FIELD_AT(struct document_read, media_type), .empty = true },
	{ "config", FIELD_OBJECT, FIELD_AT(struct document_read, config), .fields = descriptor_fields },
	{ "layers", FIELD_LIST, FIELD_ARRAY(struct document_read, layers, layers_count),
	  .fields = descriptor_fields },
	{ "manifests", FIELD_LIST, FIELD_ARRAY(struct document_read, manifests, manifests_count),
	  .fields = descriptor_fields },
	{ 0 }
};

static bool is_one_of(const char *type, const char *oci, const char *docker)
{
	return !strcmp(type, oci) || !strcmp(type, docker);
}

/* What the document says it is must not contradict what it holds, or who sent it: whoever hashes it and whoever
 * reads it would see two images. */
static void check_kind(const struct json *json, const char *said, const char *type, const char *name,
		       struct document *document, struct problem *problem)
{
	bool index = json_get(json, "manifests"), manifest = json_get(json, "layers") || json_get(json, "config");
	const char *kind = said && said[0] ? said : type;

	document->media_type = kind;
	document->kind = index ? DOCUMENT_INDEX : DOCUMENT_MANIFEST;
	if (json_get(json, "fsLayers"))
		problem_set(problem, "%s: is a manifest of schema 1, which Docker gave up in 2017; push the image "
			    "again with a current tool", name);
	else if (index == manifest)
		problem_set(problem, index ? "%s: is an index and a manifest at once" :
			    "%s: is neither an index nor a manifest", name);
	else if (said && said[0] && type[0] && strcmp(said, type))
		problem_set(problem, "%s: says it is '%s', but was sent as '%s'", name, said, type);
	else if (index && kind[0] && !is_one_of(kind, media_oci_index, media_docker_list))
		problem_set(problem, "%s: holds an index, but says it is '%s'", name, kind);
	else if (manifest && kind[0] && !is_one_of(kind, media_oci_manifest, media_docker_manifest))
		problem_set(problem, "%s: holds a manifest, but says it is '%s'", name, kind);
	if (!kind[0])
		document->media_type = index ? media_oci_index : media_oci_manifest;
}

static void fill_types(struct descriptor *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!list[i].media_type)
			list[i].media_type = "";
}

bool document_read(struct arena *arena, char *text, size_t length, const char *type, const char *name,
		   struct document *ret_document, struct problem *problem)
{
	struct decoder decoder = { arena, problem };
	struct document_read read = { 0 };
	const struct json *json = NULL;

	*ret_document = (struct document){ 0 };
	if (length > MANIFEST_MAX)
		problem_set(problem, "%s: has %zu bytes; at most %d are read", name, length, MANIFEST_MAX);
	else
		json = json_read(arena, text, length, name, problem);
	if (!json)
		return false;
	if (json->kind != JSON_OBJECT) {
		problem_set(problem, "%s: is no object", name);
		return false;
	}
	json_decode(&decoder, json, document_fields, &read);
	if (!problem->found)
		check_kind(json, read.media_type, type, name, ret_document, problem);
	if (!problem->found && read.schema != 2 && read.schema)
		problem_set(problem, "%s: schemaVersion is %llu, not 2", name, (unsigned long long)read.schema);
	if (!problem->found && ret_document->kind == DOCUMENT_MANIFEST && !read.config.digest.text[0])
		problem_set(problem, "%s: has no config", name);
	if (!problem->found && read.layers_count > MANIFEST_LAYERS_MAX)
		problem_set(problem, "%s: has %zu layers; at most %d are read", name, read.layers_count,
			    MANIFEST_LAYERS_MAX);
	fill_types(&read.config, 1);
	fill_types(read.layers, read.layers_count);
	fill_types(read.manifests, read.manifests_count);
	ret_document->config = read.config;
	ret_document->list = ret_document->kind == DOCUMENT_INDEX ? read.manifests : read.layers;
	ret_document->count = ret_document->kind == DOCUMENT_INDEX ? read.manifests_count : read.layers_count;
	return !problem->found;
}

bool descriptor_is_foreign(const struct descriptor *descriptor)
{
	static const char *const kinds[] = {
		"application/vnd.docker.image.rootfs.foreign.diff.tar",
		"application/vnd.oci.image.layer.nondistributable.v1.tar",
	};
	size_t length = strcspn(descriptor->media_type, "+");

	/* Docker's ends in ".gzip", the OCI's in "+gzip". */
	if (length > 5 && !strcmp(descriptor->media_type + length - 5, ".gzip"))
		length -= 5;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (length == strlen(kinds[i]) && !strncmp(descriptor->media_type, kinds[i], length))
			return true;
	return false;
}

const char *descriptor_annotation(const struct descriptor *descriptor, const char *key)
{
	for (size_t i = 0; i < descriptor->annotations_count; i++)
		if (!strcmp(descriptor->annotations[i].key, key))
			return descriptor->annotations[i].value;
	return NULL;
}

static void write_platform(struct json_writer *writer, const struct descriptor *descriptor)
{
	if (!descriptor->os && !descriptor->architecture)
		return;
	json_open_object(writer, "platform");
	json_put_text(writer, "architecture", descriptor->architecture ? descriptor->architecture : "");
	json_put_text(writer, "os", descriptor->os ? descriptor->os : "");
	if (descriptor->variant)
		json_put_text(writer, "variant", descriptor->variant);
	if (descriptor->os_version)
		json_put_text(writer, "os.version", descriptor->os_version);
	json_close(writer);
}

void descriptor_write(struct json_writer *writer, const char *key, const struct descriptor *descriptor)
{
	json_open_object(writer, key);
	json_put_text(writer, "mediaType", descriptor->media_type);
	json_put_text(writer, "digest", descriptor->digest.text);
	json_put_unsigned(writer, "size", descriptor->size);
	write_platform(writer, descriptor);
	if (descriptor->urls_count)
		json_put_texts(writer, "urls", descriptor->urls);
	if (descriptor->annotations_count) {
		json_open_object(writer, "annotations");
		for (size_t i = 0; i < descriptor->annotations_count; i++)
			json_put_text(writer, descriptor->annotations[i].key, descriptor->annotations[i].value);
		json_close(writer);
	}
	json_close(writer);
}

void manifest_write(struct text *out, const struct document *manifest)
{
	struct json_writer json = json_writer_new(out, NULL);

	json_open_object(&json, NULL);
	json_put_unsigned(&json, "schemaVersion", 2);
	json_put_text(&json, "mediaType", media_oci_manifest);
	descriptor_write(&json, "config", &manifest->config);
	json_open_array(&json, "layers");
	for (size_t i = 0; i < manifest->count; i++)
		descriptor_write(&json, NULL, &manifest->list[i]);
	json_close(&json);
	json_close(&json);
}
