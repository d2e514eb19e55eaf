/* tell_text.c - what was found out, for people: see tell.h */
#include "base/translate.h"
#include "base/width.h"
#include "spec/names.h"
#include "spec/usual.h"
#include "xray/parse.h"
#include "xray/shown.h"
#include "xray/tell.h"
#include <string.h>

static void add_begin(struct text *out, const char *word)
{
	text_add(out, "  ");
	width_add(out, shown(out->arena, _(word)), 21);
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
	text_printf(out, _("process %d (%s)"), (int)xray->pid, shown(out->arena, xray->name));
	if (xray->container)
		text_printf(out, _(", of container %s"), shown(out->arena, xray->container));
	text_add(out, "\n");
	add_line(out, N_("program"), xray->executable ? xray->executable : _("not told"));
	add_line(out, N_("arguments"), words.at);
	if (xray->status.own_pid && xray->status.own_pid != xray->pid)
		add_line(out, N_("pid within"), arena_printf(out->arena, "%d", (int)xray->status.own_pid));
}

/* --- namespaces --- */

const char *xray_whose(const struct xray_namespace *namespace)
{
	if (!namespace->inode)
		return _("not told");
	if (namespace->host)
		return _("the host's");
	return namespace->caller ? _("yours") : _("own");
}

static void tell_others(const struct xray_namespace *namespace, struct text *out)
{
	const size_t named = namespace->others < XRAY_NAMED ? namespace->others : XRAY_NAMED;

	if (!namespace->inode)
		return;
	text_printf(out, namespace->others == 1 ? _("%zu other") : _("%zu others"), namespace->others);
	for (size_t i = 0; i < named; i++)
		text_printf(out, "%s %d (%s)", i ? "," : ":", (int)namespace->other[i].pid,
			    shown(out->arena, namespace->other[i].name));
	text_add(out, namespace->others > named ? " …" : "");
}

static void tell_namespaces(const struct xray *xray, struct text *out)
{
	text_add(out, _("namespaces\n"));
	for (int i = 0; i < NAMESPACES; i++) {
		const struct xray_namespace *namespace = &xray->namespace[i];

		text_add(out, "  ");
		width_add(out, name_of(namespace_names, (uint64_t)i), 21);
		width_add(out, xray_whose(namespace), 12);
		text_printf(out, "%llu  ", (unsigned long long)namespace->inode);
		tell_others(namespace, out);
		text_add(out, "\n");
	}
	if (xray->user.owner.set)
		add_line(out, N_("user's owner"), arena_printf(out->arena, "uid %u", xray->user.owner.value));
	if (xray->user.parent)
		add_line(out, N_("user's parent"),
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
			text_printf(out, _(" (%u ids)"), map->count);
	}
	text_add(out, maps->count ? "\n" : _("none\n"));
}

static void tell_four(const char *word, const uint32_t *ids, struct text *out)
{
	add_begin(out, word);
	if (ids[0] == ids[1] && ids[1] == ids[2] && ids[2] == ids[3])
		text_printf(out, "%u\n", ids[0]);
	else
		text_printf(out, _("real %u, effective %u, saved %u, of files %u\n"), ids[0], ids[1], ids[2], ids[3]);
}

static void tell_ids(const struct xray *xray, struct text *out)
{
	const struct xray_status *status = &xray->status;

	text_add(out, _("ids\n"));
	tell_four("uid", status->uid, out);
	tell_four("gid", status->gid, out);
	add_begin(out, N_("groups"));
	for (size_t i = 0; i < status->groups; i++)
		text_printf(out, "%s%u", i ? ", " : "", status->group[i]);
	text_add(out, status->groups ? "\n" : _("none\n"));
	tell_map(N_("uid map"), &xray->uids, out);
	tell_map(N_("gid map"), &xray->gids, out);
	add_line(out, N_("setgroups"), xray->sets_groups ? _("allowed") : _("denied"));
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
		text_add(out, _("Docker's default\n"));
		return;
	}
	if (set == capability_all()) {
		text_add(out, _("all\n"));
		return;
	}
	for (unsigned i = 0; i < 64; i++) {
		const char *name = set >> i & 1 ? name_of(capability_names, i) : NULL;

		if (set >> i & 1)
			text_printf(out, "%s%s", between, name ? name : arena_printf(out->arena, "%u", i));
		if (set >> i & 1)
			between = " ";
	}
	text_add(out, *between ? "\n" : _("none\n"));
}

static void tell_capabilities(const struct xray *xray, struct text *out)
{
	const struct xray_status *status = &xray->status;
	const uint64_t bounding = status->set[SET_BOUNDING], usual = capability_usual();

	text_add(out, _("capabilities\n"));
	if (!status->sets_told) {
		text_add(out, _("  not told\n"));
		return;
	}
	for (int i = 0; i < SETS; i++)
		tell_set(set_names[i], status->set[i], out);
	if (bounding & ~usual)
		tell_set(N_("more than Docker's"), bounding & ~usual, out);
	if (usual & ~bounding)
		tell_set(N_("fewer than Docker's"), usual & ~bounding, out);
}

const char *xray_seccomp_words(struct arena *arena, const struct xray_status *status)
{
	if (!status->seccomp.set)
		return _("not told");
	if (status->seccomp.value == 0)
		return _("none");
	if (status->seccomp.value == 1)
		return _("strict: read, write, exit alone");
	return status->filters.set ? arena_printf(arena, _("filters: %u"), status->filters.value) : _("filters");
}

const char *xray_told(const struct maybe_bool *value)
{
	return !value->set ? _("not told") : value->value ? _("yes") : _("no");
}

static void tell_rights(const struct xray *xray, struct text *out)
{
	tell_capabilities(xray, out);
	text_add(out, _("confinement\n"));
	add_line(out, "no_new_privs", xray_told(&xray->status.no_new_privileges));
	add_line(out, "seccomp", xray_seccomp_words(out->arena, &xray->status));
	add_line(out, N_("LSM label"), xray->label ? xray->label : _("none"));
	add_line(out, "dumpable", xray_told(&xray->dumpable));
}

/* --- resources --- */

static void tell_cgroups(const struct xray *xray, struct text *out)
{
	text_add(out, _("cgroups\n"));
	for (size_t i = 0; i < xray->cgroups.count; i++) {
		const struct xray_cgroup *cgroup = &xray->cgroups.at[i];

		add_line(out, cgroup->hierarchy ? cgroup->controllers : "v2", cgroup->path);
		for (size_t j = 0; j < cgroup->file.count; j++) {
			const char *value = cgroup->file.at[j].value;

			text_printf(out, "    %-30s %s\n", cgroup->file.at[j].key,
				    value[0] ? shown(out->arena, value) : _("none"));
		}
	}
	add_line(out, N_("any device"), xray_told(&xray->limits.all_devices));
}

const char *xray_limit_words(struct arena *arena, const struct maybe_u64 *limit)
{
	return limit->set ? arena_printf(arena, "%llu", (unsigned long long)limit->value) : _("unlimited");
}

static void tell_limits(const struct xray *xray, struct text *out)
{
	const char *policy = name_of(scheduler_policy_names, xray->stat.policy);

	text_add(out, _("limits\n"));
	for (size_t i = 0; i < xray->rlimits; i++) {
		const struct xray_rlimit *limit = &xray->rlimit[i];

		add_begin(out, name_of(rlimit_names, limit->resource));
		text_printf(out, _("%s, hard %s\n"), xray_limit_words(out->arena, &limit->soft),
			    xray_limit_words(out->arena, &limit->hard));
	}
	if (xray->oom_score_adj.set)
		add_line(out, "oom_score_adj", arena_printf(out->arena, "%lld", (long long)xray->oom_score_adj.value));
	add_begin(out, N_("scheduling"));
	text_printf(out, _("%s, nice %d, priority %d"), policy ? policy : "?", xray->stat.nice, xray->stat.priority);
	if (xray->status.cpus)
		text_printf(out, _(", cpus %s"), shown(out->arena, xray->status.cpus));
	text_add(out, "\n");
}

/* --- what it has open --- */

static void tell_files(const struct xray *xray, struct text *out)
{
	size_t outside = 0;

	text_add(out, _("files\n"));
	add_line(out, N_("root"), xray->root ? xray->root : _("not told"));
	add_line(out, N_("working directory"), xray->directory ? xray->directory : _("not told"));
	for (size_t i = 0; i < xray->files.count; i++) {
		const struct xray_file *file = &xray->files.at[i];

		if (!file->outside)
			continue;
		outside++;
		add_begin(out, N_("leads outside"));
		if (file->number < 0)
			text_add(out, _("working directory: "));
		else
			text_printf(out, "%d%s: ", file->number, file->directory ? _(" (directory)") : "");
		shown_add(out, file->path);
		text_add(out, "\n");
	}
	if (!outside)
		add_line(out, N_("leads outside"), xray->files_known ? _("nothing") : _("not told"));
	for (size_t i = 0; i < xray->block_devices.count; i++)
		add_line(out, N_("block device"), xray->block_devices.at[i]);
}

static void tell_ports(const struct xray *xray, struct text *out)
{
	size_t open = 0;

	text_add(out, _("open ports of its network\n"));
	for (size_t i = 0; i < xray->sockets.count; i++) {
		const struct xray_socket *socket = &xray->sockets.at[i];

		if (!socket->listening)
			continue;
		open++;
		add_begin(out, xray_protocol_name(socket->protocol));
		text_printf(out, strchr(socket->address, ':') ? "[%s]:%u%s\n" : "%s:%u%s\n", socket->address,
			    socket->port, socket->held ? _("  held by it") : "");
	}
	if (!open)
		text_add(out, _("  none\n"));
}

/* --- all of it --- */

static void tell_count(const struct risks *risks, struct text *out)
{
	size_t count[SEVERITIES] = { 0 };
	const char *between = " ";

	for (size_t i = 0; i < risks->count; i++)
		count[risks->at[i].severity]++;
	text_add(out, _("risks (told by --risks):"));
	for (int i = 0; i < SEVERITIES; i++)
		if (count[i]) {
			text_printf(out, "%s%zu %s", between, count[i], _(severity_name((enum severity)i)));
			between = ", ";
		}
	text_add(out, risks->count ? "\n" : _(" none\n"));
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
		text_add(out, _("could not be read\n"));
	for (size_t i = 0; i < xray->unread.count; i++)
		text_printf(out, "  %s\n", shown(out->arena, xray->unread.at[i]));
	tell_count(risks, out);
}

void xray_tell_risks(const struct risks *risks, struct text *out)
{
	for (size_t i = 0; i < risks->count; i++) {
		const struct risk *risk = &risks->at[i];

		width_add(out, _(severity_name(risk->severity)), 10);
		text_printf(out, "%s: %s\n", risk->name, risk->what);
		text_printf(out, "          %s %s%s%s%s\n", _("why: "), risk->why, *risk->source ? " (" : "",
			    risk->source, *risk->source ? ")" : "");
		text_printf(out, "          %s %s\n", _("mend:"), risk->mend);
	}
	if (!risks->count)
		text_add(out, _("nothing that is known to weaken it\n"));
}
