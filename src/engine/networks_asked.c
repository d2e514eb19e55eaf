/* networks_asked.c - see networks_asked.h
 *
 * One --network is a mode, or
 *	NAME[:KEY=VALUE,…]	as podman has it
 *	name=NAME,KEY=VALUE,…	as docker has it
 */
#include "engine/networks_asked.h"
#include "engine/network_change.h"
#include "engine/outward.h"
#include "engine/parts.h"
#include <arpa/inet.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>

struct reading {
	struct arena *arena;
	struct made *made;
	struct problem *problem;
	const char *option;		/* that is being read */
};

/* --- values --- */

bool mac_read(const char *text, unsigned char ret_mac[6])
{
	enum { BYTES = 6, LENGTH = 17, GROUP = 1 };
	static const char digits[] = "0123456789abcdefABCDEF";

	if (strlen(text) != LENGTH)
		return false;
	for (size_t i = 0; i < BYTES; i++) {
		const char *at = text + 3 * i;
		char byte[3] = { at[0], at[1], '\0' };

		if (strspn(byte, digits) != 2 || (i + 1 < BYTES && at[2] != ':' && at[2] != '-'))
			return false;
		ret_mac[i] = (unsigned char)strtoul(byte, NULL, 16);
	}
	return !(ret_mac[0] & GROUP);
}

static const char *read_ip(struct reading *reading, int family, const char *value)
{
	unsigned char bytes[16];

	if (inet_pton(family, value, bytes) != 1)
		problem_set(reading->problem, "option '%s': '%s' is no address of IPv%d", reading->option, value,
			    family == AF_INET ? 4 : 6);
	return value;
}

static const char *read_mac(struct reading *reading, const char *value)
{
	unsigned char bytes[6];

	if (!mac_read(value, bytes))
		problem_set(reading->problem, "option '%s': '%s' is no address of a network device, as in "
			    "02:42:0a:58:00:02", reading->option, value);
	return value;
}

static const char *read_interface(struct reading *reading, const char *value)
{
	size_t length = strlen(value);

	if (!length || length >= IFNAMSIZ || strpbrk(value, "/: \t\n") || !strcmp(value, ".") || !strcmp(value, "..") ||
	    !strcmp(value, "lo"))
		problem_set(reading->problem, "option '%s': '%s' is no name of a network device: up to 15 characters, "
			    "without '/', ':' and spaces", reading->option, value);
	return value;
}

/* What a resolver can be asked for. */
static void add_alias(struct reading *reading, struct made_network *network, const char *value)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-";
	enum { LONGEST = 253 };
	size_t length = strlen(value);

	if (!length || length > LONGEST || strspn(value, letters) != length || strchr(".-", value[0]))
		problem_set(reading->problem, "option '%s': '%s' is no name: it is made of letters, digits, '_', '.' "
			    "and '-'", reading->option, value);
	texts_add(reading->arena, &network->aliases, value);
}

static void read_key(struct reading *reading, struct made_network *network, const char *key, const char *value)
{
	if (!strcmp(key, "name"))
		network->network = value;
	else if (!strcmp(key, "ip") && strchr(value, ':'))
		network->ip6 = read_ip(reading, AF_INET6, value);
	else if (!strcmp(key, "ip"))
		network->ip = read_ip(reading, AF_INET, value);
	else if (!strcmp(key, "ip6"))
		network->ip6 = read_ip(reading, AF_INET6, value);
	else if (!strcmp(key, "mac") || !strcmp(key, "mac-address"))
		network->mac = read_mac(reading, value);
	else if (!strcmp(key, "alias"))
		add_alias(reading, network, value);
	else if (!strcmp(key, "interface_name") || !strcmp(key, "interface-name"))
		network->interface = read_interface(reading, value);
	else
		problem_set(reading->problem, "option '%s': '%s' is none of name, alias, ip, ip6, mac-address, "
			    "interface-name", reading->option, key);
}

static void read_keys(struct reading *reading, struct made_network *network, const char *list)
{
	char *rest = arena_copy(reading->arena, list, strlen(list)), *word;

	while ((word = strsep(&rest, ","))) {
		char *equals = strchr(word, '=');

		if (!equals || equals == word) {
			problem_set(reading->problem, "option '%s': '%s' is not KEY=VALUE", reading->option, word);
			return;
		}
		*equals = '\0';
		read_key(reading, network, word, equals + 1);
	}
}

/* --- one network --- */

static struct made_network *find(const struct made *made, const char *name)
{
	for (size_t i = 0; i < made->networks; i++)
		if (!strcmp(made->network[i].network, name))
			return &made->network[i];
	return NULL;
}

static void read_one(struct reading *reading, const char *given)
{
	struct made_network network = { "", "", "", "", "", { 0 }, { 0 } };
	struct made *made = reading->made;
	const char *colon = strchr(given, ':');

	reading->option = "--network";
	if (outward_is(given)) {
		outward_read_asked(reading->arena, given, &network, reading->problem);
		made->network[made->networks++] = network;
		return;
	}
	if (strchr(given, '=') && (!colon || strchr(given, '=') < colon)) {
		read_keys(reading, &network, given);
	} else {
		network.network = colon ? arena_copy(reading->arena, given, (size_t)(colon - given)) : given;
		if (colon)
			read_keys(reading, &network, colon + 1);
	}
	if (!strcmp(network.network, "default"))
		network.network = "bridge";
	if (!network.network[0])
		problem_set(reading->problem, "option '--network': '%s' names no network", given);
	else if (find(made, network.network))
		problem_set(reading->problem, "option '--network': '%s' is named twice", network.network);
	made->network[made->networks++] = network;
}

/* What the options beside it say is of the first network. */
static void read_beside(struct reading *reading, const struct run_asked *asked)
{
	struct made_network *first = &reading->made->network[0];

	reading->option = "--ip";
	if (asked->ip)
		first->ip = read_ip(reading, AF_INET, asked->ip);
	reading->option = "--ip6";
	if (asked->ip6)
		first->ip6 = read_ip(reading, AF_INET6, asked->ip6);
	reading->option = "--mac-address";
	if (asked->mac)
		first->mac = read_mac(reading, asked->mac);
	reading->option = "--network-alias";
	for (size_t i = 0; i < asked->network_aliases.count; i++)
		add_alias(reading, first, asked->network_aliases.at[i]);
}

/* --- modes --- */

static bool is_mode(const char *given)
{
	return !strcmp(given, "host") || !strcmp(given, "none") || !strncmp(given, "container:", 10) ||
	       !strncmp(given, "ns:", 3);
}

/* Where there is no network of the engine's, these would come to nothing. With `host` and `none` docker ignores ports,
 * and so do scripts that were written for it. */
static void check_beside(const struct run_asked *asked, const char *mode, struct problem *problem)
{
	const bool ignores_ports = !strcmp(mode, "host") || !strcmp(mode, "none") || outward_is(mode);
	const char *option = asked->ip ? "--ip" : asked->ip6 ? "--ip6" : asked->mac ? "--mac-address" :
			     asked->network_aliases.count ? "--network-alias" :
			     asked->publish.count && !ignores_ports ? "--publish" : NULL;

	if (option)
		problem_set(problem, "option '%s': with --network %s the container is in no network that it could be "
			    "of", option, mode);
}

void networks_read_asked(struct arena *arena, struct run_asked *asked, const char *usual, struct made *made,
		   struct problem *problem)
{
	struct reading reading = { arena, made, problem, "--network" };
	const char *first = asked->networks.count ? asked->networks.at[0] : usual ? usual : "none";

	made->network = ARENA_ARRAY(arena, asked->networks.count + 1, struct made_network);
	for (size_t i = 0; i < asked->networks.count; i++)
		if ((is_mode(asked->networks.at[i]) || outward_is(asked->networks.at[i])) && asked->networks.count > 1)
			problem_set(problem, "option '--network': '%s' cannot be together with other networks",
				    asked->networks.at[i]);
	if (problem->found)
		return;
	asked->network = "none";
	if (is_mode(first)) {
		asked->network = first;
		check_beside(asked, first, problem);
		return;
	}
	if (outward_is(first))
		check_beside(asked, first, problem);
	read_one(&reading, first);
	for (size_t i = 1; i < asked->networks.count; i++)
		read_one(&reading, asked->networks.at[i]);
	read_beside(&reading, asked);
}

/* --- network connect --- */

/* The one that docker's bridges know of a container's end. */
static void read_driver_option(struct reading *reading, struct made_network *network, const char *given)
{
	static const char name[] = "com.docker.network.endpoint.ifname=";

	if (strncmp(given, name, sizeof(name) - 1) != 0)
		problem_set(reading->problem, "option '--driver-opt': '%s' is not "
			    "com.docker.network.endpoint.ifname=NAME, the device's name in the container: there is no "
			    "other", given);
	else
		network->interface = read_interface(reading, given + sizeof(name) - 1);
}

bool networks_read_connect(struct arena *arena, const struct connect_asked *asked, struct made_network *ret_network,
			   struct problem *problem)
{
	struct reading reading = { arena, NULL, problem, "--ip" };
	struct made_network network = { asked->network, "", "", "", "", { 0 } };

	if (asked->link_local.count)
		problem_set(problem, "option '--link-local-ip': '%s': the kernel gives each device an address of its "
			    "link by itself", asked->link_local.at[0]);
	if (asked->ip)
		network.ip = read_ip(&reading, AF_INET, asked->ip);
	reading.option = "--ip6";
	if (asked->ip6)
		network.ip6 = read_ip(&reading, AF_INET6, asked->ip6);
	reading.option = "--mac-address";
	if (asked->mac)
		network.mac = read_mac(&reading, asked->mac);
	reading.option = "--alias";
	for (size_t i = 0; i < asked->aliases.count; i++)
		add_alias(&reading, &network, asked->aliases.at[i]);
	reading.option = "--driver-opt";
	for (size_t i = 0; i < asked->driver_options.count; i++)
		read_driver_option(&reading, &network, asked->driver_options.at[i]);
	if (!strcmp(network.network, "default"))
		network.network = "bridge";
	*ret_network = network;
	return !problem->found;
}
