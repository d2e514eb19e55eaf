/* auth_edit.c - a file of passwords with one entry changed: see auth.h */
#include "image/auth.h"
#include "base/json_write.h"
#include "image/base64.h"
#include <string.h>

struct edit {
	struct arena *arena;
	struct json_writer writer;
	const char *path, *key;			/* key NULL: all of them */
	const struct credentials *credentials;	/* NULL: the entry goes */
	bool written, changed;
};

static const char *auth_of(struct arena *arena, const struct credentials *credentials)
{
	const char *both = arena_printf(arena, "%s:%s", credentials->user, credentials->password);

	return base64_encode(arena, both, strlen(both));
}

static void put_entry(struct edit *edit, const char *key)
{
	const struct credentials *credentials = edit->credentials;

	json_open_object(&edit->writer, key);
	if (*credentials->user || *credentials->password)
		json_put_text(&edit->writer, "auth", auth_of(edit->arena, credentials));
	if (*credentials->identity_token)
		json_put_text(&edit->writer, "identitytoken", credentials->identity_token);
	json_close(&edit->writer);
	edit->written = edit->changed = true;
}

/* Docker knows its own registry by this key alone, in its own file. */
static const char *new_key(const struct edit *edit)
{
	const char *slash = strrchr(edit->path, '/');
	bool of_docker = slash && strcmp(slash, "/config.json") == 0;

	return of_docker && strcmp(edit->key, "docker.io") == 0 ? "https://index.docker.io/v1/" : edit->key;
}

/* The entries, of which those for the key are replaced or left out: there may be several, by different names. */
static void put_entries(struct edit *edit, const struct json *entries)
{
	bool object = entries && entries->kind == JSON_OBJECT;

	json_open_object(&edit->writer, "auths");
	for (const struct json *entry = object ? entries->first : NULL; entry; entry = entry->next) {
		if (edit->key && !auth_key_means(edit->arena, entry->key, edit->key))
			json_put_value(&edit->writer, entry->key, entry);
		else if (edit->credentials && !edit->written)
			put_entry(edit, entry->key);
		else
			edit->changed = true;
	}
	if (edit->credentials && !edit->written)
		put_entry(edit, new_key(edit));
	json_close(&edit->writer);
}

const char *auth_edit(const struct auth_file *file, struct arena *arena, const char *key,
		      const struct credentials *credentials, bool *ret_changed)
{
	struct text text = text_new(arena);
	struct edit edit = { .arena = arena, .writer = json_writer_new(&text, "\t"), .path = file->path, .key = key,
			     .credentials = credentials };
	bool there = false;

	json_open_object(&edit.writer, NULL);
	for (const struct json *member = file->root ? file->root->first : NULL; member; member = member->next) {
		if (strcmp(member->key, "auths") != 0) {
			json_put_value(&edit.writer, member->key, member);
			continue;
		}
		put_entries(&edit, member);
		there = true;
	}
	if (!there && credentials)
		put_entries(&edit, NULL);
	json_close(&edit.writer);
	*ret_changed = edit.changed;
	return text.at;
}
