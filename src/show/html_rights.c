/* html_rights.c - what the container's program may do: its capabilities beside those that Docker gives, and the other
 * locks. */
#include "show/html.h"
#include "spec/names.h"
#include "spec/usual.h"
#include <string.h>

static void add_set(struct text *out, const char *class, const char *heading, uint64_t set)
{
	if (!set)
		return;
	text_printf(out, "<h3>%s</h3>\n<ul class=\"chips %s\">", _(heading), class);
	for (const struct name *name = capability_names; name->name; name++)
		if (set >> name->value & 1) {
			text_add(out, "<li>");
			html_add(out, name->name + strlen("CAP_"));
			text_add(out, "</li>");
		}
	text_add(out, "</ul>\n");
}

static uint64_t up_to(unsigned last)
{
	return capability_all() & (last >= 63 ? UINT64_MAX : (UINT64_C(2) << last) - 1);
}

void html_capabilities(struct text *out, const struct plan *plan, const struct plan_request *request)
{
	const struct step *set = plan_find(plan, STEP_SET_CAPABILITIES), *drop = plan_find(plan, STEP_DROP_BOUNDING);
	const uint64_t usual = capability_usual();
	uint64_t all, kept;

	if (!plan_find(plan, STEP_EXEC))
		return;
	all = up_to(drop ? drop->bounding.last : request->host->last_capability);
	kept = (set ? set->capabilities.effective | set->capabilities.permitted : request->host->capabilities) & all;
	text_printf(out, "<section id=\"capabilities\">\n<h2>%s</h2>\n", _("Capabilities"));
	add_set(out, "more", N_("Kept, beyond what Docker gives"), kept & ~usual);
	add_set(out, "kept", N_("Kept, as Docker does"), kept & usual);
	add_set(out, "fewer", N_("Dropped, which Docker gives"), usual & all & ~kept);
	add_set(out, "dropped", N_("Dropped, as Docker does"), all & ~kept & ~usual);
	if (drop && (drop->bounding.keep & all & ~kept))
		add_set(out, "more", N_("Not had, but a program with file capabilities can get them"),
			drop->bounding.keep & all & ~kept);
	text_printf(out, "<p class=\"note\">%s</p>\n</section>\n",
		    _("capabilities(7). With a user namespace of its own they are power over what belongs to that "
		      "alone."));
}

static void add_labels(struct text *out, const struct plan *plan)
{
	for (size_t i = 0; i < plan->count; i++) {
		const struct step *step = &plan->step[i];

		if (step->kind != STEP_SET_LABEL)
			continue;
		html_open_row(out, step->label.apparmor ? "AppArmor" : "SELinux");
		html_code(out, step->label.label);
		html_close_row(out);
	}
}

void html_locks(struct text *out, const struct plan *plan, const struct plan_request *request)
{
	const struct step *filter = plan_find(plan, STEP_SET_SECCOMP);

	if (!plan_find(plan, STEP_EXEC))
		return;
	html_open_table(out, "locks", "Other locks");
	html_open_row(out, "system calls");
	if (filter)
		text_printf(out, _("a filter of %zu instructions of BPF (seccomp(2))"),
			    (size_t)filter->seccomp.program.count);
	else
		text_add(out, _("all <span class=\"tag host\">no filter</span>"));
	html_close_row(out);
	html_open_row(out, "new rights");
	text_add(out, plan_find(plan, STEP_NO_NEW_PRIVILEGES)
			      ? _("none: setuid programs have no effect (no_new_privs)")
			      : _("by setuid programs and file capabilities, up to what is kept above"));
	html_close_row(out);
	add_labels(out, plan);
	html_close_table(out);
}
