/* moment.c - see moment.h */
#include "listing/moment.h"
#include "base/duration.h"
#include "listing/filter.h"
#include <string.h>

enum { NS_IN_S = 1000000000, DIGITS = 9 };

/* "123" of "1769860800.123" in ns; false where something else follows the digits than `end`, one of its characters or
 * the end of the text. */
static bool read_fraction(const char *digits, const char *end, long *ret_ns)
{
	const size_t count = strspn(digits, "0123456789");
	long ns = 0;

	for (size_t i = 0; i < DIGITS; i++)
		ns = 10 * ns + (i < count ? digits[i] - '0' : 0);
	*ret_ns = ns;
	return count && (!digits[count] || strchr(end, digits[count]));
}

static bool read_seconds(const char *given, struct timespec *ret_at)
{
	const size_t count = strspn(given, "0123456789");
	int64_t seconds = 0;

	if (!count || count > 12 || (given[count] && given[count] != '.'))
		return false;
	for (size_t i = 0; i < count; i++)
		seconds = 10 * seconds + (given[i] - '0');
	*ret_at = (struct timespec){ .tv_sec = (time_t)seconds };
	return !given[count] || read_fraction(given + count + 1, "", &ret_at->tv_nsec);
}

static bool read_before(const char *given, struct timespec *ret_at)
{
	struct timespec now;
	uint64_t ns, now_ns;

	if (!duration_read(given, &ns))
		return false;
	clock_gettime(CLOCK_REALTIME, &now);
	now_ns = (uint64_t)now.tv_sec * NS_IN_S + (uint64_t)now.tv_nsec;
	ns = ns < now_ns ? now_ns - ns : 0;
	*ret_at = (struct timespec){ (time_t)(ns / NS_IN_S), (long)(ns % NS_IN_S) };
	return true;
}

static bool read_date(const char *given, struct timespec *ret_at)
{
	const struct filter filter = { .key = "", .value = given };
	const char *point = strchr(given, '.');
	struct problem none = { 0 };
	int64_t seconds;

	if (!filter_time(&filter, 0, &seconds, &none) || seconds < 0)
		return false;
	*ret_at = (struct timespec){ .tv_sec = (time_t)seconds };
	return !point || read_fraction(point + 1, "Z+-", &ret_at->tv_nsec);
}

bool moment_read(const char *option, const char *given, struct timespec *ret_at, struct problem *problem)
{
	if (read_seconds(given, ret_at) || read_before(given, ret_at) || read_date(given, ret_at))
		return true;
	problem_set(problem, "option '%s': '%s' is no time: neither 10m, nor 2026-01-31T12:00:00Z, nor seconds since "
		    "1970", option, given);
	return false;
}
