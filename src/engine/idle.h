/* idle.h - the bridge of a network that nobody is in any more.
 *
 * It stays for some seconds, with its elements of the firewall and its resolver: the next container starts in a network
 * that is there, and the end of the last one need not wait for the kernel, which takes 10 ms and more to be sure that
 * nobody has a device in use. A process that holds the lock of ROOT/networks/NAME/idle waits so long (`taru network
 * cleanup --after SECONDS`), and ends at once where somebody is in the network again. The file's time is when the last
 * container has left.
 */
#pragma once
#include "engine/container.h"
#include "net/network.h"

/* How long: TARU_LINGER seconds of the environment (5); 0: not at all. */
unsigned idle_seconds(void);

/* Nobody is in the locked network any more: sees to it that its bridge goes, now or then. */
void idle_begin(struct engine *engine, const struct network *network);

/* Removes the bridge of a network that nobody is in, and what belongs to it, when it has been so for that long; waits
 * for it. Where another process waits for that already, and `seconds` is not 0, nothing. The network is not locked. */
void idle_end(struct engine *engine, const struct network *network, unsigned seconds);

/* Whether there is a bridge of a network that nobody is in, and no process that waits to remove it; one that is about
 * to is waited for. */
bool idle_was_left(struct engine *engine, const struct network *network);
