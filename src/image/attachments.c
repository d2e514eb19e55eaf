/* attachments.c - see attachments.h */
#include "image/attachments.h"
#include "base/yaml.h"
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

struct reader {
	struct attachments *attachments;
	struct arena *arena;
	struct problem *problem;
	const char *file;
};

static void fail(struct reader *reader, const struct json *value, const char *what)
{
	problem_set(reader->problem, "%s:%zu: %s", reader->file, yaml_line(value), what);
}

static bool is_mapping(struct reader *reader, const struct json *value)
{
	if (value->kind != JSON_OBJECT && value->kind != JSON_NULL)
		fail(reader, value, "a mapping is expected below this key");
	return value->kind == JSON_OBJECT;
}

static struct attachments_scope *new_scope(struct reader *reader)
{
	struct attachments *all = reader->attachments;

	all->scope = arena_grow(reader->arena, all->scope, all->count, &all->room, sizeof(*all->scope));
	return &all->scope[all->count++];
}

/* `name` is "" for default-docker. */
static void add_scope(struct reader *reader, const struct json *value, const char *name)
{
	const struct json *enabled = is_mapping(reader, value) ? json_get(value, "use-sigstore-attachments") : NULL;
	const struct attachments *all = reader->attachments;

	if (enabled && enabled->kind != JSON_BOOL)
		fail(reader, enabled, "use-sigstore-attachments must be 'true' or 'false'");
	for (size_t i = 0; i < all->count; i++)
		if (strcmp(all->scope[i].name, name) == 0)
			problem_set(reader->problem, "%s:%zu: '%.300s' is there already: %s:%zu", reader->file,
				    yaml_line(value), *name ? name : "default-docker", all->scope[i].file,
				    all->scope[i].line);
	if (!reader->problem->found)
		*new_scope(reader) = (struct attachments_scope){ name, enabled && enabled->boolean, reader->file,
								 yaml_line(value) };
}

static void take_top(struct reader *reader, const struct json *value)
{
	bool docker = !strcmp(value->key, "docker");

	if (!docker && strcmp(value->key, "default-docker") != 0)
		fail(reader, value, "the keys of such a file are 'docker' and 'default-docker'");
	else if (!docker)
		add_scope(reader, value, "");
	else if (is_mapping(reader, value))
		for (const struct json *scope = value->first; scope && !reader->problem->found; scope = scope->next)
			add_scope(reader, scope, scope->key);
}

void attachments_add(struct attachments *attachments, struct arena *arena, const char *text, size_t length,
		     const char *file, struct problem *problem)
{
	struct reader reader = { attachments, arena, problem, file };
	const struct json *root = yaml_read(arena, text, length, file, problem);

	if (!root || !is_mapping(&reader, root))
		return;
	for (const struct json *value = root->first; value && !problem->found; value = value->next)
		take_top(&reader, value);
}

int attachments_load(struct arena *arena, const struct places *places, struct attachments *ret_attachments,
		     struct problem *problem)
{
	const char *folder = places->config ? arena_printf(arena, "%s/registries.d", places->config) : NULL;
	const char **name = NULL;
	struct stat info;
	int error;

	*ret_attachments = (struct attachments){ 0 };
	if (!folder || stat(folder, &info) != 0)
		folder = arena_printf(arena, "%s/containers/registries.d", places->etc);
	error = places_list(arena, folder, ".yaml", &name, problem);
	for (; !error && *name; name++) {
		const char *path = arena_printf(arena, "%s/%s", folder, *name);
		size_t length = 0;
		char *text = NULL;

		error = places_read(arena, path, &text, &length, problem);
		if (error > 0)
			attachments_add(ret_attachments, arena, text, length, path, problem);
		error = error < 0 ? error : problem->found ? -EINVAL : 0;
	}
	return error;
}

bool attachments_enabled(const struct attachments *attachments, struct arena *arena, const struct reference *reference)
{
	const struct attachments_scope *general = NULL;

	for (const char *const *name = reference_scopes(arena, reference); *name; name++)
		for (size_t i = 0; i < attachments->count; i++)
			if (strcmp(attachments->scope[i].name, *name) == 0)
				return attachments->scope[i].enabled;
	for (size_t i = 0; i < attachments->count; i++)
		if (!*attachments->scope[i].name)
			general = &attachments->scope[i];
	return general && general->enabled;
}
