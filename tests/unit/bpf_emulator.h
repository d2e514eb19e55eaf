/* bpf_emulator.h - runs classic BPF as the kernel does for seccomp. */
#pragma once
#include "plan/plan.h"
#include <linux/filter.h>
#include <linux/seccomp.h>

/* What the kernel would refuse in the program (net/core/filter.c, kernel/seccomp.c), or a fault that
 * it would not mind: an instruction that nothing leads to. NULL where there is none. */
const char *bpf_fault(struct bpf_program program);

/* The program's answer. It must be without fault. */
uint32_t bpf_run(struct bpf_program program, const struct seccomp_data *data);
