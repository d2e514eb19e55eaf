/* idle.c - see idle.h */
#include "engine/idle.h"
#include "base/clock.h"
#include "base/fd.h"
#include "base/file.h"
#include "base/text.h"
#include "engine/apart.h"
#include "engine/connect_parts.h"
#include "engine/network_owners.h"
#include "engine/shared.h"
#include "net/lease.h"
#include "net/link.h"
#include "net/roster.h"
#include <net/if.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>

#define IDLE_FILE "idle"

enum { USUAL_S = 5, MOST_S = 3600, LOOK_MS = 50 };

/* A service manager kills what a service leaves behind (systemd.kill(5)): nobody could wait there. */
unsigned idle_seconds(void)
{
	const char *given = getenv("TARU_LINGER");
	uint64_t seconds;

	if (given && text_to_u64(given, &seconds) && seconds <= MOST_S)
		return (unsigned)seconds;
	return getenv("INVOCATION_ID") ? 0 : USUAL_S;
}

static int open_idle(const struct network *network)
{
	return file_open_kept(network->folder, IDLE_FILE, O_RDWR | O_CREAT, 0600);
}

/* One with ports is another's: of another store, whose network chose the same name. */
static void remove_bridge(struct engine *engine, const struct network *network)
{
	struct firewall_elements elements = { 0 };

	roster_forget(network);
	if (link_has_ports(network->interface))
		return;
	link_remove(network->interface);
	connect_add_network(engine->arena, &elements, network);
	firewall_remove_elements(elements.at, elements.count);
}

/* --- who waits --- */

void idle_begin(struct engine *engine, const struct network *network)
{
	closes int idle = idle_seconds() ? open_idle(network) : -1;

	if (idle < 0) {
		remove_bridge(engine, network);
		return;
	}
	sys_utimensat(idle, NULL, NULL, 0);
	/* Who has it sees the new time, or has let go of it before it has let go of the network. */
	if (sys_flock(idle, LOCK_EX | LOCK_NB))
		return;
	sys_flock(idle, LOCK_UN);
	apart_run(engine, (const char *const[]){ "network", "cleanup", "--after",
						 arena_printf(engine->arena, "%u", idle_seconds()), network->name,
						 NULL });
}

/* --- the end --- */

/* Milliseconds until it has been idle for so long; 0 where it has. */
static uint64_t left_ms(int idle, unsigned seconds)
{
	struct timespec now;
	struct stat entry;
	int64_t been;

	if (!seconds || sys_fstat(idle, &entry))
		return 0;
	clock_gettime(CLOCK_REALTIME, &now);
	been = (now.tv_sec - entry.st_mtim.tv_sec) * 1000 + (now.tv_nsec - entry.st_mtim.tv_nsec) / 1000000;
	/* A clock that was set back must not make it wait for ever. */
	return been < 0 || been >= seconds * 1000LL ? 0 : (uint64_t)(seconds * 1000LL - been);
}

/* Whether there is nothing more to wait for. */
static bool end_once(struct engine *engine, const struct network *network, int idle, unsigned seconds)
{
	const struct network_owners owners = engine_network_owners(engine);
	struct problem gone = { 0 };
	bool done;

	if (!network_lock(network, &gone))
		return true;
	done = !network_is_idle(engine->arena, network, &owners);
	if (!done && !left_ms(idle, seconds)) {
		remove_bridge(engine, network);
		sys_unlinkat(network->folder, IDLE_FILE, 0);
		done = true;
	}
	if (done)
		sys_flock(idle, LOCK_UN);
	network_unlock(network);
	return done;
}

struct ending_bridge { struct engine *engine; const struct network *network; unsigned seconds; };

static void end_it(void *data)
{
	const struct ending_bridge *ending = data;
	closes int idle = open_idle(ending->network);

	if (idle < 0 || (sys_flock(idle, LOCK_EX | LOCK_NB) && ending->seconds))
		return;
	do
		clock_sleep_ms((long)left_ms(idle, ending->seconds));
	while (!end_once(ending->engine, ending->network, idle, ending->seconds));
}

void idle_end(struct engine *engine, const struct network *network, unsigned seconds)
{
	struct ending_bridge ending = { engine, network, seconds };

	if (network->driver == NETWORK_BRIDGE)
		shared_do(engine, end_it, &ending);
}

static bool is_left(struct engine *engine, const struct network *network)
{
	const struct network_owners owners = engine_network_owners(engine);
	closes int idle = file_open_kept(network->folder, IDLE_FILE, O_RDWR, 0);
	struct problem gone = { 0 };
	bool left;

	if (network->folder < 0 || network->driver != NETWORK_BRIDGE || !if_nametoindex(network->interface) ||
	    (idle >= 0 && sys_flock(idle, LOCK_EX | LOCK_NB)) || !network_lock(network, &gone))
		return false;
	left = network_looks_idle(engine->arena, network, &owners) && !link_has_ports(network->interface);
	network_unlock(network);
	return left;
}

bool idle_was_left(struct engine *engine, const struct network *network)
{
	enum { TRIES = 20 };

	for (int i = 0; i < TRIES; i++) {
		if (!is_left(engine, network))
			return false;
		clock_sleep_ms(LOOK_MS);
	}
	return true;
}
