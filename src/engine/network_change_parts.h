/* network_change_parts.h - what network_change.c and network_change_live.c share. */
#pragma once
#include "engine/connect_parts.h"
#include "engine/network_change.h"

/* A locked container whose networks change. */
struct changing {
	struct engine *engine;
	struct engine_container *container;
	struct endpoints endpoints;	/* as they are at the moment */
	struct problem *problem;
};

/* How a running container gets into a network is told, instead of done. */
struct change_explained {
	enum explain_form form;
	const char *what;
	struct text *out;
};

/* Brings one that runs into the network; `made` has that as its only one. `commit` writes down that it is so. With
 * `explained` nothing stays. */
bool change_connect(struct changing *changing, const struct made *made, const struct change_explained *explained,
		    bool (*commit)(struct changing *changing, const struct made_network *network));

/* Puts away what one that runs has of endpoints.at[index]. `linked`: its device may be there. */
void change_put_away(struct changing *changing, size_t index, bool linked, struct problem *problem);

/* Writes hosts and resolv.conf for the endpoints that it has. 0 or -errno. */
int change_write_files(struct changing *changing);
