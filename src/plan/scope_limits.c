/* scope_limits.c - linux.resources as systemd has them: systemd.resource-control(5), org.freedesktop.systemd1(5).
 *
 * A key that systemd has no word for is left to the cgroup's file, and systemd leaves that file alone.
 */
#include "plan/build_limits.h"
#include "plan/scope.h"
#include "base/dbus.h"
#include <string.h>

#define NO_LIMIT UINT64_MAX		/* as systemd says it */

enum { PERIOD_US = 100000, SECOND_US = 1000000, PERCENT_US = SECOND_US / 100, MASK_BYTES = 1024 };

static uint64_t amount(int64_t value)
{
	return value < 0 ? NO_LIMIT : (uint64_t)value;
}

/* --- memory --- */

/* As build_limits_v2.c has it, which also says what cannot be. */
static void put_swap(struct text *message, const struct resources *r)
{
	const struct maybe_i64 *swap = &r->memory.swap, *limit = &r->memory.limit;

	if (swap->set ? swap->value < 0 : limit->set && limit->value < 0)
		scope_put_u64(message, "MemorySwapMax", NO_LIMIT);
	else if (swap->value > 0 && limit->value > 0 && swap->value >= limit->value)
		scope_put_u64(message, "MemorySwapMax", (uint64_t)(swap->value - limit->value));
}

static void put_memory(struct text *message, const struct resources *r, bool unified)
{
	if (r->memory.limit.value)
		scope_put_u64(message, unified ? "MemoryMax" : "MemoryLimit", amount(r->memory.limit.value));
	if (!unified)
		return;
	if (r->memory.reservation.value)
		scope_put_u64(message, "MemoryLow", amount(r->memory.reservation.value));
	put_swap(message, r);
}

/* --- processors --- */

/* systemd keeps whole percents of a processor: rounded up, so that what is written to the file fits in it. */
static void put_quota(struct text *message, int64_t quota, uint64_t period)
{
	uint64_t per_second;

	if (period)
		scope_put_u64(message, "CPUQuotaPeriodUSec", period);
	if (quota <= 0) {
		scope_put_u64(message, "CPUQuotaPerSecUSec", NO_LIMIT);
		return;
	}
	if (!period)
		period = PERIOD_US;
	if ((uint64_t)quota > UINT64_MAX / SECOND_US - PERCENT_US)
		per_second = NO_LIMIT;
	else
		per_second = ((uint64_t)quota * SECOND_US / period + PERCENT_US - 1) / PERCENT_US * PERCENT_US;
	scope_put_u64(message, "CPUQuotaPerSecUSec", per_second);
}

/* The number at *at, which goes behind it; false where there is none, or it is too large. */
static bool read_number(const char **at, uint32_t *ret_number)
{
	uint32_t number = 0;

	if (**at < '0' || **at > '9')
		return false;
	for (; **at >= '0' && **at <= '9'; ++*at) {
		number = number * 10 + (uint32_t)(**at - '0');
		if (number >= MASK_BYTES * 8)
			return false;
	}
	*ret_number = number;
	return true;
}

/* "0-3,7", one bit for each, the lowest first. False where it is no such list, which the kernel will say. */
static bool read_list(const char *list, uint8_t mask[MASK_BYTES], size_t *ret_bytes)
{
	const char *at = list;

	*ret_bytes = 0;
	while (*at) {
		uint32_t first, last;

		if (!read_number(&at, &first))
			return false;
		last = first;
		if (*at == '-') {
			at++;
			if (!read_number(&at, &last))
				return false;
		}
		for (uint32_t bit = first; bit <= last; bit++)
			mask[bit / 8] |= (uint8_t)(1U << bit % 8);
		if (last / 8 + 1 > *ret_bytes)
			*ret_bytes = last / 8 + 1;
		if (*at && *at != ',' && *at != '\n')
			return false;
		at += *at != '\0';
	}
	return *ret_bytes > 0;
}

static void put_list(struct text *message, const char *name, const char *list)
{
	uint8_t mask[MASK_BYTES] = { 0 };
	struct dbus_array bytes;
	size_t count;

	if (!list || !read_list(list, mask, &count))
		return;
	scope_put_name(message, name, "ay");
	bytes = dbus_open_array(message, 1);
	for (size_t i = 0; i < count; i++)
		dbus_add_byte(message, mask[i]);
	dbus_close_array(message, bytes);
}

static void put_cpu(struct text *message, const struct resources *r, bool unified)
{
	if (r->cpu.shares.value && unified)
		scope_put_u64(message, "CPUWeight", limits_cpu_weight(r->cpu.shares.value));
	else if (r->cpu.shares.value)
		scope_put_u64(message, "CPUShares", r->cpu.shares.value);
	if (r->cpu.quota.value || r->cpu.period.value)
		put_quota(message, r->cpu.quota.value, r->cpu.period.value);
	if (!unified)
		return;
	put_list(message, "AllowedCPUs", r->cpu.cpus);
	put_list(message, "AllowedMemoryNodes", r->cpu.mems);
}

/* --- others --- */

/* systemd has no limit of 0 processes. */
static void put_others(struct text *message, const struct resources *r, bool unified)
{
	if (r->pids_limit.set && r->pids_limit.value)
		scope_put_u64(message, "TasksMax", amount(r->pids_limit.value));
	if (r->block_io.weight.value && unified)
		scope_put_u64(message, "IOWeight", limits_io_weight(r->block_io.weight.value));
	else if (r->block_io.weight.value)
		scope_put_u64(message, "BlockIOWeight", r->block_io.weight.value);
}

/* --- linux.resources.unified --- */

/* A number or "max", and what comes after it. */
static bool read_amount(const char *text, uint64_t *ret_value, const char **ret_rest)
{
	size_t length = strspn(text, "0123456789");
	char digits[24];

	if (strncmp(text, "max", 3) == 0) {
		*ret_value = NO_LIMIT;
		length = 3;
	} else {
		if (!length || length >= sizeof(digits))
			return false;
		memcpy(digits, text, length);
		digits[length] = '\0';
		if (!text_to_u64(digits, ret_value))
			return false;
	}
	*ret_rest = text + length + strspn(text + length, " \t\n");
	return true;
}

static void put_cpu_max(struct text *message, const char *value)
{
	uint64_t quota, period = 0;
	const char *rest;

	if (!read_amount(value, &quota, &rest) || (*rest && !read_amount(rest, &period, &rest)) || *rest ||
	    period == NO_LIMIT)
		return;
	put_quota(message, quota > INT64_MAX ? 0 : (int64_t)quota, period);
}

/* What is wrong with a value the kernel says, when it is written to the file. */
static void put_unified(struct text *message, const struct pair *pair)
{
	static const struct { const char *file, *name; uint64_t least; } amounts[] = {
		{ "memory.max", "MemoryMax", 1 }, { "memory.high", "MemoryHigh", 1 },
		{ "memory.low", "MemoryLow", 0 }, { "memory.min", "MemoryMin", 0 },
		{ "pids.max", "TasksMax", 1 },	  { "memory.swap.max", "MemorySwapMax", 0 },
		{ "cpu.weight", "CPUWeight", 1 },
	};
	const char *value = pair->value + strspn(pair->value, " \t\n"), *rest;
	uint64_t number;

	if (strcmp(pair->key, "cpu.max") == 0)
		put_cpu_max(message, value);
	else if (strcmp(pair->key, "cpuset.cpus") == 0)
		put_list(message, "AllowedCPUs", value);
	else if (strcmp(pair->key, "cpuset.mems") == 0)
		put_list(message, "AllowedMemoryNodes", value);
	for (size_t i = 0; i < sizeof(amounts) / sizeof(amounts[0]); i++)
		if (strcmp(pair->key, amounts[i].file) == 0 && read_amount(value, &number, &rest) && !*rest &&
		    number >= amounts[i].least)
			scope_put_u64(message, amounts[i].name, number);
}

void scope_put_limits(struct text *message, const struct cgroups *cgroups, const struct resources *resources)
{
	bool unified = cgroups_only_unified(cgroups);

	put_memory(message, resources, unified);
	put_cpu(message, resources, unified);
	put_others(message, resources, unified);
	for (size_t i = 0; i < resources->unified.count && unified; i++)
		put_unified(message, &resources->unified.at[i]);
}
