/* load_docker.c - archives of `docker save`: manifest.json names configs and layers. */
#include "base/fd.h"
#include "base/json_decode.h"
#include "base/json_write.h"
#include "image/load_parts.h"
#include "image/stream.h"
#include "spec/names.h"
#include "spec/spec.h"
#include <string.h>

struct docker_image {
	const char *config;
	struct texts tags, layers;
};

static const struct field image_fields[] = {
	{ "Config", FIELD_TEXT, FIELD_AT(struct docker_image, config), .required = true },
	{ "RepoTags", FIELD_TEXTS, FIELD_ARRAY(struct docker_image, tags.at, tags.count) },
	{ "Layers", FIELD_TEXTS, FIELD_ARRAY(struct docker_image, layers.at, layers.count) },
	{ 0 }
};

/* A layer that is compressed in the archive has the digest of its compressed bytes; else the config knows it. */
static bool describe_layer(struct loading *loading, const char *file, const struct digest *diff_id,
			   struct descriptor *layer, struct problem *problem)
{
	static const unsigned char gzip[] = { 0x1f, 0x8b }, zstd[] = { 0x28, 0xb5, 0x2f, 0xfd };
	unsigned char begin[4];
	int error = archive_look(&loading->archive, file, &layer->size, begin);
	bool is_gzip = !error && !memcmp(begin, gzip, sizeof(gzip)), is_zstd = !error && !memcmp(begin, zstd, 4);

	layer->digest = *diff_id;
	layer->media_type = is_gzip ? media_oci_layer_gzip : is_zstd ? media_oci_layer_zstd : media_oci_layer;
	if (!error && (is_gzip || is_zstd)) {
		closes int copy = stream_file(loading->store);

		error = copy < 0 ? copy : archive_copy(&loading->archive, file, copy);
		if (!error)
			error = digest_of_file(copy, &layer->digest);
	}
	if (error)
		problem_set(problem, "%s: layer %s: %s", loading->archive.path, file, errno_words(-error));
	return !error;
}

static void write_manifest(struct text *out, const struct document *manifest)
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

static bool read_config(struct loading *loading, const char *file, struct load_image *image, struct problem *problem)
{
	struct descriptor *config = &image->manifest.config;
	char *text;
	size_t length;

	if (!archive_read(&loading->archive, file, CONFIG_MAX, &text, &length, problem) ||
	    !store_put_blob(loading->store, &loading->holds, text, length, &config->digest, problem))
		return false;
	config->media_type = media_oci_config;
	config->size = length;
	return image_config_read(loading->store->arena, text, length, file, &image->config, problem);
}

static bool read_layers(struct loading *loading, const struct docker_image *from, struct load_image *image,
			struct problem *problem)
{
	size_t count = from->layers.count;

	if (image->config.diff_ids_count != count) {
		problem_set(problem, "%s: %s has %zu layers, but %zu are listed", loading->archive.path, from->config,
			    image->config.diff_ids_count, count);
		return false;
	}
	image->manifest.list = ARENA_ARRAY(loading->store->arena, count + 1, struct descriptor);
	image->manifest.count = count;
	image->layer_file = ARENA_ARRAY(loading->store->arena, count + 1, const char *);
	for (size_t i = 0; i < count; i++) {
		image->layer_file[i] = from->layers.at[i];
		if (!describe_layer(loading, from->layers.at[i], &image->config.diff_ids[i], &image->manifest.list[i],
				    problem))
			return false;
	}
	return true;
}

static bool read_names(struct loading *loading, const struct docker_image *from, struct load_image *image,
		       struct problem *problem)
{
	image->name = ARENA_ARRAY(loading->store->arena, from->tags.count + 1, const char *);
	for (size_t i = 0; i < from->tags.count; i++) {
		if (!load_name(loading, from->tags.at[i], &image->name[image->names])) {
			problem_set(problem, "%s: '%s' is no name of an image", loading->archive.path,
				    from->tags.at[i]);
			return false;
		}
		image->names++;
	}
	return true;
}

static bool read_image(struct loading *loading, const struct docker_image *from, struct load_image *image,
		       struct problem *problem)
{
	struct text text = text_new(loading->store->arena);

	*image = (struct load_image){ .manifest = { .kind = DOCUMENT_MANIFEST, .media_type = media_oci_manifest } };
	if (!read_config(loading, from->config, image, problem) || !read_layers(loading, from, image, problem) ||
	    !read_names(loading, from, image, problem))
		return false;
	write_manifest(&text, &image->manifest);
	image->manifest_size = text.length;
	return store_put_blob(loading->store, &loading->holds, text.at, text.length, &image->manifest_digest, problem);
}

bool load_docker(struct loading *loading, struct problem *problem)
{
	struct decoder decoder = { loading->store->arena, problem };
	const struct json *list;
	char *text;
	size_t length;

	if (!archive_read(&loading->archive, "manifest.json", MANIFEST_MAX, &text, &length, problem))
		return false;
	list = json_read(loading->store->arena, text, length, "manifest.json", problem);
	if (!list || !decode_kind(&decoder, list, JSON_ARRAY))
		return false;
	loading->image = ARENA_ARRAY(loading->store->arena, list->count + 1, struct load_image);
	for (const struct json *value = list->first; value; value = value->next) {
		struct docker_image from = { 0 };

		json_decode(&decoder, value, image_fields, &from);
		if (problem->found || !read_image(loading, &from, &loading->image[loading->count++], problem))
			return false;
	}
	return true;
}
