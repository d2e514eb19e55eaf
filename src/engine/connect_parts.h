/* connect_parts.h - what connect.c and disconnect.c share. */
#pragma once
#include "engine/container.h"
#include "net/lease.h"

/* Addresses are a container's as long as it is there. */
struct network_owners network_owners_of(struct engine *engine);

/* Whether there is a resolver on this machine's side of it. */
bool network_has_names(const struct network *network);
