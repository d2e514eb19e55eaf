/* extract.h - the files of an archive into a directory that is not a layer. */
#pragma once
#include "base/arena.h"
#include "base/problem.h"

/* Adds the files of a tar archive, compressed or not, to the directory `target`, by libexec/taru/unpack: nothing
 * outside of it is reached, whatever the archive says. What is there stays, where the archive has no other. `input` is
 * read from where it stands, `name` is what it is called in problems. False after a problem. */
bool extract_archive(struct arena *arena, int input, const char *name, int target, struct problem *problem);
