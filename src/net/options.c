/* options.c - what the options of a network say: the names of docker and of podman, and their values. */
#include "base/text.h"
#include "net/parts.h"
#include <linux/if_link.h>
#include <string.h>

enum { MTU_MIN = 68, MTU_MIN_IPV6 = 1280, MTU_MAX = 65535 };

/* 0 and 4095 are reserved (IEEE 802.1Q, table 9-2). */
enum { VLAN_MIN = 1, VLAN_MAX = 4094 };

enum { FOR_BRIDGE = 1 << NETWORK_BRIDGE, FOR_MACVLAN = 1 << NETWORK_MACVLAN, FOR_IPVLAN = 1 << NETWORK_IPVLAN };

typedef void read_value(struct network *network, const char *key, const char *value, struct problem *problem);

static void wrong(struct problem *problem, const char *key, const char *value, const char *takes)
{
	problem_set(problem, "option '--opt': %s takes %s, not '%s'", key, takes, value);
}

static bool read_bool(const char *key, const char *value, struct problem *problem)
{
	static const char *const yes[] = { "true", "1", "yes", "", NULL }, *const no[] = { "false", "0", "no", NULL };

	if (!text_is_one_of(value, yes) && !text_is_one_of(value, no))
		wrong(problem, key, value, "true or false");
	return text_is_one_of(value, yes);
}

static void read_mtu(struct network *network, const char *key, const char *value, struct problem *problem)
{
	uint64_t mtu = 0;

	/* docker's 0 is the usual one. */
	if (!text_to_u64(value, &mtu) || mtu > MTU_MAX || (mtu && mtu < MTU_MIN))
		wrong(problem, key, value, "a number of bytes from 68 to 65535");
	else if (network->ipv6 && mtu && mtu < MTU_MIN_IPV6)
		wrong(problem, key, value, "at least 1280 bytes for IPv6");
	network->mtu = (unsigned)mtu;
}

/* podman's: its bridges filter by VLAN then, and containers are in this one. */
static void read_vlan(struct network *network, const char *key, const char *value, struct problem *problem)
{
	uint64_t vlan = 0;

	if (!text_to_u64(value, &vlan) || vlan < VLAN_MIN || vlan > VLAN_MAX)
		wrong(problem, key, value, "a number from 1 to 4094");
	network->vlan = (unsigned)vlan;
}

static void read_parent(struct network *network, const char *key, const char *value, struct problem *problem)
{
	if (network_check_interface(value, "option '--opt': parent", problem))
		network->parent = value;
	(void)key;
}

static void read_mode(struct network *network, const char *key, const char *value, struct problem *problem)
{
	static const struct name macvlan[] = {
		{ "bridge", MACVLAN_MODE_BRIDGE }, { "private", MACVLAN_MODE_PRIVATE },
		{ "vepa", MACVLAN_MODE_VEPA }, { "passthru", MACVLAN_MODE_PASSTHRU }, { 0 }
	};
	static const struct name ipvlan[] = {
		{ "l2", IPVLAN_MODE_L2 }, { "l3", IPVLAN_MODE_L3 }, { "l3s", IPVLAN_MODE_L3S }, { 0 }
	};
	bool is_macvlan = network->driver == NETWORK_MACVLAN;
	const struct name *mode = name_find(is_macvlan ? macvlan : ipvlan, value);

	if (mode)
		network->mode = (unsigned)mode->value;
	else
		wrong(problem, key, value, is_macvlan ? "bridge, private, vepa or passthru" : "l2, l3 or l3s");
}

static void read_isolate(struct network *network, const char *key, const char *value, struct problem *problem)
{
	static const struct name names[] = {
		{ "false", ISOLATE_FALSE }, { "0", ISOLATE_FALSE }, { "true", ISOLATE_TRUE }, { "1", ISOLATE_TRUE },
		{ "strict", ISOLATE_STRICT }, { 0 }
	};
	const struct name *found = name_find(names, value);

	if (found)
		network->isolate = (enum network_isolate)found->value;
	else
		wrong(problem, key, value, "true, false or strict");
}

static void read_masquerade(struct network *network, const char *key, const char *value, struct problem *problem)
{
	network->masquerade = read_bool(key, value, problem);
}

static void read_no_route(struct network *network, const char *key, const char *value, struct problem *problem)
{
	network->default_route = !read_bool(key, value, problem);
}

static void read_binding(struct network *network, const char *key, const char *value, struct problem *problem)
{
	if (!address_read(value, &network->binding) || network->binding.family != AF_INET)
		wrong(problem, key, value, "an address of IPv4");
}

/* It has become network->interface already. */
static void read_interface(struct network *network, const char *key, const char *value, struct problem *problem)
{
	network_check_interface(value, "option '--opt': com.docker.network.bridge.name", problem);
	(void)network;
	(void)key;
}

static const struct {
	const char *key, *name;		/* all that have one name are the same option */
	unsigned drivers;
	read_value *read;
} rows[] = {
	{ "mtu", "mtu", FOR_BRIDGE | FOR_MACVLAN | FOR_IPVLAN, read_mtu },
	{ "com.docker.network.driver.mtu", "mtu", FOR_BRIDGE | FOR_MACVLAN | FOR_IPVLAN, read_mtu },
	{ "vlan", "vlan", FOR_BRIDGE, read_vlan },
	{ "parent", "parent", FOR_MACVLAN | FOR_IPVLAN, read_parent },
	{ "mode", "mode", FOR_MACVLAN | FOR_IPVLAN, read_mode },
	{ "macvlan_mode", "mode", FOR_MACVLAN, read_mode },
	{ "ipvlan_mode", "mode", FOR_IPVLAN, read_mode },
	{ "isolate", "isolate", FOR_BRIDGE, read_isolate },
	{ "no_default_route", "no_default_route", FOR_BRIDGE | FOR_MACVLAN | FOR_IPVLAN, read_no_route },
	{ "com.docker.network.bridge.name", "interface", FOR_BRIDGE, read_interface },
	{ "com.docker.network.bridge.enable_ip_masquerade", "masquerade", FOR_BRIDGE, read_masquerade },
	{ "com.docker.network.bridge.host_binding_ipv4", "binding", FOR_BRIDGE, read_binding },
};

enum { ROWS = sizeof(rows) / sizeof(rows[0]) };

const char *network_option(const struct network *network, const char *name)
{
	for (size_t i = 0; i < network->options.count; i++)
		for (size_t j = 0; j < ROWS; j++)
			if (!strcmp(rows[j].name, name) && !strcmp(rows[j].key, network->options.at[i].key))
				return network->options.at[i].value;
	return NULL;
}

static void unknown(const struct network *network, const char *key, struct problem *problem)
{
	char keys[1024] = "";

	for (size_t i = 0; i < ROWS; i++)
		if (rows[i].drivers & 1U << network->driver) {
			strncat(keys, keys[0] ? ", " : "", sizeof(keys) - strlen(keys) - 1);
			strncat(keys, rows[i].key, sizeof(keys) - strlen(keys) - 1);
		}
	problem_set(problem, "option '--opt': '%s' is none that the driver %s has: %s", key,
		    network_driver_name(network->driver), keys);
}

static void read_option(struct network *network, const struct pair *option, struct problem *problem)
{
	for (size_t i = 0; i < ROWS; i++)
		if (!strcmp(rows[i].key, option->key) && rows[i].drivers & 1U << network->driver) {
			rows[i].read(network, option->key, option->value, problem);
			return;
		}
	unknown(network, option->key, problem);
}

void network_read_options(struct network *network, struct problem *problem)
{
	network->isolate = ISOLATE_TRUE;
	network->masquerade = network->default_route = true;
	network->parent = "";
	network->mode = network->driver == NETWORK_MACVLAN ? MACVLAN_MODE_BRIDGE : IPVLAN_MODE_L2;
	for (size_t i = 0; i < network->options.count; i++)
		read_option(network, &network->options.at[i], problem);
}

bool network_check_interface(const char *name, const char *what, struct problem *problem)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-";
	/* /proc/sys/net has folders of these names that are no device's; the last one is in every network namespace. */
	static const char *const reserved[] = { ".", "..", "all", "default", "lo", NULL };
	size_t length = strlen(name);
	bool good = length && length <= NETWORK_INTERFACE_MAX && strspn(name, letters) == length;

	if (!good)
		problem_set(problem, "%s: '%.64s' can be no name of a network device: it has 1 to %d letters, digits, "
			    "'_', '.' and '-'", what, name, NETWORK_INTERFACE_MAX);
	else if (text_is_one_of(name, reserved))
		problem_set(problem, "%s: '%s' means something else to the kernel", what, name);
	return good && !text_is_one_of(name, reserved);
}
