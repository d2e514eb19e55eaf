/* places.h - the folders and files of this machine and of this user that say where images come from and who may have
 * them: containers-registries.conf(5), containers-auth.json(5), containers-certs.d(5), containers-policy.json(5). */
#pragma once
#include "base/arena.h"
#include "base/problem.h"
#include <stddef.h>

enum { SETTINGS_MAX = 4 * 1024 * 1024 };	/* bytes of a file of settings */

/* Paths are absolute; what there is none of is NULL. */
struct places {
	const char *etc;		/* "/etc" */
	const char *config;		/* "~/.config/containers", or below $XDG_CONFIG_HOME */
	const char *cache;		/* "~/.cache/containers"; root: "/var/cache/containers" */
	const char *runtime;		/* "$XDG_RUNTIME_DIR/containers"; root without it: "/run/containers/0" */
	const char *docker;		/* $DOCKER_CONFIG, else "~/.docker" */
	const char *auth_file;		/* $REGISTRY_AUTH_FILE, or what an option says */
	const char *cert_dir;		/* the certificates of whichever registry, as an option says */
	const char *registries_file;	/* $CONTAINERS_REGISTRIES_CONF */
	const char *registries_folder;	/* $CONTAINERS_REGISTRIES_CONF_DIR */
};

/* What the environment says of them, as getenv(3) has it; relative paths in it are as good as none. */
struct places places_find(struct arena *arena, unsigned uid);

/* Reads a file of settings. 1, or 0 where there is none; -errno with a problem that names it. Also a file that may
 * not be read is an error: what it would have said is not known. */
int places_read(struct arena *arena, const char *path, char **ret_text, size_t *ret_length, struct problem *problem);

/* The names in a folder that end in `suffix`, in the order of their bytes; a NULL follows the last. A folder that is
 * not there is empty. 0, or -errno with a problem. */
int places_list(struct arena *arena, const char *folder, const char *suffix, const char ***ret_names,
		struct problem *problem);
