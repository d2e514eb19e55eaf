/* problem.h - the first thing that was wrong.
 *
 * Code that only builds (spec, host, plan) does not stop at a fault: it says it
 * once, here, and goes on; the caller asks once. The first problem is the cause,
 * later ones are echoes and are dropped.
 */
#pragma once
#include <stdbool.h>

struct problem {
	bool found;
	char text[2048];	/* one line, lower case, no full stop, the config key first */
};

/* Notes the problem unless one is noted already. The text is cut at the size of the buffer;
 * control characters in it are replaced by '?', since config files are not trusted. */
void problem_set(struct problem *problem, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
