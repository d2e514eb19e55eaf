/* config_rights.c - what a container's process may do: capabilities, system calls, files of the kernel. */
#include "base/file.h"
#include "base/json.h"
#include "base/sys.h"
#include "engine/config_parts.h"
#include "spec/names.h"
#include "spec/reason.h"
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
	else
		problem_set(config->problem, "option '--security-opt': '%s' is none of seccomp=FILE|unconfined, "
			    "apparmor=PROFILE, label=LABEL|disable, mask=PATHS, unmask=PATHS|ALL, "
			    "systempaths=unconfined, no-new-privileges", given);
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
	uint64_t add = find_capabilities(config, "--cap-add", &asked->cap_add);
	uint64_t drop = find_capabilities(config, "--cap-drop", &asked->cap_drop);

	if (asked->privileged)
		return all_capabilities(config);
	if (names_all(&asked->cap_drop))
		return add;
	if (names_all(&asked->cap_add))
		return add & ~drop;
	return (capability_docker() & ~drop) | add;
}

static void put_set(struct config *config, const char *key, uint64_t set)
{
	json_open_array(&config->json, key);
	for (unsigned i = 0; i < 64; i++)
		if (set >> i & 1)
			json_put_text(&config->json, NULL, name_of(capability_names, i));
	json_close(&config->json);
}

void config_put_capabilities(struct config *config)
{
	uint64_t set = capabilities_of(config);

	json_open_object(&config->json, "capabilities");
	put_set(config, "bounding", set);
	put_set(config, "effective", set);
	put_set(config, "permitted", set);
	json_close(&config->json);
}

/* --- seccomp --- */

static void put_words(struct json_writer *json, const char *key, const char *words)
{
	struct text word = text_new(json->text->arena);

	json_open_array(json, key);
	for (const char *at = words; *at;) {
		size_t length = strcspn(at, " ");

		text_clear(&word);
		text_add_bytes(&word, at, length);
		json_put_text(json, NULL, word.at);
		at += length + strspn(at + length, " ");
	}
	json_close(json);
}

static void put_allowed(struct json_writer *json, const char *words)
{
	json_open_object(json, NULL);
	put_words(json, "names", words);
	json_put_text(json, "action", "SCMP_ACT_ALLOW");
	json_close(json);
}

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

/* clone with new namespaces, personality with another than Linux's own, and sockets to the host of a virtual machine
 * are for who may do more. */
static void put_conditions(struct json_writer *json)
{
	static const struct { const char *name, *op; uint64_t value, two; unsigned index; } rows[] = {
		{ "clone", "SCMP_CMP_MASKED_EQ", 2114060288, 0, 0 },
		{ "personality", "SCMP_CMP_EQ", 0x0, 0, 0 },
		{ "personality", "SCMP_CMP_EQ", 0x0008, 0, 0 },
		{ "personality", "SCMP_CMP_EQ", 0x20000, 0, 0 },
		{ "personality", "SCMP_CMP_EQ", 0x20008, 0, 0 },
		{ "personality", "SCMP_CMP_EQ", 0xffffffff, 0, 0 },
		/* AF_UNIX, AF_INET … AF_INET6; not AF_ALG (CVE-2026-31431), AF_VSOCK, which reaches the host of a
		 * virtual machine, and protocols that nobody has looked after for long. */
		{ "socket", "SCMP_CMP_LT", 12, 0, 0 },
		{ "socket", "SCMP_CMP_EQ", 16, 0, 0 },	/* AF_NETLINK */
		{ "socket", "SCMP_CMP_EQ", 17, 0, 0 },	/* AF_PACKET */
		{ "socket", "SCMP_CMP_EQ", 29, 0, 0 },	/* AF_CAN */
		{ "socket", "SCMP_CMP_EQ", 31, 0, 0 },	/* AF_BLUETOOTH */
		{ "socket", "SCMP_CMP_EQ", 43, 0, 0 },	/* AF_SMC */
		{ "socket", "SCMP_CMP_EQ", 44, 0, 0 },	/* AF_XDP */
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		json_open_object(json, NULL);
		put_words(json, "names", rows[i].name);
		json_put_text(json, "action", "SCMP_ACT_ALLOW");
		json_open_array(json, "args");
		json_open_object(json, NULL);
		json_put_unsigned(json, "index", rows[i].index);
		json_put_unsigned(json, "value", rows[i].value);
		json_put_unsigned(json, "valueTwo", rows[i].two);
		json_put_text(json, "op", rows[i].op);
		json_close(json);
		json_close(json);
		json_close(json);
	}
}

static void put_clone3(struct json_writer *json)
{
	const int not_there = 38;	/* ENOSYS: the C library then uses clone(2), whose flags can be seen */

	json_open_object(json, NULL);
	put_words(json, "names", "clone3");
	json_put_text(json, "action", "SCMP_ACT_ERRNO");
	json_put_unsigned(json, "errnoRet", not_there);
	json_close(json);
}

void config_put_seccomp(struct config *config)
{
	const uint64_t set = capabilities_of(config), administrator = 1ULL << 21;
	const bool x86 = config->input->host->architecture == HOST_X86_64;
	struct json_writer *json = &config->json;

	if (!config->seccomp)
		return;
	if (config->seccomp_file) {
		put_file(config);
		return;
	}
	json_open_object(json, "seccomp");
	json_put_text(json, "defaultAction", "SCMP_ACT_ERRNO");
	json_put_unsigned(json, "defaultErrnoRet", 1);
	put_words(json, "architectures", x86 ? "SCMP_ARCH_X86_64 SCMP_ARCH_X86 SCMP_ARCH_X32" :
					       "SCMP_ARCH_AARCH64 SCMP_ARCH_ARM");
	json_open_array(json, "syscalls");
	put_allowed(json, seccomp_allowed);
	for (size_t i = 0; seccomp_rights[i].capability; i++) {
		const struct name *known = name_find_loosely(capability_names, "CAP_", seccomp_rights[i].capability);

		if (known && set >> known->value & 1)
			put_allowed(json, seccomp_rights[i].names);
	}
	put_conditions(json);
	if (!(set & administrator))
		put_clone3(json);
	json_close(json);
	json_close(json);
}

/* --- files of the kernel --- */

static const char *const masked_paths[] = {
	"/proc/acpi", "/proc/asound", "/proc/interrupts", "/proc/kcore", "/proc/keys", "/proc/latency_stats",
	"/proc/sched_debug", "/proc/scsi", "/proc/timer_list", "/proc/timer_stats", "/sys/devices/virtual/powercap",
	"/sys/firmware", NULL
};

static const char *const readonly_paths[] = {
	"/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger", NULL
};

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

		if (equals)
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
	for (size_t i = 0; masked_paths[i]; i++)
		if (!is_unmasked(config, masked_paths[i]))
			json_put_text(&config->json, NULL, masked_paths[i]);
	for (size_t i = 0; i < config->masked.count; i++)
		json_put_text(&config->json, NULL, config->masked.at[i]);
	for (size_t i = 0; host && i < host->masked.count; i++)
		json_put_text(&config->json, NULL, host->masked.at[i]);
	json_close(&config->json);
	json_open_array(&config->json, "readonlyPaths");
	for (size_t i = 0; readonly_paths[i]; i++)
		if (!is_unmasked(config, readonly_paths[i]))
			json_put_text(&config->json, NULL, readonly_paths[i]);
	json_close(&config->json);
	put_sysctls(config);
}
