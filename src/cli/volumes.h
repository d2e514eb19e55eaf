/* volumes.h - the volumes that a verb is about, and how docker tells of one. */
#pragma once
#include "base/json_write.h"
#include "cli/place.h"
#include "engine/volume.h"
#include "listing/filter.h"

/* Labels and options: "KEY=VALUE" of each; a later one counts. A problem, which names the option, where there is no
 * key. */
struct pairs volumes_pairs(struct arena *arena, const char *option, const struct texts *given, struct problem *problem);

/* Those that fit all filters: dangling, driver, label, name. False after a problem. */
bool volumes_choose(struct command *command, struct place *place, const struct filters *filters,
		    struct volume **ret_list, size_t *ret_count);

/* All that is known of one, with docker's keys. A problem where there is none of that name. */
bool volumes_show(struct place *place, const char *name, struct json_writer *out, struct problem *problem);
