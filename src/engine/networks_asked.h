/* networks_asked.h - what --network and the options beside it say. */
#pragma once
#include "engine/asked.h"
#include "engine/container.h"

struct connect_asked;

/* Whether the text is the address of a network device, "02:42:0a:58:00:02", which is put there. One of a group is
 * none. */
bool mac_read(const char *text, unsigned char ret_mac[6]);

/* Fills made->network with the networks that are asked for, and asked->network with the mode: "host", "none",
 * "container:…", "ns:…". With networks of the engine's that is "none": all that is in the namespace is made by the
 * plan. Where nothing is asked for it is in the network `usual` (NULL: none). What makes no sense is a problem. */
void networks_read_asked(struct arena *arena, struct run_asked *asked, const char *usual, struct made *made,
		   struct problem *problem);

/* The same of `network connect` (network_change.h). False after a problem. */
bool networks_read_connect(struct arena *arena, const struct connect_asked *asked, struct made_network *ret_network,
			   struct problem *problem);
