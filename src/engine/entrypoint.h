/* entrypoint.h - what --entrypoint means: a program, or, as podman has it, a JSON array of the program and its first
 * arguments. */
#pragma once
#include "base/problem.h"
#include "spec/spec.h"

/* Its words: none for NULL, "" and []. What begins with a [ is an array, but for the program "[" itself; one that
 * is broken, has other things than texts in it, or begins with an empty one, is a problem. They are in the arena. */
struct texts entrypoint_read(struct arena *arena, const char *given, struct problem *problem);
