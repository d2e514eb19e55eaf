/* fold.h - a report on a terminal: what is too long for a line goes on below where its last column begins, not at the
 * left edge. Programs that read the report get its lines whole.
 *
 *	critical  capability: it has CAP_SYS_ADMIN
 *	          why:  it may mount, enter namespaces and write to cgroups'
 *	                release_agent (CVE-2022-0492, capabilities(7))
 */
#pragma once
#include "base/text.h"

/* Adds the lines of the text, each in so many columns where its words are not longer. A column begins behind two
 * blanks or more. */
void fold_lines(struct text *out, const char *text, unsigned columns);
