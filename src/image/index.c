/* index.c - see index.h */
#include "image/index.h"
#include "base/json_write.h"
#include <inttypes.h>
#include <string.h>

static const char name_key[] = "org.opencontainers.image.ref.name";
static const char our_keys[] = "dev.taru.";
static const char id_key[] = "dev.taru.id", repo_digest_key[] = "dev.taru.repo-digest";
static const char created_key[] = "dev.taru.created", size_key[] = "dev.taru.size";

static bool is_ours(const char *key)
{
	return !strcmp(key, name_key) || !strncmp(key, our_keys, strlen(our_keys));
}

/* What we wrote, if it is as we write it. */
static void read_summary(struct image *image)
{
	const char *id = descriptor_annotation(&image->manifest, id_key);
	const char *created = descriptor_annotation(&image->manifest, created_key);
	const char *size = descriptor_annotation(&image->manifest, size_key);
	const char *repo_digest = descriptor_annotation(&image->manifest, repo_digest_key);
	uint64_t seconds = 0;

	image->complete = id && created && size && digest_parse(id, &image->id) &&
			  text_to_u64(created, &seconds) && text_to_u64(size, &image->size);
	image->created = (int64_t)seconds;
	if (repo_digest)
		digest_parse(repo_digest, &image->repo_digest);
}

/* Those of others stay. */
static void drop_our_annotations(struct descriptor *manifest)
{
	size_t kept = 0;

	for (size_t i = 0; i < manifest->annotations_count; i++)
		if (!is_ours(manifest->annotations[i].key))
			manifest->annotations[kept++] = manifest->annotations[i];
	manifest->annotations_count = kept;
}

static void read_image(const struct descriptor *manifest, struct image *image)
{
	const char *name = descriptor_annotation(manifest, name_key);

	image->manifest = *manifest;
	image->name = name ? name : "";
	read_summary(image);
	drop_our_annotations(&image->manifest);
}

bool images_read(struct arena *arena, char *text, size_t length, struct images *ret_images,
		 struct problem *problem)
{
	struct document index;

	*ret_images = (struct images){ 0 };
	if (!document_read(arena, text, length, media_oci_index, "index.json", &index, problem))
		return false;
	ret_images->at = ARENA_ARRAY(arena, index.count + 1, struct image);
	ret_images->count = index.count;
	for (size_t i = 0; i < index.count; i++)
		read_image(&index.list[i], &ret_images->at[i]);
	return true;
}

static void add_pair(struct descriptor *manifest, const char *key, const char *value)
{
	manifest->annotations[manifest->annotations_count++] = (struct pair){ key, value };
}

static void write_image(struct json_writer *writer, struct arena *arena, const struct image *image)
{
	enum { OURS = 5 };
	struct descriptor manifest = image->manifest;
	size_t count = manifest.annotations_count;

	manifest.annotations = ARENA_ARRAY(arena, count + OURS, struct pair);
	if (count)
		memcpy(manifest.annotations, image->manifest.annotations, count * sizeof(struct pair));
	if (image->name[0])
		add_pair(&manifest, name_key, image->name);
	if (image->repo_digest.text[0])
		add_pair(&manifest, repo_digest_key, image->repo_digest.text);
	if (image->complete) {
		add_pair(&manifest, id_key, image->id.text);
		add_pair(&manifest, created_key, arena_printf(arena, "%" PRId64, image->created));
		add_pair(&manifest, size_key, arena_printf(arena, "%" PRIu64, image->size));
	}
	descriptor_write(writer, NULL, &manifest);
}

void images_write(struct text *out, const struct images *images)
{
	struct json_writer writer = json_writer_new(out, NULL);

	json_open_object(&writer, NULL);
	json_put_unsigned(&writer, "schemaVersion", 2);
	json_put_text(&writer, "mediaType", media_oci_index);
	json_open_array(&writer, "manifests");
	for (size_t i = 0; i < images->count; i++)
		write_image(&writer, out->arena, &images->at[i]);
	json_close(&writer);
	json_close(&writer);
	text_add(out, "\n");
}

struct image *images_named(const struct images *images, const char *name)
{
	for (size_t i = 0; i < images->count; i++)
		if (name[0] && !strcmp(images->at[i].name, name))
			return &images->at[i];
	return NULL;
}

struct image *images_with_manifest(const struct images *images, const struct digest *digest)
{
	for (size_t i = 0; i < images->count; i++)
		if (digest_equal(&images->at[i].manifest.digest, digest))
			return &images->at[i];
	return NULL;
}

void images_remove(struct images *images, size_t index)
{
	images->count--;
	memmove(&images->at[index], &images->at[index + 1], (images->count - index) * sizeof(struct image));
}

static bool has_other_row(const struct images *images, const struct image *image)
{
	for (size_t i = 0; i < images->count; i++)
		if (&images->at[i] != image && digest_equal(&images->at[i].manifest.digest, &image->manifest.digest))
			return true;
	return false;
}

/* The name goes to another image, or this row is replaced. */
static void give_up_name(struct images *images, struct image *old, const struct image *new)
{
	if (has_other_row(images, old) || digest_equal(&old->manifest.digest, &new->manifest.digest))
		images_remove(images, (size_t)(old - images->at));
	else
		old->name = "";
}

/* An image that has a name now is no longer without one. */
static void drop_nameless(struct images *images, const struct image *new)
{
	for (size_t i = images->count; i-- > 0;)
		if (!images->at[i].name[0] && digest_equal(&images->at[i].manifest.digest, &new->manifest.digest))
			images_remove(images, i);
}

void images_put(struct arena *arena, struct images *images, const struct image *image)
{
	struct image *old = images_named(images, image->name);

	if (old)
		give_up_name(images, old, image);
	drop_nameless(images, image);
	images->at = arena_resize(arena, images->at, images->count * sizeof(struct image),
				  (images->count + 1) * sizeof(struct image));
	images->at[images->count++] = *image;
}

static const char *none_if_empty(const char *text)
{
	return text[0] ? text : NULL;
}

struct image image_row(const char *name, const struct document *manifest, const struct digest *digest, uint64_t size,
		       const struct image_config *config)
{
	return (struct image){
		.name = name,
		.manifest = { .media_type = manifest->media_type, .digest = *digest, .size = size,
			      .os = none_if_empty(config->os), .architecture = none_if_empty(config->architecture),
			      .variant = none_if_empty(config->variant) },
		.id = manifest->config.digest,
		.created = image_time(config->created),
		.complete = true,
	};
}
