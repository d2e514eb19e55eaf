/* config_parts.h - what the files config*.c share. */
#pragma once
#include "base/json_write.h"
#include "engine/cdi.h"
#include "engine/config.h"
#include "engine/environment.h"
#include <sys/stat.h>

struct mount_asked { const char *destination, *type, *source, *const *options; };
struct mounts { struct mount_asked *at; size_t count, room; };

/* --device, as it was read. */
struct device_asked { const char *host, *path, *rights; struct stat info; };

struct devices { struct device_asked *at; size_t count, room; };

struct config {
	struct arena *arena;
	const struct config_input *input;
	const struct run_asked *asked;
	const char *user;		/* as root_find_user() takes it */
	struct identity identity;
	struct json_writer json;
	struct problem *problem;
	bool in_user;			/* in a user namespace of its own, with these ids */
	struct id_maps uids, gids;
	bool stranger;			/* an ordinary user's own id is not among them */
	bool keeps_caller;		/* the process is who has started it (--userns keep-id) */
	bool seccomp, no_new_privileges;	/* --security-opt */
	bool unmask_all;
	const char *proc_options;	/* of the mount of /proc: "hidepid=2,subset=pid"; NULL: the usual */
	const char *seccomp_file, *apparmor, *selinux;
	struct texts masked, unmasked;
	struct mounts mounts;
	struct devices devices;		/* --device, and those that `cdi` has */
	struct cdi cdi;
};

/* A value of the image's config: NULL where there is none, or it is of another kind. */
const char *config_image_text(const struct config_input *input, const char *key);
const struct json *config_image_list(const struct config_input *input, const char *key);

/* A text at the end of a list, which has room for `room` and a NULL. */
void config_add(struct texts *list, const char *text);

/* "NAME=VALUE" of a list into pairs, each once, the last counts. */
void config_put_pair(struct pairs *pairs, const char *key, const char *value);

/* What Go's strconv.ParseBool takes; a problem for others. NULL is true. */
bool config_truth(const char *option, const char *word, struct problem *problem);

/* config_env.c */
void config_put_env(struct config *config);

/* config_mounts.c */
void config_put_mounts(struct config *config);

/* Notes a mount; `options` ends in a NULL, and is copied. */
void config_put_mount(struct config *config, const char *destination, const char *type, const char *source,
		      const char *const *options);

/* config_passwd.c */
void config_put_names(struct config *config);

/* config_cdi.c: devices by path and by name, and what comes with them. */
void config_read_devices(struct config *config);
void config_add_device(struct config *config, const struct device_asked *device);

/* config_privileged.c: those of this machine that nobody has named. */
void config_add_all_devices(struct config *config);
void config_add_cdi_groups(struct config *config);
void config_put_cdi_env(struct config *config, struct environment *env);
void config_put_cdi_mounts(struct config *config);
void config_put_cdi_hooks(struct config *config);

/* config_host.c: --init, --tz, --systemd: what stands before the command, and what is mounted for them. */
bool config_is_systemd(const struct config_input *input);
void config_check_systemd(struct config *config);
void config_put_systemd_mounts(struct config *config);
void config_put_init(struct config *config);
void config_put_host_mounts(struct config *config);

/* config_labels.c */
void config_put_annotations(struct config *config);

/* config_namespaces.c */
void config_put_namespaces(struct config *config);
bool config_shares(const char *given);	/* "host" */

/* config_ids.c: which ids the container has (--userns and its like), and the maps of its user namespace. */
void config_read_ids(struct config *config);
void config_put_ids(struct config *config);

/* config_limits.c */
void config_put_rlimits(struct config *config);
void config_put_resources(struct config *config);
void config_put_devices(struct config *config);
bool config_read_device(struct config *config, const char *given, struct device_asked *device);

/* config_rights.c */
void config_read_security(struct config *config);
void config_put_capabilities(struct config *config);
void config_put_seccomp(struct config *config);
void config_put_paths(struct config *config);
