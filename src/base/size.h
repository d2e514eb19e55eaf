/* size.h - sizes as docker prints them. */
#pragma once
#include "base/arena.h"
#include <stdint.h>

/* "1.24MB": by 1000, with at most so many digits that count (images: 3, elsewhere 4). */
const char *size_human(struct arena *arena, uint64_t bytes, int digits);
