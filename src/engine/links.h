/* links.h - `--link CONTAINER[:ALIAS]`: a name that one container alone has for another, as docker has it in networks
 * of one's own. Of docker's older meaning, in which the other's variables and ports became variables, there is nothing.
 *
 * The resolver that the container asks answers it (net/roster.h), so that it leads to where the other one is
 * when it is asked, also after a restart with another address.
 */
#pragma once
#include "engine/asked.h"
#include "engine/container.h"

/* Reads what is asked for into ret_links, aliases and names: `made` has the networks of the container. A problem where
 * there is no such container, or the alias would come to nothing: the two have no network with names in common. */
void links_read(struct engine *engine, const struct run_asked *asked, const struct made *made, struct pairs *ret_links,
		struct problem *problem);
