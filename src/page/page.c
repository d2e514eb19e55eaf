/* page.c - the frame of a page, and text that is no markup: see page.h */
#include "page/page.h"
#include "base/translate.h"
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

void html_tag(struct text *out, const char *class, const char *word)
{
	text_printf(out, "<span class=\"tag%s\">", class);
	html_add(out, word);
	text_add(out, "</span>");
}

void html_open_table(struct text *out, const char *id, const char *heading)
{
	text_printf(out, "<section id=\"%s\">\n<h2>%s</h2>\n<table>\n", id, _(heading));
}

void html_close_table(struct text *out)
{
	text_add(out, "</table>\n</section>\n");
}

void html_open_row(struct text *out, const char *name)
{
	text_printf(out, "<tr><th>%s</th><td>", _(name));
}

void html_close_row(struct text *out)
{
	text_add(out, "</td></tr>\n");
}

void html_begin(struct text *out, const struct html_title *title)
{
	text_printf(out, "<!DOCTYPE html>\n<html lang=\"%s\">\n", translate_language());
	text_add(out, "<head>\n<meta charset=\"utf-8\">\n"
		      "<meta http-equiv=\"Content-Security-Policy\" "
		      "content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
		      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
		      "<meta name=\"color-scheme\" content=\"light dark\">\n<title>");
	html_add(out, title->name);
	text_printf(out, " – %s</title>\n<style>\n", _(title->told));
	text_add(out, html_style);
	if (title->style)
		text_add(out, title->style);
	text_printf(out, "</style>\n</head>\n<body>\n<header>\n<p class=\"kicker\">%s</p>\n<h1>", title->verb);
	html_add(out, title->name);
	text_add(out, "</h1>\n<pre>");
	html_add(out, title->what);
	text_add(out, "</pre>\n");
}

void html_end(struct text *out)
{
	text_add(out, "</main>\n</body>\n</html>\n");
}
