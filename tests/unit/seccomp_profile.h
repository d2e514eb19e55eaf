/* seccomp_profile.h - reads a linux.seccomp object from a file, for tests and measurements. */
#pragma once
#include "base/arena.h"
#include "spec/spec.h"

/* Ends the program with a message where the file cannot be read. */
struct seccomp seccomp_profile_read(struct arena *arena, const char *path);
