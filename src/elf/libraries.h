/* libraries.h - which shared libraries a program lacks, as ldd(1) would say, without running anything.
 *
 * A dynamic loader looks for a name at the places that ld.so(8) and musl's loader have, in their order. All is looked
 * up by openat2(RESOLVE_IN_ROOT) below a directory, so that no link of an image leads out of it; sizes, depth and the
 * count of files have ends.
 */
#pragma once
#include "base/arena.h"
#include <stdbool.h>
#include <stddef.h>

enum { LIBRARIES_MISSING_MAX = 8, LIBRARIES_TEXT = 256 };

enum libraries_state {
	LIBRARIES_WHOLE,		/* nothing is missing */
	LIBRARIES_NONE,			/* it is linked with none */
	LIBRARIES_NO_PROGRAM,		/* it is not there, or is no file */
	LIBRARIES_NO_LOADER,		/* what it is run by is not there: `loader` */
	LIBRARIES_DAMAGED,		/* `damaged` is no whole ELF file */
	LIBRARIES_TOO_MANY,		/* it was given up: more was asked for than any program needs */
	LIBRARIES_LACKING,
};

/* Without pointers: it may lie in memory that processes share. Names that are too long are cut. */
struct libraries {
	enum libraries_state state;
	char program[LIBRARIES_TEXT];	/* what was looked at: behind "#!" lines */
	char loader[LIBRARIES_TEXT], damaged[LIBRARIES_TEXT];
	char windows[LIBRARIES_TEXT];	/* a script whose "#!" line ends in a carriage return; "": none */
	bool musl;
	size_t count;			/* that are missing, of which the first are here */
	struct {
		char name[LIBRARIES_TEXT], by[LIBRARIES_TEXT];
		bool other;		/* there are only files of that name for another processor, or broken ones */
	} missing[LIBRARIES_MISSING_MAX];
};

struct libraries_asked {
	int root;			/* a directory */
	const char *program;		/* as in execve(2), or a name that is looked for in `path` */
	const char *path;		/* PATH */
	const char *folder;		/* the working directory: absolute */
	const char *library_path;	/* LD_LIBRARY_PATH, or NULL */
};

/* Looks. Memory is taken from the arena. */
void libraries_find(struct arena *arena, const struct libraries_asked *asked, struct libraries *ret_libraries);
