/* subnets.c - the subnets of a new network: those that were asked for, and the choice of a free one. Pure, but for the
 * bits of chance in a subnet of IPv6. */
#include "net/parts.h"
#include <string.h>
#include <sys/random.h>

enum { ROOM4 = 30, ROOM6 = 126, POOL_PREFIX = 24, ULA_PREFIX = 64 };

/* --- those that are asked for --- */

static bool is_for_hosts(const struct host_address *address)
{
	unsigned first = address->bytes[0];

	if (address->family == AF_INET)
		return first && first != 127 && first < 224;
	/* Multicast, link-local, and what begins with nothing but zeros. */
	return first != 0xff && !(first == 0xfe && (address->bytes[1] & 0xc0) == 0x80) && (first || address->bytes[1]);
}

static void read_subnet(const char *text, struct network *network, struct problem *problem)
{
	struct subnet subnet = { 0 };
	unsigned most;

	if (!subnet_read(text, "option '--subnet'", &subnet.address, problem))
		return;
	most = subnet.address.family == AF_INET ? ROOM4 : ROOM6;
	if (subnet.address.prefix > most)
		problem_set(problem, "option '--subnet': '%s' has no room for a gateway and a container: the longest "
			    "prefix is %u", text, most);
	if (!is_for_hosts(&subnet.address))
		problem_set(problem, "option '--subnet': '%s' are no addresses for containers", text);
	for (size_t i = 0; i < network->subnets; i++)
		if (subnets_overlap(&network->subnet[i].address, &subnet.address))
			problem_set(problem, "option '--subnet': '%s' overlaps another subnet that is asked for", text);
	network->subnet[network->subnets++] = subnet;
}

static struct subnet *subnet_around(struct network *network, const struct host_address *address)
{
	for (size_t i = 0; i < network->subnets; i++)
		if (subnet_has(&network->subnet[i].address, address))
			return &network->subnet[i];
	return NULL;
}

/* Of IPv6 the last one is as good as all others. */
static bool is_host(const struct host_address *subnet, const struct host_address *address)
{
	struct host_address first = subnet_first(subnet), last = subnet_last(subnet);

	return !address_is(&first, address) && (subnet->family == AF_INET6 || !address_is(&last, address));
}

static void read_gateway(struct network *network, const char *text, struct problem *problem)
{
	struct host_address gateway;
	struct subnet *subnet;

	if (!address_read(text, &gateway)) {
		problem_set(problem, "option '--gateway': '%s' is no address", text);
		return;
	}
	subnet = subnet_around(network, &gateway);
	if (!subnet) {
		problem_set(problem, "option '--gateway': '%s' is in no subnet that is given by --subnet", text);
		return;
	}
	if (!is_host(&subnet->address, &gateway))
		problem_set(problem, "option '--gateway': '%s' is the first or the last address of its subnet, which "
			    "are no host's", text);
	if (subnet->gateway.family)
		problem_set(problem, "option '--gateway': '%s' is the second one of its subnet", text);
	gateway.prefix = subnet->address.prefix;
	subnet->gateway = gateway;
}

static void read_range(struct network *network, const char *text, struct problem *problem)
{
	struct host_address range;
	struct subnet *subnet;

	if (!subnet_read(text, "option '--ip-range'", &range, problem))
		return;
	subnet = subnet_around(network, &range);
	if (!subnet)
		problem_set(problem, "option '--ip-range': '%s' is in no subnet that is given by --subnet", text);
	else if (subnet->range.family)
		problem_set(problem, "option '--ip-range': '%s' is the second one of its subnet", text);
	else
		subnet->range = range;
}

void network_read_subnets(struct arena *arena, const struct network_asked *asked, struct network *network,
			  struct problem *problem)
{
	/* Two may be added. */
	network->subnet = ARENA_ARRAY(arena, NETWORK_SUBNETS + 2, struct subnet);
	if (asked->subnet.count > NETWORK_SUBNETS) {
		problem_set(problem, "option '--subnet': a network has %d subnets at most", NETWORK_SUBNETS);
		return;
	}
	for (size_t i = 0; i < asked->subnet.count; i++)
		read_subnet(asked->subnet.at[i], network, problem);
	for (size_t i = 0; i < asked->gateway.count; i++)
		read_gateway(network, asked->gateway.at[i], problem);
	for (size_t i = 0; i < asked->range.count; i++)
		read_range(network, asked->range.at[i], problem);
}

/* --- the choice --- */

static const struct taken_subnet *find_taken(const struct taken_subnets *taken, const struct host_address *address)
{
	for (size_t i = 0; i < taken->count; i++)
		if (subnets_overlap(&taken->at[i].address, address))
			return &taken->at[i];
	return NULL;
}

/* The first free one of these addresses with a prefix as long as that of *subnet, from there on. What is in the way is
 * passed at once, however large it is. */
static bool find_free(const struct host_address *pool, const struct taken_subnets *taken, struct host_address *subnet)
{
	const struct taken_subnet *in_the_way;

	while (subnet_has(pool, subnet) && (in_the_way = find_taken(taken, subnet))) {
		struct host_address wide = in_the_way->address, last;

		if (wide.prefix > subnet->prefix)
			wide = *subnet;
		last = subnet_last(&wide);
		last = address_next(&last);
		memcpy(subnet->bytes, last.bytes, sizeof(last.bytes));
	}
	return subnet_has(pool, subnet);
}

/* The default network's own, and then what podman (10.88.0.0/16, and /24 from 10.89.0.0 on) and docker (172.17.0.0/16
 * and up) do not begin with: their bridges come and go with their containers as ours do, so neither sees the other's
 * at all times. */
static bool choose4(const struct network *network, const struct taken_subnets *taken, struct host_address *ret_subnet)
{
	static const struct host_address pools[] = {
		{ AF_INET, { 10, 87 }, 16 }, { AF_INET, { 10, 86 }, 16 }, { AF_INET, { 10, 84 }, 15 },
		{ AF_INET, { 10, 80 }, 14 }, { AF_INET, { 10, 64 }, 12 }, { AF_INET, { 10, 128 }, 9 },
		{ AF_INET, { 172, 16 }, 12 }, { AF_INET, { 192, 168 }, 16 },
	};
	bool is_default = !strcmp(network->name, NETWORK_DEFAULT);

	for (size_t i = is_default ? 0 : 1; i < sizeof(pools) / sizeof(pools[0]); i++) {
		*ret_subnet = pools[i];
		if (i > 0)
			ret_subnet->prefix = POOL_PREFIX;
		if (find_free(&pools[i], taken, ret_subnet))
			return true;
	}
	return false;
}

/* RFC 4193: fd, and 40 bits of chance; 16 more say which of our networks. */
static struct host_address choose6(const struct taken_subnets *taken)
{
	struct host_address subnet = { .family = AF_INET6, .prefix = ULA_PREFIX };

	do {
		while (getrandom(subnet.bytes + 1, ULA_PREFIX / 8 - 1, 0) < 0)
			;
		subnet.bytes[0] = 0xfd;
	} while (find_taken(taken, &subnet));
	return subnet;
}

bool network_has_family(const struct network *network, int family)
{
	for (size_t i = 0; i < network->subnets; i++)
		if (network->subnet[i].address.family == family)
			return true;
	return false;
}

static void check_free(struct arena *arena, const struct taken_subnets *taken, const struct subnet *subnet,
		       struct problem *problem)
{
	const struct taken_subnet *found = find_taken(taken, &subnet->address);

	if (found)
		problem_set(problem, "option '--subnet': '%s' overlaps %s of %s", subnet_text(arena, &subnet->address),
			    subnet_text(arena, &found->address), found->by);
}

void network_set_gateway(struct subnet *subnet)
{
	struct host_address first = subnet_first(&subnet->address);

	if (!subnet->gateway.family)
		subnet->gateway = address_next(&first);
}

void network_choose_subnets(struct arena *arena, const struct network_asked *asked, const struct taken_subnets *taken,
			    struct network *network, struct problem *problem)
{
	bool wants4 = !network_has_family(network, AF_INET) && (!network->subnets || asked->ipv6);
	bool wants6 = !network_has_family(network, AF_INET6) && asked->ipv6;

	for (size_t i = 0; i < network->subnets; i++)
		check_free(arena, taken, &network->subnet[i], problem);
	if (wants4) {
		memmove(network->subnet + 1, network->subnet, network->subnets++ * sizeof(*network->subnet));
		network->subnet[0] = (struct subnet){ 0 };
		if (!choose4(network, taken, &network->subnet[0].address))
			problem_set(problem, "no subnet is free for network %s: give one with --subnet", network->name);
	}
	if (wants6)
		network->subnet[network->subnets++] = (struct subnet){ .address = choose6(taken) };
	for (size_t i = 0; i < network->subnets; i++)
		network_set_gateway(&network->subnet[i]);
	network->ipv6 = network_has_family(network, AF_INET6);
	if (network->subnets > NETWORK_SUBNETS)
		problem_set(problem, "option '--subnet': a network has %d subnets at most", NETWORK_SUBNETS);
}
