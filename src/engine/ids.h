/* ids.h - maps of the ids of user namespaces, and how --userns and its like are read.
 *
 * What an ordinary user may give to its containers are its own id and its subordinate ones. In options they are
 * numbered as podman has it: 0 is the user itself, 1 and more are the subordinate ones in their order. For root
 * these numbers are the host's ids. Images are unpacked with the same numbers, so they are called those of the
 * store here.
 */
#pragma once
#include "base/arena.h"
#include "base/problem.h"
#include "host/host.h"
#include "image/id_map.h"
#include "spec/spec.h"

/* The ids of the store as the host has them: of the user's own id and its ranges, or for root all as they are. */
struct id_maps ids_of_store(struct arena *arena, uint32_t own, const struct id_ranges *ranges);
struct id_maps ids_of_root(struct arena *arena);

/* How many there are, from 0 on. */
uint32_t ids_count(const struct id_maps *maps);

/* Adds a line to a map that has room for IDS_MAX; none for a count of 0. */
void ids_add(struct id_maps *maps, uint32_t inside, uint32_t outside, uint32_t count);

/* The map of a container, whose other side are ids of the store, with the host's ids instead. A problem, which
 * begins with the option, where one is not among them. */
struct id_maps ids_on_host(struct arena *arena, const char *option, const struct id_maps *maps,
			   const struct id_maps *store, struct problem *problem);

/* The map of a container, and the other ids of its store's owner where it has none: all have a number then, and the
 * container's are the same. Both have the host's ids outside. */
struct id_maps ids_with_others(struct arena *arena, const struct id_maps *maps, const struct id_maps *store);

/* Reads CONTAINER:HOST:SIZE of each text. */
struct id_maps ids_read(struct arena *arena, const char *option, const struct texts *given, struct problem *problem);

/* --userns, in parts. */
enum userns { USERNS_HOST, USERNS_KEEP_ID, USERNS_AUTO, USERNS_NOMAP, USERNS_KINDS };

struct userns_asked {
	enum userns kind;
	struct maybe_u32 uid, gid;	/* keep-id:uid=,gid= */
	uint32_t size;			/* auto:size=; 0: as many as the image needs */
	struct texts uid_maps, gid_maps;	/* auto:uidmapping=,gidmapping=: what must be among them */
};

/* Reads the option; NULL is `host`. */
void userns_read(struct arena *arena, const char *given, struct userns_asked *ret_asked, struct problem *problem);

/* A problem where these are the ids of a user who has no subordinate ones, which --userns `kind` needs. */
void ids_need_subordinate(const char *kind, const struct id_maps *uids, const struct id_maps *gids,
			  struct problem *problem);

/* The lines of /etc/subuid or /etc/subgid for that user. */
struct id_ranges ids_ranges(struct arena *arena, const char *file, const char *user, uint32_t uid);

/* What the store's owner has, from /etc/subuid (or with `groups` /etc/subgid). */
struct id_maps ids_of_owner(struct arena *arena, const struct host *host, bool groups);

/* The id outside that `inside` is; false where it is none. */
bool ids_find(const struct id_maps *maps, uint32_t inside, uint32_t *ret_outside);

/* The other way round. */
bool ids_find_inside(const struct id_maps *maps, uint32_t outside, uint32_t *ret_inside);
