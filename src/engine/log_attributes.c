/* log_attributes.c - see log_attributes.h */
#include "engine/log_attributes.h"
#include "base/json_write.h"
#include "base/text.h"
#include "engine/parts.h"
#include "spec/lists.h"
#include "wire/log.h"
#include <regex.h>
#include <string.h>

/* --- the tag --- */

/* What docker's documentation of log tags has. */
enum tag_field { TAG_ID, TAG_FULL_ID, TAG_NAME, TAG_IMAGE_ID, TAG_IMAGE_FULL_ID, TAG_IMAGE_NAME, TAG_FIELDS };

static const char *const fields[TAG_FIELDS] = {
	"{{.ID}}", "{{.FullID}}", "{{.Name}}", "{{.ImageID}}", "{{.ImageFullID}}", "{{.ImageName}}"
};

/* Which one the text begins with; TAG_FIELDS: none. */
static enum tag_field field_at(const char *text)
{
	enum tag_field field = 0;

	while (field < TAG_FIELDS && strncmp(text, fields[field], strlen(fields[field])) != 0)
		field++;
	return field;
}

bool log_check_tag(const char *tag, struct problem *problem)
{
	for (const char *at = strstr(tag, "{{"); at; at = strstr(at + 2, "{{"))
		if (field_at(at) == TAG_FIELDS)
			problem_set(problem, "option '--log-opt': tag '%s': there are {{.ID}}, {{.FullID}}, {{.Name}}, "
				    "{{.ImageID}}, {{.ImageFullID}} and {{.ImageName}}, and no others", tag);
	return !problem->found;
}

bool log_check_pattern(const struct pair *option, struct problem *problem)
{
	regex_t pattern;
	const int error = regcomp(&pattern, option->value, REG_EXTENDED | REG_NOSUB);

	if (error)
		problem_set(problem, "option '--log-opt': %s '%s' is no regular expression (regex(7))", option->key,
			    option->value);
	else
		regfree(&pattern);
	return !error;
}

static const char *value_of(struct arena *arena, const struct made *made, enum tag_field field)
{
	enum { SHORT = 12 };
	const char *image = strchr(made->image_id, ':') ? strchr(made->image_id, ':') + 1 : made->image_id;

	switch (field) {
	case TAG_ID: return arena_copy(arena, made->id, SHORT);
	case TAG_FULL_ID: return made->id;
	case TAG_NAME: return made->name ? made->name : "";	/* it gets one when it is made */
	case TAG_IMAGE_ID: return arena_copy(arena, image, strnlen(image, SHORT));
	case TAG_IMAGE_FULL_ID: return made->image_id;
	case TAG_IMAGE_NAME: return made->image;
	case TAG_FIELDS: break;
	}
	return "";
}

static const char *make_tag(struct arena *arena, const struct made *made, const char *tag)
{
	struct text text = text_new(arena);

	text_add(&text, "");
	while (*tag) {
		const enum tag_field field = field_at(tag);

		if (field < TAG_FIELDS)
			text_add(&text, value_of(arena, made, field));
		else
			text_printf(&text, "%c", *tag);
		tag += field < TAG_FIELDS ? strlen(fields[field]) : 1;
	}
	return text.at;
}

/* --- all of them --- */

struct attributes { struct arena *arena; struct pair *at; size_t count, room; };

/* In the order of their names, each once. */
static void put(struct attributes *attributes, const char *key, const char *value)
{
	size_t i = 0;

	while (i < attributes->count && strcmp(attributes->at[i].key, key) < 0)
		i++;
	if (i < attributes->count && !strcmp(attributes->at[i].key, key)) {
		attributes->at[i].value = value;
		return;
	}
	if (attributes->count == attributes->room) {
		const size_t room = attributes->room ? 2 * attributes->room : 8;

		attributes->at = arena_resize(attributes->arena, attributes->at,
					      attributes->room * sizeof(*attributes->at),
					      room * sizeof(*attributes->at));
		attributes->room = room;
	}
	memmove(attributes->at + i + 1, attributes->at + i, (attributes->count - i) * sizeof(*attributes->at));
	attributes->at[i] = (struct pair){ key, value };
	attributes->count++;
}

static void put_label(struct attributes *attributes, const struct made *made, const char *name)
{
	for (size_t i = 0; i < made->labels.count; i++)
		if (!strcmp(made->labels.at[i].key, name))
			put(attributes, name, made->labels.at[i].value);
}

static void put_variable(struct attributes *attributes, const struct made *made, const struct texts *env,
			 const char *name)
{
	const size_t length = strlen(name);

	for (size_t i = 0; i < env->count && !texts_have(&made->secret_variables, name); i++)
		if (!strncmp(env->at[i], name, length) && env->at[i][length] == '=')
			put(attributes, name, env->at[i] + length + 1);
}

/* "labels-regex", "env-regex": all whose names have what is meant in them. */
static void put_matches(struct attributes *attributes, const struct made *made, const struct texts *env,
			const struct pair *option)
{
	const bool labels = option->key[0] == 'l';
	const size_t count = labels ? made->labels.count : env->count;
	regex_t pattern;

	if (regcomp(&pattern, option->value, REG_EXTENDED | REG_NOSUB))
		return;
	for (size_t i = 0; i < count; i++) {
		const char *name = labels ? made->labels.at[i].key :
				   arena_copy(attributes->arena, env->at[i], strcspn(env->at[i], "="));

		if (regexec(&pattern, name, 0, NULL, 0))
			continue;
		if (labels)
			put_label(attributes, made, name);
		else
			put_variable(attributes, made, env, name);
	}
	regfree(&pattern);
}

/* What one option asks for: names with commas between them, or the tag. */
static void put_option(struct attributes *attributes, const struct made *made, const struct texts *env,
		       const struct pair *option)
{
	char *rest = arena_copy(attributes->arena, option->value, strlen(option->value)), *name;

	if (!strcmp(option->key, "tag") && option->value[0])
		put(attributes, "tag", make_tag(attributes->arena, made, option->value));
	if (strstr(option->key, "-regex"))
		put_matches(attributes, made, env, option);
	if (strcmp(option->key, "labels") != 0 && strcmp(option->key, "env") != 0)
		return;
	while ((name = strsep(&rest, ",")))
		if (*name && option->key[0] == 'l')
			put_label(attributes, made, name);
		else if (*name)
			put_variable(attributes, made, env, name);
}

/* As an object of JSON; "" where there are none. */
static struct text make_all(struct arena *arena, const struct made *made, const struct texts *env)
{
	struct attributes attributes = { .arena = arena };
	struct text text = text_new(arena);
	struct json_writer json = json_writer_new(&text, NULL);

	text_add(&text, "");
	for (size_t i = 0; i < made->upkeep.log_options.count; i++)
		put_option(&attributes, made, env, &made->upkeep.log_options.at[i]);
	if (!attributes.count)
		return text;
	json_open_object(&json, NULL);
	for (size_t i = 0; i < attributes.count; i++)
		json_put_text(&json, attributes.at[i].key, attributes.at[i].value);
	json_close(&json);
	while (text.length && text.at[text.length - 1] == '\n')
		text.at[--text.length] = '\0';
	return text;
}

bool log_check_attributes(struct arena *arena, const struct made *made, const struct texts *env,
			  struct problem *problem)
{
	const struct text text = make_all(arena, made, env);

	if (text.length > LOG_ATTRIBUTES_MAX)
		problem_set(problem, "option '--log-opt': what labels, env and tag ask for has %zu bytes, and would "
			    "stand beside each line: it may have %d", text.length, LOG_ATTRIBUTES_MAX);
	return !problem->found;
}

void log_write_attributes(struct arena *arena, int folder, const struct made *made, const struct texts *env)
{
	const struct text text = make_all(arena, made, env);

	if (text.length && text.length <= LOG_ATTRIBUTES_MAX)
		folder_write(folder, LOG_ATTRIBUTES, text.at, text.length);
}
