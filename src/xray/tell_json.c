/* tell_json.c - what was found out, as JSON: see tell.h */
#include "spec/lists.h"
#include "spec/names.h"
#include "spec/usual.h"
#include "xray/parse.h"
#include "xray/tell.h"

static void put_maybe_bool(struct json_writer *json, const char *key, const struct maybe_bool *value)
{
	if (value->set)
		json_put_bool(json, key, value->value);
	else
		json_put_null(json, key);
}

static void put_maybe_u64(struct json_writer *json, const char *key, const struct maybe_u64 *value)
{
	if (value->set)
		json_put_unsigned(json, key, value->value);
	else
		json_put_null(json, key);
}

static void put_maybe_u32(struct json_writer *json, const char *key, const struct maybe_u32 *value)
{
	put_maybe_u64(json, key, &(struct maybe_u64){ value->set, value->value });
}

/* --- namespaces and ids --- */

static void put_namespace(const struct xray *xray, int kind, struct json_writer *json)
{
	const struct xray_namespace *namespace = &xray->namespace[kind];

	json_open_object(json, name_of(namespace_names, (uint64_t)kind));
	if (namespace->inode)
		json_put_unsigned(json, "inode", namespace->inode);
	else
		json_put_null(json, "inode");
	json_put_bool(json, "host", namespace->host);
	json_put_bool(json, "caller", namespace->caller);
	json_put_unsigned(json, "others", namespace->others);
	json_open_array(json, "processes");
	for (size_t i = 0; i < namespace->others && i < XRAY_NAMED; i++) {
		json_open_object(json, NULL);
		json_put_signed(json, "pid", namespace->other[i].pid);
		json_put_text(json, "name", namespace->other[i].name);
		json_close(json);
	}
	json_close(json);
	if (kind == NAMESPACE_USER) {
		put_maybe_u32(json, "owner", &xray->user.owner);
		put_maybe_u64(json, "parent", &(struct maybe_u64){ xray->user.parent, xray->user.parent });
	}
	json_close(json);
}

static void put_four(struct json_writer *json, const char *key, const uint32_t *ids)
{
	static const char *const word[XRAY_IDS] = { "real", "effective", "saved", "filesystem" };

	json_open_object(json, key);
	for (int i = 0; i < XRAY_IDS; i++)
		json_put_unsigned(json, word[i], ids[i]);
	json_close(json);
}

static void put_ids(const struct xray *xray, struct json_writer *json)
{
	json_open_object(json, "ids");
	put_four(json, "uid", xray->status.uid);
	put_four(json, "gid", xray->status.gid);
	json_open_array(json, "groups");
	for (size_t i = 0; i < xray->status.groups; i++)
		json_put_unsigned(json, NULL, xray->status.group[i]);
	json_close(json);
	id_maps_put(json, "uidMappings", &xray->uids);
	id_maps_put(json, "gidMappings", &xray->gids);
	json_put_bool(json, "setgroups", xray->sets_groups);
	json_close(json);
}

/* --- rights --- */

void xray_put_set(struct json_writer *json, const char *key, uint64_t set)
{
	json_open_array(json, key);
	for (unsigned i = 0; i < 64; i++) {
		const char *name = set >> i & 1 ? name_of(capability_names, i) : NULL;

		if (name)
			json_put_text(json, NULL, name);
	}
	json_close(json);
}

static void put_rights(const struct xray *xray, struct json_writer *json)
{
	const struct xray_status *status = &xray->status;
	const uint64_t bounding = status->set[SET_BOUNDING], usual = capability_usual();

	json_open_object(json, "capabilities");
	for (int i = 0; i < SETS; i++)
		xray_put_set(json, xray_set_name((enum xray_set)i), status->set[i]);
	xray_put_set(json, "beyondDefault", bounding & ~usual);
	xray_put_set(json, "belowDefault", usual & ~bounding);
	json_close(json);
	put_maybe_bool(json, "noNewPrivileges", &status->no_new_privileges);
	json_open_object(json, "seccomp");
	put_maybe_u32(json, "mode", &status->seccomp);
	put_maybe_u32(json, "filters", &status->filters);
	json_close(json);
	json_put_text(json, "label", xray->label);
	put_maybe_bool(json, "dumpable", &xray->dumpable);
}

/* --- resources --- */

static void put_cgroups(const struct xray *xray, struct json_writer *json)
{
	json_open_array(json, "cgroups");
	for (size_t i = 0; i < xray->cgroups.count; i++) {
		const struct xray_cgroup *cgroup = &xray->cgroups.at[i];

		json_open_object(json, NULL);
		json_put_unsigned(json, "hierarchy", cgroup->hierarchy);
		json_put_text(json, "controllers", cgroup->controllers);
		json_put_text(json, "path", cgroup->path);
		json_open_object(json, "files");
		for (size_t j = 0; j < cgroup->file.count; j++)
			json_put_text(json, cgroup->file.at[j].key, cgroup->file.at[j].value);
		json_close(json);
		json_close(json);
	}
	json_close(json);
	json_open_object(json, "limits");
	put_maybe_u64(json, "memory", &xray->limits.memory);
	put_maybe_u64(json, "pids", &xray->limits.pids);
	put_maybe_bool(json, "allDevices", &xray->limits.all_devices);
	json_close(json);
}

static void put_rlimits(const struct xray *xray, struct json_writer *json)
{
	json_open_array(json, "rlimits");
	for (size_t i = 0; i < xray->rlimits; i++) {
		json_open_object(json, NULL);
		json_put_text(json, "type", name_of(rlimit_names, xray->rlimit[i].resource));
		put_maybe_u64(json, "soft", &xray->rlimit[i].soft);
		put_maybe_u64(json, "hard", &xray->rlimit[i].hard);
		json_close(json);
	}
	json_close(json);
	if (xray->oom_score_adj.set)
		json_put_signed(json, "oomScoreAdj", xray->oom_score_adj.value);
	json_open_object(json, "scheduler");
	json_put_text(json, "policy", name_of(scheduler_policy_names, xray->stat.policy));
	json_put_signed(json, "nice", xray->stat.nice);
	json_put_signed(json, "priority", xray->stat.priority);
	json_put_text(json, "cpus", xray->status.cpus);
	json_close(json);
}

/* --- files --- */

static void put_mount(const struct xray_mount *mount, struct json_writer *json)
{
	json_open_object(json, NULL);
	json_put_text(json, "target", mount->target);
	json_put_text(json, "type", mount->type);
	json_put_text(json, "source", mount->source);
	json_put_text(json, "root", mount->root);
	json_put_text(json, "host", mount->host);
	json_put_bool(json, "readonly", mount->readonly || mount->super_readonly);
	json_put_bool(json, "nosuid", mount->nosuid);
	json_put_bool(json, "nodev", mount->nodev);
	json_put_bool(json, "noexec", mount->noexec);
	json_put_bool(json, "covered", mount->covered);
	json_put_bool(json, "masked", mount->masks);
	json_put_bool(json, "shared", mount->shared != 0);
	json_put_bool(json, "sharedWithHost", mount->escapes);
	json_put_bool(json, "slave", mount->master != 0);
	json_close(json);
}

static void put_files(const struct xray *xray, struct json_writer *json)
{
	json_open_array(json, "mounts");
	for (size_t i = 0; i < xray->mounts.count; i++)
		put_mount(&xray->mounts.at[i], json);
	json_close(json);
	json_put_text(json, "root", xray->root);
	json_put_text(json, "cwd", xray->directory);
	json_open_array(json, "outside");
	for (size_t i = 0; i < xray->files.count; i++) {
		const struct xray_file *file = &xray->files.at[i];

		if (!file->outside)
			continue;
		json_open_object(json, NULL);
		if (file->number >= 0)
			json_put_signed(json, "descriptor", file->number);
		else
			json_put_null(json, "descriptor");
		json_put_text(json, "path", file->path);
		json_put_bool(json, "directory", file->directory);
		json_put_bool(json, "writable", file->writable);
		json_close(json);
	}
	json_close(json);
	texts_put(json, "blockDevices", &xray->block_devices);
}

static void put_ports(const struct xray *xray, struct json_writer *json)
{
	json_open_array(json, "ports");
	for (size_t i = 0; i < xray->sockets.count; i++) {
		const struct xray_socket *socket = &xray->sockets.at[i];

		if (!socket->listening)
			continue;
		json_open_object(json, NULL);
		json_put_text(json, "protocol", xray_protocol_name(socket->protocol));
		json_put_text(json, "address", socket->address);
		json_put_unsigned(json, "port", socket->port);
		json_put_bool(json, "held", socket->held);
		json_close(json);
	}
	json_close(json);
}

/* --- all of it --- */

void xray_tell_risks_json(const char *key, const struct risks *risks, struct json_writer *json)
{
	json_open_array(json, key);
	for (size_t i = 0; i < risks->count; i++) {
		const struct risk *risk = &risks->at[i];

		json_open_object(json, NULL);
		json_put_text(json, "severity", severity_name(risk->severity));
		json_put_text(json, "name", risk->name);
		json_put_text(json, "what", risk->what);
		json_put_text(json, "why", risk->why);
		json_put_text(json, "source", risk->source);
		json_put_text(json, "mend", risk->mend);
		json_close(json);
	}
	json_close(json);
}

void xray_tell_json(const struct xray *xray, const struct risks *risks, struct json_writer *json)
{
	json_open_object(json, NULL);
	json_put_signed(json, "pid", xray->pid);
	json_put_text(json, "container", xray->container);
	json_put_text(json, "name", xray->name);
	json_put_text(json, "executable", xray->executable);
	json_put_texts(json, "arguments", (const char *const *)xray->arguments);
	json_put_signed(json, "pidWithin", xray->status.own_pid);
	json_open_object(json, "namespaces");
	for (int i = 0; i < NAMESPACES; i++)
		put_namespace(xray, i, json);
	json_close(json);
	put_ids(xray, json);
	put_rights(xray, json);
	put_cgroups(xray, json);
	put_rlimits(xray, json);
	put_files(xray, json);
	put_ports(xray, json);
	texts_put(json, "unread", &xray->unread);
	xray_tell_risks_json("risks", risks, json);
	json_close(json);
}
