/* spec_check.c - the rules between the values of a spec, one function for each; the chapters are in
 * spec_check_*.c. A rule is here when breaking it makes a container that cannot start,
 * or one that is not what was asked for; what the kernel would refuse without a word about the
 * reason is refused here with one. */
#include "spec/spec_check.h"
#include <string.h>

void spec_check_absolute(const char *key, const char *path, struct problem *problem)
{
	if (path && path[0] != '/')
		problem_set(problem, "%s: '%s' is not an absolute path", key, path);
}

void spec_check_line(const char *key, const char *text, struct problem *problem)
{
	if (text && strchr(text, '\n'))
		problem_set(problem, "%s: must be a single line", key);
}

/* Takes one number off the beginning; NULL if there is none. */
static const char *skip_number(const char *text)
{
	size_t digits = strspn(text, "0123456789");

	return digits ? text + digits : NULL;
}

bool spec_is_number_list(const char *text)
{
	for (;;) {
		text = skip_number(text);
		if (text && *text == '-')
			text = skip_number(text + 1);
		if (!text || !*text)
			return text;
		if (*text++ != ',')
			return false;
	}
}

static void check_root(const struct spec *spec, struct problem *problem)
{
	if (!spec->root_path || !*spec->root_path)
		problem_set(problem, "root.path: is missing");
}

static void check_annotations(const struct spec *spec, struct problem *problem)
{
	for (size_t i = 0; i < spec->annotations.count; i++)
		if (!*spec->annotations.at[i].key)
			problem_set(problem, "annotations: a key must not be empty");
}

static void check_hooks(const struct spec *spec, struct problem *problem)
{
	for (const struct name *kind = hook_names; kind->name; kind++) {
		const struct hook_list *list = &spec->hook[kind->value];

		for (size_t i = 0; i < list->count; i++)
			if (list->at[i].path[0] != '/')
				problem_set(problem, "hooks.%s[%zu].path: '%s' is not an absolute path",
					    kind->name, i, list->at[i].path);
	}
}

static void check_uts_name(const struct spec *spec, const char *key, const char *name,
			   struct problem *problem)
{
	if (!name)
		return;
	if (!spec->namespace[NAMESPACE_UTS].asked)
		problem_set(problem, "%s: needs a uts namespace, or the host's own name would change; "
			    "add {\"type\": \"uts\"} to linux.namespaces", key);
	if (strlen(name) > 64)
		problem_set(problem, "%s: '%s' is longer than 64 bytes, which is all that Linux keeps",
			    key, name);
}

void spec_check(const struct spec *spec, struct problem *problem)
{
	check_root(spec, problem);
	spec_check_process(spec, problem);
	check_uts_name(spec, "hostname", spec->hostname, problem);
	check_uts_name(spec, "domainname", spec->domainname, problem);
	spec_check_namespaces(spec, problem);
	spec_check_mounts(spec, problem);
	check_hooks(spec, problem);
	check_annotations(spec, problem);
	spec_check_linux(spec, problem);
	spec_check_sysctls(spec, problem);
	spec_check_seccomp(spec, problem);
}
