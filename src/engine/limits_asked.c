/* limits_asked.c - see limits_asked.h */
#include "engine/limits_asked.h"
#include <stdlib.h>
#include <string.h>

bool limits_read_cpus(const char *given, bool other_way, int64_t *ret_quota, uint64_t *ret_period,
		      struct problem *problem)
{
	enum { PERIOD = 100000 };
	char *end;
	double count = strtod(given, &end);

	*ret_quota = 0;
	*ret_period = PERIOD;
	if (*end || end == given || !(count >= 0.01) || !(count <= 100000)) {
		problem_set(problem, "option '--cpus': '%s' is no number of processors, as in 1.5", given);
		return false;
	}
	if (other_way)
		problem_set(problem, "option '--cpus' says the same as '--cpu-period' and '--cpu-quota': give one");
	*ret_quota = (int64_t)(count * PERIOD + 0.5);
	return !other_way;
}

/* The digits at *at, which goes behind them. The kernel has at most 8192 processors (x86, NR_CPUS) and 1024 nodes of
 * memory; what has five digits it would refuse in words that say nothing of the list. */
static bool read_id(const char **at, unsigned *ret_id)
{
	enum { LONGEST = 4 };
	size_t length = strspn(*at, "0123456789");

	if (!length || length > LONGEST)
		return false;
	*ret_id = (unsigned)strtoul(*at, NULL, 10);
	*at += length;
	return true;
}

static bool is_list(const char *at)
{
	unsigned first, last;

	do {
		if (!read_id(&at, &first))
			return false;
		if (*at == '-' && (at++, !read_id(&at, &last) || last < first))
			return false;
	} while (*at == ',' && at++);
	return !*at;
}

bool limits_check_set(const char *option, const char *given, struct problem *problem)
{
	bool good = !given || !given[0] || is_list(given);

	if (!good)
		problem_set(problem, "option '%s': '%s' is no list of numbers, as in 0-2,7", option, given);
	return good;
}

bool limits_check_least(const char *option, struct maybe_i64 given, struct problem *problem)
{
	bool good = !given.set || given.value >= -1;

	if (!good)
		problem_set(problem, "option '%s': %lld is no limit: it is a number from 0, or -1 for none", option,
			    (long long)given.value);
	return good;
}

bool limits_check_time(struct maybe_u64 period, struct maybe_i64 quota, struct problem *problem)
{
	enum { LEAST = 1000, MOST = 1000000 };
	bool good = limits_check_least("--cpu-quota", quota, problem);

	if (period.value && (period.value < LEAST || period.value > MOST)) {
		problem_set(problem, "option '--cpu-period' takes a number of us from %d to %d, not %llu", LEAST, MOST,
			    (unsigned long long)period.value);
		good = false;
	}
	if (quota.value > 0 && quota.value < LEAST) {
		problem_set(problem, "option '--cpu-quota' takes a number of us from %d on, or -1 for no limit, not "
			    "%lld", LEAST, (long long)quota.value);
		good = false;
	}
	return good;
}

bool limits_check_memory(struct maybe_i64 memory, struct problem *problem)
{
	enum { PAGE = 4096 };
	bool good = memory.value <= 0 || memory.value >= PAGE;

	if (!good)
		problem_set(problem, "option '--memory': %lld bytes are less than a page of memory, which is %d",
			    (long long)memory.value, PAGE);
	return good;
}

bool limits_check_weight(struct maybe_u64 given, struct problem *problem)
{
	enum { LEAST = 10, MOST = 1000 };
	bool good = !given.set || !given.value || (given.value >= LEAST && given.value <= MOST);

	if (!good)
		problem_set(problem, "option '--blkio-weight' takes a number from %d to %d, not %llu", LEAST, MOST,
			    (unsigned long long)given.value);
	return good;
}
