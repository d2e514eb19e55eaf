/* save_oci.c - an OCI image layout (image-layout.md of the OCI image specification), as an archive or a folder. */
#include "image/save_parts.h"
#include "base/fd.h"
#include "base/file.h"
#include "base/json_write.h"
#include "image/reference.h"
#include "spec/names.h"
#include <string.h>
#include <unistd.h>

static const char layout[] = "{\"imageLayoutVersion\":\"1.0.0\"}\n";

/* --- index.json --- */

/* Podman and skopeo read the name from the first; containerd and docker, for which that is a tag, from the second. */
static size_t name_annotations(struct arena *arena, const char *name, struct pair *ret_pairs)
{
	struct problem problem = { 0 };
	struct reference reference;

	ret_pairs[0] = (struct pair){ "org.opencontainers.image.ref.name", name };
	if (!reference_parse(arena, name, &reference, &problem))
		return 1;
	ret_pairs[1] = (struct pair){ "io.containerd.image.name", reference_text(arena, &reference) };
	return 2;
}

static void put_row(struct json_writer *json, struct arena *arena, const struct saved_image *image, const char *name)
{
	struct pair annotations[2];
	const struct descriptor row = {
		.media_type = image->manifest.media_type,
		.digest = image->row->manifest.digest,
		.size = image->row->manifest.size,
		.os = image->config.os,
		.architecture = image->config.architecture,
		.variant = image->config.variant && image->config.variant[0] ? image->config.variant : NULL,
		.annotations = annotations,
		.annotations_count = name ? name_annotations(arena, name, annotations) : 0,
	};

	descriptor_write(json, NULL, &row);
}

static struct text index_text(const struct saving *saving)
{
	struct arena *arena = saving->store->arena;
	struct text text = text_new(arena);
	struct json_writer json = json_writer_new(&text, NULL);

	json_open_object(&json, NULL);
	json_put_unsigned(&json, "schemaVersion", 2);
	json_put_text(&json, "mediaType", media_oci_index);
	json_open_array(&json, "manifests");
	for (size_t i = 0; i < saving->count; i++) {
		const struct saved_image *image = &saving->image[i];

		if (!image->names_count)
			put_row(&json, arena, image, NULL);
		for (size_t j = 0; j < image->names_count; j++)
			put_row(&json, arena, image, image->names[j]);
	}
	json_close(&json);
	json_close(&json);
	text_add(&text, "\n");
	return text;
}

/* --- an archive --- */

static bool put_blobs(const struct saving *saving, struct save_archive *archive, struct problem *problem)
{
	size_t count;
	const struct descriptor *blobs = save_blobs(saving, &count);

	for (size_t i = 0; i < count; i++) {
		const char *name = arena_printf(archive->arena, "blobs/sha256/%s", digest_hex(&blobs[i].digest));
		closes int file = store_open_blob(saving->store, &blobs[i].digest);

		if (!save_put_file(archive, name, file, blobs[i].size, blobs[i].digest.text, problem))
			return false;
	}
	return true;
}

bool save_oci(const struct saving *saving, struct archive_file *file, struct problem *problem)
{
	struct save_archive archive = save_archive_begin(saving->store->arena, file);
	struct text index = index_text(saving), version = text_new(saving->store->arena);

	text_add(&version, layout);
	return save_put_text(&archive, "oci-layout", &version, problem) &&
	       save_put_text(&archive, "index.json", &index, problem) &&
	       save_put_folder(&archive, "blobs", problem) && save_put_folder(&archive, "blobs/sha256", problem) &&
	       put_blobs(saving, &archive, problem) && save_archive_end(&archive, problem);
}

/* --- a folder --- */

static int write_text(int folder, const char *name, const char *text)
{
	closes int file = sys_openat(folder, name, O_WRONLY | O_CREAT | O_EXCL, 0644);

	return file < 0 ? file : file_write_all(file, text, strlen(text));
}

/* Where the file system can share the bytes, the kernel does that. */
static int copy_blob(int from, int to, uint64_t size)
{
	while (size) {
		ssize_t got = copy_file_range(from, NULL, to, NULL, size, 0);

		if (got < 0 && (errno == EXDEV || errno == EOPNOTSUPP || errno == EINVAL))
			got = sys_sendfile(to, from, size > 1 << 30 ? 1 << 30 : (size_t)size);
		else if (got < 0)
			got = -errno;
		if (got <= 0)
			return got ? (int)got : -ENODATA;
		size -= (uint64_t)got;
	}
	return 0;
}

static int write_blob(const struct saving *saving, int folder, const struct descriptor *blob)
{
	closes int from = store_open_blob(saving->store, &blob->digest);
	closes int to = sys_openat(folder, arena_printf(saving->store->arena, "blobs/sha256/%s",
							digest_hex(&blob->digest)),
				   O_WRONLY | O_CREAT | O_EXCL, 0644);

	if (from < 0)
		return from;
	return to < 0 ? to : copy_blob(from, to, blob->size);
}

bool save_oci_folder(const struct saving *saving, int folder, struct problem *problem)
{
	size_t count;
	const struct descriptor *blobs = save_blobs(saving, &count);
	int error = write_text(folder, "oci-layout", layout);

	if (!error)
		error = write_text(folder, "index.json", index_text(saving).at);
	if (!error)
		error = sys_mkdirat(folder, "blobs", 0755);
	if (!error)
		error = sys_mkdirat(folder, "blobs/sha256", 0755);
	for (size_t i = 0; i < count && !error; i++)
		error = write_blob(saving, folder, &blobs[i]);
	if (error)
		problem_set(problem, "the image cannot be written to the folder: %s", errno_words(-error));
	return !error;
}
