/* tell_html_files.c - limits, mounts, files and ports of a process, for a page: see html.h */
#include "base/translate.h"
#include "spec/names.h"
#include "xray/html.h"
#include "xray/parse.h"
#include <string.h>

/* --- limits --- */

void xray_html_cgroups(const struct xray *xray, struct text *out)
{
	html_open_table(out, "cgroups", "Cgroups");
	for (size_t i = 0; i < xray->cgroups.count; i++) {
		const struct xray_cgroup *cgroup = &xray->cgroups.at[i];

		text_add(out, "<tr><th>");
		html_add(out, cgroup->hierarchy ? cgroup->controllers : "v2");
		text_add(out, "</th><td>");
		html_code(out, cgroup->path);
		for (size_t j = 0; j < cgroup->file.count; j++) {
			text_add(out, "<br><small>");
			html_add(out, cgroup->file.at[j].key);
			text_add(out, "</small> ");
			html_code(out, cgroup->file.at[j].value);
		}
		html_close_row(out);
	}
	xray_html_row(out, "any device", xray_told(&xray->limits.all_devices));
	html_close_table(out);
}

static void add_scheduling(const struct xray *xray, struct text *out)
{
	const char *policy = name_of(scheduler_policy_names, xray->stat.policy);

	html_open_row(out, "scheduling");
	text_printf(out, _("<code>%s, nice %d, priority %d</code>"), policy ? policy : "?", xray->stat.nice,
		    xray->stat.priority);
	if (xray->status.cpus) {
		text_add(out, _(", cpus "));
		html_code(out, xray->status.cpus);
	}
	html_close_row(out);
}

void xray_html_limits(const struct xray *xray, struct text *out)
{
	html_open_table(out, "limits", "Limits");
	for (size_t i = 0; i < xray->rlimits; i++) {
		const struct xray_rlimit *limit = &xray->rlimit[i];

		html_open_row(out, name_of(rlimit_names, limit->resource));
		text_printf(out, _("<code>%s</code> <small>up to</small> <code>%s</code>"),
			    xray_limit_words(out->arena, &limit->soft), xray_limit_words(out->arena, &limit->hard));
		html_close_row(out);
	}
	if (xray->oom_score_adj.set)
		xray_html_row(out, "oom_score_adj",
			      arena_printf(out->arena, "%lld", (long long)xray->oom_score_adj.value));
	add_scheduling(xray, out);
	html_close_table(out);
}

/* --- mounts --- */

static void add_word(struct text *out, bool is, const char *class, const char *word)
{
	if (is)
		html_tag(out, class, _(word));
}

static void add_mount(struct text *out, size_t index, const void *mounts)
{
	const struct xray_mount *mount = &((const struct xray_mounts *)mounts)->at[index];
	const bool hosts = mount->host && !mount->masks && strncmp(mount->type, "cgroup", strlen("cgroup")) != 0;
	const char *flags = arena_printf(out->arena, "%s%s%s", mount->nosuid ? ", nosuid" : "",
					 mount->nodev ? ", nodev" : "", mount->noexec ? ", noexec" : "");

	html_tag(out, hosts ? " host" : "", mount->type);
	add_word(out, mount->covered, "", N_("covered"));
	add_word(out, mount->masks, " new", N_("masked"));
	add_word(out, mount->readonly && !mount->masks, " new", N_("read-only"));
	add_word(out, mount->super_readonly && !mount->readonly, " new", N_("read-only file system"));
	add_word(out, mount->shared && !mount->escapes, "", N_("shared"));
	add_word(out, mount->escapes, " host", N_("shared with the host"));
	add_word(out, mount->master, "", "slave");
	add_word(out, mount->unbindable, "", "unbindable");
	if (*flags && !mount->masks)
		text_printf(out, " <small>%s</small>", flags + strlen(", "));
	if (!hosts)
		return;
	text_printf(out, " <small>%s ", _("of the host:"));
	html_code(out, mount->host);
	text_add(out, "</small>");
}

void xray_html_mounts(const struct xray *xray, struct text *out)
{
	struct html_branch *branch = ARENA_ARRAY(out->arena, xray->mounts.count + 1, struct html_branch);

	text_printf(out, "<section id=\"mounts\">\n<h2>%s</h2>\n", _("Mounts"));
	if (!xray->mounts_known)
		text_printf(out, "<p>%s</p>\n", _("not told"));
	else if (!xray->mounts.count)
		text_printf(out, "<p>%s</p>\n", _("none that it can reach"));
	for (size_t i = 0; i < xray->mounts.count; i++)
		branch[i] = (struct html_branch){ xray->mounts.at[i].target, i };
	html_tree(out, branch, xray->mounts.count, add_mount, &xray->mounts);
	text_add(out, "</section>\n");
}

/* --- what it has open --- */

static void add_file(struct text *out, const struct xray_file *file)
{
	html_open_row(out, "leads outside");
	if (file->number < 0)
		text_add(out, _("working directory "));
	else
		text_printf(out, file->directory ? _("%d (directory) ") : "%d ", file->number);
	html_code(out, file->path);
	html_close_row(out);
}

void xray_html_files(const struct xray *xray, struct text *out)
{
	size_t outside = 0;

	html_open_table(out, "files", "Files");
	xray_html_row(out, "root", xray->root ? xray->root : _("not told"));
	xray_html_row(out, "working directory", xray->directory ? xray->directory : _("not told"));
	for (size_t i = 0; i < xray->files.count; i++)
		if (xray->files.at[i].outside) {
			outside++;
			add_file(out, &xray->files.at[i]);
		}
	if (!outside)
		xray_html_row(out, "leads outside", xray->files_known ? _("nothing") : _("not told"));
	for (size_t i = 0; i < xray->block_devices.count; i++)
		xray_html_row(out, "block device", xray->block_devices.at[i]);
	html_close_table(out);
}

void xray_html_ports(const struct xray *xray, struct text *out)
{
	struct text rows = text_new(out->arena);

	for (size_t i = 0; i < xray->sockets.count; i++) {
		const struct xray_socket *socket = &xray->sockets.at[i];

		if (!socket->listening)
			continue;
		html_open_row(&rows, xray_protocol_name(socket->protocol));
		text_printf(&rows, strchr(socket->address, ':') ? "<code>[%s]:%u</code>" : "<code>%s:%u</code>",
			    socket->address, socket->port);
		if (socket->held)
			html_tag(&rows, "", _("held by it"));
		html_close_row(&rows);
	}
	html_open_table(out, "ports", "Open ports of its network");
	if (rows.length)
		text_add(out, rows.at);
	else
		text_printf(out, "<tr><td>%s</td></tr>\n", _("none"));
	html_close_table(out);
}
