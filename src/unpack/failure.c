/* failure.c - see failure.h */
#include "unpack/failure.h"
#include "base/sys.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void note_entry(struct failure *failure, const char *entry)
{
	size_t length = entry ? strnlen(entry, FAILURE_ENTRY - 1) : 0;

	if (length)
		memcpy(failure->entry, entry, length);
	failure->entry[length] = '\0';
}

bool fail(struct failure *failure, enum unpack_error kind, const char *entry, const char *format, ...)
{
	char text[sizeof(failure->problem.text)];
	va_list list;

	if (failure->problem.found)
		return false;
	va_start(list, format);
	(void)vsnprintf(text, sizeof(text), format, list);
	va_end(list);
	failure->kind = kind;
	note_entry(failure, entry);
	problem_set(&failure->problem, "%s", text);
	return false;
}

static enum unpack_error kind_of(int error)
{
	switch (-error) {
	case ENOSPC:
	case EDQUOT:
		return UNPACK_SPACE;
	case EACCES:
	case EPERM:
	case EROFS:
		return UNPACK_PERMISSION;
	case ENAMETOOLONG:
	case EILSEQ:
		return UNPACK_PATH;
	case EMLINK:
	case EXDEV:
		return UNPACK_LINK;
	default:
		return UNPACK_FILE;
	}
}

bool fail_call(struct failure *failure, int error, const char *entry, const char *what)
{
	return fail(failure, kind_of(error), entry, "cannot %s: %s", what, strerror(-error));
}
