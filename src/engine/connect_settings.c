/* connect_settings.c - what this machine must allow so that containers reach what is behind it, and ports are reached
 * at its loopback address (ip-sysctl.rst): see connect_parts.h. */
#include "base/file.h"
#include "base/sys.h"
#include "engine/connect_parts.h"
#include "net/route.h"
#include "spec/lists.h"
#include <net/if.h>
#include <string.h>

#define FORWARD4 "/proc/sys/net/ipv4/ip_forward"
#define FORWARD6 "/proc/sys/net/ipv6/conf/all/forwarding"

static bool is_set(struct arena *arena, const char *path, const char *value)
{
	char *text;
	size_t length;

	return file_read(arena, AT_FDCWD, path, 64, &text, &length) || !strncmp(text, value, strlen(value));
}

static void set(struct pairs *settings, const char *path, const char *value)
{
	settings->at[settings->count++] = (struct pair){ path, value };
}

/* What is so already is not written again; what is not there (IPv6) cannot be. */
static void set_unless(struct arena *arena, struct pairs *settings, const char *path)
{
	if (!is_set(arena, path, "1"))
		set(settings, path, "1");
}

/* The devices that have a default route of IPv6 which a router has advertised. A machine that forwards takes none of
 * that, and forgets it, but where accept_ra is 2. */
static struct texts learned_devices(struct arena *arena)
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

/* Where accept_ra is 0, somebody else than the kernel reads what routers say, and keeps his routes. */
static void add_forwarding6(struct arena *arena, struct pairs *settings, const struct texts *learned)
{
	for (size_t i = 0; i < learned->count; i++) {
		const char *path = arena_printf(arena, "/proc/sys/net/ipv6/conf/%s/accept_ra", learned->at[i]);

		if (is_set(arena, path, "1") && !is_set(arena, path, "2"))
			set(settings, path, "2");
	}
	set_unless(arena, settings, FORWARD6);
}

struct pairs connect_settings(struct arena *arena, const struct texts *published, bool ipv6, bool unmade)
{
	const struct texts learned = ipv6 ? learned_devices(arena) : (struct texts){ 0 };
	struct pairs settings = { ARENA_ARRAY(arena, published->count + learned.count + 2, struct pair), 0 };

	if (unmade)
		set(&settings, FORWARD4, "1");
	else
		set_unless(arena, &settings, FORWARD4);
	if (ipv6)
		add_forwarding6(arena, &settings, &learned);
	for (size_t i = 0; i < published->count; i++) {
		const char *path = arena_printf(arena, "/proc/sys/net/ipv4/conf/%s/route_localnet", published->at[i]);

		/* The bridges are there by then. */
		if (!is_set(arena, path, "1") || sys_faccessat2(AT_FDCWD, path, F_OK, 0))
			set(&settings, path, "1");
	}
	return settings;
}
