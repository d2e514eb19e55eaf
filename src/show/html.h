/* html.h - what the parts of explain_html() share. Private to show/. */
#pragma once
#include "page/page.h"
#include "show/show.h"
#include "show/words.h"

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
