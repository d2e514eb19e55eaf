/* df_volumes.c - see df_volumes.h */
#include "cli/df_volumes.h"
#include "base/size.h"

bool df_volumes_read(struct command *command, struct store *store, struct df_volumes *ret_volumes)
{
	struct engine engine = { command->arena, store, "" };
	struct text warnings = text_new(command->arena);
	struct volume_users users;
	struct volume *list;
	size_t count;

	*ret_volumes = (struct df_volumes){ 0 };
	if (!volume_list(&engine, &list, &count, &warnings, command->problem) ||
	    !volume_users_read(&engine, &users, command->problem))
		return false;
	command_warn(command, &warnings);
	ret_volumes->at = ARENA_ARRAY(command->arena, count + 1, struct df_volume);
	for (size_t i = 0; i < count; i++) {
		struct df_volume *volume = &ret_volumes->at[ret_volumes->count];
		const struct engine_container *user;
		struct problem gone = { 0 };
		struct volume open;

		if (!volume_find(&engine, list[i].name, &open, &gone))
			continue;
		*volume = (struct df_volume){ open.name, volume_users_of(&users, open.name, &user),
					      volume_size(&engine, &open) };
		volume_close(&open);
		ret_volumes->count++;
	}
	return true;
}

void df_volumes_summary(struct arena *arena, struct rows *rows, const struct df_volumes *volumes)
{
	uint64_t size = 0, free = 0;
	size_t active = 0;
	const char *words;

	for (size_t i = 0; i < volumes->count; i++) {
		size += volumes->at[i].size;
		active += volumes->at[i].links > 0;
		free += volumes->at[i].links ? 0 : volumes->at[i].size;
	}
	words = size_human(arena, free, 4);
	json_open_object(&rows->writer, NULL);
	json_put_text(&rows->writer, "Active", arena_printf(arena, "%zu", active));
	json_put_text(&rows->writer, "Reclaimable", size ?
		      arena_printf(arena, "%s (%u%%)", words, (unsigned)(free * 100 / size)) : words);
	json_put_text(&rows->writer, "Size", size_human(arena, size, 4));
	json_put_text(&rows->writer, "TotalCount", arena_printf(arena, "%zu", volumes->count));
	json_put_text(&rows->writer, "Type", "Local Volumes");
	json_close(&rows->writer);
}

bool df_volumes_table(struct text *out, const struct df_volumes *volumes, struct problem *problem)
{
	static const struct pair headers[] = {
		{ "Links", "LINKS" }, { "Name", "VOLUME NAME" }, { "Size", "SIZE" }, { NULL, NULL }
	};
	const struct rows_style style = { headers, "table {{.Name}}\t{{.Links}}\t{{.Size}}", NULL };
	struct rows rows = rows_new(out->arena);

	for (size_t i = 0; i < volumes->count; i++) {
		json_open_object(&rows.writer, NULL);
		json_put_text(&rows.writer, "Links", arena_printf(out->arena, "%zu", volumes->at[i].links));
		json_put_text(&rows.writer, "Name", volumes->at[i].name);
		json_put_text(&rows.writer, "Size", size_human(out->arena, volumes->at[i].size, 4));
		json_close(&rows.writer);
	}
	text_add(out, "\nLocal Volumes space usage:\n\n");
	return rows_add(out, &rows, &style, problem);
}
