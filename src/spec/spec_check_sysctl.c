/* spec_check_sysctl.c - which sysctls a container may set: those that a namespace of its own keeps. Any other is the
 * whole machine's. */
#include "spec/spec_check.h"
#include <string.h>

/* `key` with dots; one that ends in a dot is a whole subtree. */
struct owner { const char *key; enum namespace_kind kind; };

static const struct owner owners[] = {
	{ "fs.mqueue.", NAMESPACE_IPC },
	{ "kernel.auto_msgmni", NAMESPACE_IPC },
	{ "kernel.msgmax", NAMESPACE_IPC },
	{ "kernel.msgmnb", NAMESPACE_IPC },
	{ "kernel.msgmni", NAMESPACE_IPC },
	{ "kernel.msg_next_id", NAMESPACE_IPC },
	{ "kernel.sem", NAMESPACE_IPC },
	{ "kernel.sem_next_id", NAMESPACE_IPC },
	{ "kernel.shmall", NAMESPACE_IPC },
	{ "kernel.shmmax", NAMESPACE_IPC },
	{ "kernel.shmmni", NAMESPACE_IPC },
	{ "kernel.shm_next_id", NAMESPACE_IPC },
	{ "kernel.shm_rmid_forced", NAMESPACE_IPC },
	{ "kernel.hostname", NAMESPACE_UTS },
	{ "kernel.domainname", NAMESPACE_UTS },
	{ "net.", NAMESPACE_NETWORK },
	{ "user.", NAMESPACE_USER },
};

/* The first of '.' and '/' in the key divides it, as in sysctl(8). */
static char divider(const char *key)
{
	size_t first = strcspn(key, "./");

	return key[first] ? key[first] : '.';
}

const char *spec_sysctl_path(struct arena *arena, const char *key)
{
	char *path = arena_copy(arena, key, strlen(key));

	if (divider(key) == '.')
		for (char *at = path; *at; at++)
			*at = *at == '.' ? '/' : *at == '/' ? '.' : *at;
	return path;
}

/* Whether `key` is `pattern`, or in that subtree. */
static bool matches(const char *key, char divides, const char *pattern)
{
	for (; *pattern; key++, pattern++) {
		char wanted = *pattern == '.' ? divides : *pattern;

		if (*key != wanted)
			return false;
	}
	return !*key || pattern[-1] == '.';
}

static const struct owner *find_owner(const char *key)
{
	char divides = divider(key);

	for (size_t i = 0; i < sizeof(owners) / sizeof(owners[0]); i++)
		if (matches(key, divides, owners[i].key))
			return &owners[i];
	return NULL;
}

/* The key becomes a path below /proc/sys: no part of it may be empty or lead upwards. */
static bool is_key(const char *key)
{
	const char *at = key;

	for (; *at; at++)
		if ((unsigned char)*at <= ' ' || *at == 0x7f)
			return false;
	if (!*key || strlen(key) > 255 || strstr(key, ".."))
		return false;
	if (strstr(key, "//") || strstr(key, "./") || strstr(key, "/."))
		return false;
	return !strchr("./", key[0]) && !strchr("./", at[-1]);
}

static void check_sysctl(const struct spec *spec, const char *key, struct problem *problem)
{
	const struct owner *owner = find_owner(key);
	const char *kind;

	if (!is_key(key)) {
		problem_set(problem, "linux.sysctl[\"%s\"]: cannot be the name of a sysctl", key);
		return;
	}
	if (!owner) {
		problem_set(problem, "linux.sysctl[\"%s\"]: is not kept by a namespace, so it would change "
			    "the whole machine", key);
		return;
	}
	kind = name_of(namespace_names, owner->kind);
	if (!spec->namespace[owner->kind].asked)
		problem_set(problem, "linux.sysctl[\"%s\"]: needs a %s namespace, or it would change the "
			    "host's; add {\"type\": \"%s\"} to linux.namespaces", key, kind, kind);
	if (spec->hostname && strcmp(owner->key, "kernel.hostname") == 0)
		problem_set(problem, "linux.sysctl[\"%s\"]: 'hostname' is there and sets the same", key);
	if (spec->domainname && strcmp(owner->key, "kernel.domainname") == 0)
		problem_set(problem, "linux.sysctl[\"%s\"]: 'domainname' is there and sets the same",
			    key);
}

void spec_check_sysctls(const struct spec *spec, struct problem *problem)
{
	for (size_t i = 0; i < spec->sysctl.count && !problem->found; i++)
		check_sysctl(spec, spec->sysctl.at[i].key, problem);
}
