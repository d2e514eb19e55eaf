/* format.h - what --format says: the part of Go's text/template that docker's users write.
 *
 *	{{.Name}}  {{.Config.Env}}  {{json .}}  {{index .Labels "a.b"}}  {{printf "%-10s" .Tag | upper}}
 *	{{range $i, $layer := .RootFS.Layers}}…{{else}}…{{end}}  {{with .X}}…{{end}}
 *	{{if eq .Os "linux"}}…{{else if …}}…{{else}}…{{end}}  {{- trimmed -}}  and comments
 *
 * The data is JSON. An object is what Go would have as a map: it is printed, and walked through, by its keys in
 * order. A key that the outermost object lacks is an error that names those it has; further inside it is "<no
 * value>", which is no text and not true. There are no {{define}}, {{template}} and {{block}}, and one method,
 * {{.Label "x"}}, of rows that have labels.
 */
#pragma once
#include "base/json.h"
#include "base/problem.h"
#include "base/text.h"

struct format;

struct format_source {
	const char *text;
	size_t skip;		/* bytes at its begin that are no part of the template: columns count them */
	bool escapes;		/* outside of {{}} "\t" and "\n", as a shell passes them on, are a tab and a new line */
};

/* Reads a template; what it has of the text is copied. NULL and a problem, which names the column,
 * where it is none. */
const struct format *format_read(struct arena *arena, const struct format_source *source, struct problem *problem);

/* Adds what it makes of the data. False and a problem where it cannot: a missing field, a wrong argument, too much
 * of it (FORMAT_WORK_MAX). */
bool format_add(struct text *out, const struct format *format, const struct json *data, struct problem *problem);

/* The same for a row: {{.Label "x"}} is a member of `labels` (NULL: it has none). */
bool format_add_row(struct text *out, const struct format *format, const struct json *row, const struct json *labels,
		    struct problem *problem);

/* The same for a line of headers: `data` has a header for each field, and functions leave them as they are. */
bool format_add_headers(struct text *out, const struct format *format, const struct json *data,
			struct problem *problem);

enum {
	FORMAT_WORK_MAX = 64 << 20,	/* values that are looked at, and bytes of text that are made */
	FORMAT_SIZE_MAX = 64 << 10,	/* bytes of a template */
	FORMAT_DEPTH_MAX = 64,		/* of what stands within each other */
};
