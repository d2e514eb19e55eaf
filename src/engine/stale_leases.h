/* stale_leases.h - addresses that are a container's which is no more: who was to give them back, as soon as its device
 * was gone, was killed (net/lease.h). They are found when they are needed; this is for who looks for them.
 */
#pragma once
#include "engine/container.h"
#include "net/network.h"

/* How many there are; one that somebody is about to give back is waited for. To be called where the networks are. */
size_t stale_leases(struct engine *engine, const struct network *network);

/* Gives them back, with the devices and names that belong to them. After the last one the bridge may be left: see
 * idle_was_left(). */
void stale_leases_end(struct engine *engine, const struct network *network);
