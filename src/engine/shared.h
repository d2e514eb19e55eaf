/* shared.h - the network namespace in which an ordinary user's networks are.
 *
 * An ordinary user may not make bridges on this machine, but in a network namespace that belongs to a user namespace of
 * its own. So there is one for all of its containers that are in networks: their bridges, the outer ends of their
 * devices, the firewall's table and the resolvers are there, made by the same steps as root's.
 *
 *	RUN/.network/holder	locked by who keeps it, taru-outward (outward/outward.h); the number of that process
 *	RUN/.network/users	a shared lock of who is about to start a container in it
 *	RUN/.network/way-out	locked by another taru-outward, which runs pasta for as long as the holder lives
 *	RUN/.network/servers	whom its resolvers ask for other names: pasta, which asks this machine's
 *
 * The user namespace has the user's ids, each as itself: so who enters it stays who he is, and a container's ids are
 * mapped as always. A container's own user namespace must be below it: only so may one process make a pair of devices
 * with an end in either. No process of the engine stays in there: what is to be done is done by shared_do().
 *
 * The holder is made by the first container, and ends some seconds after the last one (TARU_LINGER), with pasta, which
 * connects it with the outside. Ports of this machine are served by taru-ports (ports/ports.h), for each container one.
 *
 * Where the holder was killed, the next one takes the user namespace that is above those of containers that live, and
 * makes a new network namespace of it: so they can be brought back (engine_network_bring_back()).
 */
#pragma once
#include "engine/connect.h"
#include "engine/container.h"

/* Whether the container's networks are in it: an ordinary user's, other than pasta and slirp4netns. */
bool shared_is_for(const struct made *made);

/* Whether there is one. */
bool shared_is_there(const struct engine *engine);

/* A descriptor that keeps it until it is closed, and closes itself on execve. It is made where there is none, and so is
 * its way out. *ret_note: why nothing of the outside is reached; NULL where it is. -1 after a problem. */
int shared_hold(struct engine *engine, const char **ret_note, struct problem *problem);

/* Does the work there, in a process that has this one's memory and descriptors, while this one waits. For root, where
 * there is none, and where this process is there already, it is done here. 0 or -errno, then nothing was done. */
int shared_do(const struct engine *engine, void (*work)(void *data), void *data);

/* The file that resolvers there ask for other names. */
const char *shared_servers(const struct engine *engine);

/* The program that keeps it. */
const char *shared_program(const struct engine *engine);

/* The file with the number of the process that keeps it. */
const char *shared_holder_file(const struct engine *engine);

/* shared_ports.c: serves the ports of a container that runs, where they are not served already. */
bool shared_serve_ports(struct engine *engine, int folder, const char *id, const struct endpoints *endpoints,
			struct problem *problem);

/* The command line of that; NULL: it has no ports. */
const char *shared_ports_words(struct engine *engine, const char *id, const struct endpoints *endpoints,
			       const char *holder);

/* Whether the container has ports that nobody serves, since who did was killed. */
bool shared_lacks_ports(struct engine *engine, int folder, const struct endpoints *endpoints);

/* shared_make.c: makes it, while nobody else does; the way out of it, and why there is none; whether there is one. */
bool shared_make(struct engine *engine, int folder, struct problem *problem);
const char *shared_make_way_out(struct engine *engine, int folder);
bool shared_has_way_out(int folder);

/* Whether it is there and has lost its way out, which was killed; and makes another one. NULL, or why not. */
bool shared_lacks_way_out(struct engine *engine);
const char *shared_mend_way_out(struct engine *engine);

#define SHARED_FOLDER ".network"
#define SHARED_HOLDER "holder"
#define SHARED_USERS "users"
#define SHARED_SERVERS "servers"
#define SHARED_WAY_OUT "way-out"

/* The number of the process that keeps it; 0: there is none. `folder` is RUN/.network. */
pid_t shared_holder(int folder);
pid_t shared_holder_of(const struct engine *engine);
