/* preflight.h - what the parts of life_preflight() share. */
#pragma once
#include "life/life.h"

struct preflight {
	struct arena *arena;
	const struct bundle *bundle;
	const struct spec *spec;
	const struct host *host;
	struct text *out;
	size_t count;
	int root;			/* the root file system, or -1 */
};

/* Adds one line: the config key first. */
void preflight_add(struct preflight *preflight, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* A small file of /proc or /sys, without the newline at its end; NULL where it cannot be read. */
char *preflight_read(struct preflight *preflight, const char *path);

/* Whether `text` has a line that begins with `begin`. */
bool preflight_has_line(const char *text, const char *begin);

/* preflight_files.c: root.path, mounts, linux.namespaces, process.args */
void preflight_root(struct preflight *preflight);
void preflight_mounts(struct preflight *preflight);
void preflight_joined_namespaces(struct preflight *preflight);
void preflight_program(struct preflight *preflight);

/* preflight_kernel.c: what the kernel has */
void preflight_kernel(struct preflight *preflight);
void preflight_new_namespaces(struct preflight *preflight);
void preflight_seccomp(struct preflight *preflight);
void preflight_sysctl(struct preflight *preflight);
