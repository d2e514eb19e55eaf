/* human.h - times and spans of time as docker prints them, and texts of others. */
#pragma once
#include "base/arena.h"
#include <stdbool.h>
#include <stdint.h>

/* "2 weeks", "About an hour": of seconds; less than one, also less than none, is "Less than a second". */
const char *human_span(struct arena *arena, int64_t seconds);

/* "2 weeks ago"; "N/A" where `then` is 0. Both in seconds since 1970. */
const char *human_ago(struct arena *arena, int64_t now, int64_t then);

/* "2024-01-02 03:04:05 +0100 CET", in the time of this place. */
const char *human_time(struct arena *arena, int64_t seconds);

/* The same as RFC 3339: "2024-01-02T03:04:05+01:00", "…Z". */
const char *human_rfc3339(struct arena *arena, int64_t seconds);

/* A text of many lines as one, at most 45 characters, unless it is wanted `whole`. It may come from anybody: control
 * characters, and those that turn the direction of writing, are spaces. */
const char *human_line(struct arena *arena, const char *text, bool whole);
