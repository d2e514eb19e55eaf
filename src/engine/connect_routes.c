/* connect_routes.c - default routes of this machine that forwarding would take away: see connect_parts.h. */
#include "engine/connect_parts.h"
#include "engine/parts.h"
#include "net/route.h"
#include <net/if.h>

struct texts connect_learned_devices(struct arena *arena)
{
	struct if_nameindex *devices = if_nameindex();
	struct texts names = { 0 };
	struct routes routes;

	if (devices && !routes_read(arena, &routes))
		for (const struct if_nameindex *device = devices; device->if_index; device++)
			if (routes_learned_at(&routes, device->if_index))
				texts_add(arena, &names, arena_printf(arena, "%s", device->if_name));
	if (devices)
		if_freenameindex(devices);
	return names;
}
