/* read_network.c - see read_parts.h */
#include "base/sys.h"
#include "doctor/read_parts.h"
#include "engine/outward.h"
#include "net/firewall.h"
#include "net/firewall_others.h"
#include "net/route.h"
#include <net/if.h>
#include <stdlib.h>
#include <string.h>

/* The bridge of the default network, as a store has it that nobody else has taken the name from. */
static const char default_bridge[] = "taru0";

static void read_route(struct arena *arena, struct machine *machine)
{
	struct routes routes;
	char name[IF_NAMESIZE];
	unsigned device = routes_read(arena, &routes) == 0 ? routes_default_device(&routes) : 0;

	if (device && if_indextoname(device, name))
		machine->default_device = arena_copy(arena, name, strlen(name));
}

static void read_firewall(struct arena *arena, struct machine *machine)
{
	struct text others = text_new(arena);

	machine->firewall = firewall_is_there();
	firewall_find_others(&others, machine->host.nft, default_bridge);
	machine->others = others.at;
}

void read_network(struct arena *arena, struct machine *machine)
{
	const char *groups = read_line(arena, "/proc/sys/net/ipv4/ping_group_range");
	char *end;

	machine->ping_first = 1;
	if (groups) {
		machine->ping_first = (uint32_t)strtoul(groups, &end, 10);
		machine->ping_last = (uint32_t)strtoul(end, NULL, 10);
	}
	read_route(arena, machine);
	machine->pasta = outward_find(arena, "pasta");
	machine->slirp4netns = outward_find(arena, "slirp4netns");
	machine->tun = sys_faccessat2(AT_FDCWD, "/dev/net/tun", R_OK | W_OK, 0) == 0;
	if (machine->host.uid == 0)
		read_firewall(arena, machine);
}
