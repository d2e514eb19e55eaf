/* spec_json.c - config.md of runtime-spec: what is not in the object "linux". The tables say what is read;
 * after them comes what no table can say. */
#include "spec/spec_json.h"
#include "base/text.h"
#include "spec/mount_options.h"
#include <string.h>

static const struct field root_fields[] = {
	{ "path", FIELD_TEXT, FIELD_AT(struct spec, root_path), .required = true },
	{ "readonly", FIELD_BOOL, FIELD_AT(struct spec, root_readonly) },
	{ 0 }
};

/* --- mounts --- */

const struct field id_map_fields[] = {
	{ "containerID", FIELD_UNSIGNED, FIELD_AT(struct id_map, inside), .max = LAST_ID,
	  .required = true },
	{ "hostID", FIELD_UNSIGNED, FIELD_AT(struct id_map, outside), .max = LAST_ID,
	  .required = true },
	{ "size", FIELD_UNSIGNED, FIELD_AT(struct id_map, count), .required = true },
	{ 0 }
};

static const struct field mount_fields[] = {
	{ "destination", FIELD_TEXT, FIELD_AT(struct mount, destination), .required = true },
	{ "type", FIELD_TEXT, FIELD_AT(struct mount, type) },
	{ "source", FIELD_TEXT, FIELD_AT(struct mount, source) },
	{ "options", FIELD_TEXTS, FIELD_ARRAY(struct mount, option.at, option.count) },
	{ "uidMappings", FIELD_LIST, FIELD_ARRAY(struct mount, uid_map.at, uid_map.count),
	  .fields = id_map_fields },
	{ "gidMappings", FIELD_LIST, FIELD_ARRAY(struct mount, gid_map.at, gid_map.count),
	  .fields = id_map_fields },
	{ 0 }
};

/* --- process --- */

static const struct field console_fields[] = {
	{ "height", FIELD_UNSIGNED, FIELD_AT(struct process, console_height), .max = UINT16_MAX,
	  .required = true },
	{ "width", FIELD_UNSIGNED, FIELD_AT(struct process, console_width), .max = UINT16_MAX,
	  .required = true },
	{ 0 }
};

static const struct field user_fields[] = {
	{ "uid", FIELD_UNSIGNED, FIELD_AT(struct user, uid), .max = LAST_ID, .required = true },
	{ "gid", FIELD_UNSIGNED, FIELD_AT(struct user, gid), .max = LAST_ID, .required = true },
	{ "umask", FIELD_UNSIGNED, FIELD_MAYBE(struct user, umask), .max = 0777 },
	{ "additionalGids", FIELD_NUMBERS, FIELD_ARRAY(struct user, group, groups), .max = LAST_ID },
	{ 0 }
};

#define CAPABILITY_SET(key, member) \
	{ key, FIELD_NAMES_BIT, FIELD_AT(struct capabilities, member), .names = capability_names, \
	  .what = "a capability of Linux" }

static const struct field capabilities_fields[] = {
	CAPABILITY_SET("bounding", bounding),
	CAPABILITY_SET("effective", effective),
	CAPABILITY_SET("inheritable", inheritable),
	CAPABILITY_SET("permitted", permitted),
	CAPABILITY_SET("ambient", ambient),
	{ 0 }
};

static const struct field rlimit_fields[] = {
	{ "type", FIELD_NAME, FIELD_AT(struct process_limit, resource), .names = rlimit_names,
	  .what = "a resource limit of Linux", .required = true },
	{ "soft", FIELD_UNSIGNED, FIELD_AT(struct process_limit, soft), .required = true },
	{ "hard", FIELD_UNSIGNED, FIELD_AT(struct process_limit, hard), .required = true },
	{ 0 }
};

static const struct field scheduler_fields[] = {
	{ "policy", FIELD_NAME, FIELD_AT(struct scheduler, policy), .names = scheduler_policy_names,
	  .what = "a scheduling policy", .required = true },
	{ "nice", FIELD_SIGNED, FIELD_AT(struct scheduler, nice) },
	{ "priority", FIELD_SIGNED, FIELD_AT(struct scheduler, priority) },
	{ "flags", FIELD_NAMES_OR, FIELD_AT(struct scheduler, flags), .names = scheduler_flag_names,
	  .what = "a scheduling flag" },
	{ "runtime", FIELD_UNSIGNED, FIELD_AT(struct scheduler, runtime) },
	{ "deadline", FIELD_UNSIGNED, FIELD_AT(struct scheduler, deadline) },
	{ "period", FIELD_UNSIGNED, FIELD_AT(struct scheduler, period) },
	{ 0 }
};

static const struct field io_priority_fields[] = {
	{ "class", FIELD_NAME, FIELD_AT(struct io_priority, class), .names = io_class_names,
	  .what = "a class of i/o priority", .required = true },
	{ "priority", FIELD_UNSIGNED, FIELD_AT(struct io_priority, priority), .max = 7,
	  .required = true },
	{ 0 }
};

static const struct field affinity_fields[] = {
	{ "initial", FIELD_TEXT, FIELD_AT(struct process, affinity_initial) },
	{ "final", FIELD_TEXT, FIELD_AT(struct process, affinity_final) },
	{ 0 }
};

static const struct field process_fields[] = {
	{ "terminal", FIELD_BOOL, FIELD_AT(struct process, terminal) },
	{ "consoleSize", FIELD_OBJECT, .fields = console_fields },
	{ "user", FIELD_OBJECT, FIELD_AT(struct process, user), .fields = user_fields },
	{ "args", FIELD_TEXTS, FIELD_ARRAY(struct process, args.at, args.count) },
	{ "env", FIELD_TEXTS, FIELD_ARRAY(struct process, env.at, env.count) },
	{ "commandLine", FIELD_TEXT, FIELD_AT(struct process, command_line) },
	{ "cwd", FIELD_TEXT, FIELD_AT(struct process, cwd), .required = true },
	{ "capabilities", FIELD_OBJECT, FIELD_AT(struct process, capabilities),
	  .fields = capabilities_fields, .asked = true },
	{ "rlimits", FIELD_LIST, FIELD_ARRAY(struct process, rlimit, rlimits),
	  .fields = rlimit_fields },
	{ "noNewPrivileges", FIELD_BOOL, FIELD_AT(struct process, no_new_privileges) },
	{ "apparmorProfile", FIELD_TEXT, FIELD_AT(struct process, apparmor_profile) },
	{ "selinuxLabel", FIELD_TEXT, FIELD_AT(struct process, selinux_label) },
	{ "oomScoreAdj", FIELD_SIGNED, FIELD_MAYBE(struct process, oom_score_adj),
	  .min = -1000, .max = 1000 },
	{ "scheduler", FIELD_OBJECT, FIELD_AT(struct process, scheduler),
	  .fields = scheduler_fields, .asked = true },
	{ "ioPriority", FIELD_OBJECT, FIELD_AT(struct process, io_priority),
	  .fields = io_priority_fields, .asked = true },
	{ "execCPUAffinity", FIELD_OBJECT, .fields = affinity_fields },
	{ 0 }
};

/* --- hooks --- */

static const struct field hook_fields[] = {
	{ "path", FIELD_TEXT, FIELD_AT(struct hook, path), .required = true },
	{ "args", FIELD_TEXTS, FIELD_ARRAY(struct hook, args.at, args.count) },
	{ "env", FIELD_TEXTS, FIELD_ARRAY(struct hook, env.at, env.count) },
	{ "timeout", FIELD_SIGNED, FIELD_MAYBE(struct hook, timeout), .min = 1, .max = INT64_MAX },
	{ 0 }
};

#define HOOK(key, kind) \
	{ key, FIELD_LIST, FIELD_ARRAY(struct spec, hook[kind].at, hook[kind].count), \
	  .fields = hook_fields }

static const struct field hooks_fields[] = {
	HOOK("prestart", HOOK_PRESTART),
	HOOK("createRuntime", HOOK_CREATE_RUNTIME),
	HOOK("createContainer", HOOK_CREATE_CONTAINER),
	HOOK("startContainer", HOOK_START_CONTAINER),
	HOOK("poststart", HOOK_POSTSTART),
	HOOK("poststop", HOOK_POSTSTOP),
	{ 0 }
};

/* --- the whole --- */

static const struct field spec_fields[] = {
	{ "ociVersion", FIELD_TEXT, FIELD_AT(struct spec, oci_version), .required = true },
	{ "process", FIELD_OBJECT, FIELD_AT(struct spec, process), .fields = process_fields,
	  .asked = true },
	{ "root", FIELD_OBJECT, .fields = root_fields, .required = true },
	{ "hostname", FIELD_TEXT, FIELD_AT(struct spec, hostname) },
	{ "domainname", FIELD_TEXT, FIELD_AT(struct spec, domainname) },
	{ "mounts", FIELD_LIST, FIELD_ARRAY(struct spec, mount, mounts), .fields = mount_fields },
	{ "hooks", FIELD_OBJECT, .fields = hooks_fields },
	{ "annotations", FIELD_PAIRS, FIELD_ARRAY(struct spec, annotations.at, annotations.count) },
	{ "linux", FIELD_OBJECT, .fields = linux_fields },
	{ 0 }
};

/* Takes a number off the beginning. */
static bool take_number(const char **at, uint64_t *ret_number)
{
	char digits[8];
	size_t length = strspn(*at, "0123456789");

	if (!length || length >= sizeof(digits) || (length > 1 && **at == '0'))
		return false;
	memcpy(digits, *at, length);
	digits[length] = '\0';
	*at += length;
	return text_to_u64(digits, ret_number);
}

static bool take_dot(const char **at)
{
	return *(*at)++ == '.';
}

/* MAJOR.MINOR.PATCH as semver.org has it; what follows a '-' or '+' is not looked at. */
static void check_version(const char *version, struct problem *problem)
{
	const char *at = version;
	uint64_t major, minor, patch;

	if (!take_number(&at, &major) || !take_dot(&at) || !take_number(&at, &minor) ||
	    !take_dot(&at) || !take_number(&at, &patch) || (*at && *at != '-' && *at != '+'))
		problem_set(problem, "ociVersion: '%s' is not a version such as 1.3.0", version);
	else if (major != 1 || minor > 3)
		problem_set(problem, "ociVersion: '%s' is not supported (1.0.0 to 1.3.x are)", version);
}

/* A destination without a '/' at its begin is meant from the root, says the spec. A mount of type
 * "bind" can be nothing else, even if its options do not say so. */
static void finish_mounts(struct arena *arena, struct spec *spec, struct problem *problem)
{
	for (size_t i = 0; i < spec->mounts; i++) {
		struct mount *mount = &spec->mount[i];

		if (mount->destination[0] != '/')
			mount->destination = arena_printf(arena, "/%s", mount->destination);
		mount_options_read(arena, mount, i, problem);
		if (mount->type && strcmp(mount->type, "bind") == 0)
			mount->options.bind = true;
		if (mount->type && strcmp(mount->type, "rbind") == 0)
			mount->options.bind = mount->options.bind_all = true;
	}
}

/* The kernel raises a capability in the ambient set only if it is in two others. What is not cannot
 * be granted, which must not fail (and `runc spec` writes such configs). */
static void finish_capabilities(struct capabilities *capabilities)
{
	capabilities->ambient &= capabilities->permitted & capabilities->inheritable;
}

void spec_read_value(struct arena *arena, const struct json *value, struct spec *ret_spec,
		     struct problem *problem)
{
	struct decoder decoder = { arena, problem };

	*ret_spec = (struct spec){ 0 };
	json_decode(&decoder, value, spec_fields, ret_spec);
	if (problem->found)
		return;
	check_version(ret_spec->oci_version, problem);
	finish_mounts(arena, ret_spec, problem);
	finish_capabilities(&ret_spec->process.capabilities);
	spec_check(ret_spec, problem);
}

const struct json *spec_read(struct arena *arena, char *text, size_t length, struct spec *ret_spec,
			     struct problem *problem)
{
	const struct json *value = json_read_object(arena, text, length, "config.json", problem);

	*ret_spec = (struct spec){ 0 };
	if (value)
		spec_read_value(arena, value, ret_spec, problem);
	return value;
}

void spec_read_process(struct arena *arena, char *text, size_t length, const char *name,
		       struct process *ret_process, struct problem *problem)
{
	struct decoder decoder = { arena, problem };
	const struct json *value = json_read_object(arena, text, length, name, problem);

	*ret_process = (struct process){ .asked = true };
	if (value)
		json_decode(&decoder, value, process_fields, ret_process);
	finish_capabilities(&ret_process->capabilities);
}

void spec_read_resources(struct arena *arena, char *text, size_t length, const char *name,
			 struct resources *ret_resources, struct problem *problem)
{
	struct decoder decoder = { arena, problem };
	const struct json *value = json_read_object(arena, text, length, name, problem);

	*ret_resources = (struct resources){ .asked = true };
	if (value)
		json_decode(&decoder, value, resources_fields, ret_resources);
}
