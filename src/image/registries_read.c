/* registries_read.c - registries.conf as data, and the files that it is in: see registries.h */
#include "base/json_decode.h"
#include "image/registries.h"
#include "image/toml.h"
#include <errno.h>
#include <string.h>

struct conf {
	const char *const *search;
	size_t searches;
	struct registry *registry;
	size_t registries;
	const char *const *helper;
	size_t helpers;
	enum short_name_mode mode;
	bool mode_set;
	const struct json *aliases;
};

static void read_mode(struct decoder *decoder, const struct json *value, void *to)
{
	static const struct name modes[] = {
		{ "permissive", SHORT_NAME_PERMISSIVE }, { "enforcing", SHORT_NAME_ENFORCING },
		{ "disabled", SHORT_NAME_DISABLED }, { "", SHORT_NAME_PERMISSIVE }, { 0 }
	};
	struct conf *conf = to;

	conf->mode = (enum short_name_mode)decode_name(decoder, value, modes,
						       "'enforcing', 'permissive' or 'disabled'");
	conf->mode_set = value->kind == JSON_STRING && *value->text;
}

static void read_aliases(struct decoder *decoder, const struct json *value, void *to)
{
	if (decode_kind(decoder, value, JSON_OBJECT))
		((struct conf *)to)->aliases = value;
}

static void read_version_1(struct decoder *decoder, const struct json *value, void *to)
{
	decode_problem(decoder, value, "this is the old form of the file (version 1), which is not supported; "
		       "write unqualified-search-registries and [[registry]]");
}

static const struct name mirror_uses[] = {
	{ "all", MIRROR_ALL }, { "digest-only", MIRROR_DIGEST_ONLY }, { "tag-only", MIRROR_TAG_ONLY },
	{ "", MIRROR_ALL }, { 0 }
};

static const struct field mirror_fields[] = {
	{ "location", FIELD_TEXT, FIELD_AT(struct registry_mirror, location), .required = true },
	{ "insecure", FIELD_BOOL, FIELD_AT(struct registry_mirror, insecure) },
	{ "pull-from-mirror", FIELD_NAME, FIELD_AT(struct registry_mirror, use), .names = mirror_uses,
	  .what = "'all', 'digest-only' or 'tag-only'" },
	{ 0 }
};

static const struct field registry_fields[] = {
	{ "prefix", FIELD_TEXT, FIELD_AT(struct registry, prefix) },
	{ "location", FIELD_TEXT, FIELD_AT(struct registry, location) },
	{ "insecure", FIELD_BOOL, FIELD_MAYBE(struct registry, insecure) },
	{ "blocked", FIELD_BOOL, FIELD_AT(struct registry, blocked) },
	{ "mirror-by-digest-only", FIELD_BOOL, FIELD_AT(struct registry, mirrors_digest_only) },
	{ "mirror", FIELD_LIST, FIELD_ARRAY(struct registry, mirror, mirrors), .fields = mirror_fields },
	{ 0 }
};

static const struct field conf_fields[] = {
	{ "unqualified-search-registries", FIELD_TEXTS, FIELD_ARRAY(struct conf, search, searches) },
	{ "short-name-mode", FIELD_READ, .read = read_mode },
	{ "credential-helpers", FIELD_TEXTS, FIELD_ARRAY(struct conf, helper, helpers) },
	{ "registry", FIELD_LIST, FIELD_ARRAY(struct conf, registry, registries), .fields = registry_fields },
	{ "aliases", FIELD_READ, .read = read_aliases },
	{ "registries", FIELD_READ, .read = read_version_1 },
	{ 0 }
};

/* --- the rules of a [[registry]] --- */

/* "host" or "host/team", and with `tags` also "host/team:tag"; without a '/' at the end. */
static bool is_location(struct arena *arena, const char *text, bool tags)
{
	struct problem none = { 0 };
	struct reference reference;

	if (reference_is_domain(text))
		return true;
	return reference_read(arena, text, &reference, &none) && !reference.short_name &&
	       (tags || (!reference.tag && !reference.digest));
}

static const char *without_slash(struct arena *arena, const char *text)
{
	size_t length = strlen(text);

	while (length && text[length - 1] == '/')
		length--;
	return text[length] ? arena_copy(arena, text, length) : text;
}

static bool check_location(struct arena *arena, const struct registry *registry, const char *text,
			   struct problem *problem)
{
	if (is_location(arena, text, false))
		return true;
	problem_set(problem, "%s:%zu: location '%.300s' is no registry%s: it would be like 'host.example:5000/team'",
		    registry->file, registry->line, text, strstr(text, "://") ? ", but an URL" : "");
	return false;
}

static bool check_prefix(struct arena *arena, struct registry *registry, struct problem *problem)
{
	const char *prefix = registry->prefix ? registry->prefix : registry->location;
	bool wild = prefix && strncmp(prefix, "*.", 2) == 0;

	if (!prefix) {
		problem_set(problem, "%s:%zu: this [[registry]] has neither prefix nor location", registry->file,
			    registry->line);
		return false;
	}
	registry->prefix = without_slash(arena, prefix);
	prefix = registry->prefix + (wild ? 2 : 0);
	if (wild ? reference_is_domain(prefix) && !strchr(prefix, ':') : is_location(arena, prefix, true)) {
		if (registry->location || wild)
			return true;
		problem_set(problem, "%s:%zu: the registry '%.300s' has no location", registry->file, registry->line,
			    registry->prefix);
		return false;
	}
	problem_set(problem, "%s:%zu: prefix '%.300s' is none: it would be like 'host.example', 'host.example/team' "
		    "or '*.example'", registry->file, registry->line, registry->prefix);
	return false;
}

static bool check_registry(struct arena *arena, struct registry *registry, struct problem *problem)
{
	if (!check_prefix(arena, registry, problem))
		return false;
	if (registry->location) {
		registry->location = without_slash(arena, registry->location);
		if (strncmp(registry->location, "*.", 2) == 0)
			registry->location = NULL;	/* it was the prefix */
		else if (!check_location(arena, registry, registry->location, problem))
			return false;
	}
	for (size_t i = 0; i < registry->mirrors; i++) {
		struct registry_mirror *mirror = &registry->mirror[i];

		mirror->location = without_slash(arena, mirror->location);
		if (!check_location(arena, registry, mirror->location, problem))
			return false;
		if (registry->mirrors_digest_only && mirror->use != MIRROR_ALL) {
			problem_set(problem, "%s:%zu: mirror-by-digest-only and pull-from-mirror exclude each other",
				    registry->file, registry->line);
			return false;
		}
	}
	return true;
}

static void put_registry(struct registries *registries, struct arena *arena, const struct registry *registry,
			 struct problem *problem)
{
	for (size_t i = 0; i < registries->count; i++) {
		if (strcmp(registries->registry[i].prefix, registry->prefix) != 0)
			continue;
		if (strcmp(registries->registry[i].file, registry->file) == 0)
			problem_set(problem, "%s:%zu: the prefix '%.300s' is there already, in line %zu",
				    registry->file, registry->line, registry->prefix, registries->registry[i].line);
		registries->registry[i] = *registry;
		return;
	}
	registries->registry = arena_grow(arena, registries->registry, registries->count, &registries->room,
					  sizeof(*registries->registry));
	registries->registry[registries->count++] = *registry;
}

/* --- aliases --- */

static bool check_alias(struct arena *arena, const struct registry_alias *alias, struct problem *problem)
{
	struct problem inner = { 0 };
	struct reference reference;

	if (!reference_read(arena, alias->name, &reference, &inner) || !reference.short_name || reference.tag ||
	    reference.digest) {
		problem_set(problem, "%s:%zu: alias '%.300s' must be a short name, without registry and tag",
			    alias->file, alias->line, alias->name);
		return false;
	}
	if (!*alias->value)
		return true;
	if (!reference_read(arena, alias->value, &reference, &inner) || reference.short_name || reference.tag ||
	    reference.digest) {
		problem_set(problem, "%s:%zu: alias '%.300s': '%.300s' must be a name with its registry, without a tag",
			    alias->file, alias->line, alias->name, alias->value);
		return false;
	}
	return true;
}

static void put_alias(struct registries *registries, struct arena *arena, const struct registry_alias *alias)
{
	for (size_t i = 0; i < registries->aliases; i++) {
		if (strcmp(registries->alias[i].name, alias->name) == 0) {
			registries->alias[i] = *alias;
			return;
		}
	}
	registries->alias = arena_grow(arena, registries->alias, registries->aliases, &registries->aliases_room,
				       sizeof(*registries->alias));
	registries->alias[registries->aliases++] = *alias;
}

static void add_aliases(struct registries *registries, struct arena *arena, const struct json *aliases,
			const char *file, struct problem *problem)
{
	for (const struct json *value = aliases->first; value && !problem->found; value = value->next) {
		struct registry_alias alias = { value->key, value->text, file, toml_line(value) };

		if (value->kind != JSON_STRING)
			problem_set(problem, "%s:%zu: alias '%.300s' must be a text, not %s", file, alias.line,
				    alias.name, json_kind_name(value->kind));
		else if (check_alias(arena, &alias, problem))
			put_alias(registries, arena, &alias);
	}
}

/* --- a file --- */

static bool check_search(const struct conf *conf, const char *file, struct problem *problem)
{
	for (size_t i = 0; i < conf->searches; i++) {
		if (reference_is_domain(conf->search[i]))
			continue;
		problem_set(problem, "%s: unqualified-search-registries[%zu]: '%.300s' is no host: it would be like "
			    "'docker.io'", file, i, conf->search[i]);
		return false;
	}
	return true;
}

static void add_registries(struct registries *registries, struct arena *arena, struct conf *conf, const char *file,
			   const struct json *tables, struct problem *problem)
{
	const struct json *table = tables ? tables->first : NULL;

	for (size_t i = 0; i < conf->registries && table && !problem->found; i++, table = table->next) {
		conf->registry[i].file = file;
		conf->registry[i].line = toml_line(table);
		if (check_registry(arena, &conf->registry[i], problem))
			put_registry(registries, arena, &conf->registry[i], problem);
	}
}

void registries_add(struct registries *registries, struct arena *arena, const char *text, size_t length,
		    const char *file, struct problem *problem)
{
	const struct json *root = toml_read(arena, text, length, file, problem);
	struct problem inner = { 0 };
	struct decoder decoder = { arena, &inner };
	struct conf conf = { 0 };

	if (!root)
		return;
	json_decode(&decoder, root, conf_fields, &conf);
	if (inner.found) {
		problem_set(problem, "%s: %s", file, inner.text);
		return;
	}
	if (!check_search(&conf, file, problem))
		return;
	if (json_get(root, "unqualified-search-registries")) {
		registries->search = conf.search;
		registries->searches = conf.searches;
	}
	if (json_get(root, "credential-helpers")) {
		registries->helper = conf.helper;
		registries->helpers = conf.helpers;
	}
	if (conf.mode_set)
		registries->mode = conf.mode;
	add_registries(registries, arena, &conf, file, json_get(root, "registry"), problem);
	if (conf.aliases)
		add_aliases(registries, arena, conf.aliases, file, problem);
}

/* --- the files --- */

/* 1, or 0 where there is none; -errno with a problem. */
static int load_file(struct registries *registries, struct arena *arena, const char *path, struct problem *problem)
{
	size_t length = 0;
	char *text = NULL;
	int got = places_read(arena, path, &text, &length, problem);

	if (got <= 0)
		return got;
	registries_add(registries, arena, text, length, path, problem);
	return problem->found ? -EINVAL : 1;
}

static int load_folder(struct registries *registries, struct arena *arena, const char *folder,
		       struct problem *problem)
{
	const char **name = NULL;
	int error = places_list(arena, folder, ".conf", &name, problem);

	for (; !error && *name; name++) {
		error = load_file(registries, arena, arena_printf(arena, "%s/%s", folder, *name), problem);
		error = error < 0 ? error : 0;
	}
	return error;
}

/* The machine's and the user's file; the user's takes the place of the machine's, drop-ins included. */
static int load_files(struct registries *registries, struct arena *arena, const struct places *places,
		      struct problem *problem)
{
	static const char name[] = "registries.conf";
	bool users = false;
	int got = 0;

	if (places->registries_file) {
		got = load_file(registries, arena, places->registries_file, problem);
		if (!got)
			problem_set(problem, "%s: the file is not there (CONTAINERS_REGISTRIES_CONF)",
				    places->registries_file);
		if (got <= 0)
			return got ? got : -ENOENT;
	} else if (places->config) {
		got = load_file(registries, arena, arena_printf(arena, "%s/%s", places->config, name), problem);
		users = got > 0;
	}
	if (!got)
		got = load_file(registries, arena, arena_printf(arena, "%s/containers/%s", places->etc, name), problem);
	if (got < 0)
		return got;
	if (places->registries_folder)
		return load_folder(registries, arena, places->registries_folder, problem);
	if (!users)
		got = load_folder(registries, arena, arena_printf(arena, "%s/containers/%s.d", places->etc, name),
				  problem);
	if (got < 0 || !places->config)
		return got < 0 ? got : 0;
	return load_folder(registries, arena, arena_printf(arena, "%s/%s.d", places->config, name), problem);
}

int registries_load(struct arena *arena, const struct places *places, struct registries *ret_registries,
		    struct problem *problem)
{
	int error = load_files(ret_registries, arena, places, problem);

	if (error || !places->cache)
		return error;
	error = load_file(ret_registries, arena, arena_printf(arena, "%s/short-name-aliases.conf", places->cache),
			  problem);
	return error < 0 ? error : 0;
}
