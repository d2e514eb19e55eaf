/* load_oci.c - image layouts of the OCI: index.json and blobs, in a folder or an archive of it. */
#include "image/load_parts.h"
#include "image/platform.h"
#include <string.h>

static const char *blob_path(struct loading *loading, const struct digest *digest)
{
	return arena_printf(loading->store->arena, "blobs/sha256/%s", digest_hex(digest));
}

/* A small one, whose digest is checked. */
static bool read_blob(struct loading *loading, const struct digest *digest, size_t limit, char **ret_text,
		      size_t *ret_length, struct problem *problem)
{
	struct digest is;

	if (!archive_read(&loading->archive, blob_path(loading, digest), limit, ret_text, ret_length, problem))
		return false;
	is = digest_of(*ret_text, *ret_length);
	if (!digest_equal(&is, digest))
		problem_set(problem, "%s: the blob %s has the digest %s", loading->archive.path, digest->text, is.text);
	return !problem->found;
}

/* Reads the manifest that a descriptor means, through one index where it is one, and keeps it. */
static bool read_manifest(struct loading *loading, const struct descriptor *descriptor, struct load_image *image,
			  struct problem *problem)
{
	struct arena *arena = loading->store->arena;
	char *text;
	size_t length;

	for (int level = 0; level < 2; level++) {
		if (!read_blob(loading, &descriptor->digest, MANIFEST_MAX, &text, &length, problem) ||
		    !document_read(arena, arena_copy(arena, text, length), length, "", descriptor->digest.text,
				   &image->manifest, problem))
			return false;
		if (image->manifest.kind == DOCUMENT_MANIFEST) {
			image->manifest_size = length;
			return store_put_blob(loading->store, &loading->holds, text, length, &image->manifest_digest,
					      problem);
		}
		descriptor = platform_choose_manifest(arena, loading->options->platform, &image->manifest,
						      loading->archive.path, problem);
		if (!descriptor)
			return false;
	}
	problem_set(problem, "%s: an index lists an index of indexes", loading->archive.path);
	return false;
}

static bool read_config(struct loading *loading, struct load_image *image, struct problem *problem)
{
	const struct digest *digest = &image->manifest.config.digest;
	struct digest kept;
	char *text;
	size_t length;

	if (!read_blob(loading, digest, CONFIG_MAX, &text, &length, problem) ||
	    !store_put_blob(loading->store, &loading->holds, text, length, &kept, problem) ||
	    !image_config_read(loading->store->arena, text, length, digest->text, &image->config, problem))
		return false;
	if (image->config.diff_ids_count != image->manifest.count)
		problem_set(problem, "%s: the manifest has %zu layers, and the config %zu", loading->archive.path,
			    image->manifest.count, image->config.diff_ids_count);
	return !problem->found;
}

/* A tag alone ("latest") is no name. */
static void read_name(struct loading *loading, const struct descriptor *descriptor, struct load_image *image)
{
	const char *name = descriptor_annotation(descriptor, "io.containerd.image.name");

	if (!name)
		name = descriptor_annotation(descriptor, "org.opencontainers.image.ref.name");
	image->name = ARENA_ARRAY(loading->store->arena, 2, const char *);
	if (name && strpbrk(name, "/:") && load_name(loading, name, &image->name[0]))
		image->names = 1;
}

static bool check_size(struct loading *loading, const struct descriptor *layer, const char *file,
		       struct problem *problem)
{
	unsigned char begin[COMPRESSION_BEGIN];
	uint64_t size;
	int error = archive_look(&loading->archive, file, &size, begin);

	if (error)
		problem_set(problem, "%s: layer %s: %s", loading->archive.path, layer->digest.text,
			    archive_words(error));
	else if (size != layer->size)
		problem_set(problem, "%s: layer %s has %llu bytes, but its descriptor says %llu", loading->archive.path,
			    layer->digest.text, (unsigned long long)size, (unsigned long long)layer->size);
	return !problem->found;
}

static bool read_image(struct loading *loading, const struct descriptor *descriptor, struct load_image *image,
		       struct problem *problem)
{
	*image = (struct load_image){ 0 };
	if (!read_manifest(loading, descriptor, image, problem) || !read_config(loading, image, problem))
		return false;
	image->layer_file = ARENA_ARRAY(loading->store->arena, image->manifest.count + 1, const char *);
	for (size_t i = 0; i < image->manifest.count; i++) {
		image->layer_file[i] = blob_path(loading, &image->manifest.list[i].digest);
		if (!check_size(loading, &image->manifest.list[i], image->layer_file[i], problem))
			return false;
	}
	read_name(loading, descriptor, image);
	return true;
}

bool load_oci(struct loading *loading, struct problem *problem)
{
	struct document index;
	char *text;
	size_t length;

	if (!archive_read(&loading->archive, "index.json", MANIFEST_MAX, &text, &length, problem) ||
	    !document_read(loading->store->arena, text, length, media_oci_index, "index.json", &index, problem))
		return false;
	loading->image = ARENA_ARRAY(loading->store->arena, index.count + 1, struct load_image);
	for (size_t i = 0; i < index.count; i++)
		if (!read_image(loading, &index.list[i], &loading->image[loading->count++], problem))
			return false;
	return true;
}
