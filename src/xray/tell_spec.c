/* tell_spec.c - a config.json that isolates a process in the same way: see tell.h */
#include "engine/seccomp_default.h"
#include "host/host.h"
#include "spec/lists.h"
#include "spec/names.h"
#include "xray/parse.h"
#include "xray/tell.h"
#include <sched.h>
#include <string.h>

struct speaking { const struct xray *xray; struct json_writer *json; struct text *warnings; };

/* --- process --- */

/* The kernel tells ids as who looks has them. */
static uint32_t id_within(const struct speaking *speaking, const struct id_maps *maps, const char *key, uint32_t id)
{
	const struct xray_namespace *user = &speaking->xray->namespace[NAMESPACE_USER];
	uint32_t inside;

	if (!xray_own_user(speaking->xray) || user->caller)
		return id;
	if (xray_inside(maps, id, &inside))
		return inside;
	text_printf(speaking->warnings, "%s: %u is no id in its user namespace; 0 stands for it\n", key, id);
	return 0;
}

static void put_user(const struct speaking *speaking)
{
	const struct xray *xray = speaking->xray;
	const struct xray_status *status = &xray->status;
	struct json_writer *json = speaking->json;

	json_open_object(json, "user");
	json_put_unsigned(json, "uid", id_within(speaking, &xray->uids, "process.user.uid", status->uid[1]));
	json_put_unsigned(json, "gid", id_within(speaking, &xray->gids, "process.user.gid", status->gid[1]));
	if (status->umask.set)
		json_put_unsigned(json, "umask", status->umask.value);
	if (status->groups) {
		json_open_array(json, "additionalGids");
		for (size_t i = 0; i < status->groups; i++)
			json_put_unsigned(json, NULL, id_within(speaking, &xray->gids, "process.user.additionalGids",
								status->group[i]));
		json_close(json);
	}
	json_close(json);
}

static void put_words(const struct speaking *speaking)
{
	static const char *const shell[] = { "sh", NULL };
	static const char *const variables[] = { "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
						 NULL };
	const struct xray *xray = speaking->xray;
	const char *directory = xray->directory;

	json_put_texts(speaking->json, "args", xray->arguments[0] ? (const char *const *)xray->arguments : shell);
	json_put_texts(speaking->json, "env", variables);
	if (directory && xray->root && strcmp(xray->root, "/") != 0)
		directory = !strncmp(directory, xray->root, strlen(xray->root)) ? directory + strlen(xray->root) : "/";
	json_put_text(speaking->json, "cwd", directory && directory[0] == '/' ? directory : "/");
}

static void put_capabilities(const struct speaking *speaking)
{
	const struct xray_status *status = &speaking->xray->status;

	json_open_object(speaking->json, "capabilities");
	for (int i = 0; i < SETS; i++)
		xray_put_set(speaking->json, xray_set_name((enum xray_set)i), status->set[i]);
	json_close(speaking->json);
}

static void put_rlimits(const struct speaking *speaking)
{
	struct json_writer *json = speaking->json;
	const struct xray *xray = speaking->xray;

	json_open_array(json, "rlimits");
	for (size_t i = 0; i < xray->rlimits; i++) {
		const struct xray_rlimit *limit = &xray->rlimit[i];

		json_open_object(json, NULL);
		json_put_text(json, "type", name_of(rlimit_names, limit->resource));
		json_put_unsigned(json, "soft", limit->soft.set ? limit->soft.value : UINT64_MAX);
		json_put_unsigned(json, "hard", limit->hard.set ? limit->hard.value : UINT64_MAX);
		json_close(json);
	}
	json_close(json);
}

/* A nice value alone comes with the usual policy, which is 0. */
static void put_scheduler(const struct speaking *speaking)
{
	const struct xray_stat *stat = &speaking->xray->stat;
	const char *policy = name_of(scheduler_policy_names, stat->policy);

	if (!policy || (stat->policy == SCHED_OTHER && !stat->nice))
		return;
	if (stat->policy == 6) {	/* SCHED_DEADLINE */
		text_add(speaking->warnings, "process.scheduler: the times of SCHED_DEADLINE cannot be read\n");
		return;
	}
	json_open_object(speaking->json, "scheduler");
	json_put_text(speaking->json, "policy", policy);
	json_put_signed(speaking->json, "nice", stat->nice);
	if (stat->priority)
		json_put_signed(speaking->json, "priority", stat->priority);
	json_close(speaking->json);
}

/* "docker-default (enforce)" */
static void put_label(const struct speaking *speaking)
{
	const struct xray *xray = speaking->xray;

	if (!xray->label || !strcmp(xray->label, "unconfined"))
		return;
	if (xray->apparmor)
		json_put_text(speaking->json, "apparmorProfile",
			      arena_copy(xray->arena, xray->label, strcspn(xray->label, " ")));
	else if (xray->selinux)
		json_put_text(speaking->json, "selinuxLabel", xray->label);
}

static void put_process(const struct speaking *speaking)
{
	const struct xray *xray = speaking->xray;

	json_open_object(speaking->json, "process");
	put_user(speaking);
	put_words(speaking);
	if (xray->status.sets_told)
		put_capabilities(speaking);
	put_rlimits(speaking);
	json_put_bool(speaking->json, "noNewPrivileges", xray->status.no_new_privileges.value);
	put_label(speaking);
	if (xray->oom_score_adj.set)
		json_put_signed(speaking->json, "oomScoreAdj", xray->oom_score_adj.value);
	put_scheduler(speaking);
	json_close(speaking->json);
}

/* --- linux --- */

static void put_namespaces(const struct speaking *speaking)
{
	struct json_writer *json = speaking->json;

	json_open_array(json, "namespaces");
	for (int i = 0; i < NAMESPACES; i++) {
		const struct xray_namespace *namespace = &speaking->xray->namespace[i];

		if (!namespace->inode)
			text_printf(speaking->warnings, "linux.namespaces: whether the %s namespace is its own cannot "
				    "be read; here it is not\n",
				    name_of(namespace_names, (uint64_t)i));
		if (!namespace->inode || namespace->host)
			continue;
		json_open_object(json, NULL);
		json_put_text(json, "type", name_of(namespace_names, (uint64_t)i));
		json_close(json);
	}
	json_close(json);
}

/* Only ptrace(2) can read filters, and that stops the process. */
static void put_seccomp(const struct speaking *speaking)
{
	const struct xray *xray = speaking->xray;
	const struct xray_status *status = &xray->status;
#if defined(__aarch64__)
	const enum host_architecture architecture = HOST_ARM64;
#else
	const enum host_architecture architecture = HOST_X86_64;
#endif

	if (!status->seccomp.set || !status->seccomp.value)
		return;
	seccomp_put_default(speaking->json, architecture, status->set[SET_BOUNDING]);
	text_add(speaking->warnings, "linux.seccomp: its filters cannot be read without stopping it; the default "
		 "profile stands for them\n");
}

static void put_linux(const struct speaking *speaking)
{
	const struct xray *xray = speaking->xray;

	json_open_object(speaking->json, "linux");
	put_namespaces(speaking);
	if (xray_own_user(xray)) {
		id_maps_put(speaking->json, "uidMappings", &xray->uids);
		id_maps_put(speaking->json, "gidMappings", &xray->gids);
	}
	xray_spec_resources(xray, speaking->json, speaking->warnings);
	put_seccomp(speaking);
	if (xray_has_own(xray, NAMESPACE_MOUNT))
		xray_spec_paths(xray, speaking->json);
	json_close(speaking->json);
}

/* --- all of it --- */

static bool root_is_readonly(const struct xray *xray)
{
	for (size_t i = 0; i < xray->mounts.count; i++)
		if (!strcmp(xray->mounts.at[i].target, "/"))
			return xray->mounts.at[i].readonly || xray->mounts.at[i].super_readonly;
	return false;
}

void xray_tell_spec(const struct xray *xray, struct json_writer *json, struct text *warnings)
{
	const struct speaking speaking = { xray, json, warnings };

	json_open_object(json, NULL);
	json_put_text(json, "ociVersion", "1.3.0");
	put_process(&speaking);
	json_open_object(json, "root");
	json_put_text(json, "path", "rootfs");
	if (xray_has_own(xray, NAMESPACE_MOUNT)) {
		json_put_bool(json, "readonly", root_is_readonly(xray));
		json_close(json);
		xray_spec_mounts(xray, json, warnings);
	} else {
		json_close(json);
		text_add(warnings, "mounts: it has no mount namespace of its own, so there are none\n");
	}
	put_linux(&speaking);
	json_close(json);
}
