/* options_number.c - numbers on a command line: see options.h */
#include "command/options.h"
#include <string.h>

bool option_to_i64(const char *text, int64_t *ret_value)
{
	bool negative = *text == '-';
	uint64_t value;

	if (!text_to_u64(text + negative, &value) || value > (uint64_t)INT64_MAX + negative)
		return false;
	*ret_value = negative ? (int64_t)(0 - value) : (int64_t)value;
	return true;
}

/* What a unit multiplies by, as a shift; -1 where it is none. "m", "mb", "MiB"; "" and "b" are bytes. */
static int unit_shift(const char *unit)
{
	static const char letters[] = "kmgtp";
	const char *found = *unit ? strchr(letters, *unit | 0x20) : NULL;
	int shift = found ? 10 * (int)(found - letters + 1) : 0;

	unit += shift > 0;
	if (shift && (*unit | 0x20) == 'i')
		unit++;
	if ((*unit | 0x20) == 'b')
		unit++;
	return *unit ? -1 : shift;
}

/* The digits at *at, which goes behind them; false where there are none, or more than 63 bits hold. */
static bool read_digits(const char **at, uint64_t *ret_value)
{
	const char *begin = *at;
	uint64_t value = 0;

	for (; **at >= '0' && **at <= '9'; (*at)++) {
		if (value > (INT64_MAX - 9) / 10)
			return false;
		value = value * 10 + (uint64_t)(**at - '0');
	}
	*ret_value = value;
	return *at > begin;
}

/* The same behind a point, in thousandths. More than three digits make no difference that is meant. */
static bool read_thousandths(const char **at, uint64_t *ret_value)
{
	const char *begin = *at;
	uint64_t weight = 100;

	*ret_value = 0;
	for (; **at >= '0' && **at <= '9'; (*at)++, weight /= 10)
		*ret_value += (uint64_t)(**at - '0') * weight;
	return *at > begin;
}

bool option_to_bytes(const char *text, int64_t *ret_value)
{
	uint64_t whole, part = 0;
	int shift;

	if (!strcmp(text, "-1")) {
		*ret_value = -1;
		return true;
	}
	if (!read_digits(&text, &whole))
		return false;
	if (*text == '.' && (text++, !read_thousandths(&text, &part)))
		return false;
	shift = unit_shift(text);
	if (shift < 0 || whole > (uint64_t)INT64_MAX >> shift)
		return false;
	whole = (whole << shift) + (part << shift) / 1000;
	if (whole > INT64_MAX)
		return false;
	*ret_value = (int64_t)whole;
	return true;
}
