/* networks.h - the networks that a verb is about, and how docker tells of one. */
#pragma once
#include "base/json_write.h"
#include "cli/place.h"
#include "listing/filter.h"
#include "net/network.h"

/* What --filter knows of networks; ends in a NULL. */
extern const char *const networks_filters[];

/* Those that fit all filters: dangling, driver, id, label, name, scope, type, until. False after a problem. */
bool networks_choose(struct command *command, struct place *place, const struct filters *filters,
		     struct network **ret_list, size_t *ret_count);

/* All that is known of one whose folder is open, with docker's keys. */
bool networks_put(struct place *place, struct json_writer *out, const struct network *network,
		  struct problem *problem);

/* Whether it has a subnet of IPv4. */
bool networks_have_ipv4(const struct network *network);

/* Whether a container, running or not, has an address of it. One whose folder is not open has none. */
bool networks_is_used(struct place *place, const struct network *network);

/* Removes the network and its bridge, and writes the event. False after a problem: one of the owners uses it. */
bool networks_remove(struct place *place, const char *name, const struct network_owners *owners,
		     struct problem *problem);
