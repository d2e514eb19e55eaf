/* explain_html.c - the plan as a page for a browser: first what the container is and has, then each step. */
#include "show/html.h"
#include <string.h>

/* The first twelve digits of an ID that the engine gave, as it shows it everywhere; all of another one. */
static const char *short_id(struct arena *arena, const char *id)
{
	enum { DIGITS = 64, SHOWN = 12 };

	if (strlen(id) != DIGITS || strspn(id, "0123456789abcdef") != DIGITS)
		return id;
	return arena_copy(arena, id, SHOWN);
}

static void add_summary(struct text *out, const struct plan *plan)
{
	size_t count[LANES] = { 0 };

	for (size_t i = 0; i < plan->count; i++)
		count[plan->step[i].lane]++;
	text_add(out, "<p class=\"lead\">");
	if (!count[LANE_CONTAINER]) {
		text_printf(out, _("%zu steps by the <b class=\"runtime\">runtime</b>, on the host."), plan->count);
		text_add(out, "</p>\n</header>\n");
		return;
	}
	text_printf(out, _("%zu steps: <b class=\"runtime\">%zu by the runtime</b>, which stays on the host, and "
			   "<b class=\"container\">%zu by the container’s process</b>, which the runtime starts."),
		    plan->count, count[LANE_RUNTIME], count[LANE_CONTAINER]);
	text_add(out, "</p>\n</header>\n");
}

void explain_html(struct text *out, const struct plan *plan, const struct plan_request *request, const char *what)
{
	static html_section *const facts[] = {
		html_process, html_namespaces, html_ids, html_capabilities, html_locks, html_limits, html_network,
		html_layers, html_labels, html_mounts,
	};

	translate_begin();
	html_begin(out, &(struct html_title){ short_id(out->arena, request->id ? request->id : ""),
		N_("explained by taru"),
					      "taru explain", what, NULL });
	add_summary(out, plan);
	text_add(out, "<main>\n<div class=\"facts\">\n");
	for (size_t i = 0; i < COUNT(facts); i++)
		facts[i](out, plan, request);
	text_add(out, "</div>\n");
	html_steps(out, plan, request);
	html_end(out);
}
