/* notify.c - NOTIFY_SOCKET: how a service tells its manager that it is ready (sd_notify(3)).
 *
 * The manager's socket is out of the container's reach, and is not for it: who sends to it is known by its
 * process. So the container gets a socket of its own, in a folder that is mounted at /run/notify, and what
 * it says there the runtime passes on: that it is ready, with the process that the manager is to watch.
 */
#include "life/launch.h"

void notify_prepare(struct arena *arena, struct bundle *bundle, const char *folder)
{
}

void notify_begin(struct container *container, struct problem *problem)
{
}

void notify_wait(struct container *container)
{
}
