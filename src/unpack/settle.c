/* settle.c - what a layer says of the layers below without having it, when these are complete: see wire/unpack.h */
#include "unpack/layer.h"
#include "base/fd.h"
#include <string.h>

static bool copy_directory(struct layer *layer, int index, const struct stat *stat)
{
	closes int from = below_open(layer, index, layer->path, O_RDONLY | O_DIRECTORY);
	struct tar_entry entry;

	if (from < 0)
		return fail_call(layer->failure, from, layer->entry, "open a directory below");
	return below_entry(layer, from, stat, &entry) &&
	       attributes_set_directory(layer, walk_fd(layer), &entry, false);
}

bool settle_directory(struct layer *layer)
{
	char link[PATH_MAX];
	struct stat stat;
	int index = below_find(layer, layer->path, &stat, link);

	return index < 0 || !S_ISDIR(stat.st_mode) || copy_directory(layer, index, &stat);
}

static bool settle_implied(struct layer *layer, const struct directory *directory, char ret_link[PATH_MAX])
{
	struct stat stat;
	int index = below_find(layer, directory->path, &stat, ret_link);

	if (index < 0)
		return true;
	if (S_ISLNK(stat.st_mode)) {
		memcpy(ret_link, directory->path, strlen(directory->path) + 1);
		return true;
	}
	if (!S_ISDIR(stat.st_mode))
		return true;
	return walk_to(layer, directory->path) && copy_directory(layer, index, &stat);
}

bool settle(struct layer *layer, char ret_link[PATH_MAX])
{
	struct link *links = NULL;

	*ret_link = '\0';
	for (struct directory *at = layer->directories.newest; at; at = at->next) {
		layer->entry = at->path;
		if (!at->implied)
			continue;
		if (!settle_implied(layer, at, ret_link))
			return false;
		if (*ret_link)
			return true;
	}
	/* In the order of the archive: later ones may link to earlier ones. */
	for (struct link *at = layer->links, *next; at; at = next) {
		next = at->next;
		at->next = links;
		links = at;
	}
	for (; links; links = links->next) {
		layer->entry = links->entry;
		if (!settle_link(layer, links->path, links->target, ret_link))
			return false;
		if (*ret_link)
			return true;
	}
	return layer_finish(layer);
}
