/* html.h - what the parts of a process's page share: see xray_tell_html(). */
#pragma once
#include "page/page.h"
#include "xray/tell.h"

/* Sections. One that has nothing to say adds nothing. */
typedef void xray_section(const struct xray *xray, struct text *out);

/* tell_html_rights.c */
xray_section xray_html_capabilities, xray_html_locks;

/* The same of what weakens it. */
void xray_html_risks(const struct risks *risks, struct text *out);

/* tell_html_files.c */
xray_section xray_html_cgroups, xray_html_limits, xray_html_mounts, xray_html_files, xray_html_ports;

/* A row whose value is by others. */
void xray_html_row(struct text *out, const char *name, const char *value);
