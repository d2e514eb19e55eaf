/* parts.h - what the files of engine/ share about containers on disk. */
#pragma once
#include "base/json_decode.h"
#include "base/json_write.h"
#include "engine/container.h"
#include "spec/lists.h"

#define CONTAINERS "containers"
#define NAMES "names"
#define VOLUMES "volumes"
#define MADE_FILE "container.json"
#define ENDED_FILE "ended.json"
#define KEEPER_FILE "keeper"
#define LAYERS_FILE "layers"
#define VOLUMES_FILE "volumes"
#define CONFIG_FILE "config.json"

/* The process 1 of --init, in the container: not in /dev, which may be this machine's, nor in a folder of programs,
 * where it would hide one of the image's. */
#define ENGINE_INIT "/run/taru-init"
#define HOSTS_ASKED "hosts.asked"
#define RESOLV_ASKED "resolv.conf.asked"
#define RESOLV_GIVEN "# The name servers are those of --dns.\n"	/* its first line, where that is so */
#define HOST_GATEWAY "host-gateway"	/* of --add-host: the machine, as the container reaches it */

enum { MADE_MAX = 4 << 20 };	/* bytes of a container.json */

/* record.c: as text, and back. The text is changed, and must outlive what is read. */
void made_write(struct text *out, const struct made *made);
bool made_read(struct arena *arena, char *text, size_t length, struct made *ret_made, struct problem *problem);
void ended_write(struct text *out, const struct ended *ended);
bool ended_read(struct arena *arena, char *text, size_t length, struct ended *ret_ended, struct problem *problem);

/* An array of ports, and the fields of one. */
void record_put_ports(struct json_writer *out, const char *key, const struct made_port *port, size_t count);
extern const struct field record_port_fields[];

/* Writes FILE in the folder by rename. 0 or -errno. */
int folder_write(int folder, const char *name, const char *text, size_t length);

/* Removes what is at the path in the store and all in it: what a container of an ordinary user has made belongs to ids
 * of its own, too. 0 or -errno. */
int folder_remove(const struct engine *engine, const char *path);

/* folder.c: makes rootfs, upper, work in the folder of a new container: 0 or -errno; writes which layers are kept for
 * it. */
int folder_make_inside(int folder);
bool folder_write_layers(const struct engine *engine, const struct container_making *making, const struct made *made,
			 struct problem *problem);

/* Has its name lead to it again; false where that is another's. */
bool engine_name_again(const struct engine *engine, const struct made *made);

/* A new ID, of a container or of a volume without a name: CONTAINER_ID_LENGTH digits of chance, of which the first
 * twelve are no number. */
const char *engine_new_id(struct arena *arena);

/* Whether the text is a whole ID. */
bool is_container_id(const char *name);

/* find.c: the names in the directory that are whole IDs and begin so. */
size_t list_container_ids(const struct engine *engine, int dir, const char *path, const char *prefix, char ***ret_ids);

/* heal.c: whether there still is something of a run: who was to put it away may just have done so. */
bool engine_has_life(const struct engine *engine, const char *id);

/* Whether what runs is a container of this store: several stores may have their runs in one folder. False where its
 * record cannot say so. */
bool engine_is_ours(const struct engine *engine, const struct container *life);

/* names.c: the ID that a name leads to, whether there is such a container or not; NULL for none. */
const char *name_owner(const struct engine *engine, const char *name);

/* A name that people can say, of two words; `seed` chooses. */
const char *name_make(struct arena *arena, uint64_t seed);
