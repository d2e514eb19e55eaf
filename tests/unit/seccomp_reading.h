/* seccomp_reading.h - what a profile says of one call, read as simply as it can be: walk through all
 * rules. It knows nothing of intervals, clauses or instructions, so that it can judge what does. */
#pragma once
#include "spec/spec.h"
#include "spec/syscalls.h"
#include <linux/seccomp.h>

/* One kind of program that a machine runs. */
struct machine {
	const char *name;
	uint32_t audit;
	enum syscall_abi abi;
	enum seccomp_architecture architecture, native;
	bool wide;			/* 64-bit arguments */
};

/* The answer to a call, whose number is at `slot`. */
uint32_t seccomp_reading(const struct seccomp *seccomp, const struct machine *machine, unsigned slot,
			 const struct seccomp_data *data);

/* Whether the number is newer than all that the profile names. */
bool seccomp_reading_newer(const struct seccomp *seccomp, const struct machine *machine,
			   unsigned slot);
