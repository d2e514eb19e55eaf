/* config_cdi.c - devices in the config of a container: those of --device by path, and what CDI says of those by
 * name. */
#include "engine/cdi.h"
#include "engine/config_parts.h"
#include <string.h>
#include <sys/sysmacros.h>

/* --- which --- */

void config_add_device(struct config *config, const struct device_asked *device)
{
	struct devices *devices = &config->devices;

	devices->at = arena_grow(config->arena, devices->at, devices->count, &devices->room, sizeof(*devices->at));
	devices->at[devices->count++] = *device;
}

static bool has_number(const struct json *node)
{
	uint64_t ignored;

	return json_text(node, "type")[0] && json_unsigned(node, "major", &ignored);
}

/* The last number is no id, but -1. */
#define ID_MOST (UINT32_MAX - 1)

/* Linux has 12 bits for the major and 20 for the minor number. A mode may have the kind of file above its rights, as
 * st_mode has it. */
static const struct { const char *key; uint64_t most; } numbers[] = {
	{ "major", 4095 }, { "minor", 1048575 }, { "fileMode", UINT32_MAX }, { "uid", ID_MOST }, { "gid", ID_MOST },
};

/* What is null is not said. */
static bool is_said(const struct json *value)
{
	return value && value->kind != JSON_NULL;
}

static bool check_number(struct config *config, const char *file, const struct json *given, uint64_t most)
{
	uint64_t number;

	if (given->kind == JSON_NUMBER && text_to_u64(given->text, &number) && number <= most)
		return true;
	problem_set(config->problem, "option '--device': '%s': %s is to be a number from 0 to %llu", file,
		    json_path(config->arena, given), (unsigned long long)most);
	return false;
}

/* A number that is cut would be another device's, and a mode or an owner that is not understood somebody's too many. */
static bool check_numbers(struct config *config, const char *file, const struct json *node)
{
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		const struct json *given = json_get(node, numbers[i].key);

		if (is_said(given) && !check_number(config, file, given, numbers[i].most))
			return false;
	}
	return true;
}

/* The rights and the owner that the description gives it. */
static void set_rights(const struct json *node, struct stat *info)
{
	uint64_t number;

	if (json_unsigned(node, "fileMode", &number))
		info->st_mode = (info->st_mode & S_IFMT) | (number & 07777);
	if (json_unsigned(node, "uid", &number))
		info->st_uid = (uid_t)number;
	if (json_unsigned(node, "gid", &number))
		info->st_gid = (gid_t)number;
}

/* What a description does not say is as this machine has it. */
static void add_node(struct config *config, const char *file, const struct json *node)
{
	const char *path = json_text(node, "path"), *from = json_text(node, "hostPath");
	const char *rights = json_text(node, "permissions"), *type = json_text(node, "type");
	struct device_asked device = { from[0] ? from : path, path, rights[0] ? rights : "rwm", { 0 } };
	uint64_t major_number = 0, minor_number = 0;

	if (!check_numbers(config, file, node))
		return;
	if (path[0] != '/' || rights[strspn(rights, "rwm")]) {
		problem_set(config->problem,
			    "option '--device': a CDI description has the device node '%s', whose path or "
			    "rights are none", path);
		return;
	}
	if (stat(device.host, &device.info) || !(S_ISCHR(device.info.st_mode) || S_ISBLK(device.info.st_mode))) {
		if (!has_number(node) || config->in_user) {
			problem_set(config->problem,
				    "option '--device': '%s', which a CDI description names, is no device of "
				    "this machine", device.host);
			return;
		}
		device.info = (struct stat){ .st_mode = 0666 };
	}
	if (has_number(node)) {
		json_unsigned(node, "major", &major_number);
		json_unsigned(node, "minor", &minor_number);
		device.info.st_rdev = makedev((unsigned)major_number, (unsigned)minor_number);
		device.info.st_mode = (device.info.st_mode & 07777) | (type[0] == 'b' ? S_IFBLK : S_IFCHR);
	}
	set_rights(node, &device.info);
	config_add_device(config, &device);
}

static const struct json *list_in(const struct json *edits, const char *key)
{
	const struct json *list = json_get(edits, key);

	return list && list->kind == JSON_ARRAY ? list->first : NULL;
}

static const struct json *edits_of(const struct config *config, size_t index, const char *key)
{
	return list_in(config->cdi.edits[index].json, key);
}

/* What a later form of CDI has in addition would be missing in the container. */
static void check_edits(struct config *config, const struct json *edits)
{
	static const char *const known[] = { "env", "deviceNodes", "mounts", "hooks", "additionalGids", NULL };

	if (edits->kind != JSON_OBJECT)
		return;
	for (const struct json *member = edits->first; member; member = member->next)
		if (!text_is_one_of(member->key, known) && member->first)
			problem_set(config->problem,
				    "option '--device': a CDI description asks for '%s', which is not there",
				    member->key);
}

/* A group that is left out would be a device that cannot be used, and nobody would be told. */
static void check_groups(struct config *config, const struct cdi_edits *edits)
{
	const struct json *list = json_get(edits->json, "additionalGids");

	if (is_said(list) && list->kind != JSON_ARRAY)
		problem_set(config->problem, "option '--device': '%s': %s is to be a list of numbers", edits->file,
			    json_path(config->arena, list));
	for (const struct json *gid = list_in(edits->json, "additionalGids"); gid; gid = gid->next)
		if (!check_number(config, edits->file, gid, ID_MOST))
			return;
}

static struct texts names_asked(struct config *config)
{
	const struct texts *given = &config->asked->devices;
	struct texts gpus = { NULL, 0 }, names;

	if (config->asked->gpus)
		gpus = cdi_gpus(config->arena, config->asked->gpus, config->problem);
	names = (struct texts){ ARENA_ARRAY(config->arena, given->count + gpus.count + 1, char *), 0 };
	for (size_t i = 0; i < given->count; i++)
		if (cdi_is_name(given->at[i]))
			config_add(&names, given->at[i]);
	for (size_t i = 0; i < gpus.count; i++)
		config_add(&names, gpus.at[i]);
	return names;
}

void config_read_devices(struct config *config)
{
	const struct texts *given = &config->asked->devices;
	struct texts names = names_asked(config);
	struct device_asked device;

	for (size_t i = 0; i < given->count; i++)
		if (!cdi_is_name(given->at[i]) && config_read_device(config, given->at[i], &device))
			config_add_device(config, &device);
	if (config->asked->privileged)
		config_add_all_devices(config);
	cdi_find(config->arena, &names, &config->cdi, config->problem);
	for (size_t i = 0; i < config->cdi.count; i++) {
		check_edits(config, config->cdi.edits[i].json);
		check_groups(config, &config->cdi.edits[i]);
		for (const struct json *node = edits_of(config, i, "deviceNodes"); node; node = node->next)
			add_node(config, config->cdi.edits[i].file, node);
	}
}

/* --- what else comes with them --- */

/* Groups that the process is to be in. 0 stands for none, as CDI's own library has it. */
void config_add_cdi_groups(struct config *config)
{
	struct identity *identity = &config->identity;
	size_t count = identity->groups;
	uint32_t *group;

	for (size_t i = 0; i < config->cdi.count; i++)
		for (const struct json *gid = edits_of(config, i, "additionalGids"); gid; gid = gid->next)
			count++;
	if (count == identity->groups)
		return;
	group = ARENA_ARRAY(config->arena, count, uint32_t);
	for (size_t i = 0; i < identity->groups; i++)
		group[i] = identity->group[i];
	for (size_t i = 0; i < config->cdi.count; i++)
		for (const struct json *gid = edits_of(config, i, "additionalGids"); gid; gid = gid->next) {
			uint64_t number;

			if (text_to_u64(gid->text, &number) && number)
				group[identity->groups++] = (uint32_t)number;
		}
	identity->group = group;
}

void config_put_cdi_env(struct config *config, struct environment *env)
{
	for (size_t i = 0; i < config->cdi.count; i++)
		for (const struct json *entry = edits_of(config, i, "env"); entry; entry = entry->next)
			if (entry->kind == JSON_STRING && strchr(entry->text, '='))
				environment_put(env, entry->text);
}

static const char *const *options_of(struct config *config, const struct json *mount)
{
	const struct json *list = list_in(mount, "options");
	const char **options;
	size_t count = 0;

	for (const struct json *option = list; option; option = option->next)
		count++;
	options = ARENA_ARRAY(config->arena, count + 2, const char *);
	count = 0;
	for (const struct json *option = list; option; option = option->next)
		if (option->kind == JSON_STRING)
			options[count++] = option->text;
	if (!count)
		options[count++] = "bind";
	options[count] = NULL;
	return options;
}

void config_put_cdi_mounts(struct config *config)
{
	for (size_t i = 0; i < config->cdi.count; i++)
		for (const struct json *mount = edits_of(config, i, "mounts"); mount; mount = mount->next) {
			const char *to = json_text(mount, "containerPath"), *from = json_text(mount, "hostPath");
			const char *type = json_text(mount, "type");

			if (to[0] != '/' || !from[0])
				problem_set(config->problem, "option '--device': a CDI description has a mount without "
					    "hostPath, or whose containerPath '%s' is not absolute", to);
			config_put_mount(config, to, type[0] ? type : "bind", from, options_of(config, mount));
		}
}

/* --- hooks --- */

static void put_hook(struct config *config, const struct json *hook)
{
	uint64_t timeout;

	json_open_object(&config->json, NULL);
	json_put_text(&config->json, "path", json_text(hook, "path"));
	if (json_get(hook, "args"))
		json_put_value(&config->json, "args", json_get(hook, "args"));
	if (json_get(hook, "env"))
		json_put_value(&config->json, "env", json_get(hook, "env"));
	if (json_unsigned(hook, "timeout", &timeout) && timeout)
		json_put_unsigned(&config->json, "timeout", timeout);
	json_close(&config->json);
}

static size_t put_hooks_of(struct config *config, const char *name, bool put)
{
	size_t count = 0;

	for (size_t i = 0; i < config->cdi.count; i++)
		for (const struct json *hook = edits_of(config, i, "hooks"); hook; hook = hook->next) {
			if (strcmp(json_text(hook, "hookName"), name) != 0)
				continue;
			count++;
			if (put)
				put_hook(config, hook);
		}
	return count;
}

void config_put_cdi_hooks(struct config *config)
{
	static const char *const names[] = {
		"prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop",
	};
	enum { NAMES = sizeof(names) / sizeof(names[0]) };
	size_t known = 0, all = 0;

	for (size_t i = 0; i < config->cdi.count; i++)
		for (const struct json *hook = edits_of(config, i, "hooks"); hook; hook = hook->next)
			all++;
	if (!all)
		return;
	json_open_object(&config->json, "hooks");
	for (size_t i = 0; i < NAMES; i++) {
		size_t count = put_hooks_of(config, names[i], false);

		known += count;
		if (!count)
			continue;
		json_open_array(&config->json, names[i]);
		put_hooks_of(config, names[i], true);
		json_close(&config->json);
	}
	json_close(&config->json);
	if (known != all)
		problem_set(config->problem,
			    "option '--device': a CDI description has a hook whose hookName is none of the "
			    "OCI's");
}
