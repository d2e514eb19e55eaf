/* export.c - the root of an image, see export.h */
#include "image/export.h"
#include "base/fd.h"
#include "image/archive_file.h"
#include "image/helper.h"
#include "image/layers.h"
#include "image/mount.h"
#include "spec/names.h"
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

/* Shared with the process that has the rights. */
struct image_export {
	struct store store;
	const struct digest *chain;
	size_t count;
	bool own_namespace;
	struct archive_file file;
	const struct export_notes *notes;
	struct problem problem;
};

/* --- layers --- */

static const struct digest *read_chain(struct store *store, const struct image *image, size_t *ret_count,
				       struct problem *problem)
{
	struct document manifest;
	struct image_config config;
	struct digest *chain;

	if (!store_read_manifest(store, &image->manifest.digest, &manifest, problem) ||
	    !store_read_config(store, &manifest, &config, problem))
		return NULL;
	if (config.diff_ids_count > MOUNT_LAYERS_MAX) {
		problem_set(problem, "%s: has %zu layers; the kernel takes no more than %d", image->name,
			    config.diff_ids_count, MOUNT_LAYERS_MAX);
		return NULL;
	}
	chain = ARENA_ARRAY(store->arena, config.diff_ids_count + 1, struct digest);
	for (size_t i = 0; i < config.diff_ids_count; i++)
		chain[i] = digest_chain(i ? &chain[i - 1] : NULL, &config.diff_ids[i]);
	*ret_count = config.diff_ids_count;
	return chain;
}

static bool hold_layers(const struct store *store, const struct image_export *export, struct store_holds *holds,
			struct problem *problem)
{
	for (size_t i = 0; i < export->count; i++) {
		int held;

		if (!layer_is_there(store, &export->chain[i], &held)) {
			problem_set(problem, "the layer %s is not unpacked in the store; pull the image again",
				    export->chain[i].text);
			return false;
		}
		store_hold(store, holds, held);
	}
	return true;
}

/* --- with the rights of the layers' owner --- */

static int run_export(void *data)
{
	struct image_export *export = data;
	int error = 0;

	if (export->own_namespace) {
		/* It is a process of its own then, and ends with us. */
		sys_prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
		error = mount_own_namespace(&export->store);
	}
	closes int root = error ? error : mount_layers(&export->store, export->chain, export->count);

	if (root < 0) {
		problem_set(&export->problem, "the image's layers cannot be mounted: %s", errno_words(-root));
		return root;
	}
	error = export_tree(root, archive_file_sink(&export->file), export->notes, &export->problem);
	if (!error)
		error = archive_file_flush(&export->file);
	if (error)
		problem_set(&export->problem, "the archive cannot be written: %s", errno_words(-error));
	return error;
}

static bool export_to(struct image_export *export, const char *path, struct problem *problem)
{
	int error;

	if (!archive_file_open(export->store.arena, path, &export->file, problem))
		return false;
	error = helper_as_owner(export->store.arena, run_export, export, problem);
	if (!error)
		return archive_file_finish(&export->file, problem);
	problem_set(problem, "%s", export->problem.found ? export->problem.text : errno_words(-error));
	archive_file_abandon(&export->file);
	return false;
}

bool export_image(struct store *store, const struct image *image, const char *file, const struct export_notes *notes,
		  struct problem *problem)
{
	struct image_export *export = mmap(NULL, sizeof(*export), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
					   -1, 0);
	struct store_holds holds = { 0 };
	bool done = false;

	if (export == MAP_FAILED) {
		problem_set(problem, "there is no memory for the export");
		return false;
	}
	*export = (struct image_export){ .store = *store, .own_namespace = geteuid() != 0, .notes = notes };
	store_allow_descriptors();
	export->chain = read_chain(store, image, &export->count, problem);
	if (export->chain && hold_layers(store, export, &holds, problem))
		done = export_to(export, file, problem);
	store_release(&holds);
	munmap(export, sizeof(*export));
	return done;
}
