/* config_rights.c - what a container's process may do: capabilities, system calls, files of the kernel. */
#include "base/file.h"
#include "base/json.h"
#include "base/sys.h"
#include "engine/config_parts.h"
#include "engine/seccomp_default.h"
#include "spec/names.h"
#include "spec/reason.h"
#include "spec/usual.h"
#include <string.h>

enum { SECCOMP_FILE_MAX = 4 << 20, PATHS_MAX = 64 };

/* --- --security-opt --- */

static bool take_value(const char *given, const char *key, const char **ret_value)
{
	size_t length = strlen(key);

	if (strncmp(given, key, length) || (given[length] != '=' && given[length] != ':'))
		return false;
	*ret_value = given + length + 1;
	return true;
}

/* "PATH:PATH"; each is absolute, or for unmask "ALL". */
static void take_paths(struct config *config, struct texts *list, const char *value)
{
	char *rest = arena_copy(config->arena, value, strlen(value)), *path;

	if (list == &config->unmasked && (!strcmp(value, "ALL") || !strcmp(value, "all"))) {
		config->unmask_all = true;
		return;
	}
	while ((path = strsep(&rest, ":"))) {
		if (path[0] != '/')
			problem_set(config->problem, "option '--security-opt': '%s' is no absolute path", path);
		else if (list->count + 1 < PATHS_MAX)
			config_add(list, path);
		else
			problem_set(config->problem, "option '--security-opt': more than %d paths", PATHS_MAX - 1);
	}
}

static void take_security(struct config *config, const char *given)
{
	const char *value;

	if (!strcmp(given, "no-new-privileges"))
		config->no_new_privileges = true;
	else if (take_value(given, "no-new-privileges", &value))
		config->no_new_privileges = config_truth("--security-opt", value, config->problem);
	else if (take_value(given, "seccomp", &value))
		config->seccomp_file = value;
	else if (take_value(given, "apparmor", &value))
		config->apparmor = strcmp(value, "unconfined") ? value : NULL;
	else if (take_value(given, "label", &value))
		config->selinux = strcmp(value, "disable") ? value : NULL;
	else if (take_value(given, "mask", &value))
		take_paths(config, &config->masked, value);
	else if (take_value(given, "unmask", &value))
		take_paths(config, &config->unmasked, value);
	else if (take_value(given, "systempaths", &value) && !strcmp(value, "unconfined"))
		config->unmask_all = true;
	else if (take_value(given, "proc-opts", &value) && value[0])
		config->proc_options = value;
	else
		problem_set(config->problem, "option '--security-opt': '%s' is none of seccomp=FILE|unconfined, "
			    "apparmor=PROFILE, label=LABEL|disable, mask=PATHS, unmask=PATHS|ALL, "
			    "systempaths=unconfined, proc-opts=OPTIONS, no-new-privileges", given);
}

void config_read_security(struct config *config)
{
	const struct texts *given = &config->asked->security_options;

	config->masked.at = ARENA_ARRAY(config->arena, PATHS_MAX, char *);
	config->unmasked.at = ARENA_ARRAY(config->arena, PATHS_MAX, char *);
	for (size_t i = 0; i < given->count; i++)
		take_security(config, given->at[i]);
	if (config->seccomp_file && !strcmp(config->seccomp_file, "unconfined"))
		config->seccomp = false;
	if (config->seccomp_file && (!config->seccomp || !strcmp(config->seccomp_file, "builtin")))
		config->seccomp_file = NULL;
	if (config->asked->privileged && !config->seccomp_file)
		config->seccomp = false;
}

/* --- capabilities --- */

/* Root has no more to give than it has itself, which in a container is not all; in a user namespace of its own a
 * process has all there are. */
static uint64_t all_capabilities(const struct config *config)
{
	const struct host *host = config->input->host;
	unsigned last = host->last_capability;
	uint64_t known = capability_all() & (last >= 63 ? UINT64_MAX : (2ULL << last) - 1);

	return config->in_user ? known : known & host->capabilities;
}

static uint64_t find_capabilities(struct config *config, const char *option, const struct texts *given)
{
	uint64_t set = 0;

	for (size_t i = 0; i < given->count; i++) {
		const struct name *known = name_find_loosely(capability_names, "CAP_", given->at[i]);

		if (!strcmp(given->at[i], "ALL") || !strcmp(given->at[i], "all"))
			set |= all_capabilities(config);
		else if (known)
			set |= 1ULL << known->value;
		else
			problem_set(config->problem, "option '%s': '%s' is no capability, as NET_ADMIN or ALL is",
				    option,
				    given->at[i]);
	}
	return set;
}

static bool names_all(const struct texts *given)
{
	for (size_t i = 0; i < given->count; i++)
		if (!strcmp(given->at[i], "ALL") || !strcmp(given->at[i], "all"))
			return true;
	return false;
}

/* As docker has it: with `--cap-drop ALL` what is added stays, with `--cap-add ALL` what is dropped goes. */
static uint64_t capabilities_of(struct config *config)
{
	const struct run_asked *asked = config->asked;
	const uint64_t usual = capability_usual(), add = find_capabilities(config, "--cap-add", &asked->cap_add);
	const uint64_t drop = find_capabilities(config, "--cap-drop", &asked->cap_drop);

	if (asked->privileged)
		return all_capabilities(config);
	if (names_all(&asked->cap_drop))
		return add;
	if (names_all(&asked->cap_add))
		return add & ~drop;
	return (usual & ~drop) | add;
}

static void put_set(struct config *config, const char *key, uint64_t set)
{
	json_open_array(&config->json, key);
	for (unsigned i = 0; i < 64; i++)
		if (set >> i & 1)
			json_put_text(&config->json, NULL, name_of(capability_names, i));
	json_close(&config->json);
}

/* Another user than root loses them with execve(2), which would look for the program with them before: so it has none,
 * as with docker, and what only root may execute is not executed. */
void config_put_capabilities(struct config *config)
{
	const uint64_t set = capabilities_of(config), held = config->identity.uid == 0 ? set : 0;

	json_open_object(&config->json, "capabilities");
	put_set(config, "bounding", set);
	put_set(config, "effective", held);
	put_set(config, "permitted", held);
	json_close(&config->json);
}

/* --- seccomp --- */

/* --- a profile in a file: the OCI's form, or docker's, whose rules may have conditions --- */

static bool has_text(const struct json *list, const char *text)
{
	for (const struct json *at = list ? list->first : NULL; at; at = at->next)
		if (at->kind == JSON_STRING && !strcmp(at->text, text))
			return true;
	return false;
}

/* How many of these capabilities it has. */
static size_t count_held(const struct json *list, uint64_t set)
{
	size_t count = 0;

	for (const struct json *at = list ? list->first : NULL; at; at = at->next) {
		const struct name *known = at->kind == JSON_STRING ? name_find(capability_names, at->text) : NULL;

		count += known && set >> known->value & 1;
	}
	return count;
}

/* Whether this kernel is "4.8" or newer. */
static bool is_kernel(const struct config *config, const struct json *value)
{
	const char *text = value && value->kind == JSON_STRING ? value->text : "", *dot = strchr(text, '.');
	uint64_t major_number, minor_number;

	return dot && text_to_u64(arena_copy(config->arena, text, (size_t)(dot - text)), &major_number) &&
	       text_to_u64(dot + 1, &minor_number) &&
	       host_kernel_at_least(config->input->host, (unsigned)major_number, (unsigned)minor_number);
}

static bool is_meant(const struct config *config, const struct json *rule, uint64_t set)
{
	const char *arch = config->input->host->architecture == HOST_X86_64 ? "amd64" : "arm64";
	const struct json *in = json_get(rule, "includes"), *out = json_get(rule, "excludes");
	const struct json *arches = json_get(in, "arches"), *caps = json_get(in, "caps");

	if (has_text(json_get(out, "arches"), arch) || count_held(json_get(out, "caps"), set) ||
	    is_kernel(config, json_get(out, "minKernel")))
		return false;
	if (arches && arches->first && !has_text(arches, arch))
		return false;
	if (json_get(in, "minKernel") && !is_kernel(config, json_get(in, "minKernel")))
		return false;
	return !caps || count_held(caps, set) == caps->count;
}

/* "archMap": this machine's, and the others that it can run. */
static void put_architectures(struct config *config, const struct json *map)
{
	const char *own = config->input->host->architecture == HOST_X86_64 ? "SCMP_ARCH_X86_64" : "SCMP_ARCH_AARCH64";

	json_open_array(&config->json, "architectures");
	json_put_text(&config->json, NULL, own);
	for (const struct json *row = map->first; row; row = row->next) {
		const struct json *others = json_get(row, "subArchitectures");

		if (strcmp(json_text(row, "architecture"), own) != 0)
			continue;
		for (const struct json *other = others ? others->first : NULL; other; other = other->next)
			if (other->kind == JSON_STRING)
				json_put_text(&config->json, NULL, other->text);
	}
	json_close(&config->json);
}

static void put_rules(struct config *config, const struct json *rules)
{
	const uint64_t set = capabilities_of(config);

	json_open_array(&config->json, "syscalls");
	for (const struct json *rule = rules ? rules->first : NULL; rule; rule = rule->next)
		if (is_meant(config, rule, set))
			json_put_value(&config->json, NULL, rule);
	json_close(&config->json);
}

static void put_profile(struct config *config, const struct json *profile)
{
	const struct json *map = json_get(profile, "archMap");

	json_open_object(&config->json, "seccomp");
	for (const struct json *member = profile->first; member; member = member->next)
		if (strcmp(member->key, "archMap") && strcmp(member->key, "syscalls") &&
		    !(map && !strcmp(member->key, "architectures")))
			json_put_value(&config->json, member->key, member);
	if (map && map->kind == JSON_ARRAY)
		put_architectures(config, map);
	put_rules(config, json_get(profile, "syscalls"));
	json_close(&config->json);
}

static void put_file(struct config *config)
{
	char *text;
	size_t length;
	int error = file_read(config->arena, AT_FDCWD, config->seccomp_file, SECCOMP_FILE_MAX, &text, &length);
	const struct json *value;

	if (error) {
		problem_set(config->problem, "option '--security-opt': cannot read the seccomp profile '%s': %s",
			    config->seccomp_file, reason_words(error));
		return;
	}
	value = json_read(config->arena, text, length, config->seccomp_file, config->problem);
	if (value && value->kind != JSON_OBJECT)
		problem_set(config->problem, "option '--security-opt': the seccomp profile '%s' is no object",
			    config->seccomp_file);
	else if (value)
		put_profile(config, value);
}

void config_put_seccomp(struct config *config)
{
	if (!config->seccomp)
		return;
	if (config->seccomp_file)
		put_file(config);
	else
		seccomp_put_default(&config->json, config->input->host->architecture, capabilities_of(config));
}

/* --- files of the kernel --- */

static bool is_unmasked(const struct config *config, const char *path)
{
	for (size_t i = 0; i < config->unmasked.count; i++)
		if (!strcmp(config->unmasked.at[i], path))
			return true;
	return config->unmask_all || config->asked->privileged;
}

static void put_sysctls(struct config *config)
{
	const struct texts *given = &config->asked->sysctls;

	if (!given->count)
		return;
	json_open_object(&config->json, "sysctl");
	for (size_t i = 0; i < given->count; i++) {
		const char *text = given->at[i], *equals = strchr(text, '=');

		if (equals && equals > text)
			json_put_text(&config->json, arena_copy(config->arena, text, (size_t)(equals - text)),
				      equals + 1);
		else
			problem_set(config->problem, "option '--sysctl': '%s' is not KEY=VALUE", text);
	}
	json_close(&config->json);
}

void config_put_paths(struct config *config)
{
	const struct host_tree *host = config->input->host_tree;

	json_open_array(&config->json, "maskedPaths");
	for (size_t i = 0; usual_masked_paths[i]; i++)
		if (!is_unmasked(config, usual_masked_paths[i]))
			json_put_text(&config->json, NULL, usual_masked_paths[i]);
	for (size_t i = 0; i < config->masked.count; i++)
		json_put_text(&config->json, NULL, config->masked.at[i]);
	for (size_t i = 0; host && i < host->masked.count; i++)
		json_put_text(&config->json, NULL, host->masked.at[i]);
	json_close(&config->json);
	json_open_array(&config->json, "readonlyPaths");
	for (size_t i = 0; usual_readonly_paths[i]; i++)
		if (!is_unmasked(config, usual_readonly_paths[i]))
			json_put_text(&config->json, NULL, usual_readonly_paths[i]);
	json_close(&config->json);
	put_sysctls(config);
}
