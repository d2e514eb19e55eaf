/* volume_take.h - volumes and directories of this machine, made ready for a container that is being made. */
#pragma once
#include "engine/config.h"
#include "engine/root.h"
#include "engine/volume.h"
#include "engine/volume_asked.h"
#include "plan/draft.h"

struct volume_taking {
	struct engine *engine;
	const struct volume_origin *origin;	/* what empty volumes are filled from; NULL: nothing */
	const struct identity *identity;	/* whose they become with U */
	const struct mapped_ids *ids;		/* of the container, where they are not the store's; NULL: they are */
	const struct config_ids *apart;		/* of root's container: those that it has of this machine's */
	bool one_by_one;			/* overlayfs takes each layer as an option of its own (Linux 6.7) */
	bool stranger;				/* who made it has no id there: new volumes are its root's */
	const struct container_making *making;
	const char *level;			/* "s0:c1,c2", for Z; NULL: there is no SELinux */
	struct store_holds *holds;		/* of the volumes, until the container is on record */
	struct texts made;			/* names of volumes that are new, for volumes_give_back() */
	struct texts layers;			/* of images that are mounted: chain IDs, held as well */
	/* Of what is only told: directories of this machine that are missing; what would be done to others. */
	struct texts sources;
	struct plan_changes changes;
	struct problem *problem;
};

/* Makes what is missing, fills what is empty, and says in `volumes` what is to be mounted. False after a problem. */
bool volumes_take(struct volume_taking *taking, struct volumes_asked *volumes);

/* Removes new volumes again, which are not held any more and no container uses. */
void volumes_give_back(struct engine *engine, const struct texts *made);

/* What is noted of them with the container. */
void volumes_note(struct arena *arena, const struct volumes_asked *volumes, struct made *made);
