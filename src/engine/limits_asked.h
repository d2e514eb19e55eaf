/* limits_asked.h - what `run`, `create` and `update` take in the same words for limits of processors and processes. */
#pragma once
#include "base/problem.h"
#include "spec/spec.h"

/* --cpus N: in `*ret_quota` how much of each `*ret_period` it is, in us: "1.5" is 150 ms of 100 ms. `other_way`: one of
 * --cpu-period and --cpu-quota is given too, which is a problem, as text that is no such number is. */
bool limits_read_cpus(const char *given, bool other_way, int64_t *ret_quota, uint64_t *ret_period,
		      struct problem *problem);

/* --cpuset-cpus, --cpuset-mems: lists as in cpuset(7), "0-2,7"; NULL and "" are good. Which of them there are the
 * kernel knows. */
bool limits_check_set(const char *option, const char *given, struct problem *problem);

/* --pids-limit, --cpu-quota and --time, of which -1 is «no limit», and docker takes 0 of the first two for that too:
 * no other negative one means anything. */
bool limits_check_least(const char *option, struct maybe_i64 given, struct problem *problem);

/* --blkio-weight: 10 to 1000, as the kernel's documentation of blkio has it, and 0 for none, as docker has it.
 * Schedulers take others, or know no weight at all and say nothing. */
bool limits_check_weight(struct maybe_u64 given, struct problem *problem);
