/* tell_html.c - what was found out, as a page for a browser: see tell.h */
#include "base/translate.h"
#include "spec/names.h"
#include "xray/html.h"

static const char style[] =
	".facts section#risks{column-span:all}\n"
	".risks{list-style:none;margin:0;padding:0}.risks li{padding:8px 0;border-top:1px solid var(--line)}\n"
	".risks li:first-child{border-top:0}.risks p{margin:2px 0 0}.risks .tag{margin:0 6px 0 0}\n"
	".tag.critical,.tag.high{color:#fff;background:#b3261e;border-color:#b3261e}.tag.critical{font-weight:700}\n"
	".tag.medium{color:var(--warn);border-color:currentColor;font-weight:600}\n"
	".mend{color:var(--good);font-size:14px}\n";

void xray_html_row(struct text *out, const char *name, const char *value)
{
	html_open_row(out, name);
	html_code(out, value);
	html_close_row(out);
}

/* --- what it is --- */

static const char *arguments_of(const struct xray *xray, struct arena *arena)
{
	struct text words = text_new(arena);

	for (size_t i = 0; xray->arguments[i]; i++) {
		text_add(&words, i ? " " : "");
		text_add_word(&words, xray->arguments[i]);
	}
	return words.at;
}

static void html_process(const struct xray *xray, struct text *out)
{
	html_open_table(out, "process", "Process");
	xray_html_row(out, "pid", arena_printf(out->arena, "%d", (int)xray->pid));
	if (xray->status.own_pid && xray->status.own_pid != xray->pid)
		xray_html_row(out, "pid within", arena_printf(out->arena, "%d", (int)xray->status.own_pid));
	xray_html_row(out, "name", xray->name);
	if (xray->container)
		xray_html_row(out, "container", xray->container);
	xray_html_row(out, "program", xray->executable ? xray->executable : _("not told"));
	html_close_table(out);
}

/* --- namespaces --- */

static void add_others(const struct xray_namespace *namespace, struct text *out)
{
	const size_t named = namespace->others < XRAY_NAMED ? namespace->others : XRAY_NAMED;

	text_add(out, "<br><small>");
	text_printf(out, namespace->others == 1 ? _("%zu other") : _("%zu others"), namespace->others);
	for (size_t i = 0; i < named; i++) {
		text_printf(out, "%s %d (", i ? "," : ":", (int)namespace->other[i].pid);
		html_add(out, namespace->other[i].name);
		text_add(out, ")");
	}
	text_add(out, namespace->others > named ? " …</small>" : "</small>");
}

static void html_namespaces(const struct xray *xray, struct text *out)
{
	html_open_table(out, "namespaces", "Namespaces");
	for (int i = 0; i < NAMESPACES; i++) {
		const struct xray_namespace *namespace = &xray->namespace[i];

		html_open_row(out, name_of(namespace_names, (uint64_t)i));
		html_tag(out, namespace->host ? " host" : namespace->inode ? " new" : "", xray_whose(namespace));
		if (namespace->inode) {
			text_printf(out, " <code>%llu</code>", (unsigned long long)namespace->inode);
			add_others(namespace, out);
		}
		html_close_row(out);
	}
	if (xray->user.owner.set)
		xray_html_row(out, "user’s owner", arena_printf(out->arena, "uid %u", xray->user.owner.value));
	if (xray->user.parent)
		xray_html_row(out, "user’s parent",
			      arena_printf(out->arena, "%llu", (unsigned long long)xray->user.parent));
	html_close_table(out);
}

/* --- ids --- */

static void add_four(struct text *out, const char *name, const uint32_t *ids)
{
	html_open_row(out, name);
	if (ids[0] == ids[1] && ids[1] == ids[2] && ids[2] == ids[3])
		text_printf(out, "<code>%u</code>", ids[0]);
	else
		text_printf(out, _("real <code>%u</code>, effective <code>%u</code>, saved <code>%u</code>, of files "
				   "<code>%u</code>"), ids[0], ids[1], ids[2], ids[3]);
	html_close_row(out);
}

static void add_map(struct text *out, const char *name, const struct id_maps *maps)
{
	html_open_row(out, name);
	for (size_t i = 0; i < maps->count; i++) {
		const struct id_map *map = &maps->at[i];

		text_printf(out, "%s<code>%u–%llu</code> <small>%s</small> <code>%u–%llu</code>", i ? "<br>" : "",
			    map->inside, (unsigned long long)map->inside + map->count - !!map->count, _("are"),
			    map->outside, (unsigned long long)map->outside + map->count - !!map->count);
	}
	text_add(out, maps->count ? "" : _("none"));
	html_close_row(out);
}

static void html_ids(const struct xray *xray, struct text *out)
{
	const struct xray_status *status = &xray->status;

	html_open_table(out, "ids", "Ids");
	add_four(out, "uid", status->uid);
	add_four(out, "gid", status->gid);
	html_open_row(out, "groups");
	for (size_t i = 0; i < status->groups; i++)
		text_printf(out, "%s<code>%u</code>", i ? ", " : "", status->group[i]);
	text_add(out, status->groups ? "" : _("none"));
	html_close_row(out);
	add_map(out, "uid map", &xray->uids);
	add_map(out, "gid map", &xray->gids);
	xray_html_row(out, "setgroups", xray->sets_groups ? _("allowed") : _("denied"));
	html_close_table(out);
}

/* --- what could not be read --- */

static void html_unread(const struct xray *xray, struct text *out)
{
	if (!xray->unread.count)
		return;
	text_printf(out, "<section id=\"unread\">\n<h2>%s</h2>\n<ul>\n", _("Could not be read"));
	for (size_t i = 0; i < xray->unread.count; i++) {
		text_add(out, "<li>");
		html_add(out, xray->unread.at[i]);
		text_add(out, "</li>\n");
	}
	text_add(out, "</ul>\n</section>\n");
}

/* --- all of it --- */

static void begin(const struct xray *xray, const struct risks *risks, struct text *out)
{
	size_t own = 0, hosts = 0;

	for (int i = 0; i < NAMESPACES; i++) {
		own += xray_has_own(xray, (enum namespace_kind)i);
		hosts += xray_shares(xray, (enum namespace_kind)i);
	}
	html_begin(out, &(struct html_title){ xray->container ? xray->container : xray->name, N_("x-rayed by taru"),
					      "taru xray", arguments_of(xray, out->arena), style });
	text_add(out, "<p class=\"lead\">");
	text_printf(out, _("Process <b>%d</b>: %zu of its namespaces are not the host’s, %zu are. "
			   "<a href=\"#risks\">Findings</a> that weaken its isolation: <b>%zu</b>."),
		    (int)xray->pid, own, hosts, risks->count);
	text_add(out, "</p>\n</header>\n<main>\n<div class=\"facts\">\n");
	xray_html_risks(risks, out);
}

static void end(struct text *out)
{
	text_add(out, "</div>\n");
	html_end(out);
}

void xray_tell_html(const struct xray *xray, const struct risks *risks, struct text *out)
{
	static xray_section *const sections[] = {
		html_process, html_namespaces, html_ids, xray_html_capabilities, xray_html_locks, xray_html_cgroups,
		xray_html_limits, xray_html_files, xray_html_ports, html_unread, xray_html_mounts,
	};

	begin(xray, risks, out);
	for (size_t i = 0; i < sizeof(sections) / sizeof(sections[0]); i++)
		sections[i](xray, out);
	end(out);
}

void xray_tell_risks_html(const struct xray *xray, const struct risks *risks, struct text *out)
{
	begin(xray, risks, out);
	html_unread(xray, out);
	end(out);
}
