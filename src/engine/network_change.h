/* network_change.h - a container that is there gets into one more network, or out of one.
 *
 * What is asked for is in container.json: made->network. What is made of it while the container runs is in network.json
 * (endpoint.h), as at its start, and is always written before it is made and removed after. So the order is
 *
 *	connect		network.json, addresses, devices, container.json
 *	disconnect	container.json, devices, addresses, network.json
 *
 * and whoever finds a network in network.json that is not in container.json finds one of these cut off, and puts away
 * what is there of it: the next of them, `system check --repair`, or the container's end.
 */
#pragma once
#include "engine/container.h"
#include "engine/run.h"

/* What is asked of `network connect`: texts that were not given are NULL. */
struct connect_asked {
	const char *network;
	struct texts aliases, driver_options;
	const char *ip, *ip6, *mac;
	struct texts link_local;
};

/* Both lock the container, which is closed by the caller. A problem leaves it as it was. */
bool engine_network_connect(struct engine *engine, struct engine_container *container,
			    const struct connect_asked *asked, struct problem *problem);

/* force: it gets out of the network also where its devices cannot be changed, and need not be in it. */
bool engine_network_disconnect(struct engine *engine, struct engine_container *container, const char *network,
			       bool force, struct problem *problem);

/* Adds the plan that connecting one that runs comes to. Nothing is changed. */
bool engine_network_explain(struct engine *engine, struct engine_container *container,
			    const struct connect_asked *asked, enum explain_form form, const char *what,
			    struct text *out, struct problem *problem);

/* Whether one of these was cut off, of a locked container that runs; and puts away what is left of it. */
bool engine_network_is_cut_off(struct engine *engine, struct engine_container *container);
void engine_network_mend(struct engine *engine, struct engine_container *container);

/* network_back.c: whether a container that runs has lost one of its devices, and why, in words behind its name: what
 * that was on is gone, somebody has removed a bridge, or who kept the namespace of an ordinary user's networks was
 * killed (shared.h). NULL: it has all of them. */
const char *engine_network_loss(struct engine *engine, struct engine_container *container);

/* Brings a locked one back, with the addresses that it had. False after a problem; what is missing then is found
 * again. */
bool engine_network_bring_back(struct engine *engine, struct engine_container *container, struct problem *problem);
