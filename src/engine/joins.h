/* joins.h - containers that are in namespaces of another (--network container:NAME, --pid, --ipc, --uts, --cgroupns).
 *
 * The other one is known by its ID. Which of its processes has the namespaces is found out at each start, since that
 * is another one after it was started again, and its number may be somebody else's by then.
 */
#pragma once
#include "engine/container.h"
#include "spec/spec.h"

/* What an option says: "container:NAME" becomes "ns:/proc/PID/ns/FILE" of one that runs, and is noted; other words, and
 * NULL, stay as they are. `kind` is the option without its dashes. */
const char *joins_read(struct engine *engine, struct pairs *joins, const char *kind, const char *given,
		       struct problem *problem);

/* Puts those of who runs now into what was read of config.json. A problem where one does not run. They belong to the
 * user namespace of that one, in which alone an ordinary user may join them (setns(2)): it is joined too, in the place
 * of a new one, and a problem where its ids are other ones. */
bool joins_find(struct engine *engine, const struct made *made, struct spec *spec, struct problem *problem);

/* "container:ID", or NULL: no other's. */
const char *joins_words(struct arena *arena, const struct made *made, const char *kind);

/* The list, and before it the IDs of all other containers that are in a namespace of one of these or, by way of
 * others, of such a one. */
char **joins_before(struct engine *engine, char **names, struct problem *problem);
