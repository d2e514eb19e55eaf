/* calls.h - what each system call takes: its paths, and the capability that it needs. Private to denial/. */
#pragma once
#include "denial/denial.h"

/* What is asked of the file at a path. */
enum access_kind {
	ACCESS_SEARCH,			/* to find it */
	ACCESS_OPEN,			/* to read or write it, by its flags: `flags` */
	ACCESS_WRITE,
	ACCESS_EXECUTE,			/* to run it, or to go into it */
	ACCESS_ENTRY,			/* to change the directory that it is in */
	ACCESS_OWN,			/* what its owner may do */
};

/* Where a call has a path. */
struct path_call {
	const char *name;
	int8_t folder, path;		/* which arguments: of its directory (-1: none), of the text (-1: the descriptor
					 * `folder` is meant itself) */
	int8_t flags;			/* ACCESS_OPEN: which argument; else -1 */
	enum access_kind access;
};

/* NULL: it takes none, or none that is looked at. Names as "chown32" of i386 are found, too. */
const struct path_call *path_call_find(const char *name);

/* What a call needs. */
struct need {
	const char *name;
	int argument;			/* only where that argument, */
	uint64_t mask, value;		/* with the mask, is the value; mask 0: always */
	int capability;			/* CAP_*; -1: none would help */
	bool hosts;			/* of the host's user namespace */
	const char *words;		/* a sentence */
};

/* The first that fits; NULL: the table knows none. */
const struct need *need_find(const char *name, const uint64_t arg[6]);
