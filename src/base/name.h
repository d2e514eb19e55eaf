/* name.h - tables of names and their numbers; and pairs of texts. */
#pragma once
#include <stddef.h>
#include <stdint.h>

/* A table ends with a NULL name. */
struct name { const char *name; uint64_t value; };

struct pair { const char *key, *value; };

/* The entry, or NULL. Names are compared exactly. */
const struct name *name_find(const struct name *table, const char *name);

/* The first name with that value, or NULL. */
const char *name_of(const struct name *table, uint64_t value);
