/* tar_number.h - the numbers of tar's headers and of pax records, read whole or refused. */
#pragma once
#include "tar/tar.h"

/* A field: octal digits between blanks, or GNU's base 256. Empty is 0. False for what is negative, larger than
 * `max`, or no number. */
bool tar_number(const unsigned char *field, size_t length, uint64_t max, uint64_t *ret_value);

/* The same for seconds, which may be negative in base 256. */
bool tar_seconds(const unsigned char *field, size_t length, int64_t *ret_seconds);

/* The decimal text of a pax record, digits only. */
bool tar_decimal(const char *text, uint64_t max, uint64_t *ret_value);

/* Seconds with a fraction, maybe negative: "-1.5" is half a second after -2. What is finer than a nanosecond is
 * cut towards the past. */
bool tar_decimal_time(const char *text, struct tar_time *ret_time);
