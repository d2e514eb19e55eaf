/* load_docker.c - archives of `docker save`: manifest.json names configs and layers. */
#include "base/fd.h"
#include "base/json_decode.h"
#include "image/load_parts.h"
#include "image/stream.h"
#include "spec/spec.h"

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
	unsigned char begin[COMPRESSION_BEGIN];
	int error = archive_look(&loading->archive, file, &layer->size, begin);
	enum compression compression = error ? COMPRESSION_NONE : compression_of(begin);

	layer->digest = *diff_id;
	layer->media_type = compression_media_type(compression);
	if (compression != COMPRESSION_NONE) {
		closes int copy = stream_file(loading->store);

		error = copy < 0 ? copy : archive_copy(&loading->archive, file, copy);
		if (!error)
			error = digest_of_file(copy, &layer->digest);
	}
	if (error)
		problem_set(problem, "%s: layer %s: %s", loading->archive.path, file, archive_words(error));
	return !error;
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
	manifest_write(&text, &image->manifest);
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
