/* owner.h - users by name, for tables that people read. */
#pragma once
#include "base/arena.h"
#include <stdint.h>

/* The text of /etc/passwd; "" where it cannot be read. */
const char *owner_passwd(struct arena *arena);

/* The name that this text has for a user, or "#UID". */
const char *owner_name(struct arena *arena, const char *passwd, uint32_t uid);
