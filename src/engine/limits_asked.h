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

/* --pids-limit and --time, of which -1 is «no limit», and docker takes 0 of the first for that too: no other negative
 * one means anything. */
bool limits_check_least(const char *option, struct maybe_i64 given, struct problem *problem);

/* --cpu-period and --cpu-quota, in us: the kernel takes 1 ms to 1 s of the one, and 1 ms at least of the other
 * (kernel/sched/core.c, tg_set_bandwidth()). 0 is «not said», and of the quota -1, too: docker's. */
bool limits_check_time(struct maybe_u64 period, struct maybe_i64 quota, struct problem *problem);

/* --memory: the kernel counts pages, and what is less than one would be none. 0 is «not said», -1 no limit. */
bool limits_check_memory(struct maybe_i64 memory, struct problem *problem);

/* --blkio-weight: 10 to 1000, as the kernel's documentation of blkio has it, and 0 for none, as docker has it.
 * Schedulers take others, or know no weight at all and say nothing. */
bool limits_check_weight(struct maybe_u64 given, struct problem *problem);
