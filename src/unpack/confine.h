/* confine.h - gives up all rights that unpacking does not need, before the first byte is read.
 *
 * What stays: the target as the root directory, with nothing above it and no procfs; six capabilities at most;
 * about 50 system calls, among them none that makes a process, a socket, a mount or a namespace, or maps memory
 * that can be run.
 */
#pragma once
#include "unpack/failure.h"

/* A new mount namespace whose root is the directory `target` (-1: an empty one that cannot be written to), which is
 * closed and replaced by a descriptor of the new root. Where the process may not do so, it makes a user namespace
 * first. The directories `lowers` become mounts of their own, read-only, without anything above them, where the
 * kernel allows it. */
bool confine_files(int *target, int *lowers, size_t lower_count, struct failure *failure);

/* Capabilities, no_new_privs, limits, Landlock where the kernel has it. Before threads are made. */
bool confine_rights(int root, struct failure *failure);

/* The filter of system calls, for all threads. */
bool confine_calls(struct failure *failure);
