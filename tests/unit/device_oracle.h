/* device_oracle.h - what rules for devices say, by walking through them; and what a program answers. */
#pragma once
#include "ebpf_emulator.h"

/* Whether the rules allow it; access is bits of DEVICE_ACCESS. */
bool device_expected(const struct device_rule *rule, size_t rules, char type, int major, int minor,
		     unsigned access);

/* The same asked of a program, which must be without fault. */
bool device_filter_answer(struct device_filter filter, char type, int major, int minor, unsigned access);
