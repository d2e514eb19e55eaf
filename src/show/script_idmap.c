/* script_idmap.c - in the script: binds with a map of ids, which the plan makes with descriptors and mount(8) by an
 * option. */
#include "show/script.h"

const struct step *script_source(const struct plan *plan, int slot)
{
	for (size_t i = 0; slot != SLOT_NONE && i < plan->count; i++)
		if (plan->step[i].kind == STEP_OPEN_SOURCE && plan->step[i].open_source.slot == slot)
			return &plan->step[i];
	return NULL;
}

const struct step *script_mapping(const struct plan *plan, int slot)
{
	const struct step *source = script_source(plan, slot);

	for (size_t i = 0; source && source->open_source.id_mapping && i < plan->count; i++)
		if (plan->step[i].kind == STEP_NEW_ID_MAPPING &&
		    plan->step[i].id_mapping.slot == source->open_source.id_mapping)
			return &plan->step[i];
	return NULL;
}

static void add_maps(struct text *out, char letter, const struct id_maps *maps)
{
	for (size_t i = 0; i < maps->count; i++)
		text_printf(out, "%s%c:%u:%u:%u", out->length ? " " : "", letter, maps->at[i].inside,
			    maps->at[i].outside, maps->at[i].count);
}

const char *script_idmap_option(struct arena *arena, const struct step *mapping)
{
	struct text maps = text_new(arena);

	add_maps(&maps, 'u', mapping->id_mapping.uid);
	add_maps(&maps, 'g', mapping->id_mapping.gid);
	return arena_printf(arena, "X-mount.idmap=%s", maps.at);
}

void script_add_if_idmap(struct text *out)
{
	text_add(out, "if mount --help | grep -q -e --map-users; then\n");
}

void script_add_without_idmap(struct text *out, const struct step *step)
{
	words_with(out, "echo ",
		   arena_printf(out->arena, "%s: without its id mapping, which needs mount(8) of util-linux 2.39",
				step->why ? step->why : "mount"));
	text_add(out, " >&2\n");
}
