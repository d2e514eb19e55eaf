/* tell_text.c - what was found out, for people: see tell.h */
#include "spec/names.h"
#include "spec/usual.h"
#include "xray/parse.h"
#include "xray/shown.h"
#include "xray/tell.h"
#include <string.h>

static void add_begin(struct text *out, const char *word)
{
	text_printf(out, "  %-20s ", shown(out->arena, word));
}

static void add_line(struct text *out, const char *word, const char *text)
{
	add_begin(out, word);
	shown_add(out, text);
	text_add(out, "\n");
}

/* --- what it is --- */

static void tell_process(const struct xray *xray, struct text *out)
{
	struct text words = text_new(out->arena);

	for (size_t i = 0; xray->arguments[i]; i++) {
		text_add(&words, i ? " " : "");
		text_add(&words, xray->arguments[i]);
	}
	text_printf(out, "process %d (%s)", (int)xray->pid, shown(out->arena, xray->name));
	if (xray->container)
		text_printf(out, ", of container %s", shown(out->arena, xray->container));
	text_add(out, "\n");
	add_line(out, "program", xray->executable ? xray->executable : "not told");
	add_line(out, "arguments", words.at);
	if (xray->status.own_pid && xray->status.own_pid != xray->pid)
		add_line(out, "pid within", arena_printf(out->arena, "%d", (int)xray->status.own_pid));
}

/* --- namespaces --- */

const char *xray_whose(const struct xray_namespace *namespace)
{
	if (!namespace->inode)
		return "not told";
	if (namespace->host)
		return "the host's";
	return namespace->caller ? "yours" : "own";
}

static void tell_others(const struct xray_namespace *namespace, struct text *out)
{
	const size_t named = namespace->others < XRAY_NAMED ? namespace->others : XRAY_NAMED;

	if (!namespace->inode)
		return;
	text_printf(out, "%zu other%s", namespace->others, namespace->others == 1 ? "" : "s");
	for (size_t i = 0; i < named; i++)
		text_printf(out, "%s %d (%s)", i ? "," : ":", (int)namespace->other[i].pid,
			    shown(out->arena, namespace->other[i].name));
	text_add(out, namespace->others > named ? " …" : "");
}

static void tell_namespaces(const struct xray *xray, struct text *out)
{
	text_add(out, "namespaces\n");
	for (int i = 0; i < NAMESPACES; i++) {
		const struct xray_namespace *namespace = &xray->namespace[i];

		add_begin(out, name_of(namespace_names, (uint64_t)i));
		text_printf(out, "%-10s  %llu  ", xray_whose(namespace), (unsigned long long)namespace->inode);
		tell_others(namespace, out);
		text_add(out, "\n");
	}
	if (xray->user.owner.set)
		add_line(out, "user's owner", arena_printf(out->arena, "uid %u", xray->user.owner.value));
	if (xray->user.parent)
		add_line(out, "user's parent",
			 arena_printf(out->arena, "%llu", (unsigned long long)xray->user.parent));
}

/* --- ids --- */

static void tell_map(const char *word, const struct id_maps *maps, struct text *out)
{
	add_begin(out, word);
	for (size_t i = 0; i < maps->count; i++) {
		const struct id_map *map = &maps->at[i];

		text_printf(out, "%s%u → %u", i ? ", " : "", map->inside, map->outside);
		if (map->count != 1)
			text_printf(out, " (%u ids)", map->count);
	}
	text_add(out, maps->count ? "\n" : "none\n");
}

static void tell_four(const char *word, const uint32_t *ids, struct text *out)
{
	add_begin(out, word);
	if (ids[0] == ids[1] && ids[1] == ids[2] && ids[2] == ids[3])
		text_printf(out, "%u\n", ids[0]);
	else
		text_printf(out, "real %u, effective %u, saved %u, of files %u\n", ids[0], ids[1], ids[2], ids[3]);
}

static void tell_ids(const struct xray *xray, struct text *out)
{
	const struct xray_status *status = &xray->status;

	text_add(out, "ids\n");
	tell_four("uid", status->uid, out);
	tell_four("gid", status->gid, out);
	add_begin(out, "groups");
	for (size_t i = 0; i < status->groups; i++)
		text_printf(out, "%s%u", i ? ", " : "", status->group[i]);
	text_add(out, status->groups ? "\n" : "none\n");
	tell_map("uid map", &xray->uids, out);
	tell_map("gid map", &xray->gids, out);
	add_line(out, "setgroups", xray->sets_groups ? "allowed" : "denied");
}

/* --- rights --- */

static const char *const set_names[] = {
	[SET_INHERITABLE] = "inheritable", [SET_PERMITTED] = "permitted", [SET_EFFECTIVE] = "effective",
	[SET_BOUNDING] = "bounding", [SET_AMBIENT] = "ambient",
};

_Static_assert(sizeof(set_names) / sizeof(set_names[0]) == SETS, "a set has no name");

const char *xray_set_name(enum xray_set set)
{
	return set_names[set];
}

static void tell_set(const char *word, uint64_t set, struct text *out)
{
	const char *between = "";

	add_begin(out, word);
	if (set == capability_usual() && !strcmp(word, "bounding")) {
		text_add(out, "Docker's default\n");
		return;
	}
	if (set == capability_all()) {
		text_add(out, "all\n");
		return;
	}
	for (unsigned i = 0; i < 64; i++) {
		const char *name = set >> i & 1 ? name_of(capability_names, i) : NULL;

		if (set >> i & 1)
			text_printf(out, "%s%s", between, name ? name : arena_printf(out->arena, "%u", i));
		if (set >> i & 1)
			between = " ";
	}
	text_add(out, *between ? "\n" : "none\n");
}

static void tell_capabilities(const struct xray *xray, struct text *out)
{
	const struct xray_status *status = &xray->status;
	const uint64_t bounding = status->set[SET_BOUNDING], usual = capability_usual();

	text_add(out, "capabilities\n");
	if (!status->sets_told) {
		text_add(out, "  not told\n");
		return;
	}
	for (int i = 0; i < SETS; i++)
		tell_set(set_names[i], status->set[i], out);
	if (bounding & ~usual)
		tell_set("more than Docker's", bounding & ~usual, out);
	if (usual & ~bounding)
		tell_set("fewer than Docker's", usual & ~bounding, out);
}

const char *xray_seccomp_words(struct arena *arena, const struct xray_status *status)
{
	if (!status->seccomp.set)
		return "not told";
	if (status->seccomp.value == 0)
		return "none";
	if (status->seccomp.value == 1)
		return "strict: read, write, exit alone";
	return status->filters.set ? arena_printf(arena, "filters: %u", status->filters.value) : "filters";
}

const char *xray_told(const struct maybe_bool *value)
{
	return !value->set ? "not told" : value->value ? "yes" : "no";
}

static void tell_rights(const struct xray *xray, struct text *out)
{
	tell_capabilities(xray, out);
	text_add(out, "confinement\n");
	add_line(out, "no_new_privs", xray_told(&xray->status.no_new_privileges));
	add_line(out, "seccomp", xray_seccomp_words(out->arena, &xray->status));
	add_line(out, "LSM label", xray->label ? xray->label : "none");
	add_line(out, "dumpable", xray_told(&xray->dumpable));
}

/* --- resources --- */

static void tell_cgroups(const struct xray *xray, struct text *out)
{
	text_add(out, "cgroups\n");
	for (size_t i = 0; i < xray->cgroups.count; i++) {
		const struct xray_cgroup *cgroup = &xray->cgroups.at[i];

		add_line(out, cgroup->hierarchy ? cgroup->controllers : "v2", cgroup->path);
		for (size_t j = 0; j < cgroup->file.count; j++)
			text_printf(out, "    %-30s %s\n", cgroup->file.at[j].key,
				    shown(out->arena, cgroup->file.at[j].value));
	}
	add_line(out, "any device", xray_told(&xray->limits.all_devices));
}

const char *xray_limit_words(struct arena *arena, const struct maybe_u64 *limit)
{
	return limit->set ? arena_printf(arena, "%llu", (unsigned long long)limit->value) : "unlimited";
}

static void tell_limits(const struct xray *xray, struct text *out)
{
	const char *policy = name_of(scheduler_policy_names, xray->stat.policy);

	text_add(out, "limits\n");
	for (size_t i = 0; i < xray->rlimits; i++) {
		const struct xray_rlimit *limit = &xray->rlimit[i];

		add_begin(out, name_of(rlimit_names, limit->resource));
		text_printf(out, "%s, hard %s\n", xray_limit_words(out->arena, &limit->soft),
			    xray_limit_words(out->arena, &limit->hard));
	}
	if (xray->oom_score_adj.set)
		add_line(out, "oom_score_adj", arena_printf(out->arena, "%lld", (long long)xray->oom_score_adj.value));
	add_begin(out, "scheduling");
	text_printf(out, "%s, nice %d, priority %d", policy ? policy : "?", xray->stat.nice, xray->stat.priority);
	if (xray->status.cpus)
		text_printf(out, ", cpus %s", shown(out->arena, xray->status.cpus));
	text_add(out, "\n");
}

/* --- what it has open --- */

static void tell_files(const struct xray *xray, struct text *out)
{
	size_t outside = 0;

	text_add(out, "files\n");
	add_line(out, "root", xray->root ? xray->root : "not told");
	add_line(out, "working directory", xray->directory ? xray->directory : "not told");
	for (size_t i = 0; i < xray->files.count; i++) {
		const struct xray_file *file = &xray->files.at[i];

		if (!file->outside)
			continue;
		outside++;
		add_begin(out, "leads outside");
		if (file->number < 0)
			text_add(out, "working directory: ");
		else
			text_printf(out, "%d%s: ", file->number, file->directory ? " (directory)" : "");
		shown_add(out, file->path);
		text_add(out, "\n");
	}
	if (!outside)
		add_line(out, "leads outside", xray->files_known ? "nothing" : "not told");
	for (size_t i = 0; i < xray->block_devices.count; i++)
		add_line(out, "block device", xray->block_devices.at[i]);
}

static void tell_ports(const struct xray *xray, struct text *out)
{
	size_t open = 0;

	text_add(out, "open ports of its network\n");
	for (size_t i = 0; i < xray->sockets.count; i++) {
		const struct xray_socket *socket = &xray->sockets.at[i];

		if (!socket->listening)
			continue;
		open++;
		add_begin(out, xray_protocol_name(socket->protocol));
		text_printf(out, strchr(socket->address, ':') ? "[%s]:%u%s\n" : "%s:%u%s\n", socket->address,
			    socket->port, socket->held ? "  held by it" : "");
	}
	if (!open)
		text_add(out, "  none\n");
}

/* --- all of it --- */

static void tell_count(const struct risks *risks, struct text *out)
{
	size_t count[SEVERITIES] = { 0 };
	const char *between = " ";

	for (size_t i = 0; i < risks->count; i++)
		count[risks->at[i].severity]++;
	text_add(out, "risks (told by --risks):");
	for (int i = 0; i < SEVERITIES; i++)
		if (count[i]) {
			text_printf(out, "%s%zu %s", between, count[i], severity_name((enum severity)i));
			between = ", ";
		}
	text_add(out, risks->count ? "\n" : " none\n");
}

void xray_tell_text(const struct xray *xray, const struct risks *risks, struct text *out)
{
	tell_process(xray, out);
	tell_namespaces(xray, out);
	tell_ids(xray, out);
	tell_rights(xray, out);
	tell_cgroups(xray, out);
	tell_limits(xray, out);
	xray_tell_mounts(xray, out);
	tell_files(xray, out);
	tell_ports(xray, out);
	if (xray->unread.count)
		text_add(out, "could not be read\n");
	for (size_t i = 0; i < xray->unread.count; i++)
		text_printf(out, "  %s\n", shown(out->arena, xray->unread.at[i]));
	tell_count(risks, out);
}

void xray_tell_risks(const struct risks *risks, struct text *out)
{
	for (size_t i = 0; i < risks->count; i++) {
		const struct risk *risk = &risks->at[i];

		text_printf(out, "%-8s  %s: %s\n", severity_name(risk->severity), risk->name, risk->what);
		text_printf(out, "          why:  %s%s%s%s\n", risk->why, *risk->source ? " (" : "", risk->source,
			    *risk->source ? ")" : "");
		text_printf(out, "          mend: %s\n", risk->mend);
	}
	if (!risks->count)
		text_add(out, "nothing that is known to weaken it\n");
}
