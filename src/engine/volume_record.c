/* volume_record.c - volume.json, and what a volume can be called and be asked for: see volume.h. */
#include "base/json_decode.h"
#include "engine/volume_parts.h"
#include <string.h>

enum { VOLUME_VERSION = 1 };

void volume_write(struct text *out, const struct volume *volume)
{
	struct json_writer json = json_writer_new(out, "\t");

	json_open_object(&json, NULL);
	json_put_unsigned(&json, "taru", VOLUME_VERSION);
	json_put_text(&json, "created", volume->created);
	json_put_bool(&json, "anonymous", volume->anonymous);
	pairs_put(&json, "labels", &volume->labels);
	pairs_put(&json, "options", &volume->options);
	json_close(&json);
}

struct volume_form { uint32_t version; struct volume volume; };

static const struct field fields[] = {
	{ "taru", FIELD_UNSIGNED, FIELD_AT(struct volume_form, version), .required = true },
	{ "created", FIELD_TEXT, FIELD_AT(struct volume_form, volume.created), .required = true },
	{ "anonymous", FIELD_BOOL, FIELD_AT(struct volume_form, volume.anonymous) },
	{ "labels", FIELD_PAIRS, FIELD_ARRAY(struct volume_form, volume.labels.at, volume.labels.count) },
	{ "options", FIELD_PAIRS, FIELD_ARRAY(struct volume_form, volume.options.at, volume.options.count) },
	{ 0 }
};

bool volume_read(struct arena *arena, char *text, size_t length, struct volume *ret_volume,
		 struct problem *problem)
{
	struct decoder decoder = { arena, problem };
	struct volume_form form = { .volume.folder = -1 };
	const struct json *value = json_read_object(arena, text, length, VOLUME_FILE, problem);

	if (!problem->found)
		json_decode(&decoder, value, fields, &form);
	if (!problem->found && form.version != VOLUME_VERSION)
		problem_set(problem, VOLUME_FILE ": is of form %u, which this version of taru does not know",
			    form.version);
	*ret_volume = form.volume;
	return !problem->found;
}

const char *volume_option(const struct volume *volume, const char *key)
{
	for (size_t i = 0; i < volume->options.count; i++)
		if (!strcmp(volume->options.at[i].key, key))
			return volume->options.at[i].value;
	return NULL;
}

bool volume_check_name(const char *name, struct problem *problem)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-";
	size_t length = strlen(name);
	bool good = length >= 2 && length <= VOLUME_NAME_MAX && strspn(name, letters) == length &&
		    !strchr("_.-", name[0]);

	if (!good)
		problem_set(problem, "volume name '%.64s': is made of letters, digits, '_', '.' and '-', begins with a "
			    "letter or digit, and has 2 to %d characters; a directory of this machine is an absolute "
			    "path", name, VOLUME_NAME_MAX);
	return good;
}

bool volume_check_options(const struct pairs *options, struct problem *problem)
{
	const struct volume volume = { .options = *options };
	const char *type = volume_option(&volume, "type"), *device = volume_option(&volume, "device");

	for (size_t i = 0; i < options->count; i++) {
		const char *key = options->at[i].key;

		if (strcmp(key, "type") != 0 && strcmp(key, "device") != 0 && strcmp(key, "o") != 0)
			problem_set(problem, "option '--opt': '%s' is none of type, device, o", key);
	}
	if (options->count && (!type || !type[0]))
		problem_set(problem, "option '--opt': missing required option: \"type\"");
	if (options->count && (!device || !device[0]))
		problem_set(problem, "option '--opt': missing required option: \"device\"");
	return !problem->found;
}
