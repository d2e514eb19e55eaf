/* record.c - the text of a container's record: JSON, one line.
 *
 * Of the config it holds what the verbs after `create` need, as it was written there, and is read by
 * the same tables as a config.json. What is large and of no use any more is left out: mounts, masks, devices,
 * the rules of seccomp, whose filter has been compiled. Of these only one that passes calls on is
 * kept, since it says that there is a listener.
 */
#include "life/record.h"
#include "base/json_decode.h"
#include "base/json_write.h"
#include "exec/exec.h"
#include <string.h>
#include <time.h>

enum { PID_DIGITS = 10, TIME_DIGITS = 20 };

const char *status_name(enum status status)
{
	static const char *const name[] = {
		[STATUS_CREATING] = "creating", [STATUS_CREATED] = "created",
		[STATUS_RUNNING] = "running",	[STATUS_PAUSED] = "paused",
		[STATUS_STOPPED] = "stopped",
	};

	return name[status];
}

/* --- writing --- */

static void copy(struct json_writer *writer, const struct json *from, const char *const *keys)
{
	for (; *keys; keys++) {
		const struct json *value = json_get(from, *keys);

		if (value)
			json_put_value(writer, *keys, value);
	}
}

static void copy_listening_rules(struct json_writer *writer, const struct json *seccomp)
{
	const struct json *rules = json_get(seccomp, "syscalls");

	json_open_array(writer, "syscalls");
	for (const struct json *rule = rules ? rules->first : NULL; rule; rule = rule->next) {
		const struct json *action = json_get(rule, "action");

		if (action && action->kind == JSON_STRING && !strcmp(action->text, "SCMP_ACT_NOTIFY"))
			json_put_value(writer, NULL, rule);
	}
	json_close(writer);
}

static void copy_linux(struct json_writer *writer, const struct json *config_linux)
{
	static const char *const keys[] = { "namespaces", "uidMappings", "gidMappings", "timeOffsets",
					    "personality", "memoryPolicy", NULL };
	static const char *const seccomp_keys[] = { "defaultAction", "defaultErrnoRet", "architectures",
						    "flags", "listenerPath", "listenerMetadata", NULL };
	const struct json *seccomp = json_get(config_linux, "seccomp");

	json_open_object(writer, "linux");
	copy(writer, config_linux, keys);
	if (seccomp && seccomp->kind == JSON_OBJECT) {
		json_open_object(writer, "seccomp");
		copy(writer, seccomp, seccomp_keys);
		copy_listening_rules(writer, seccomp);
		json_close(writer);
	}
	json_close(writer);
}

static void copy_config(struct json_writer *writer, const struct json *config)
{
	static const char *const keys[] = { "ociVersion", "process", "root", "annotations", NULL };
	static const char *const hook_keys[] = { "startContainer", "poststart", "poststop", NULL };
	const struct json *hooks = json_get(config, "hooks"), *config_linux = json_get(config, "linux");

	json_open_object(writer, "config");
	copy(writer, config, keys);
	if (hooks && hooks->kind == JSON_OBJECT) {
		json_open_object(writer, "hooks");
		copy(writer, hooks, hook_keys);
		json_close(writer);
	}
	if (config_linux && config_linux->kind == JSON_OBJECT)
		copy_linux(writer, config_linux);
	json_close(writer);
}

void record_write(struct arena *arena, const struct record *record, const struct json *config,
		  struct form *ret_form)
{
	struct text text = text_new(arena);
	struct json_writer writer = json_writer_new(&text, NULL);
	size_t pid, start_time;

	json_open_object(&writer, NULL);
	json_put_unsigned(&writer, "taru", RECORD_VERSION);
	json_put_text(&writer, "id", record->id);
	pid = json_put_place(&writer, "pid", PID_DIGITS);
	start_time = json_put_place(&writer, "startTime", TIME_DIGITS);
	json_put_unsigned(&writer, "owner", record->owner);
	json_put_text(&writer, "bundle", record->bundle);
	json_put_text(&writer, "rootfs", record->rootfs);
	json_put_text(&writer, "created", record->created);
	json_put_bool(&writer, "gated", record->gated);
	json_open_array(&writer, "directories");
	for (size_t i = 0; i < record->directory.count; i++)
		json_put_text(&writer, NULL, record->directory.at[i]);
	json_close(&writer);
	copy_config(&writer, config);
	json_close(&writer);
	*ret_form = (struct form){ .text = text.at, .length = text.length, .pid = { text.at + pid, NULL },
				   .start_time = text.at + start_time };
}

const char *record_now(struct arena *arena)
{
	struct timespec now;
	struct tm parts;
	char text[32];

	clock_gettime(CLOCK_REALTIME, &now);
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", gmtime_r(&now.tv_sec, &parts));
	return arena_printf(arena, "%s.%09ldZ", text, now.tv_nsec);
}

/* --- reading --- */

struct reading {
	struct record *record;
	unsigned version;
};

static void read_config(struct decoder *decoder, const struct json *value, void *to)
{
	struct record *record = to;

	if (decode_kind(decoder, value, JSON_OBJECT))
		spec_read_value(decoder->arena, value, &record->spec, decoder->problem);
}

static const struct field version_fields[] = {
	{ "taru", FIELD_UNSIGNED, FIELD_AT(struct reading, version), .required = true },
	{ 0 }
};

static const struct field record_fields[] = {
	{ "id", FIELD_TEXT, FIELD_AT(struct record, id), .required = true },
	{ "pid", FIELD_UNSIGNED, FIELD_AT(struct record, pid), .max = INT32_MAX, .required = true },
	{ "startTime", FIELD_UNSIGNED, FIELD_AT(struct record, start_time), .required = true },
	{ "owner", FIELD_UNSIGNED, FIELD_AT(struct record, owner), .required = true },
	{ "bundle", FIELD_TEXT, FIELD_AT(struct record, bundle), .required = true },
	{ "rootfs", FIELD_TEXT, FIELD_AT(struct record, rootfs), .required = true },
	{ "created", FIELD_TEXT, FIELD_AT(struct record, created), .required = true },
	{ "gated", FIELD_BOOL, FIELD_AT(struct record, gated), .required = true },
	{ "directories", FIELD_TEXTS, FIELD_ARRAY(struct record, directory.at, directory.count) },
	{ "config", FIELD_READ, .read = read_config, .required = true },
	{ 0 }
};

void record_read(struct arena *arena, char *text, size_t length, struct record *ret_record,
		 struct problem *problem)
{
	struct decoder decoder = { arena, problem };
	struct reading reading = { .record = ret_record };
	const struct json *value = json_read_object(arena, text, length, RECORD_FILE, problem);

	*ret_record = (struct record){ 0 };
	if (problem->found)
		return;
	json_decode(&decoder, value, version_fields, &reading);
	if (!problem->found && reading.version != RECORD_VERSION)
		problem_set(problem, RECORD_FILE ": is of form %u, which this version of taru does not know",
			    reading.version);
	if (!problem->found)
		json_decode(&decoder, value, record_fields, ret_record);
}
