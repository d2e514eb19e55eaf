/* tell_html_rights.c - what a process may do, and what weakens its isolation, for a page: see html.h */
#include "base/translate.h"
#include "spec/names.h"
#include "spec/usual.h"
#include "xray/html.h"
#include <string.h>

/* --- risks --- */

static void add_risk(struct text *out, const struct risk *risk)
{
	const char *severity = severity_name(risk->severity);

	text_add(out, "<li>");
	html_tag(out, arena_printf(out->arena, " %s", severity), _(severity));
	text_printf(out, "<b>%s</b> ", risk->name);
	html_add(out, risk->what);
	text_add(out, "<p class=\"why\">");
	html_add(out, risk->why);
	if (*risk->source) {
		text_add(out, " <small>(");
		html_add(out, risk->source);
		text_add(out, ")</small>");
	}
	text_add(out, "</p><p class=\"mend\">");
	html_code(out, risk->mend);
	text_add(out, "</p></li>\n");
}

void xray_html_risks(const struct risks *risks, struct text *out)
{
	text_printf(out, "<section id=\"risks\">\n<h2>%s</h2>\n", _("What weakens it"));
	if (risks->count)
		text_add(out, "<ul class=\"risks\">\n");
	else
		text_printf(out, "<p>%s</p>\n", _("nothing that is known to weaken it"));
	for (size_t i = 0; i < risks->count; i++)
		add_risk(out, &risks->at[i]);
	text_add(out, risks->count ? "</ul>\n</section>\n" : "</section>\n");
}

/* --- capabilities --- */

static void add_set(struct text *out, const char *class, const char *heading, uint64_t set)
{
	if (!set)
		return;
	text_printf(out, "<h3>%s</h3>\n<ul class=\"chips %s\">", _(heading), class);
	for (unsigned i = 0; i < 64; i++) {
		const char *name = set >> i & 1 ? name_of(capability_names, i) : NULL;

		if (name)
			text_printf(out, "<li>%s</li>", name + strlen("CAP_"));
		else if (set >> i & 1)
			text_printf(out, "<li>%u</li>", i);
	}
	text_add(out, "</ul>\n");
}

/* A set that is like the bounding one needs no list of its own. */
static void add_others(struct text *out, const struct xray_status *status)
{
	static const enum xray_set sets[] = { SET_EFFECTIVE, SET_PERMITTED, SET_INHERITABLE, SET_AMBIENT };
	const uint64_t bounding = status->set[SET_BOUNDING];

	for (size_t i = 0; i < sizeof(sets) / sizeof(sets[0]); i++) {
		const uint64_t set = status->set[sets[i]];
		const char *name = xray_set_name(sets[i]);

		if (!set)
			text_printf(out, "<h3>%s</h3>\n<p>%s</p>\n", name, _("none"));
		else if (set == bounding)
			text_printf(out, "<h3>%s</h3>\n<p>%s</p>\n", name, _("all of the bounding set"));
		else
			add_set(out, set & ~capability_usual() ? "more" : "kept", name, set);
	}
}

void xray_html_capabilities(const struct xray *xray, struct text *out)
{
	const struct xray_status *status = &xray->status;
	const uint64_t bounding = status->set[SET_BOUNDING], usual = capability_usual();

	text_printf(out, "<section id=\"capabilities\">\n<h2>%s</h2>\n", _("Capabilities"));
	if (!status->sets_told) {
		text_printf(out, "<p>%s</p>\n</section>\n", _("not told"));
		return;
	}
	add_set(out, "more", N_("bounding, beyond what Docker gives"), bounding & ~usual);
	add_set(out, "kept", N_("bounding, as Docker gives"), bounding & usual);
	add_set(out, "fewer", N_("not bounding, though Docker gives it"), usual & ~bounding);
	if (!bounding)
		text_printf(out, "<h3>bounding</h3>\n<p>%s</p>\n", _("none"));
	add_others(out, status);
	text_printf(out, "<p class=\"note\">%s</p>\n</section>\n",
		    _("capabilities(7). With a user namespace of its own they are power over what belongs to that "
		      "alone."));
}

void xray_html_locks(const struct xray *xray, struct text *out)
{
	html_open_table(out, "locks", "Other locks");
	xray_html_row(out, "no_new_privs", xray_told(&xray->status.no_new_privileges));
	xray_html_row(out, "seccomp", xray_seccomp_words(out->arena, &xray->status));
	xray_html_row(out, "LSM label", xray->label ? xray->label : _("none"));
	xray_html_row(out, "dumpable", xray_told(&xray->dumpable));
	html_close_table(out);
}
