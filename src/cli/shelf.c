/* shelf.c - see shelf.h */
#include "cli/shelf.h"
#include "engine/host_image.h"
#include "image/reference.h"
#include "listing/human.h"
#include <string.h>

bool shelf_open(struct command *command, struct shelf *ret_shelf)
{
	const char *root = store_root(command->arena, command->globals->root, command->problem);

	if (!root || !store_open(&ret_shelf->store, command->arena, root, false, command->problem))
		return false;
	if (store_images(&ret_shelf->store, &ret_shelf->images, command->problem))
		return true;
	store_close(&ret_shelf->store);
	return false;
}

/* The name in full, or NULL where the text is none. */
static const char *full_name(struct arena *arena, const char *given)
{
	struct problem problem = { 0 };
	struct reference reference;

	return reference_parse(arena, given, &reference, &problem) ? reference_text(arena, &reference) : NULL;
}

const struct image *shelf_find(struct arena *arena, const struct images *images, const char *given, bool *ret_by_name,
			       struct problem *problem)
{
	const char *full = full_name(arena, given);
	/* Other tools write names that are not full ones: "one". */
	const struct image *image = given[0] ? images_named(images, given) : NULL;
	bool by_name = image || (full && images_named(images, full)) || strchr(given, '@');

	if (!image && !strcmp(given, host_image_name))
		problem_set(problem, "image 'host' is this machine's own root file system: it is run, and not kept in "
			    "the store");
	else if (!image)
		image = store_find(images, full, given, problem);
	if (ret_by_name)
		*ret_by_name = by_name;
	return image;
}

struct shelf_name shelf_name(struct arena *arena, const struct image *image)
{
	/* Other tools may have put anything there. */
	struct shelf_name name = { "<none>", "<none>", human_line(arena, image->name, true), NULL };
	struct problem problem = { 0 };
	struct reference reference;
	const char *at;

	if (!reference_parse(arena, image->name, &reference, &problem))
		return name;
	name.tag = reference.tag && !reference.digest ? reference.tag : "<none>";
	name.text = reference_familiar(arena, &reference);
	at = strchr(name.text, '@');
	at = at ? at : strrchr(name.text, ':');
	name.repository = at ? arena_copy(arena, name.text, (size_t)(at - name.text)) : name.text;
	if (image->repo_digest.text[0])
		name.digest = arena_printf(arena, "%s@%s", name.repository, image->repo_digest.text);
	return name;
}

bool shelf_is_by_digest(const struct image *image)
{
	return strchr(image->name, '@') != NULL;
}

bool shelf_same_repository(struct arena *arena, const struct image *one, const struct image *other)
{
	struct problem problem = { 0 };
	struct reference of_one, of_other;

	return reference_parse(arena, one->name, &of_one, &problem) &&
	       reference_parse(arena, other->name, &of_other, &problem) && reference_same_name(&of_one, &of_other);
}

const char *shelf_id(struct arena *arena, const struct digest *id, bool whole)
{
	enum { SHORT = 12 };

	return whole ? id->text : arena_copy(arena, digest_hex(id), SHORT);
}

bool shelf_config(const struct shelf *shelf, const struct image *image, struct image_config *ret_config,
		  struct problem *problem)
{
	struct document manifest;

	return store_read_manifest(&shelf->store, &image->manifest.digest, &manifest, problem) &&
	       store_read_config(&shelf->store, &manifest, ret_config, problem);
}

bool shelf_is_missing(const struct problem *problem)
{
	static const char begin[] = "no such image";

	return !strncmp(problem->text, begin, strlen(begin));
}
