/* ebpf_emulator.h - runs eBPF as the kernel does for devices, as far as device_filter.c uses it. */
#pragma once
#include "plan/device_rules.h"
#include <linux/bpf.h>

/* What the verifier would refuse in the program: an instruction that nothing leads to, a way out of it, a register
 * that is read and may not be set. NULL where there is nothing. */
const char *ebpf_fault(struct device_filter filter);

/* The program's answer. It must be without fault. */
uint64_t ebpf_run(struct device_filter filter, const struct bpf_cgroup_dev_ctx *context);
