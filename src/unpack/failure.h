/* failure.h - why a layer could not be unpacked: the first reason, as it is told to taru (wire/unpack.h).
 *
 * What can fail returns false, and has told why here.
 */
#pragma once
#include "base/problem.h"
#include "wire/unpack.h"
#include <stddef.h>

enum { FAILURE_ENTRY = 1024 };

struct failure {
	struct problem problem;
	enum unpack_error kind;
	char entry[FAILURE_ENTRY];	/* as it stands in the archive; "" where none is to blame */
};

/* Notes the first reason; later ones are dropped. `entry` may be NULL. Always false. */
bool fail(struct failure *failure, enum unpack_error kind, const char *entry, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* The same for a system call that returned `error` (-errno), whose kind follows from it: "cannot WHAT: REASON". */
bool fail_call(struct failure *failure, int error, const char *entry, const char *what);
