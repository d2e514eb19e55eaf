/* archive.c - save, export and the mounts of layers, for the tests.
 *
 *	archive save ROOT FORMAT FILE IMAGE…	FILE: "-" is standard output
 *	archive export ROOT FILE IMAGE
 *	archive tree FOLDER			the folder's tree to standard output
 *	archive merge ROOT HOW IMAGE		the merged tree to standard output; HOW: "descriptors", "text"
 */
#include "base/fd.h"
#include "image/archive_file.h"
#include "image/export.h"
#include "image/mount.h"
#include "image/reference.h"
#include "image/save.h"
#include "spec/names.h"
#include <stdio.h>
#include <string.h>

struct run {
	struct arena arena;
	struct store store;
	struct problem problem;
	char **words;
	int count;
};

static void note(void *context, const char *text)
{
	fprintf(stderr, "note: %s\n", text);
}

static const struct export_notes notes = { note, NULL };

static const char *file_of(const char *word)
{
	return strcmp(word, "-") ? word : NULL;
}

static bool open_store(struct run *run)
{
	return store_open(&run->store, &run->arena, run->words[0], false, &run->problem);
}

static const struct image *find_image(struct run *run, const char *given)
{
	struct reference reference;
	struct images images;

	if (!store_images(&run->store, &images, &run->problem) ||
	    !reference_parse(&run->arena, given, &reference, &run->problem))
		return NULL;
	return store_find(&images, reference_text(&run->arena, &reference), given, &run->problem);
}

static void run_save(struct run *run)
{
	const struct name *format = name_find(save_format_names, run->words[1]);
	struct save_options options = { .file = file_of(run->words[2]) };

	if (!format || !open_store(run)) {
		problem_set(&run->problem, "no such format");
		return;
	}
	options.format = (enum save_format)format->value;
	save(&run->store, (const char *const *)(run->words + 3), (size_t)run->count - 3, &options, &run->problem);
	store_close(&run->store);
}

static void run_export(struct run *run)
{
	const struct image *image = open_store(run) ? find_image(run, run->words[2]) : NULL;

	if (image)
		export_image(&run->store, image, file_of(run->words[1]), &notes, &run->problem);
}

static void write_tree(struct run *run, int root)
{
	struct archive_file file;

	if (root < 0)
		problem_set(&run->problem, "cannot open the tree: %s", errno_words(-root));
	else if (archive_file_open(&run->arena, NULL, &file, &run->problem) &&
		 !export_tree(root, archive_file_sink(&file), &notes, &run->problem))
		archive_file_finish(&file, &run->problem);
}

static void run_tree(struct run *run)
{
	closes int root = sys_openat(AT_FDCWD, run->words[0], O_RDONLY | O_DIRECTORY, 0);

	write_tree(run, root);
}

static void run_merge(struct run *run)
{
	const struct image *image = open_store(run) ? find_image(run, run->words[2]) : NULL;
	struct document manifest;
	struct image_config config;
	struct digest *chain;

	if (!image || !store_read_manifest(&run->store, &image->manifest.digest, &manifest, &run->problem) ||
	    !store_read_config(&run->store, &manifest, &config, &run->problem))
		return;
	chain = ARENA_ARRAY(&run->arena, config.diff_ids_count + 1, struct digest);
	for (size_t i = 0; i < config.diff_ids_count; i++)
		chain[i] = digest_chain(i ? &chain[i - 1] : NULL, &config.diff_ids[i]);
	closes int root = strcmp(run->words[1], "text") ?
		mount_layers(&run->store, chain, config.diff_ids_count) :
		mount_layers_by_text(&run->store, chain, config.diff_ids_count);

	write_tree(run, root);
}

static const struct {
	const char *name;
	int words;
	void (*run)(struct run *run);
} verbs[] = {
	{ "save", 4, run_save },
	{ "export", 3, run_export },
	{ "tree", 1, run_tree },
	{ "merge", 3, run_merge },
};

int main(int count, char **words)
{
	struct run run = { .words = words + 2, .count = count - 2, .problem = { .found = false } };

	arena_init(&run.arena, NULL, 0);
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (count > 1 && !strcmp(words[1], verbs[i].name) && run.count >= verbs[i].words) {
			verbs[i].run(&run);
			if (run.problem.found)
				fprintf(stderr, "archive: %s\n", run.problem.text);
			arena_release(&run.arena);
			return run.problem.found;
		}
	fprintf(stderr, "archive: see the begin of archive.c\n");
	return 2;
}
