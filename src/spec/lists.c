/* lists.c - lists of texts, of pairs and of id maps. */
#include "spec/lists.h"
#include <string.h>

void texts_add(struct arena *arena, struct texts *texts, const char *text)
{
	const size_t size = texts->count ? (texts->count + 1) * sizeof(char *) : 0;

	texts->at = arena_resize(arena, texts->at, size, (texts->count + 2) * sizeof(char *));
	texts->at[texts->count++] = (char *)(uintptr_t)text;
	texts->at[texts->count] = NULL;
}

bool texts_have(const struct texts *texts, const char *text)
{
	for (size_t i = 0; i < texts->count; i++)
		if (strcmp(texts->at[i], text) == 0)
			return true;
	return false;
}

const char *texts_join(struct arena *arena, const struct texts *texts, const char *between)
{
	struct text joined = text_new(arena);

	for (size_t i = 0; i < texts->count; i++) {
		text_add(&joined, i ? between : "");
		text_add(&joined, texts->at[i]);
	}
	return joined.at;
}

const char *pairs_join(struct arena *arena, const struct pairs *pairs)
{
	struct text joined = text_new(arena);

	for (size_t i = 0; i < pairs->count; i++)
		text_printf(&joined, "%s%s=%s", i ? "," : "", pairs->at[i].key, pairs->at[i].value);
	return joined.at;
}

void texts_put(struct json_writer *json, const char *key, const struct texts *texts)
{
	json_open_array(json, key);
	for (size_t i = 0; i < texts->count; i++)
		json_put_text(json, NULL, texts->at[i]);
	json_close(json);
}

void pairs_put(struct json_writer *json, const char *key, const struct pairs *pairs)
{
	json_open_object(json, key);
	for (size_t i = 0; i < pairs->count; i++)
		json_put_text(json, pairs->at[i].key, pairs->at[i].value);
	json_close(json);
}

void id_maps_put(struct json_writer *json, const char *key, const struct id_maps *maps)
{
	json_open_array(json, key);
	for (size_t i = 0; maps && i < maps->count; i++) {
		json_open_object(json, NULL);
		json_put_unsigned(json, "containerID", maps->at[i].inside);
		json_put_unsigned(json, "hostID", maps->at[i].outside);
		json_put_unsigned(json, "size", maps->at[i].count);
		json_close(json);
	}
	json_close(json);
}
