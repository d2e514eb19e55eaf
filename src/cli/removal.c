/* removal.c - see removal.h */
#include "cli/removal.h"
#include "image/event.h"
#include <string.h>

bool removal_begin(struct command *command, struct removal *removal)
{
	const char *root = store_root(command->arena, command->globals->root, command->problem);

	removal->lines = text_new(command->arena);
	removal->change.lock = -1;
	if (!root || !store_open(&removal->store, command->arena, root, false, command->problem))
		return false;
	if (removal->store.fd < 0 || store_change(&removal->store, &removal->change, command->problem))
		return true;
	store_close(&removal->store);
	return false;
}

static bool is_there(const struct images *images, const struct digest *id)
{
	for (size_t i = 0; i < images->count; i++)
		if (digest_equal(&images->at[i].id, id))
			return true;
	return false;
}

const char *removal_user_of(struct removal *removal, const struct digest *id)
{
	struct engine engine = { removal->store.arena, &removal->store, "" };
	struct text warnings = text_new(removal->store.arena);
	struct problem ignored = { 0 };

	if (!removal->containers_known)
		engine_list(&engine, &removal->containers, &removal->containers_count, &warnings, &ignored);
	removal->containers_known = true;
	for (size_t i = 0; i < removal->containers_count; i++)
		if (!strcmp(removal->containers[i].made.image_id, id->text))
			return removal->containers[i].made.name;
	return NULL;
}

static void note_id(struct removal *removal, const struct digest *id)
{
	struct arena *arena = removal->store.arena;

	for (size_t i = 0; i < removal->ids_count; i++)
		if (digest_equal(&removal->ids[i], id))
			return;
	removal->ids = arena_grow(arena, removal->ids, removal->ids_count, &removal->ids_room, sizeof(*removal->ids));
	removal->ids[removal->ids_count++] = *id;
}

/* `image` with the name that it loses. */
static void note_untagged(struct removal *removal, struct image image, const char *name)
{
	struct images *taken = &removal->taken;

	image.name = name;
	taken->at = arena_resize(removal->store.arena, taken->at, taken->count * sizeof(image),
				 (taken->count + 1) * sizeof(image));
	taken->at[taken->count++] = image;
}

bool removal_has_sibling(const struct removal *removal, const struct image *image, bool tagged)
{
	const struct images *images = &removal->change.images;

	for (size_t i = 0; i < images->count; i++)
		if (&images->at[i] != image && digest_equal(&images->at[i].id, &image->id) &&
		    shelf_same_repository(removal->store.arena, &images->at[i], image) &&
		    !(tagged && shelf_is_by_digest(&images->at[i])))
			return true;
	return false;
}

void removal_forget_digest(struct removal *removal, const struct image *image)
{
	const struct images *images = &removal->change.images;
	const struct image from = *image;

	text_printf(&removal->lines, "%s%s\n", removal->untagged, shelf_name(removal->store.arena, &from).digest);
	note_id(removal, &from.id);
	note_untagged(removal, from, shelf_name(removal->store.arena, &from).digest);
	for (size_t i = 0; i < images->count; i++)
		if (digest_equal(&images->at[i].repo_digest, &from.repo_digest) &&
		    shelf_same_repository(removal->store.arena, &images->at[i], &from))
			images->at[i].repo_digest = (struct digest){ 0 };
}

void removal_untag(struct removal *removal, size_t index)
{
	const struct image image = removal->change.images.at[index];
	struct shelf_name name = shelf_name(removal->store.arena, &image);

	images_remove(&removal->change.images, index);
	note_id(removal, &image.id);
	if (image.name[0])
		note_untagged(removal, image, image.name);
	if (image.name[0])
		text_printf(&removal->lines, "%s%s\n", removal->untagged, name.text);
	if (image.name[0] && name.digest && strcmp(name.digest, name.text) != 0 &&
	    !removal_has_sibling(removal, &image, false))
		text_printf(&removal->lines, "%s%s\n", removal->untagged, name.digest);
}

/* What was removed: images by their IDs, as docker has it, and unpacked layers. */
static void add_deleted(struct removal *removal, const struct removed *removed)
{
	for (size_t i = 0; i < removal->ids_count; i++)
		if (removal->ids[i].text[0] && !is_there(&removal->change.images, &removal->ids[i]))
			text_printf(&removal->lines, "%s%s\n", removal->deleted, removal->ids[i].text);
	for (size_t i = 0; i < removed->layers_count; i++)
		text_printf(&removal->lines, "%s%s\n", removal->deleted, removed->layers[i].text);
}

/* While they can still be read. */
static void note_names(struct removal *removal)
{
	for (size_t i = 0; i < removal->taken.count; i++)
		event_image(&removal->store, &removal->taken.at[i], "untag");
}

static void note_deleted(const struct removal *removal)
{
	for (size_t i = 0; i < removal->ids_count; i++) {
		const char *id = removal->ids[i].text;
		const struct pair more[] = { { "name", id }, { NULL, NULL } };

		if (id[0] && !is_there(&removal->change.images, &removal->ids[i]))
			event_write(&removal->store, &(struct event){ "image", "delete", id, NULL, more });
	}
}

static void remove_rows(struct command *command, struct removal *removal)
{
	struct removed removed;

	if (!store_commit(&removal->change, command->problem))
		return;
	note_names(removal);
	if (!store_collect(&removal->change, &removed, command->problem))
		return;
	add_deleted(removal, &removed);
	note_deleted(removal);
	removal->bytes += removed.bytes;
}

void removal_end(struct command *command, struct removal *removal)
{
	bool there = removal->store.fd >= 0;

	/* On a full disk there is no room for a new index.json before this. */
	if (there && removal->sweep)
		removal->bytes += store_sweep(&removal->store, true);
	if (there && (removal->ids_count || removal->sweep) && !command->problem->found)
		remove_rows(command, removal);
	store_change_end(&removal->change);
	if (there)
		store_sweep(&removal->store, false);
	if (there && removal->sweep && !command->problem->found)
		event_prune(&removal->store, "image", removal->bytes);
	store_close(&removal->store);
}
