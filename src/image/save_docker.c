/* save_docker.c - docker-archive: manifest.json says which files are an image, and what it is called. */
#include "image/save_parts.h"
#include "base/fd.h"
#include "base/json_write.h"
#include "image/compression.h"
#include "image/reference.h"
#include "image/stream.h"
#include "spec/names.h"
#include <string.h>

static const char *layer_path(struct arena *arena, const struct digest *diff_id)
{
	return arena_printf(arena, "%s/layer.tar", digest_hex(diff_id));
}

static const char *config_path(struct arena *arena, const struct digest *config)
{
	return arena_printf(arena, "%s.json", digest_hex(config));
}

/* Names in full: docker shortens them, and podman takes "busybox" for localhost/busybox. Names that are none are
 * left out. */
static void put_names(struct json_writer *json, struct arena *arena, const struct saved_image *image)
{
	struct reference reference;

	if (!image->names_count) {
		json_put_text(json, "RepoTags", NULL);
		return;
	}
	json_open_array(json, "RepoTags");
	for (size_t i = 0; i < image->names_count; i++) {
		struct problem problem = { 0 };

		if (reference_parse(arena, image->names[i], &reference, &problem) && !reference.digest)
			json_put_text(json, NULL, reference_text(arena, &reference));
	}
	json_close(json);
}

static struct text manifest_text(const struct saving *saving)
{
	struct arena *arena = saving->store->arena;
	struct text text = text_new(arena);
	struct json_writer json = json_writer_new(&text, NULL);

	json_open_array(&json, NULL);
	for (size_t i = 0; i < saving->count; i++) {
		const struct saved_image *image = &saving->image[i];

		json_open_object(&json, NULL);
		json_put_text(&json, "Config", config_path(arena, &image->manifest.config.digest));
		put_names(&json, arena, image);
		json_open_array(&json, "Layers");
		for (size_t j = 0; j < image->config.diff_ids_count; j++)
			json_put_text(&json, NULL, layer_path(arena, &image->config.diff_ids[j]));
		json_close(&json);
		json_close(&json);
	}
	json_close(&json);
	text_add(&text, "\n");
	return text;
}

/* --- repositories: { "busybox": { "latest": TOP LAYER } } --- */

struct tag { const char *repository, *tag, *layer; };

static size_t list_tags(const struct saving *saving, struct tag *tags)
{
	struct arena *arena = saving->store->arena;
	struct reference reference;
	size_t count = 0;

	for (size_t i = 0; i < saving->count; i++) {
		const struct saved_image *image = &saving->image[i];
		size_t layers = image->config.diff_ids_count;

		for (size_t j = 0; layers && j < image->names_count; j++) {
			struct problem problem = { 0 };
			struct tag *tag = &tags[count];

			if (!reference_parse(arena, image->names[j], &reference, &problem) || reference.digest)
				continue;
			tag->tag = reference.tag;
			reference.tag = NULL;
			tag->repository = reference_familiar(arena, &reference);
			tag->layer = digest_hex(&image->config.diff_ids[layers - 1]);
			count++;
		}
	}
	return count;
}

/* Each repository where it comes first; what is written of others has no repository any more. */
static void put_repository(struct json_writer *json, struct tag *tags, size_t count)
{
	const char *repository = tags[0].repository;

	json_open_object(json, repository);
	for (size_t i = 0; i < count; i++) {
		if (!tags[i].repository || strcmp(tags[i].repository, repository) != 0)
			continue;
		json_put_text(json, tags[i].tag, tags[i].layer);
		tags[i].repository = NULL;
	}
	json_close(json);
}

static struct text repositories_text(const struct saving *saving)
{
	struct text text = text_new(saving->store->arena);
	struct json_writer json = json_writer_new(&text, NULL);
	struct tag *tags;
	size_t room = 1, count;

	for (size_t i = 0; i < saving->count; i++)
		room += saving->image[i].names_count;
	tags = ARENA_ARRAY(saving->store->arena, room, struct tag);
	count = list_tags(saving, tags);
	json_open_object(&json, NULL);
	for (size_t i = 0; i < count; i++)
		if (tags[i].repository)
			put_repository(&json, &tags[i], count - i);
	json_close(&json);
	text_add(&text, "\n");
	return text;
}

/* --- files --- */

/* What was written before: the same config or layer of several images. */
struct written { struct digest *at; size_t count; };

static bool is_first(struct written *written, const struct digest *digest)
{
	for (size_t i = 0; i < written->count; i++)
		if (digest_equal(&written->at[i], digest))
			return false;
	written->at[written->count++] = *digest;
	return true;
}

static bool put_configs(const struct saving *saving, struct save_archive *archive, struct written *written,
			struct problem *problem)
{
	for (size_t i = 0; i < saving->count; i++) {
		const struct descriptor *config = &saving->image[i].manifest.config;
		const char *name = config_path(archive->arena, &config->digest);

		if (!is_first(written, &config->digest))
			continue;
		closes int file = store_open_blob(saving->store, &config->digest);

		if (!save_put_file(archive, name, file, config->size, config->digest.text, problem))
			return false;
	}
	return true;
}

/* Its size stands before it in the archive, so it is decompressed to a file first. */
static bool put_compressed(const struct saving *saving, struct save_archive *archive, int file,
			   const struct descriptor *blob, const struct digest *diff_id, struct problem *problem)
{
	closes int plain = stream_file(saving->store);
	struct streamed streamed = { 0 };

	if (plain < 0)
		problem_set(problem, "cannot make a file in %s: %s", saving->store->root, errno_words(-plain));
	else
		stream_copy(saving->store, file, plain, "none",
			    arena_printf(archive->arena, "the blob %s cannot be decompressed", blob->digest.text),
			    &streamed, problem);
	if (problem->found)
		return false;
	if (!digest_equal(&streamed.digest, &blob->digest))
		problem_set(problem, "the blob %s is damaged in the store: its digest is %s; remove the image and pull "
			    "it again", blob->digest.text, streamed.digest.text);
	if (!digest_equal(&streamed.output_digest, diff_id))
		problem_set(problem, "the layer %s is not what the image's config says: it should be %s and is %s",
			    blob->digest.text, diff_id->text, streamed.output_digest.text);
	sys_lseek(plain, 0, SEEK_SET);
	return !problem->found && save_put_file(archive, layer_path(archive->arena, diff_id), plain,
						streamed.output_size, blob->digest.text, problem);
}

static bool put_layer(const struct saving *saving, struct save_archive *archive, const struct descriptor *blob,
		      const struct digest *diff_id, struct problem *problem)
{
	closes int file = store_open_blob(saving->store, &blob->digest);

	if (file < 0) {
		problem_set(problem, "the blob %s cannot be read: %s", blob->digest.text, errno_words(-file));
		return false;
	}
	if (!save_put_folder(archive, digest_hex(diff_id), problem))
		return false;
	if (compression_of_file(file) != COMPRESSION_NONE)
		return put_compressed(saving, archive, file, blob, diff_id, problem);
	return save_put_file(archive, layer_path(archive->arena, diff_id), file, blob->size, blob->digest.text,
			     problem);
}

static bool put_layers(const struct saving *saving, struct save_archive *archive, struct written *written,
		       struct problem *problem)
{
	for (size_t i = 0; i < saving->count; i++) {
		const struct saved_image *image = &saving->image[i];

		for (size_t j = 0; j < image->manifest.count; j++) {
			const struct digest *diff_id = &image->config.diff_ids[j];

			if (is_first(written, diff_id) &&
			    !put_layer(saving, archive, &image->manifest.list[j], diff_id, problem))
				return false;
		}
	}
	return true;
}

bool save_docker(const struct saving *saving, struct archive_file *file, struct problem *problem)
{
	struct save_archive archive = save_archive_begin(saving->store->arena, file);
	struct text manifest = manifest_text(saving), repositories = repositories_text(saving);
	struct written written = { 0 };
	size_t room = 0;

	for (size_t i = 0; i < saving->count; i++)
		room += saving->image[i].manifest.count + 1;
	written.at = ARENA_ARRAY(saving->store->arena, room, struct digest);
	return save_put_text(&archive, "manifest.json", &manifest, problem) &&
	       save_put_text(&archive, "repositories", &repositories, problem) &&
	       put_configs(saving, &archive, &written, problem) && put_layers(saving, &archive, &written, problem) &&
	       save_archive_end(&archive, problem);
}
