/* duration.h - lengths of time as people write them. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

/* "1m30s", "1.5h", "500ms", as Go's time.ParseDuration takes them, but not below 0; in ns. False for anything else, and
 * where it is longer than 292 years. */
bool duration_read(const char *text, uint64_t *ret_ns);
