/* html.h - what the parts of explain_html() share. Private to show/.
 *
 * What is from a config goes through html_add() or html_code(), whatever it is; text_add() and text_printf() are for
 * our own words and for numbers.
 */
#pragma once
#include "show/show.h"
#include "show/words.h"

/* Adds text that can't be markup, neither between tags nor in an attribute. What is no UTF-8, and characters that a
 * terminal obeys or that turn the direction of writing, become U+FFFD. */
void html_add(struct text *out, const char *text);

/* The same as <code>. */
void html_code(struct text *out, const char *text);

/* Opens a section with its heading, and a table in it; and ends both. */
void html_open_table(struct text *out, const char *id, const char *heading);
void html_close_table(struct text *out);

/* A row's name, which is ours; what is added then is its value, up to the end of the row. */
void html_open_row(struct text *out, const char *name);
void html_close_row(struct text *out);

/* The first step of the kind; NULL: there is none. */
const struct step *html_find(const struct plan *plan, enum step_kind kind);

/* Sections. One that has nothing to say adds nothing. */
typedef void html_section(struct text *out, const struct plan *plan, const struct plan_request *request);

/* html_facts.c */
html_section html_process, html_namespaces, html_ids, html_limits, html_layers, html_labels;
/* html_rights.c */
html_section html_capabilities, html_locks;
/* html_network.c */
html_section html_network;
/* html_mounts.c */
html_section html_mounts;
/* html_steps.c */
html_section html_steps;

/* html_style.c: a style sheet for light and dark, wide and narrow. */
extern const char html_style[];
