/* seccomp_ask.h - for tests of the seccomp compiler: a program without fault, and what it answers. */
#pragma once
#include "bpf_emulator.h"
#include "in_arena.h"
#include "plan/seccomp.h"

#define NO_CALL (SECCOMP_RET_ERRNO | ENOSYS)

static struct bpf_program compile(const struct seccomp *seccomp, enum seccomp_architecture native)
{
	struct bpf_program program = { 0 };
	struct problem problem = { 0 };

	seccomp_compile(&arena, seccomp, native, &program, &problem);
	if (problem.found)
		fail_msg("%s", problem.text);
	if (bpf_fault(program))
		fail_msg("%s", bpf_fault(program));
	return program;
}

/* The answer to a call whose first two arguments are the same. */
static uint32_t ask(struct bpf_program program, uint32_t audit, uint32_t number, uint64_t argument)
{
	const struct seccomp_data data = {
		.nr = (int)number, .arch = audit, .args = { argument, argument },
	};

	return bpf_run(program, &data);
}
