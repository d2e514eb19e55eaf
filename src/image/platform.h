/* platform.h - for which kind of machine an image is: "linux/arm64/v8".
 *
 * The words are those of Go (GOOS, GOARCH), as the OCI image specification has it; what uname(2) and people say
 * instead is brought to these.
 */
#pragma once
#include "base/arena.h"
#include "base/problem.h"

/* Empty texts for what is not said; variants that say nothing ("v8" of arm64, "v1" of amd64) are left out. */
struct platform { const char *os, *architecture, *variant; };

/* Reads "os/architecture[/variant]", "architecture" or "os"; what is not said is as in `machine`. false after a
 * problem. */
bool platform_parse(struct arena *arena, const char *text, const struct platform *machine,
		    struct platform *ret_platform, struct problem *problem);

/* The same words in their normal form: x86_64 is amd64, armhf is arm v7. Any of the texts may be NULL. */
struct platform platform_normal(struct arena *arena, const char *os, const char *architecture, const char *variant);

/* That of a machine that uname(2) calls so: "x86_64", "aarch64", "armv7l". */
struct platform platform_of_machine(struct arena *arena, const char *machine);

/* That of this machine. */
struct platform platform_here(struct arena *arena);

/* "linux/arm/v7" */
const char *platform_text(struct arena *arena, const struct platform *platform);

/* Which of `count` platforms (in normal form; an empty os or architecture matches nothing) fits best to what is
 * wanted: the same, then lower variants down to none, then for amd64 and arm64 the 32-bit ones of the same family. Of
 * equal ones it is the first. false after a problem, which names `what` and lists what there is. */
bool platform_choose(struct arena *arena, const struct platform *wanted, const struct platform *there, size_t count,
		     const char *what, size_t *ret_index, struct problem *problem);

struct document;
struct descriptor;

/* Chooses so among the manifests of an index: for `given` ("linux/arm64"), or, where that is NULL, for this
 * machine. NULL after a problem. */
const struct descriptor *platform_choose_manifest(struct arena *arena, const char *given, const struct document *index,
						  const char *what, struct problem *problem);
