/* mapped.h - a container of an ordinary user whose ids are not those of the store: see image/mapped.h. */
#pragma once
#include "engine/config.h"
#include "engine/container.h"
#include "image/mapped.h"
#include "plan/plan.h"

/* Whether the ids of the container, `spec`, are others than those that its image was unpacked with. Root's never
 * are: for these the plan has an idmapped mount. */
bool mapped_needed(struct arena *arena, const struct host *host, const struct spec *spec);

/* The container's ids, and which of the store's they are. False where they are not all this user's: /etc/subuid may
 * have been changed since the container was made. */
bool mapped_find(struct arena *arena, const struct host *host, const struct spec *spec, struct mapped_ids *ret_ids);

/* The ids of a container that is asked for, where they are others than those of the store; else NULL, as after a
 * problem. *ret_stranger: an ordinary user's own id is not among them. */
const struct mapped_ids *mapped_asked(struct arena *arena, const struct config_input *input, bool *ret_stranger,
				      struct problem *problem);

/* Takes the image's files with the container's ids instead of the layers: they are made where that was not done
 * before. */
bool mapped_use(struct engine *engine, const struct host *host, const struct spec *spec, const struct texts *chain,
		struct plan_layers *layers, struct problem *problem);

/* Gives what the container may change, and the files that it gets, to its root: in the folder of a container that
 * is being made. */
bool mapped_own(struct engine *engine, const struct host *host, const struct spec *spec, int folder,
		const struct texts *parts, struct problem *problem);
