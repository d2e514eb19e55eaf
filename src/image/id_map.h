/* id_map.h - the ids that an ordinary user has beside its own: subuid(5), subgid(5). */
#pragma once
#include "base/arena.h"
#include "base/problem.h"
#include "spec/spec.h"
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct id_range { uint32_t first, count; };

enum { ID_RANGES_MAX = 32 };

struct id_ranges {
	struct id_range at[ID_RANGES_MAX];
	size_t count;
};

/* The ids of a user namespace; outside are those of its parent. */
struct user_ids { struct id_maps uids, gids; };

/* Reads a text of /etc/subuid or /etc/subgid: the lines of the user, by name (NULL: none) or number, in their
 * order. What is no such line is passed over, as newuidmap(1) does. */
struct id_ranges id_ranges_of(const char *text, const char *user, uint32_t uid);

/* Writes the maps of a child that has just been made in a user namespace of its own: its root is the caller, and the
 * ids from 1 on are the subordinate ones; where there are none, only the first. A problem where the
 * kernel or newuidmap says no. */
bool id_map_child(struct arena *arena, pid_t child, struct problem *problem);

/* The same, but each id is itself in there. A user without subordinate ids is a problem. */
bool id_map_child_same(struct arena *arena, pid_t child, struct problem *problem);

/* The same, with these ids, which are all of this user: its own and subordinate ones. A problem without newuidmap and
 * newgidmap too. */
bool id_map_child_as(struct arena *arena, pid_t child, const struct user_ids *ids, struct problem *problem);
