/* network_picture.c - see network_picture.h */
#include "cli/network_picture.h"
#include "engine/endpoint.h"
#include "net/address.h"
#include "net/route.h"
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

/* --- this machine --- */

static void add_text(struct arena *arena, struct texts *list, const char *text)
{
	char **at = ARENA_ARRAY(arena, list->count + 1, char *);

	if (list->count)
		memcpy(at, list->at, list->count * sizeof(*at));
	at[list->count++] = (char *)(uintptr_t)text;
	list->at = at;
}

static unsigned prefix_of(const unsigned char *mask, size_t size)
{
	unsigned prefix = 0;

	for (size_t i = 0; i < size; i++)
		prefix += (unsigned)__builtin_popcount(mask[i]);
	return prefix;
}

/* The text of an address of a device; NULL for one that is for neighbours alone. */
static const char *address_of(struct arena *arena, const struct ifaddrs *entry)
{
	struct host_address address = { .family = entry->ifa_addr->sa_family };

	if (!entry->ifa_netmask)
		return NULL;
	if (address.family == AF_INET) {
		const struct sockaddr_in *at = (const void *)entry->ifa_addr, *mask = (const void *)entry->ifa_netmask;

		memcpy(address.bytes, &at->sin_addr, sizeof(at->sin_addr));
		address.prefix = prefix_of((const void *)&mask->sin_addr, sizeof(mask->sin_addr));
		return subnet_text(arena, &address);
	}
	if (address.family == AF_INET6) {
		const struct sockaddr_in6 *at = (const void *)entry->ifa_addr, *mask = (const void *)entry->ifa_netmask;

		memcpy(address.bytes, &at->sin6_addr, sizeof(at->sin6_addr));
		address.prefix = prefix_of((const void *)&mask->sin6_addr, sizeof(mask->sin6_addr));
		return IN6_IS_ADDR_LINKLOCAL(&at->sin6_addr) ? NULL : subnet_text(arena, &address);
	}
	return NULL;
}

static void read_outside(struct arena *arena, struct picture *picture)
{
	char name[IF_NAMESIZE];
	struct routes routes;
	struct ifaddrs *list;

	if (routes_read(arena, &routes) || !if_indextoname(routes_default_device(&routes), name) || getifaddrs(&list))
		return;
	picture->outside = arena_printf(arena, "%s", name);
	for (const struct ifaddrs *entry = list; entry; entry = entry->ifa_next) {
		const char *text = entry->ifa_addr && !strcmp(entry->ifa_name, name) ? address_of(arena, entry) : NULL;

		if (text)
			add_text(arena, &picture->addresses, text);
	}
	freeifaddrs(list);
}

void network_picture_begin(struct command *command, size_t networks, struct picture *ret_picture)
{
	struct utsname name;

	*ret_picture = (struct picture){
		.machine = uname(&name) ? "" : arena_printf(command->arena, "%s", name.nodename),
		.outside = "",
		.network = ARENA_ARRAY(command->arena, networks + 1, struct picture_network),
	};
	read_outside(command->arena, ret_picture);
}

/* --- a container --- */

static bool is_all(const char *address)
{
	return !strcmp(address, "") || !strcmp(address, "0.0.0.0") || !strcmp(address, "::");
}

/* The same ports of IPv4 and IPv6 are one; those that follow each other are one range. */
static void add_port(struct picture_container *to, const struct made_port *port)
{
	struct picture_port *last = to->ports ? &to->port[to->ports - 1] : NULL;
	const char *address = is_all(port->address) ? "" : port->address;

	for (size_t i = 0; i < to->ports; i++) {
		const struct picture_port *one = &to->port[i];

		if (!strcmp(one->address, address) && !strcmp(one->protocol, port->protocol) &&
		    port->outside >= one->outside && port->outside <= one->outside_last &&
		    port->inside - one->inside == port->outside - one->outside)
			return;
	}
	if (last && !strcmp(last->address, address) && !strcmp(last->protocol, port->protocol) &&
	    port->outside == last->outside_last + 1 && port->inside == last->inside_last + 1) {
		last->outside_last++;
		last->inside_last++;
		return;
	}
	to->port[to->ports++] = (struct picture_port){ address, port->outside, port->outside, port->inside,
						       port->inside, port->protocol };
}

static void add_ports(struct arena *arena, const struct endpoints *endpoints, const struct endpoint *endpoint,
		      struct picture_container *to)
{
	to->port = ARENA_ARRAY(arena, endpoints->ports + 1, struct picture_port);
	for (size_t i = 0; i < endpoints->ports; i++) {
		const struct made_port *port = &endpoints->port[i];

		if (endpoints_published(endpoints, made_port_family(port)) == endpoint)
			add_port(to, port);
	}
}

static void add_container(struct place *place, const struct engine_container *container,
			  const struct network *network, struct picture_network *to)
{
	struct arena *arena = place->engine.arena;
	struct endpoints endpoints;

	endpoints_of(&place->engine, container->made.id, &endpoints);
	for (size_t i = 0; i < endpoints.count; i++) {
		const struct endpoint *endpoint = &endpoints.at[i];
		struct picture_container *one = &to->container[to->containers];

		if (strcmp(endpoint->network_id, network->id) != 0)
			continue;
		*one = (struct picture_container){
			.name = container->made.name, .id = container->made.id, .outside = endpoint->outside,
			.inside = endpoint->inside, .mac = endpoint->mac, .addresses = endpoint->addresses,
		};
		if (endpoint->resolvers.count)
			add_text(arena, &one->names, container->made.name);
		for (size_t j = 0; j < endpoint->aliases.count && endpoint->resolvers.count; j++)
			add_text(arena, &one->names, endpoint->aliases.at[j]);
		add_ports(arena, &endpoints, endpoint, one);
		to->containers++;
		return;
	}
}

/* --- a network --- */

static void fill(struct arena *arena, const struct network *network, struct picture_network *to)
{
	const bool bridge = network->driver == NETWORK_BRIDGE;

	*to = (struct picture_network){
		.name = network->name, .driver = network->driver,
		.device = bridge ? network->interface : network->parent ? network->parent : "",
		.internal = network->internal,
	};
	for (size_t i = 0; i < network->subnets; i++) {
		const struct subnet *subnet = &network->subnet[i];

		if (!bridge || !subnet->gateway.family) {
			add_text(arena, &to->addresses, subnet_text(arena, &subnet->address));
			continue;
		}
		add_text(arena, &to->addresses, subnet_text(arena, &subnet->gateway));
		if (network->dns)
			add_text(arena, &to->resolvers, address_text(arena, &subnet->gateway));
	}
}

bool network_picture_add(struct place *place, const struct network *network, struct picture *picture,
			 struct problem *problem)
{
	struct picture_network *to = &picture->network[picture->networks];
	struct text warnings = text_new(place->engine.arena);
	struct engine_container *list;
	size_t count;

	if (!engine_list(&place->engine, &list, &count, &warnings, problem))
		return false;
	fill(place->engine.arena, network, to);
	to->container = ARENA_ARRAY(place->engine.arena, count + 1, struct picture_container);
	for (size_t i = count; i-- > 0;)
		if (engine_lives(&list[i]))
			add_container(place, &list[i], network, to);
	picture->networks++;
	return true;
}

/* As setlocale(3) looks for it. */
static bool is_utf8(void)
{
	static const char *const variables[] = { "LC_ALL", "LC_CTYPE", "LANG" };

	for (size_t i = 0; i < sizeof(variables) / sizeof(variables[0]); i++) {
		const char *value = getenv(variables[i]);

		if (value && value[0])
			return strcasestr(value, "utf-8") || strcasestr(value, "utf8");
	}
	return false;
}

void network_picture_draw(struct text *out, const char *format, const struct picture *picture)
{
	if (!strcmp(format, "svg"))
		picture_svg(out, picture);
	else if (is_utf8())
		picture_text_unicode(out, picture);
	else
		picture_text_ascii(out, picture);
}
