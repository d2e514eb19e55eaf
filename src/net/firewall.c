/* firewall.c - see firewall.h: the text of the table, and the elements of its sets. Pure. */
#include "net/firewall.h"
#include "base/text.h"
#include "net/address.h"
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

enum { INTERFACE = 16, PART = 4 };	/* bytes of a device's name; what the parts of a concatenation are padded to */

/* iifname is known in postrouting too, so a network's subnets need not be: it masquerades what comes from its bridge,
 * whatever address a container gives itself. */
static const char sets[] =
	"	set bridges { type ifname; }\n"
	"	set inside { type ifname . ifname; }\n"
	"	set internal { type ifname; }\n"
	"	set isolated { type ifname; }\n"
	"	set strict { type ifname; }\n"
	"	set masquerade4 { type ifname; }\n"
	"	set masquerade6 { type ifname; }\n"
	"	map publish4 { type inet_proto . ipv4_addr . inet_service : ipv4_addr . inet_service; }\n"
	"	map publish6 { type inet_proto . ipv6_addr . inet_service : ipv6_addr . inet_service; }\n"
	"	map publish_any4 { type inet_proto . inet_service : ipv4_addr . inet_service; }\n"
	"	map publish_any6 { type inet_proto . inet_service : ipv6_addr . inet_service; }\n";

static const char publishing[] =
	"	chain publish {\n"
	"		ip6 daddr ::1 return\n"
	"		dnat ip to meta l4proto . ip daddr . th dport map @publish4\n"
	"		dnat ip6 to meta l4proto . ip6 daddr . th dport map @publish6\n"
	"		meta nfproto ipv4 dnat ip to meta l4proto . th dport map @publish_any4\n"
	"		meta nfproto ipv6 dnat ip6 to meta l4proto . th dport map @publish_any6\n"
	"	}\n"
	"	chain guard_loopback {\n"
	"		type filter hook prerouting priority raw;\n"
	"		iifname @bridges ip daddr 127.0.0.0/8 drop\n"
	"		iifname @bridges ip saddr 127.0.0.0/8 drop\n"
	"	}\n"
	"	chain prerouting {\n"
	"		type nat hook prerouting priority dstnat;\n"
	"		fib daddr type local jump publish\n"
	"	}\n"
	"	chain output {\n"
	"		type nat hook output priority -100;\n"
	"		fib daddr type local jump publish\n"
	"	}\n";

/* Where br_netfilter is on (Docker loads it), what goes back to the same bridge is not routed, and has no iif. */
static const char passing[] =
	"	chain postrouting {\n"
	"		type nat hook postrouting priority srcnat;\n"
	"		oifname != @bridges meta nfproto ipv4 iifname @masquerade4 masquerade\n"
	"		oifname != @bridges meta nfproto ipv6 iifname @masquerade6 masquerade\n"
	"		iifname . oifname @inside ct status dnat masquerade\n"
	"		iif 0 oifname @bridges ct status dnat fib saddr type != local masquerade\n"
	"		oifname @bridges ip saddr 127.0.0.0/8 masquerade\n"
	"	}\n"
	"	chain forward {\n"
	"		type filter hook forward priority filter;\n"
	"		ct state established,related accept\n"
	"		iifname . oifname @inside accept\n"
	"		iifname @internal drop\n"
	"		oifname @internal drop\n"
	"		oifname @bridges ct status dnat accept\n"
	"		oifname @bridges iifname != @bridges drop\n"
	"		iifname @isolated oifname @isolated drop\n"
	"		iifname @strict oifname @bridges drop\n"
	"		iifname @bridges oifname @strict drop\n"
	"	}\n";

const char *firewall_rules(struct arena *arena, const struct plan_element *element, size_t count)
{
	struct text text = text_new(arena);

	text_add(&text, "create table inet taru { comment \"" FIREWALL_VERSION "\"; }\ntable inet taru {\n");
	text_add(&text, sets);
	text_add(&text, publishing);
	text_add(&text, passing);
	text_add(&text, "}\n");
	for (size_t i = 0; i < count; i++)
		text_printf(&text, "add element inet taru %s { %s }\n", element[i].set, element[i].shown);
	return text.at;
}

/* --- elements --- */

static void add(struct arena *arena, struct firewall_elements *to, const struct plan_element *element)
{
	to->at = arena_grow(arena, to->at, to->count, &to->room, sizeof(*to->at));
	to->at[to->count++] = *element;
}

static void add_interface(struct arena *arena, struct firewall_elements *to, const char *set, const char *name)
{
	char *key = arena_alloc(arena, INTERFACE);

	memset(key, 0, INTERFACE);
	memcpy(key, name, strnlen(name, INTERFACE - 1));
	add(arena, to, &(struct plan_element){ .set = set, .key = (unsigned char *)key, .key_size = INTERFACE,
					       .shown = arena_printf(arena, "\"%s\"", name) });
}

static void add_inside(struct arena *arena, struct firewall_elements *to, const char *name)
{
	const size_t size = 2UL * INTERFACE, length = strnlen(name, INTERFACE - 1);
	char *key = arena_alloc(arena, size);

	memset(key, 0, size);
	memcpy(key, name, length);
	memcpy(key + INTERFACE, name, length);
	add(arena, to, &(struct plan_element){ .set = "inside", .key = (unsigned char *)key,
					       .key_size = size,
					       .shown = arena_printf(arena, "\"%s\" . \"%s\"", name, name) });
}

void firewall_add_network(struct arena *arena, struct firewall_elements *to, const struct firewall_network *network)
{
	const char *bridge = network->bridge;

	add_interface(arena, to, "bridges", bridge);
	add_inside(arena, to, bridge);
	if (network->internal)
		add_interface(arena, to, "internal", bridge);
	if (network->isolated || network->strict)
		add_interface(arena, to, "isolated", bridge);
	if (network->strict)
		add_interface(arena, to, "strict", bridge);
	if (network->masquerade && !network->internal) {
		add_interface(arena, to, "masquerade4", bridge);
		add_interface(arena, to, "masquerade6", bridge);
	}
}

/* --- ports --- */

struct bytes { unsigned char at[2 * PART + 16 + PART]; size_t size; };

/* One part of a concatenation. */
static void put(struct bytes *bytes, const void *from, size_t size)
{
	memcpy(bytes->at + bytes->size, from, size);
	bytes->size += (size + PART - 1) / PART * PART;
}

static void put_port(struct bytes *bytes, uint16_t port)
{
	const unsigned char wire[] = { (unsigned char)(port >> 8), (unsigned char)port };

	put(bytes, wire, sizeof(wire));
}

static const char *protocol_name(int protocol)
{
	return protocol == IPPROTO_UDP ? "udp" : protocol == IPPROTO_SCTP ? "sctp" : "tcp";
}

static const char *set_of(const struct firewall_port *port)
{
	bool six = port->container.family == AF_INET6;

	if (port->host.family == AF_UNSPEC)
		return six ? "publish_any6" : "publish_any4";
	return six ? "publish6" : "publish4";
}

static unsigned char *keep(struct arena *arena, const struct bytes *bytes)
{
	return memcpy(arena_alloc(arena, bytes->size), bytes->at, bytes->size);
}

void firewall_add_port(struct arena *arena, struct firewall_elements *to, const struct firewall_port *port)
{
	struct bytes key = { { 0 }, 0 }, value = { { 0 }, 0 };
	const unsigned char protocol = (unsigned char)port->protocol;
	struct text shown = text_new(arena);

	text_printf(&shown, "%s . ", protocol_name(port->protocol));
	put(&key, &protocol, sizeof(protocol));
	if (port->host.family != AF_UNSPEC) {
		put(&key, port->host.bytes, address_size(port->host.family));
		text_printf(&shown, "%s . ", address_text(arena, &port->host));
	}
	put_port(&key, port->host_port);
	put(&value, port->container.bytes, address_size(port->container.family));
	put_port(&value, port->container_port);
	text_printf(&shown, "%u : %s . %u", port->host_port, address_text(arena, &port->container),
		    port->container_port);
	add(arena, to, &(struct plan_element){ .set = set_of(port), .key = keep(arena, &key), .key_size = key.size,
					       .value = keep(arena, &value), .value_size = value.size,
					       .shown = shown.at });
}

static int by_set(const void *one, const void *other)
{
	const struct plan_element *a = one, *b = other;

	return strcmp(a->set, b->set);
}

void firewall_sort(struct firewall_elements *elements)
{
	if (elements->count)
		qsort(elements->at, elements->count, sizeof(*elements->at), by_set);
}

/* --- two lists --- */

static bool is_same(const struct plan_element *one, const struct plan_element *other)
{
	return !strcmp(one->set, other->set) && one->key_size == other->key_size &&
	       !memcmp(one->key, other->key, one->key_size) && one->value_size == other->value_size &&
	       (!one->value_size || !memcmp(one->value, other->value, one->value_size));
}

static bool has(const struct firewall_elements *list, const struct plan_element *element)
{
	for (size_t i = 0; i < list->count; i++)
		if (is_same(&list->at[i], element))
			return true;
	return false;
}

struct firewall_elements firewall_without(struct arena *arena, const struct firewall_elements *of,
					  const struct firewall_elements *but)
{
	struct firewall_elements rest = { 0 };

	for (size_t i = 0; i < of->count; i++)
		if (!has(but, &of->at[i]))
			add(arena, &rest, &of->at[i]);
	return rest;
}

void firewall_add_all(struct arena *arena, struct firewall_elements *to, const struct firewall_elements *from)
{
	const struct firewall_elements rest = firewall_without(arena, from, to);

	for (size_t i = 0; i < rest.count; i++)
		add(arena, to, &rest.at[i]);
}
