/* explain_html.c - the plan as a page for a browser: first what the container is and has, then each step.
 *
 * The page is one file. It has no script, and its policy (Content-Security-Policy) lets it load nothing, so that even
 * markup that somebody got into it could not ask anybody for anything.
 */
#include "show/html.h"
#include <string.h>

static const char *escape_of(char c)
{
	switch (c) {
	case '&': return "&amp;";
	case '<': return "&lt;";
	case '>': return "&gt;";
	case '"': return "&quot;";
	case '\'': return "&#39;";
	default: return NULL;
	}
}

void html_add(struct text *out, const char *text)
{
	static const char odd[] = "\xef\xbf\xbd";	/* U+FFFD */
	size_t left = strlen(text);

	while (left) {
		size_t control = text_control(text, left), size = control ? 0 : text_utf8(text, left);
		const char *escape = escape_of(*text);

		if (!size)
			text_add(out, odd);
		else if (escape)
			text_add(out, escape);
		else
			text_add_bytes(out, text, size);
		size = control ? control : size ? size : 1;
		text += size;
		left -= size;
	}
}

void html_code(struct text *out, const char *text)
{
	text_add(out, "<code>");
	html_add(out, text);
	text_add(out, "</code>");
}

void html_open_table(struct text *out, const char *id, const char *heading)
{
	text_printf(out, "<section id=\"%s\">\n<h2>%s</h2>\n<table>\n", id, heading);
}

void html_close_table(struct text *out)
{
	text_add(out, "</table>\n</section>\n");
}

void html_open_row(struct text *out, const char *name)
{
	text_printf(out, "<tr><th>%s</th><td>", name);
}

void html_close_row(struct text *out)
{
	text_add(out, "</td></tr>\n");
}

const struct step *html_find(const struct plan *plan, enum step_kind kind)
{
	for (size_t i = 0; i < plan->count; i++)
		if (plan->step[i].kind == kind)
			return &plan->step[i];
	return NULL;
}

/* The first twelve digits of an ID that the engine gave, as it shows it everywhere; all of another one. */
static const char *short_id(struct arena *arena, const char *id)
{
	enum { DIGITS = 64, SHOWN = 12 };

	if (strlen(id) != DIGITS || strspn(id, "0123456789abcdef") != DIGITS)
		return id;
	return arena_copy(arena, id, SHOWN);
}

static void add_head(struct text *out, const char *id, const char *what)
{
	text_add(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
		      "<meta http-equiv=\"Content-Security-Policy\" "
		      "content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
		      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
		      "<meta name=\"color-scheme\" content=\"light dark\">\n<title>");
	html_add(out, id);
	text_add(out, " – explained by taru</title>\n<style>\n");
	text_add(out, html_style);
	text_add(out, "</style>\n</head>\n<body>\n<header>\n<p class=\"kicker\">taru explain</p>\n<h1>");
	html_add(out, id);
	text_add(out, "</h1>\n<pre>");
	html_add(out, what);
	text_add(out, "</pre>\n");
}

static void add_summary(struct text *out, const struct plan *plan)
{
	size_t count[LANES] = { 0 };

	for (size_t i = 0; i < plan->count; i++)
		count[plan->step[i].lane]++;
	if (!count[LANE_CONTAINER]) {
		text_printf(out, "<p class=\"lead\">%zu steps by the <b class=\"runtime\">runtime</b>, on the host."
				 "</p>\n</header>\n", plan->count);
		return;
	}
	text_printf(out, "<p class=\"lead\">%zu steps: <b class=\"runtime\">%zu by the runtime</b>, which stays on the "
			 "host, and <b class=\"container\">%zu by the container’s process</b>, which the runtime "
			 "starts.</p>\n</header>\n",
		    plan->count, count[LANE_RUNTIME], count[LANE_CONTAINER]);
}

void explain_html(struct text *out, const struct plan *plan, const struct plan_request *request, const char *what)
{
	static html_section *const facts[] = {
		html_process, html_namespaces, html_ids, html_capabilities, html_locks, html_limits, html_network,
		html_layers, html_labels, html_mounts,
	};

	add_head(out, short_id(out->arena, request->id ? request->id : ""), what);
	add_summary(out, plan);
	text_add(out, "<main>\n<div class=\"facts\">\n");
	for (size_t i = 0; i < COUNT(facts); i++)
		facts[i](out, plan, request);
	text_add(out, "</div>\n");
	html_steps(out, plan, request);
	text_add(out, "</main>\n</body>\n</html>\n");
}
