/* made_elf.h - small ELF files and caches of glibc's loader, for tests: they name things, and have no code. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MADE_SIZE = 256 * 1024 };

struct made_elf {
	bool narrow;			/* of 32 bits */
	unsigned machine;		/* 0: EM_X86_64 */
	const char *interpreter, *name, *rpath, *runpath;	/* NULL: none */
	const char *const *needed;	/* ends in a NULL; NULL: none */
};

/* Makes the bytes of such a file: how many. */
size_t made_elf(const struct made_elf *elf, unsigned char bytes[MADE_SIZE]);

/* Makes a cache of pairs of names and paths, which end in a NULL; with `old`, behind an empty one of the older form. */
size_t made_cache(const char *const *pairs, bool old, unsigned char bytes[MADE_SIZE]);
