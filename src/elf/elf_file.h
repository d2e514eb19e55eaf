/* elf_file.h - what a program or library says of what it needs: elf(5), as far as a dynamic loader reads it.
 *
 * Whoever made an image has made the file: no number of it is believed. What is read is small however large the file
 * is: headers, the dynamic section, and single names. Little-endian files alone, as on the machines that taru runs on.
 */
#pragma once
#include "base/arena.h"
#include "spec/spec.h"
#include <sys/types.h>

enum {
	ELF_NEEDED_MAX = 256,		/* libraries that one file names */
	ELF_TEXT_MAX = 4096,		/* bytes of a name */
	ELF_FOLDERS_MAX = 64 * 1024,	/* of a list of folders; what is behind that is not looked at */
};

/* Where the bytes come from: as pread(2), but -errno. */
struct elf_source {
	ssize_t (*read)(void *context, void *to, size_t size, uint64_t offset);
	void *context;
};

struct elf {
	bool wide;			/* of 64 bits */
	unsigned machine;		/* EM_X86_64 */
	const char *interpreter;	/* its dynamic loader; NULL: it asks for none */
	const char *name;		/* DT_SONAME; NULL: none */
	const char *rpath, *runpath;	/* folders, with colons between them; NULL: none */
	struct texts needed;
};

/* Whether it is a file for that machine and width; reads its first bytes and keeps nothing. */
bool elf_is_of(const struct elf_source *source, unsigned machine, bool wide);

/* 0; -ENOEXEC: it is no such file; -EBADMSG: it is one, and damaged; or -errno of the source. */
int elf_read(struct arena *arena, const struct elf_source *source, struct elf *ret_elf);

/* The source that an open file is; `fd` must stay where it is. */
struct elf_source elf_source_of(const int *fd);
