/* save.c - see save.h */
#include "image/save_parts.h"
#include "base/fd.h"
#include "image/event.h"
#include "base/tree.h"
#include "spec/names.h"
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

const struct name save_format_names[] = {
	{ "docker-archive", SAVE_DOCKER_ARCHIVE },
	{ "oci-archive", SAVE_OCI_ARCHIVE },
	{ "oci-dir", SAVE_OCI_DIR },
	{ 0 }
};

/* --- what is needed --- */

/* The blob is there, as long as it should be, and stays. */
static bool hold_blob(struct saving *saving, const char *name, const struct descriptor *blob, struct problem *problem)
{
	struct stat info;

	if (store_hold_blob(saving->store, &saving->holds, &blob->digest))
		problem_set(problem, "%s: its blob %s is not in the store; pull the image again", name,
			    blob->digest.text);
	else if (sys_fstat(saving->holds.at[saving->holds.count - 1], &info))
		problem_set(problem, "%s: its blob %s cannot be read", name, blob->digest.text);
	else if ((uint64_t)info.st_size != blob->size)
		problem_set(problem, "%s: its blob %s is damaged: it has %llu bytes and not %llu; remove the image and "
			    "pull it again", name, blob->digest.text, (unsigned long long)info.st_size,
			    (unsigned long long)blob->size);
	return !problem->found;
}

static bool prepare(struct saving *saving, struct saved_image *image, struct problem *problem)
{
	const struct image *row = image->row;
	const char *name = image->names_count ? image->names[0] : row->manifest.digest.text;

	if (!hold_blob(saving, name, &row->manifest, problem) ||
	    !store_read_manifest(saving->store, &row->manifest.digest, &image->manifest, problem) ||
	    !hold_blob(saving, name, &image->manifest.config, problem) ||
	    !store_read_config(saving->store, &image->manifest, &image->config, problem))
		return false;
	if (image->config.diff_ids_count != image->manifest.count) {
		problem_set(problem, "%s: its manifest has %zu layers, its config %zu", name, image->manifest.count,
			    image->config.diff_ids_count);
		return false;
	}
	for (size_t i = 0; i < image->manifest.count; i++)
		if (!hold_blob(saving, name, &image->manifest.list[i], problem))
			return false;
	return true;
}

static int by_digest(const void *one, const void *other)
{
	return strcmp(((const struct descriptor *)one)->digest.text, ((const struct descriptor *)other)->digest.text);
}

struct descriptor *save_blobs(const struct saving *saving, size_t *ret_count)
{
	struct descriptor *blobs;
	size_t all = 0, count = 0, kept = 0;

	for (size_t i = 0; i < saving->count; i++)
		all += saving->image[i].manifest.count + 2;
	blobs = ARENA_ARRAY(saving->store->arena, all, struct descriptor);
	for (size_t i = 0; i < saving->count; i++) {
		const struct saved_image *image = &saving->image[i];

		blobs[count++] = image->row->manifest;
		blobs[count++] = image->manifest.config;
		for (size_t j = 0; j < image->manifest.count; j++)
			blobs[count++] = image->manifest.list[j];
	}
	qsort(blobs, count, sizeof(*blobs), by_digest);
	for (size_t i = 0; i < count; i++)
		if (!i || !digest_equal(&blobs[i].digest, &blobs[i - 1].digest))
			blobs[kept++] = blobs[i];
	*ret_count = kept;
	return blobs;
}

/* --- where it goes --- */

static bool save_file(const struct saving *saving, const struct save_options *options, struct problem *problem)
{
	struct archive_file file;
	bool done;

	if (!archive_file_open(saving->store->arena, options->file, &file, problem))
		return false;
	done = options->format == SAVE_DOCKER_ARCHIVE ? save_docker(saving, &file, problem) :
							save_oci(saving, &file, problem);
	if (done)
		return archive_file_finish(&file, problem);
	archive_file_abandon(&file);
	return false;
}

/* rename(2) takes the place of a folder that is empty. */
static int name_folder(int parent, const char *beside, const char *name)
{
	int error = sys_renameat(parent, beside, parent, name);

	if (error)
		tree_remove(parent, beside);
	return error;
}

static bool fill_folder(const struct saving *saving, int parent, const char *beside, const char *name,
			struct problem *problem)
{
	int error = sys_mkdirat(parent, beside, 0755);
	closes int folder = error ? -1 : sys_openat(parent, beside, O_RDONLY | O_DIRECTORY, 0);

	if (error || folder < 0)
		problem_set(problem, "the folder '%s' cannot be made: %s", name,
			    errno_words(error ? -error : -folder));
	else if (!save_oci_folder(saving, folder, problem))
		tree_remove(parent, beside);
	return !problem->found;
}

static bool save_folder(const struct saving *saving, const char *path, struct problem *problem)
{
	struct arena *arena = saving->store->arena;
	size_t length = path ? strlen(path) : 0;
	const char *name, *beside = archive_name_beside(arena);
	int error;

	while (length > 1 && path[length - 1] == '/')
		length--;
	if (!length) {
		problem_set(problem, "a folder cannot be written to standard output; use the option -o");
		return false;
	}
	closes int parent = archive_open_folder(arena, arena_copy(arena, path, length), &name, problem);

	if (parent < 0 || !fill_folder(saving, parent, beside, name, problem))
		return false;
	error = name_folder(parent, beside, name);
	if (error == -ENOTEMPTY || error == -EEXIST)
		problem_set(problem, "%s: is there already, and not empty", path);
	else if (error)
		problem_set(problem, "%s: cannot be made: %s", path, errno_words(-error));
	return !error;
}

bool save(struct store *store, const char *const *names, size_t count, const struct save_options *options,
	  struct problem *problem)
{
	struct saving saving = { .store = store };
	bool done = store_images(store, &saving.images, problem) && save_choose(&saving, names, count, problem);

	for (size_t i = 0; done && i < saving.count; i++)
		done = prepare(&saving, &saving.image[i], problem);
	if (done)
		done = options->format == SAVE_OCI_DIR ? save_folder(&saving, options->file, problem) :
							 save_file(&saving, options, problem);
	for (size_t i = 0; done && i < saving.count; i++)
		event_image(store, saving.image[i].row, "save");
	store_release(&saving.holds);
	return done;
}
