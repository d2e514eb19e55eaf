/* preflight.c - what this machine lacks for a bundle, found without changing anything.
 *
 * The planner refuses the first thing that it knows cannot be. Here all is told, also what
 * only a look at the files and at the kernel can tell: each rule is a function that adds
 * lines. What a rule cannot know for sure (a path below another mount, a program on a
 * volume) it does not report.
 */
#include "life/preflight.h"
#include "base/fd.h"
#include "base/file.h"
#include "spec/names.h"
#include <linux/capability.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/vfs.h>

#ifndef RDTGROUP_SUPER_MAGIC
#define RDTGROUP_SUPER_MAGIC 0x7655821
#endif

enum { FILE_LIMIT = 1024 * 1024 };

void preflight_add(struct preflight *preflight, const char *format, ...)
{
	struct problem line = { 0 };
	char *text;
	va_list list;

	va_start(list, format);
	text = arena_vprintf(preflight->arena, format, list);
	va_end(list);
	problem_set(&line, "%s", text);	/* for its treatment of control characters */
	text_printf(preflight->out, "%s\n", line.text);
	preflight->count++;
}

char *preflight_read(struct preflight *preflight, const char *path)
{
	char *text;
	size_t length;

	if (file_read(preflight->arena, AT_FDCWD, path, FILE_LIMIT, &text, &length) < 0)
		return NULL;
	if (length && text[length - 1] == '\n')
		text[length - 1] = '\0';
	return text;
}

bool preflight_has_line(const char *text, const char *begin)
{
	size_t length = strlen(begin);

	for (const char *line = text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (!strncmp(line, begin, length))
			return true;
	}
	return false;
}

/* A profile is listed as "NAME (enforce)". Only the administrator may read the list. */
static void check_apparmor(struct preflight *preflight)
{
	const char *profile = preflight->spec->process.apparmor_profile;
	char *profiles;

	if (!profile)
		return;
	if (!preflight->host->apparmor) {
		preflight_add(preflight, "process.apparmorProfile: '%s': AppArmor is not enabled on this host",
			      profile);
		return;
	}
	profiles = preflight_read(preflight, "/sys/kernel/security/apparmor/profiles");
	if (profiles && strcmp(profile, "unconfined") &&
	    !preflight_has_line(profiles, arena_printf(preflight->arena, "%s (", profile)))
		preflight_add(preflight, "process.apparmorProfile: '%s' is not loaded: load it with "
			      "apparmor_parser", profile);
}

static void check_selinux(struct preflight *preflight)
{
	if (preflight->spec->process.selinux_label && !preflight->host->selinux)
		preflight_add(preflight, "process.selinuxLabel: '%s': SELinux is not enabled on this host",
			      preflight->spec->process.selinux_label);
}

static bool has_capability(const struct preflight *preflight, unsigned capability)
{
	return preflight->host->capabilities & (1ULL << capability);
}

static const char *limit_name(const struct process_limit *limit)
{
	const char *name = name_of(rlimit_names, limit->resource);

	return name ? name : "this limit";
}

static void check_limit(struct preflight *preflight, size_t index, uint64_t open_files)
{
	const struct process_limit *limit = &preflight->spec->process.rlimit[index];
	struct rlimit own;

	if (limit->resource == RLIMIT_NOFILE && limit->hard > open_files)
		preflight_add(preflight, "process.rlimits[%zu].hard: the most for RLIMIT_NOFILE on this host is "
			      "%llu (/proc/sys/fs/nr_open)", index, (unsigned long long)open_files);
	else if (!has_capability(preflight, CAP_SYS_RESOURCE) &&
		 getrlimit((int)limit->resource, &own) == 0 && limit->hard > own.rlim_max)
		preflight_add(preflight, "process.rlimits[%zu].hard: %s can be raised above %llu by root only "
			      "(CAP_SYS_RESOURCE)", index, limit_name(limit),
			      (unsigned long long)own.rlim_max);
}

static void check_limits(struct preflight *preflight)
{
	char *text = preflight_read(preflight, "/proc/sys/fs/nr_open");
	uint64_t open_files;

	if (!text || !text_to_u64(text, &open_files))
		open_files = UINT64_MAX;
	for (size_t i = 0; i < preflight->spec->process.rlimits; i++)
		check_limit(preflight, i, open_files);
}

static void check_capabilities(struct preflight *preflight)
{
	const struct capabilities *asked = &preflight->spec->process.capabilities;
	uint64_t all = asked->bounding | asked->effective | asked->inheritable | asked->permitted |
		       asked->ambient;

	for (unsigned n = preflight->host->last_capability + 1; n < 64; n++)
		if (all & (1ULL << n))
			preflight_add(preflight, "process.capabilities: this kernel does not know '%s'",
				      name_of(capability_names, n));
}

static void check_oom_score(struct preflight *preflight)
{
	const struct maybe_i64 *asked = &preflight->spec->process.oom_score_adj;
	char *own = preflight_read(preflight, "/proc/self/oom_score_adj");

	if (asked->set && own && asked->value < strtol(own, NULL, 10) &&
	    !has_capability(preflight, CAP_SYS_RESOURCE))
		preflight_add(preflight, "process.oomScoreAdj: can be lowered below %s by root only "
			      "(CAP_SYS_RESOURCE)", own);
}

/* Whether ids are mapped that newuidmap or newgidmap must be asked for. */
static bool maps_foreign_ids(const struct id_maps *maps, uint32_t own)
{
	return maps->count > 1 ||
	       (maps->count == 1 && (maps->at[0].count > 1 || maps->at[0].outside != own));
}

static void check_id_maps(struct preflight *preflight)
{
	const struct spec *spec = preflight->spec;
	const struct host *host = preflight->host;
	bool foreign = maps_foreign_ids(&spec->uid_map, host->uid) ||
		       maps_foreign_ids(&spec->gid_map, host->gid);

	if (!spec_new_namespace(spec, NAMESPACE_USER) || host_privileged(host) || !foreign)
		return;
	if (!host->newuidmap)
		preflight_add(preflight, "linux.uidMappings: mapping more than one's own id needs 'newuidmap', "
			      "which is not on this host; install it (package uidmap or shadow-utils)");
	if (!host->newgidmap)
		preflight_add(preflight, "linux.gidMappings: mapping more than one's own id needs 'newgidmap', "
			      "which is not on this host; install it (package uidmap or shadow-utils)");
}

static void check_net_devices(struct preflight *preflight)
{
	for (size_t i = 0; i < preflight->host->devices; i++)
		if (!preflight->host->device[i].index)
			preflight_add(preflight, "linux.netDevices.%s: this host has no network device of that "
				      "name", preflight->host->device[i].name);
}

static void check_intel_rdt(struct preflight *preflight)
{
	struct statfs fs;

	if (preflight->spec->intel_rdt.asked &&
	    (statfs("/sys/fs/resctrl", &fs) < 0 || fs.f_type != RDTGROUP_SUPER_MAGIC))
		preflight_add(preflight, "linux.intelRdt: no resctrl file system is mounted on /sys/fs/resctrl");
}

size_t life_preflight(struct arena *arena, const struct bundle *bundle, struct text *out)
{
	static void (*const rules[])(struct preflight *) = {
		preflight_kernel, preflight_root, preflight_mounts, preflight_program,
		check_apparmor, check_selinux, check_limits, check_capabilities, check_oom_score,
		preflight_new_namespaces, preflight_joined_namespaces, check_id_maps,
		check_net_devices, preflight_sysctl, preflight_seccomp, check_intel_rdt,
	};
	struct preflight preflight = { arena, bundle, &bundle->spec, &bundle->host, out, 0, -1 };

	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		rules[i](&preflight);
	fd_close_at(&preflight.root);
	return preflight.count;
}
