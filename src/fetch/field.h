/* field.h - the values of header fields. All of it is pure: nothing but the text is looked at. */
#pragma once
#include "base/arena.h"
#include <stdbool.h>
#include <stdint.h>
#include <time.h>

/* Where the next page is, by a field Link (RFC 8288) that has rel="next": a reference, relative to the URL that was
 * asked. NULL where it names none. */
const char *link_next(struct arena *arena, const char *value);

/* Retry-After (RFC 9110, 10.2.3), in seconds or as a date: how many seconds from `now`, not less than 0. -1 for NULL
 * and for what is neither. */
int64_t retry_after(const char *value, time_t now);

struct content_range { uint64_t first, last; bool whole_known; uint64_t whole; };

/* Content-Range of an answer 206 (RFC 9110, 14.4): "bytes 0-9/10", or a star for a whole that is not known. False for
 * anything else, and for one that contradicts itself. */
bool content_range_read(const char *value, struct content_range *ret_range);

/* The field Range of an answer to a chunk (OCI distribution, «Pushing a blob in chunks»): "0-9", or with
 * "bytes=" before it, means that 10 bytes are there. */
bool upload_range_read(const char *value, uint64_t *ret_there);

/* A whole decimal number, with blanks around it at most. */
bool field_number(const char *value, uint64_t *ret_number);
