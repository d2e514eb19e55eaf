/* static_routes.c - routes that a network gives its containers beside the default one: see network.h. Pure. */
#include "base/text.h"
#include "net/parts.h"
#include <string.h>

/* --- text --- */

bool network_read_route(const char *text, struct plan_route *ret_route, struct problem *problem)
{
	char copy[128], *rest = copy;
	const char *to, *via, *metric;
	uint64_t number = 0;

	*ret_route = (struct plan_route){ .metric = 0 };
	if (strlen(text) < sizeof(copy))
		memcpy(copy, text, strlen(text) + 1);
	else
		copy[0] = '\0';
	to = strsep(&rest, ",");
	via = strsep(&rest, ",");
	metric = strsep(&rest, ",");
	if (!via || rest || !address_read(via, &ret_route->via) ||
	    (metric && (!text_to_u64(metric, &number) || !number || number > UINT32_MAX))) {
		problem_set(problem, "option '--route': '%.128s' is no route: it takes DESTINATION,GATEWAY[,METRIC], "
			    "like 10.9.0.0/16,10.89.5.7 or fd00:9::/64,fd00:5::7,200", text);
		return false;
	}
	ret_route->metric = (unsigned)number;
	if (!subnet_read(to, "option '--route'", &ret_route->to, problem))
		return false;
	if (ret_route->to.family != ret_route->via.family)
		problem_set(problem, "option '--route': '%s': the destination and the gateway are of one family, IPv4 "
			    "or IPv6", text);
	return !problem->found;
}

static bool is_same(const struct plan_route *one, const struct plan_route *other)
{
	return one->metric == other->metric && one->to.prefix == other->to.prefix &&
	       one->to.family == other->to.family && address_is(&one->to, &other->to);
}

void network_read_routes(struct arena *arena, const struct network_asked *asked, struct network *network,
			 struct problem *problem)
{
	network->route = ARENA_ARRAY(arena, asked->route.count + 1, struct plan_route);
	if (asked->route.count > NETWORK_ROUTES)
		problem_set(problem, "option '--route': a network has %d routes at most", NETWORK_ROUTES);
	for (size_t i = 0; i < asked->route.count && !problem->found; i++) {
		struct plan_route *route = &network->route[network->routes++];

		network_read_route(asked->route.at[i], route, problem);
		for (size_t j = 0; j + 1 < network->routes; j++)
			if (is_same(&network->route[j], route))
				problem_set(problem, "option '--route': '%s' leads where another one does: give it "
					    "another metric", asked->route.at[i]);
	}
}

/* --- with the subnets --- */

static bool is_everywhere(const struct plan_route *route)
{
	return !route->to.prefix && !route->metric;
}

static const char *list_subnets(struct arena *arena, const struct network *network)
{
	struct text text = text_new(arena);

	for (size_t i = 0; i < network->subnets; i++)
		text_printf(&text, "%s%s", i ? ", " : "", subnet_text(arena, &network->subnet[i].address));
	return text.at;
}

static bool is_in_subnet(const struct network *network, const struct host_address *gateway)
{
	for (size_t i = 0; i < network->subnets; i++)
		if (subnet_has(&network->subnet[i].address, gateway))
			return true;
	return false;
}

static bool is_subnet(const struct network *network, const struct host_address *to)
{
	for (size_t i = 0; i < network->subnets; i++)
		if (address_is(&network->subnet[i].address, to) && network->subnet[i].address.prefix == to->prefix)
			return true;
	return false;
}

void network_check_routes(struct arena *arena, const struct network *network, struct problem *problem)
{
	for (size_t i = 0; i < network->routes; i++) {
		const struct plan_route *route = &network->route[i];

		if (!is_in_subnet(network, &route->via))
			problem_set(problem, "option '--route': the gateway %s is in no subnet of the network: %s",
				    address_text(arena, &route->via), list_subnets(arena, network));
		if (is_subnet(network, &route->to))
			problem_set(problem, "option '--route': %s is the network itself",
				    subnet_text(arena, &route->to));
		if (is_everywhere(route) && network->default_route && !network->internal)
			problem_set(problem, "option '--route': %s would be in the place of the network's default "
				    "route: add --opt no_default_route, or a metric", subnet_text(arena, &route->to));
	}
}

const struct host_address *network_way_out(const struct network *network, int family)
{
	for (size_t i = 0; i < network->subnets && network->default_route && !network->internal; i++)
		if (network->subnet[i].gateway.family == family)
			return &network->subnet[i].gateway;
	for (size_t i = 0; i < network->routes; i++)
		if (network->route[i].to.family == family && is_everywhere(&network->route[i]))
			return &network->route[i].via;
	return NULL;
}

void network_give_routes(struct arena *arena, const struct network *network, bool has_default[2],
			 struct plan_link *link)
{
	static const int families[] = { AF_INET, AF_INET6 };
	struct host_address *gateway = ARENA_ARRAY(arena, 2, struct host_address);
	struct plan_route *route = ARENA_ARRAY(arena, network->routes + 1, struct plan_route);

	for (size_t f = 0; f < 2; f++) {
		const struct host_address *way_out = has_default[f] ? NULL : network_way_out(network, families[f]);

		if (!way_out)
			continue;
		has_default[f] = true;
		gateway[link->gateways++] = *way_out;
	}
	for (size_t i = 0; i < network->routes; i++)
		if (!is_everywhere(&network->route[i]))
			route[link->routes++] = network->route[i];
	link->gateway = gateway;
	link->route = route;
}
