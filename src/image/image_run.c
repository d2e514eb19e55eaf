/* image_run.c - the part of an image's config that says how to run it, read and written: see changes.h */
#include "base/json.h"
#include "base/json_write.h"
#include "image/changes_parts.h"
#include "spec/lists.h"
#include <string.h>

/* --- reading --- */

static const char *read_text(const struct json *config, const char *key)
{
	const char *text = json_text(config, key);

	return text[0] ? text : NULL;
}

static bool read_list(struct arena *arena, const struct json *config, const char *key, struct texts *ret_texts)
{
	const struct json *list = json_get(config, key);

	for (const struct json *at = list ? list->first : NULL; at; at = at->next)
		if (at->kind == JSON_STRING)
			change_add_text(arena, ret_texts, at->text);
	return ret_texts->count;
}

/* { "80/tcp": {} } */
static void read_set(struct arena *arena, const struct json *config, const char *key, struct texts *ret_texts)
{
	const struct json *object = json_get(config, key);

	for (const struct json *at = object ? object->first : NULL; at; at = at->next)
		if (at->key)
			change_add_text(arena, ret_texts, at->key);
}

static void read_labels(struct arena *arena, const struct json *config, struct pairs *ret_labels)
{
	const struct json *object = json_get(config, "Labels");

	if (!object)
		return;
	ret_labels->at = ARENA_ARRAY(arena, object->count + 1, struct pair);
	for (const struct json *at = object->first; at; at = at->next)
		if (at->kind == JSON_STRING && at->key)
			ret_labels->at[ret_labels->count++] = (struct pair){ at->key, at->text };
}

void image_run_read(struct arena *arena, const struct json *config, struct image_run *ret_run)
{
	*ret_run = (struct image_run){
		.user = read_text(config, "User"), .working_dir = read_text(config, "WorkingDir"),
		.stop_signal = read_text(config, "StopSignal"), .others = config,
	};
	read_list(arena, config, "Env", &ret_run->env);
	ret_run->has_entrypoint = read_list(arena, config, "Entrypoint", &ret_run->entrypoint);
	ret_run->has_cmd = read_list(arena, config, "Cmd", &ret_run->cmd);
	read_list(arena, config, "OnBuild", &ret_run->on_build);
	read_set(arena, config, "ExposedPorts", &ret_run->ports);
	read_set(arena, config, "Volumes", &ret_run->volumes);
	read_labels(arena, config, &ret_run->labels);
}

/* --- writing --- */

static bool is_before(const struct texts *texts, size_t index)
{
	for (size_t i = 0; i < index; i++)
		if (!strcmp(texts->at[i], texts->at[index]))
			return true;
	return false;
}

/* { "80/tcp": {} } */
static void put_set(struct json_writer *json, const char *key, const struct texts *texts)
{
	if (!texts->count)
		return;
	json_open_object(json, key);
	for (size_t i = 0; i < texts->count; i++) {
		if (is_before(texts, i))
			continue;
		json_open_object(json, texts->at[i]);
		json_close(json);
	}
	json_close(json);
}

/* Of two with one name the later one holds. */
static bool is_after(const struct pairs *labels, size_t index)
{
	for (size_t i = index + 1; i < labels->count; i++)
		if (!strcmp(labels->at[i].key, labels->at[index].key))
			return true;
	return false;
}

static void put_labels(struct json_writer *json, const struct pairs *labels)
{
	if (!labels->count)
		return;
	json_open_object(json, "Labels");
	for (size_t i = 0; i < labels->count; i++)
		if (!is_after(labels, i))
			json_put_text(json, labels->at[i].key, labels->at[i].value);
	json_close(json);
}

/* Keys that are not of this program. */
static void put_others(struct json_writer *json, const struct image_run *run)
{
	static const char *const known[] = { "User", "ExposedPorts", "Env", "Entrypoint", "Cmd", "Volumes",
					     "WorkingDir", "Labels", "StopSignal", "OnBuild", NULL };

	for (const struct json *at = run->others ? run->others->first : NULL; at; at = at->next)
		if (!text_is_one_of(at->key, known) && !(run->health.test.count && !strcmp(at->key, "Healthcheck")))
			json_put_value(json, at->key, at);
}

void image_run_write(struct json_writer *json, const struct image_run *run)
{
	json_open_object(json, "config");
	if (run->user)
		json_put_text(json, "User", run->user);
	put_set(json, "ExposedPorts", &run->ports);
	if (run->env.count)
		texts_put(json, "Env", &run->env);
	if (run->has_entrypoint)
		texts_put(json, "Entrypoint", &run->entrypoint);
	if (run->has_cmd)
		texts_put(json, "Cmd", &run->cmd);
	put_set(json, "Volumes", &run->volumes);
	if (run->working_dir)
		json_put_text(json, "WorkingDir", run->working_dir);
	put_labels(json, &run->labels);
	if (run->stop_signal)
		json_put_text(json, "StopSignal", run->stop_signal);
	if (run->on_build.count)
		texts_put(json, "OnBuild", &run->on_build);
	if (run->health.test.count)
		image_health_write(json, &run->health);
	put_others(json, run);
	json_close(json);
}
