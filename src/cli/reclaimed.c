/* reclaimed.c - see reclaimed.h */
#include "cli/reclaimed.h"
#include "base/size.h"

void reclaimed_tell(const struct reclaimed *reclaimed, uint64_t bytes, struct text *out)
{
	enum { DIGITS = 4 };

	if (reclaimed->sum)
		*reclaimed->sum += bytes;
	else
		text_printf(out, "Total reclaimed space: %s\n", size_human(out->arena, bytes, DIGITS));
}
