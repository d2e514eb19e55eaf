/* config.h - from what is asked and what the image says to the config.json of a container. */
#pragma once
#include "engine/asked.h"
#include "engine/host_image.h"
#include "engine/root.h"
#include "engine/volume_asked.h"
#include "host/host.h"
#include "image/manifest.h"

/* What a container is made of. */
struct config_input {
	const struct run_asked *asked;
	char **words;			/* the command on the command line, which ends in a NULL */
	const struct json *image;	/* `config` of the image's config: User, Env, Cmd …; NULL: it says nothing */
	const char *image_name;		/* for problems */
	const struct host_tree *host_tree;	/* of the image `host`; NULL: it is another */
	const char *rootfs;		/* a directory of this machine in the place of an image; NULL: there is one */
	const struct container_root *root;
	const struct volumes_asked *volumes;	/* which are taken; NULL: none */
	const struct host *host;	/* cgroup, capabilities, ids, last_capability */
	const char *id, *path;		/* of the container; its folder, absolute */
	char **environment;		/* the caller's, for `-e NAME` */
};

struct config_ids {
	struct id_maps uids, gids;
	bool stranger;			/* an ordinary user's own id is not among them */
};

/* Which ids it has, as config.json will say: none where they are the host's. What makes no sense is a problem. */
void config_find_ids(struct arena *arena, const struct config_input *input, struct config_ids *ret_ids,
		     struct problem *problem);

/* Writes config.json. What makes no sense is a problem, which names the option and what it takes. */
void config_make(struct arena *arena, const struct config_input *input, struct text *out, struct problem *problem);

/* The container's host name: --hostname, else the begin of its ID; NULL where it has the host's. */
const char *config_hostname(struct arena *arena, const struct config_input *input);

/* The labels: the image's, those of --label-file, those of --label; a later one counts. */
struct pairs config_labels(struct arena *arena, const struct config_input *input, struct problem *problem);

/* The signal that stops it: --stop-signal, else the image's, else SIGTERM; by its name. */
const char *config_stop_signal(struct arena *arena, const struct config_input *input, struct problem *problem);
