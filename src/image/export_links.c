/* export_links.c - which files were written before, by their numbers. */
#include "image/export_links.h"
#include <string.h>

enum { FIRST_ROOM = 1024 };		/* a power of 2, as each */

static struct export_link *slot_of(struct export_link *slots, size_t room, uint64_t device, uint64_t inode)
{
	uint64_t hash = (inode ^ device << 32) * 0x9e3779b97f4a7c15;
	size_t at = (size_t)(hash >> 32) & (room - 1);

	while (slots[at].name && (slots[at].device != device || slots[at].inode != inode))
		at = (at + 1) & (room - 1);
	return &slots[at];
}

static void grow(struct export_links *links)
{
	size_t room = links->room ? links->room * 2 : FIRST_ROOM;
	struct export_link *slots = ARENA_ARRAY(links->arena, room, struct export_link);

	for (size_t i = 0; i < links->room; i++) {
		const struct export_link *link = &links->slot[i];

		if (link->name)
			*slot_of(slots, room, link->device, link->inode) = *link;
	}
	links->slot = slots;
	links->room = room;
}

const char *export_links_add(struct export_links *links, const struct stat *info, const char *name)
{
	struct export_link *slot;

	if (2 * links->count >= links->room)
		grow(links);
	slot = slot_of(links->slot, links->room, info->st_dev, info->st_ino);
	if (slot->name)
		return slot->name;
	*slot = (struct export_link){ info->st_dev, info->st_ino, arena_copy(links->arena, name, strlen(name)) };
	links->count++;
	return NULL;
}
