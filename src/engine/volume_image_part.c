/* volume_image_part.c - one directory of an image alone: in which of its layers it is, as overlayfs would see it from
 * above. See volume_image.h. */
#include "base/fd.h"
#include "base/overlay.h"
#include "base/sys.h"
#include "engine/volume_image.h"
#include "image/layers.h"
#include <string.h>

/* Whether the layer has the directory: 0 or -errno; -ENOTDIR also for a link, and for what says that it was removed.
 * *ret_last: the layers below do not count. No name is looked up but in the directory before it. */
static int look(struct arena *arena, int layer, const char *path, bool *ret_last)
{
	char *rest = arena_copy(arena, path, strlen(path)), *name;
	closes int here = sys_openat(layer, ".", O_RDONLY | O_DIRECTORY, 0);

	*ret_last = false;
	while (here >= 0 && (name = strsep(&rest, "/"))) {
		int next = sys_openat(here, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);

		sys_close(here);
		here = next;
		*ret_last |= here >= 0 && overlay_is_opaque(here);
	}
	return here < 0 ? here : 0;
}

/* These divide the options of overlayfs; and a path has no names that lead elsewhere. */
static bool is_good(struct arena *arena, const char *path)
{
	char *rest = arena_copy(arena, path, strlen(path)), *name;

	while ((name = strsep(&rest, "/")))
		if (!*name || !strcmp(name, ".") || !strcmp(name, ".."))
			return false;
	return !strpbrk(path, ":,\\\"");
}

const char *volume_image_part(const struct store *store, const struct digest *chain, size_t count,
			      const struct volume_asked *volume, struct problem *problem)
{
	struct text found = text_new(store->arena);
	const char *path = volume->subpath;
	bool last = false;
	int error = is_good(store->arena, path) ? -ENOENT : -EINVAL;

	for (size_t i = count; i-- > 0 && !last && error != -EINVAL;) {
		closes int layer = layer_open_diff(store, &chain[i]);
		const int looked = layer < 0 ? layer : look(store->arena, layer, path, &last);

		if (!looked)
			text_printf(&found, "%s%s/layers/%s/diff/%s", found.length ? ":" : "", store->root,
				    digest_hex(&chain[i]), path);
		last |= looked && looked != -ENOENT;
	}
	if (!found.length && error == -EINVAL)
		problem_set(problem, "option '%s': the subpath '%s' is no path relative to the image, without '.', "
			    "'..', ':', ',' and '\\'", volume->option, path);
	else if (!found.length)
		problem_set(problem, "option '%s': image '%s' has no directory '%s' (links are not followed)",
			    volume->option, volume->source, path);
	return found.length ? found.at : NULL;
}
