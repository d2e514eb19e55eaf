/* explain.h - what is there already, or could be, told as a plan: `taru explain`. Nothing is done. */
#pragma once
#include "engine/run.h"
#include "net/network.h"

/* Makes the plan of a container that is there: of its next start; of one that runs, as it was started, with the
 * networks that it has by now. Its folder is locked then where it does not run. False after a problem. */
bool engine_plan_container(struct engine *engine, struct engine_container *container, struct bundle **ret_bundle,
			   struct problem *problem);

/* Adds the steps in which two containers differ, as text or as JSON. What each gets another of in any case is passed
 * over: IDs and what is made of them, addresses and ports that nobody has asked for, volumes without a name. Both are
 * closed then. False after a problem. */
bool engine_explain_difference(struct engine *engine, struct engine_container *left, struct engine_container *right,
			       bool json, struct text *out, bool *ret_differ, struct problem *problem);

/* Adds what making this network would do, and what its first container does for all of them: the bridge, the rules of
 * the firewall. `network` is what network_create() gave with only_look. */
bool engine_network_explain_new(struct engine *engine, const struct network *network, enum explain_form form,
				const char *what, struct text *out, struct problem *problem);
