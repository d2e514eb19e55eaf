/* cmd_inspect.c - `taru inspect`, `taru image inspect`, `taru container inspect`: all that is known of something, with
 * docker's keys. */
#include "base/json_write.h"
#include "cli/chosen.h"
#include "cli/inspect_container.h"
#include "cli/named.h"
#include "cli/networks.h"
#include "cli/shelf.h"
#include "cli/volumes.h"
#include "listing/rows.h"
#include <string.h>

struct inspect_asked {
	const char *format, *type;
	bool size, latest;
};

static void put_names(struct json_writer *out, const struct shelf *shelf, const struct image *image, bool digests)
{
	json_open_array(out, digests ? "RepoDigests" : "RepoTags");
	for (size_t i = 0; i < shelf->images.count; i++) {
		const struct image *other = &shelf->images.at[i];
		struct shelf_name name;

		if (!other->name[0] || !digest_equal(&other->id, &image->id))
			continue;
		name = shelf_name(shelf->store.arena, other);
		if (digests && name.digest)
			json_put_text(out, NULL, name.digest);
		else if (!digests && !strchr(name.text, '@'))
			json_put_text(out, NULL, name.text);
	}
	json_close(out);
}

/* --- Config: docker has these keys always, in this order, and others where they are set --- */

static const struct { const char *key; enum json_kind kind; } config_keys[] = {
	{ "Hostname", JSON_STRING }, { "Domainname", JSON_STRING }, { "User", JSON_STRING },
	{ "AttachStdin", JSON_BOOL }, { "AttachStdout", JSON_BOOL }, { "AttachStderr", JSON_BOOL },
	{ "Tty", JSON_BOOL }, { "OpenStdin", JSON_BOOL }, { "StdinOnce", JSON_BOOL }, { "Env", JSON_NULL },
	{ "Cmd", JSON_NULL }, { "Image", JSON_STRING }, { "Volumes", JSON_NULL }, { "WorkingDir", JSON_STRING },
	{ "Entrypoint", JSON_NULL }, { "OnBuild", JSON_NULL }, { "Labels", JSON_NULL },
};

enum { CONFIG_KEYS = sizeof(config_keys) / sizeof(config_keys[0]) };

static bool is_usual(const char *key)
{
	for (size_t i = 0; i < CONFIG_KEYS; i++)
		if (!strcmp(config_keys[i].key, key))
			return true;
	return false;
}

static void put_config(struct json_writer *out, const struct json *config)
{
	json_open_object(out, "Config");
	for (size_t i = 0; i < CONFIG_KEYS; i++) {
		const char *key = config_keys[i].key;
		const struct json *value = json_get(config, key);

		if (value)
			json_put_value(out, key, value);
		else if (config_keys[i].kind == JSON_STRING)
			json_put_text(out, key, "");
		else if (config_keys[i].kind == JSON_BOOL)
			json_put_bool(out, key, false);
		else
			json_put_null(out, key);
	}
	for (const struct json *member = config ? config->first : NULL; member; member = member->next)
		if (!is_usual(member->key))
			json_put_value(out, member->key, member);
	json_close(out);
}

static void put_layers(struct json_writer *out, const struct image_config *config)
{
	json_open_object(out, "RootFS");
	json_put_text(out, "Type", "layers");
	json_open_array(out, "Layers");
	for (size_t i = 0; i < config->diff_ids_count; i++)
		json_put_text(out, NULL, config->diff_ids[i].text);
	json_close(out);
	json_close(out);
}

/* What the config's outermost object has under this key; "" where that is no text. */
static const char *text_at(const struct image_config *config, const char *key)
{
	const struct json *value = json_get(config->json, key);

	return value && value->kind == JSON_STRING ? value->text : "";
}

static void put_image(struct json_writer *out, const struct shelf *shelf, const struct image *image,
		      const struct image_config *config)
{
	json_open_object(out, NULL);
	json_put_text(out, "Id", image->id.text);
	put_names(out, shelf, image, false);
	put_names(out, shelf, image, true);
	json_put_text(out, "Parent", "");
	json_put_text(out, "Comment", config->history_count ? config->history[config->history_count - 1].comment : "");
	json_put_text(out, "Created", config->created);
	json_put_text(out, "DockerVersion", text_at(config, "docker_version"));
	json_put_text(out, "Author", config->author);
	put_config(out, config->config);
	json_put_text(out, "Architecture", config->architecture);
	if (config->variant && config->variant[0])
		json_put_text(out, "Variant", config->variant);
	json_put_text(out, "Os", config->os);
	if (config->os_version && config->os_version[0])
		json_put_text(out, "OsVersion", config->os_version);
	json_put_unsigned(out, "Size", image->size);
	json_put_unsigned(out, "VirtualSize", image->size);
	put_layers(out, config);
	json_open_object(out, "Metadata");
	json_put_text(out, "LastTagTime", "0001-01-01T00:00:00Z");
	json_close(out);
	json_close(out);
}

/* --- what there is --- */

/* In the order in which a name is looked for, as with docker. */
enum kind { KIND_CONTAINER, KIND_IMAGE, KIND_VOLUME, KIND_NETWORK, KIND_ANY };

struct showing {
	struct command *command;
	struct place *place;
	const struct shelf *shelf;
	enum kind kind;
	struct json_writer *out;
};

static bool show_image(const struct showing *showing, const char *name, struct problem *problem)
{
	const struct shelf *shelf = showing->shelf;
	const struct image *image = shelf_find(showing->command->arena, &shelf->images, name, NULL, problem);
	struct image_config config;

	if (!image || !shelf_config(shelf, image, &config, problem))
		return false;
	put_image(showing->out, shelf, image, &config);
	return true;
}

static bool show_container(const struct showing *showing, const char *name, struct problem *problem)
{
	enum { PATIENCE_MS = 1000 };
	const struct inspect_asked *asked = showing->command->asked;
	struct place *place = showing->place;
	struct engine_container container;
	bool shown = engine_find(&place->engine, name, &container, problem);

	if (shown) {
		engine_settle(&place->engine, &container, PATIENCE_MS);
		shown = inspect_container(showing->out, place, &container, asked->size ? &showing->shelf->images : NULL,
					  problem);
	}
	engine_close(&container);
	return shown;
}

static bool show_volume(const struct showing *showing, const char *name, struct problem *problem)
{
	return volumes_show(showing->place, name, showing->out, problem);
}

static bool show_network(const struct showing *showing, const char *name, struct problem *problem)
{
	struct place *place = showing->place;
	struct network network = { .folder = -1 };
	bool shown = network_find(&place->store, name, NULL, &network, problem) &&
		     networks_put(place, showing->out, &network, problem);

	network_close(&network);
	return shown;
}

static const struct {
	const char *name, *missing;	/* --type; how the problem begins that there is none */
	bool (*show)(const struct showing *showing, const char *name, struct problem *problem);
} kinds[] = {
	[KIND_CONTAINER] = { "container", "no such container", show_container },
	[KIND_IMAGE] = { "image", "no such image", show_image },
	[KIND_VOLUME] = { "volume", "no such volume", show_volume },
	[KIND_NETWORK] = { "network", "no such network", show_network },
};

/* The first problem that is another one than that it is not there is told: an ambiguous ID, a record that cannot be
 * read. Of what is no name of a volume or network it is that there is none. */
static bool show_named(void *context, const char *name, struct problem *problem)
{
	const struct showing *showing = context;
	const size_t length = showing->out->text->length;

	if (showing->kind != KIND_ANY)
		return kinds[showing->kind].show(showing, name, problem);
	for (unsigned kind = 0; kind < KIND_ANY; kind++) {
		struct problem why = { 0 };

		if (kinds[kind].show(showing, name, &why)) {
			*problem = (struct problem){ 0 };
			return true;
		}
		if (!problem->found && strncmp(why.text, kinds[kind].missing, strlen(kinds[kind].missing)) != 0)
			*problem = why;
		if (showing->out->text->length != length)
			return false;
	}
	if (!problem->found)
		problem_set(problem, "no such container, image, volume or network: %s", name);
	return false;
}

static enum kind read_kind(const char *given, enum kind usual, struct problem *problem)
{
	for (unsigned kind = 0; given && kind < KIND_ANY; kind++)
		if (!strcmp(given, kinds[kind].name))
			return (enum kind)kind;
	if (given)
		problem_set(problem, "option '--type' is container, image, volume or network, not '%s'", given);
	return usual;
}

static void inspect(struct command *command, enum kind usual)
{
	const struct inspect_asked *asked = command->asked;
	struct text images = text_new(command->arena), out = text_new(command->arena);
	struct json_writer writer = json_writer_new(&images, asked->format ? NULL : "    ");
	enum kind kind = read_kind(asked->type, asked->latest ? KIND_CONTAINER : usual, command->problem);
	struct place place = { .store = { .fd = -1 } };
	struct shelf shelf;
	struct showing showing = { command, &place, &shelf, kind, &writer };

	if (command->problem->found || !shelf_open(command, &shelf))
		return;
	if (kind != KIND_IMAGE && !place_open(command, false, &place)) {
		store_close(&shelf.store);
		return;
	}
	chosen_put_first(command, kind == KIND_IMAGE ? NULL : &place, asked->latest, NULL, "inspect", 1);
	json_open_array(&writer, NULL);
	if (!command->problem->found)
		named_each(command, show_named, &showing, NULL);
	json_close(&writer);
	if (asked->format && !command->problem->found)
		rows_add_values(&out, asked->format, &images, command->problem);
	if (!command->problem->found)
		command_print(command, asked->format ? &out : &images);
	store_close(&shelf.store);
	if (kind != KIND_IMAGE)
		store_close(&place.store);
}

static void run(struct command *command)
{
	inspect(command, KIND_ANY);
}

static void run_image(struct command *command)
{
	inspect(command, KIND_IMAGE);
}

static void run_container(struct command *command)
{
	inspect(command, KIND_CONTAINER);
}

static const struct option image_options[] = {
	{ "format", 'f', OPTION_TEXT, offsetof(struct inspect_asked, format), "FORMAT",
	  N_("json, or a template of Go's") },
	{ NULL }
};

static const struct option options[] = {
	{ "format", 'f', OPTION_TEXT, offsetof(struct inspect_asked, format), "FORMAT",
	  N_("json, or a template of Go's") },
	CHOSEN_LATEST(offsetof(struct inspect_asked, latest)),
	{ "size", 's', OPTION_FLAG, offsetof(struct inspect_asked, size), NULL,
	  N_("also SizeRw and SizeRootFs of a container") },
	{ "type", 0, OPTION_TEXT, offsetof(struct inspect_asked, type), "TYPE",
	  N_("only this kind of thing: container, image, volume, network") },
	{ NULL }
};

const struct verb verb_inspect = {
	.name = "inspect",
	.operands = "[NAME...]",
	.summary = N_("show all that is known of something, as JSON"),
	.options = options,
	.asked_size = sizeof(struct inspect_asked),
	.operands_max = OPERANDS_ANY,
	.run = run,
};

const struct verb verb_image_inspect = {
	.name = "image inspect",
	.operands = "IMAGE...",
	.summary = N_("show all that is known of an image, as JSON"),
	.options = image_options,
	.asked_size = sizeof(struct inspect_asked),
	.operands_min = 1,
	.operands_max = OPERANDS_ANY,
	.run = run_image,
};

const struct verb verb_container_inspect = {
	.name = "container inspect",
	.operands = "CONTAINER...",
	.summary = N_("show all that is known of a container, as JSON"),
	.options = image_options,
	.asked_size = sizeof(struct inspect_asked),
	.operands_min = 1,
	.operands_max = OPERANDS_ANY,
	.run = run_container,
};
