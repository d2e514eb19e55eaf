/* tar_number.c - see tar_number.h */
#include "tar/tar_number.h"
#include "base/text.h"

enum { BASE_256 = 0x80, BASE_256_NEGATIVE = 0x40, NANO = 1000 * 1000 * 1000 };

/* Two's complement, the most significant byte first, without the mark. What needs more than 64 bits is refused. */
static bool base_256(const unsigned char *field, size_t length, int64_t *ret_value)
{
	unsigned char fill = field[0] & BASE_256_NEGATIVE ? 0xff : 0;
	uint64_t value = fill ? UINT64_MAX : 0;

	for (size_t i = 0; i < length; i++) {
		unsigned char byte = field[i];

		if (i == 0)
			byte = fill ? byte : byte & (unsigned char)~BASE_256;
		if ((unsigned char)(value >> 56) != fill)
			return false;
		value = value << 8 | byte;
	}
	*ret_value = (int64_t)value;
	return (*ret_value < 0) == (fill != 0);
}

static bool is_blank(unsigned char c)
{
	return c == ' ' || c == '\0';
}

static bool octal(const unsigned char *field, size_t length, uint64_t *ret_value)
{
	const unsigned char *at = field, *end = field + length;
	uint64_t value = 0;

	while (at < end && *at == ' ')
		at++;
	for (; at < end && *at >= '0' && *at <= '7'; at++) {
		if (value >> 61)
			return false;
		value = value << 3 | (uint64_t)(*at - '0');
	}
	for (; at < end; at++)
		if (!is_blank(*at))
			return false;
	*ret_value = value;
	return true;
}

bool tar_number(const unsigned char *field, size_t length, uint64_t max, uint64_t *ret_value)
{
	uint64_t value;
	int64_t wide;

	if (field[0] & BASE_256) {
		if (!base_256(field, length, &wide) || wide < 0)
			return false;
		value = (uint64_t)wide;
	} else if (!octal(field, length, &value)) {
		return false;
	}
	if (value > max)
		return false;
	*ret_value = value;
	return true;
}

bool tar_seconds(const unsigned char *field, size_t length, int64_t *ret_seconds)
{
	uint64_t value;

	if (field[0] & BASE_256)
		return base_256(field, length, ret_seconds);
	if (!octal(field, length, &value) || value > INT64_MAX)
		return false;
	*ret_seconds = (int64_t)value;
	return true;
}

bool tar_decimal(const char *text, uint64_t max, uint64_t *ret_value)
{
	uint64_t value;

	if (!text_to_u64(text, &value) || value > max)
		return false;
	*ret_value = value;
	return true;
}

/* The digits after the point, which may be none. */
static bool fraction(const char *at, uint32_t *ret_nanoseconds, bool *ret_more)
{
	uint32_t value = 0, unit = NANO / 10;

	*ret_more = false;
	for (; *at; at++) {
		if (*at < '0' || *at > '9')
			return false;
		value += (uint32_t)(*at - '0') * unit;
		*ret_more |= !unit && *at != '0';
		unit /= 10;
	}
	*ret_nanoseconds = value;
	return true;
}

bool tar_decimal_time(const char *text, struct tar_time *ret_time)
{
	bool negative = *text == '-', more = false;
	uint64_t seconds = 0;
	uint32_t nanoseconds = 0;

	text += negative;
	if (*text < '0' || *text > '9')
		return false;
	for (; *text >= '0' && *text <= '9'; text++) {
		if (seconds > (uint64_t)INT64_MAX / 20)
			return false;
		seconds = seconds * 10 + (uint64_t)(*text - '0');
	}
	if (*text == '.' ? !fraction(text + 1, &nanoseconds, &more) : *text != '\0')
		return false;
	*ret_time = (struct tar_time){ (int64_t)seconds, nanoseconds };
	if (!negative)
		return true;
	nanoseconds += more;
	ret_time->seconds = -(int64_t)seconds - (nanoseconds > 0);
	ret_time->nanoseconds = nanoseconds ? NANO - nanoseconds : 0;
	return true;
}
