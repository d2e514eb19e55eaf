/* search.h - where dynamic loaders look for a library: for libraries.c. */
#pragma once
#include "elf/elf_file.h"

/* A file that is, or would be, loaded. */
struct object {
	const char *path, *name;	/* absolute; as it was asked for */
	const char *origin;		/* the path whose folder is $ORIGIN */
	struct elf elf;
	const struct object *by;	/* who needed it first; NULL: it is the program */
	struct object *next;
};

struct search {
	struct arena *arena;
	int root;
	const char *folder, *library_path;
	bool musl;
	const struct object *program;
	const char *cache;		/* of glibc; NULL: there is none */
	size_t cache_length;
	const char *usual;		/* the folders that are looked through last, with ':' between them */
	size_t *tries;			/* files that were looked for; at TRIES_MAX it is enough */
};

/* More than any program needs, and less than a file that was made for it could ask for. */
enum { TRIES_MAX = 50000 };

/* Opens a regular file of the root: a descriptor, or -errno. */
int search_open(const struct search *search, const char *path);

/* The path itself, or what is relative to the working directory. */
const char *search_absolute(const struct search *search, const char *path);

/* The path without a link as its last part, as the kernel has it in /proc/PID/exe; itself where that cannot be told. */
const char *search_real(const struct search *search, const char *path);

/* Reads a file; NULL where it is not there, or no whole ELF file. */
struct object *search_read(const struct search *search, const char *path, const char *name, const struct object *by);

/* Reads what the program's loader goes by. */
void search_begin(struct search *search, const struct object *program);

/* Whether the loader itself is what is meant: musl's is all of the C library. */
bool search_is_loader(const struct search *search, const char *name);

/* The library that `by` needs; NULL where it is nowhere, with *ret_other where there are only files that do not fit. */
struct object *search_find(const struct search *search, const char *name, const struct object *by, bool *ret_other);
