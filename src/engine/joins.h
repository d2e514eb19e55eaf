/* joins.h - containers that are in namespaces of another (--network container:NAME, --pid, --ipc, --uts, --cgroupns,
 * --userns).
 *
 * The other one is known by its ID. Which of its processes has the namespaces is found out at each start, since that
 * is another one after it was started again, and its number may be somebody else's by then.
 */
#pragma once
#include "engine/asked.h"
#include "engine/container.h"
#include "host/host.h"

/* What an option says: "container:NAME" becomes "ns:/proc/PID/ns/FILE" of one that runs, and is noted; other words, and
 * NULL, stay as they are. `kind` is the option without its dashes. */
const char *joins_read(struct engine *engine, struct pairs *joins, const char *kind, const char *given,
		       struct problem *problem);

/* The ids of another: of `--userns container:NAME`, which is noted, and where an ordinary user's container joins
 * another and says nothing of ids, of that one. They are put in the place of --userns, as --uidmap and --gidmap have
 * them: none where those of root's container are the host's. False after a problem. */
bool joins_take_ids(struct engine *engine, const struct host *host, struct pairs *joins, struct run_asked *asked,
		    struct problem *problem);

/* `--uts container:NAME`: it is called as that one, where its files say so, and nothing else: a problem where another
 * name is asked for. */
void joins_take_hostname(struct engine *engine, const struct pairs *joins, struct run_asked *asked,
			 struct problem *problem);

/* Puts those of who runs now into what was read of config.json. A problem where one does not run. They belong to a
 * user namespace, in which alone an ordinary user may join them (setns(2)): that is joined too, in the place of a new
 * one. A problem where its ids are other ones, or where the container would have no rights in what it joins: what
 * is mounted of a namespace, as sysfs is of a network, needs them (user_namespaces(7)). */
bool joins_find(struct engine *engine, const struct made *made, struct spec *spec, struct problem *problem);

/* "container:ID", or NULL: no other's. */
const char *joins_words(struct arena *arena, const struct made *made, const char *kind);

/* The list, and before it the IDs of all other containers that are in a namespace of one of these or, by way of
 * others, of such a one. */
char **joins_before(struct engine *engine, char **names, struct problem *problem);
