/* seccomp_oracle.h - the same profile compiled by libseccomp, used as runc and crun use it. */
#pragma once
#include "base/arena.h"
#include "plan/plan.h"

/* The program; or false where libseccomp refuses the profile, because rules contradict each other, or
 * makes a program with a known fault. */
bool seccomp_oracle(struct arena *arena, const struct seccomp *seccomp,
		    enum seccomp_architecture native, struct bpf_program *ret_program);

/* Whether libseccomp has the same numbers for the name. */
bool seccomp_oracle_knows(const char *name);
