/* build_network.c - the container's network.
 *
 * What belongs to this machine (bridges, what forwards, one end of each pair) is the runtime's; addresses and
 * routes of the container are its own, since it has the rights to its namespace. In between the container
 * makes its mounts, so that neither waits for the other.
 */
#include "plan/build.h"
#include <errno.h>
#include <linux/if_link.h>
#include <string.h>
#include <sys/socket.h>

/* --- devices of this machine that are moved (linux.netDevices) --- */

static const char *why_device(struct builder *b, const struct net_device *device)
{
	return arena_printf(b->arena, "linux.netDevices.%s", device->name);
}

static const struct host_device *find_device(const struct host *host, const char *name)
{
	for (size_t i = 0; i < host->devices; i++)
		if (strcmp(host->device[i].name, name) == 0 && host->device[i].index)
			return &host->device[i];
	return NULL;
}

static const char *name_inside(const struct net_device *device)
{
	return device->new_name ? device->new_name : device->name;
}

static void move_devices(struct builder *b)
{
	for (size_t i = 0; i < b->spec->net_devices; i++) {
		const struct net_device *device = &b->spec->net_device[i];
		const struct host_device *found = find_device(b->host, device->name);

		if (!found)
			problem_set(b->problem,
				    "linux.netDevices.%s: this host has no network device of that name",
				    device->name);
		ADD_RUNTIME(b, STEP_MOVE_LINK, why_device(b, device),
			    .move_link = { device->name, name_inside(device),
					   found ? found->index : 0 });
	}
}

/* A move to another network namespace takes a device down and its addresses away; the spec wants
 * them kept (config-linux «Network Devices»). */
static void restore_device(struct builder *b, const struct net_device *device)
{
	const struct host_device *found = find_device(b->host, device->name);
	const char *why = why_device(b, device);

	for (size_t i = 0; found && i < found->addresses; i++)
		ADD_CONTAINER(b, STEP_ADD_ADDRESS, why,
			      .add_address = { name_inside(device), &found->address[i] });
	ADD_CONTAINER(b, STEP_LINK_UP, why, .link_up = { name_inside(device) });
}

/* --- networks (plan/network.h) --- */

static const char *why_network(struct builder *b, const char *network)
{
	return arena_printf(b->arena, "network %s", network);
}

static void check_name(struct builder *b, const char *network, const char *name)
{
	if (!spec_is_link_name(name))
		problem_set(b->problem,
			    "network %s: '%s' cannot be a network device's name (1 to 15 bytes, no '/', ':' or blank)",
			    network, name);
}

static void make_bridges(struct builder *b, const struct plan_network *network)
{
	for (size_t i = 0; i < network->bridges; i++) {
		const struct plan_bridge *bridge = &network->bridge[i];

		check_name(b, bridge->network, bridge->name);
		ADD_RUNTIME(b, STEP_MAKE_BRIDGE, why_network(b, bridge->network), .make_bridge = { bridge });
	}
}

static void write_settings(struct builder *b, const struct pairs *settings)
{
	for (size_t i = 0; settings && i < settings->count; i++)
		ADD_RUNTIME(b, STEP_WRITE_FILE, "networks",
			    .write_file = { settings->at[i].key, settings->at[i].value });
}

/* Before a container can ask it. */
static void run_tools(struct builder *b, const struct plan_network *network)
{
	for (size_t i = 0; i < network->tools; i++)
		if (!network->tool[i].process)
			ADD_RUNTIME(b, STEP_RUN_TOOL, why_network(b, network->tool[i].network),
				    .run_tool = { &network->tool[i] });
}

static const struct plan_tool *find_outward(const struct builder *b)
{
	const struct plan_network *network = b->request->network;

	for (size_t i = 0; network && i < network->tools; i++)
		if (network->tool[i].process)
			return &network->tool[i];
	return NULL;
}

static void check_outward(struct builder *b, const struct plan_tool *tool)
{
	if (!spec_new_namespace(b->spec, NAMESPACE_NETWORK))
		problem_set(b->problem, "network %s: needs a network namespace of the container's own", tool->network);
	if (!host_privileged(b->host) && !b->new_user)
		problem_set(b->problem, "network %s: an ordinary user's needs a user namespace of the container's own",
			    tool->network);
	if (b->spec->net_devices || b->request->network->links)
		problem_set(b->problem, "network %s: cannot be together with other network devices", tool->network);
}

/* The tool enters the namespace by /proc/PID, of which an ordinary user's process may only be dumpable (proc(5)), and
 * needs its id maps. It makes the device and its addresses. */
void build_outward(struct builder *b)
{
	const struct plan_tool *tool = find_outward(b);

	if (!tool)
		return;
	check_outward(b, tool);
	build_gate(b, GATE_NETWORK, LANE_CONTAINER);
	ADD_RUNTIME(b, STEP_RUN_TOOL, why_network(b, tool->network), .run_tool = { tool });
	build_gate(b, GATE_DEVICES, LANE_RUNTIME);
}

static unsigned mtu_of(const struct plan_network *network, const struct plan_link *link)
{
	for (size_t i = 0; !link->mtu && link->kind == LINK_VETH && i < network->bridges; i++)
		if (strcmp(network->bridge[i].name, link->parent) == 0)
			return network->bridge[i].mtu;
	return link->mtu;
}

static bool knows_mode(const struct plan_link *link)
{
	switch (link->kind) {
	case LINK_VETH: return true;
	case LINK_MACVLAN: return link->mode && link->mode <= MACVLAN_MODE_SOURCE && !(link->mode & (link->mode - 1));
	case LINK_IPVLAN: return link->mode < IPVLAN_MODE_MAX;
	}
	return false;
}

static void add_links(struct builder *b, const struct plan_network *network)
{
	for (size_t i = 0; i < network->links; i++) {
		struct plan_link *link = ARENA_NEW(b->arena, struct plan_link);

		if (network->link[i].there)
			continue;
		*link = network->link[i];
		link->mtu = mtu_of(network, link);
		check_name(b, link->network, link->parent);
		check_name(b, link->network, link->inside);
		if (link->kind == LINK_VETH)
			check_name(b, link->network, link->outside);
		if (!knows_mode(link))
			problem_set(b->problem, "network %s: %u is no mode of its kind of devices", link->network,
				    link->mode);
		ADD_RUNTIME(b, STEP_ADD_LINK, why_network(b, link->network), .add_link = { link });
	}
}

static bool is_same_route(const struct plan_route *one, const struct plan_route *other)
{
	return one->metric == other->metric && one->to.family == other->to.family &&
	       one->to.prefix == other->to.prefix && !memcmp(one->to.bytes, other->to.bytes, sizeof(one->to.bytes));
}

static bool has_route_before(const struct plan_network *network, const struct plan_link *link,
			     const struct plan_route *route)
{
	for (const struct plan_link *at = network->link; at < link; at++)
		for (size_t i = 0; i < at->routes; i++)
			if (is_same_route(&at->route[i], route))
				return true;
	return false;
}

/* A container that runs may have one of its own making, or of a network that it was in before. */
static void add_routes(struct builder *b, const struct plan_link *link, const char *why)
{
	const int tolerate = b->joins ? EEXIST : 0;

	for (size_t i = 0; i < link->gateways; i++)
		ADD_CONTAINER(b, STEP_ADD_ROUTE, why, .tolerate = tolerate,
			      .add_route = { link->inside, NULL, &link->gateway[i], 0 });
	for (size_t i = 0; i < link->routes; i++) {
		const struct plan_route *route = &link->route[i];

		if (!has_route_before(b->request->network, link, route))
			ADD_CONTAINER(b, STEP_ADD_ROUTE, why, .tolerate = tolerate,
				      .add_route = { link->inside, &route->to, &route->via, route->metric });
	}
}

/* Of a bridge without IPv6. What a device with an address of fe80::/64 sends until it is sure of that, and to find
 * routers, each other container of the bridge would get, and so each start would cost more than the one before. */
static bool is_only_ipv4(const struct plan_link *link)
{
	bool six = false;

	for (size_t i = 0; i < link->addresses; i++)
		six |= link->address[i].family == AF_INET6;
	return link->kind == LINK_VETH && link->addresses && !six;
}

static void set_up_link(struct builder *b, const struct plan_link *link)
{
	const char *why = why_network(b, link->network);

	for (size_t i = 0; i < link->addresses && !link->there; i++)
		ADD_CONTAINER(b, STEP_ADD_ADDRESS, why,
			      .add_address = { link->inside, &link->address[i], true });
	/* A kernel without IPv6 has none anyway. */
	if (!link->there && is_only_ipv4(link))
		ADD_CONTAINER(b, STEP_NO_LINK_LOCAL, why, .tolerate = EAFNOSUPPORT,
			      .no_link_local = { link->inside });
	if (!link->there)
		ADD_CONTAINER(b, STEP_LINK_UP, why, .link_up = { link->inside });
	add_routes(b, link, why);
}

/* Where the container has removed it itself nothing is left to do. */
void build_remove_links(struct builder *b)
{
	const struct plan_network *network = b->request->network;

	for (size_t i = 0; i < network->gone_links; i++)
		ADD_CONTAINER(b, STEP_REMOVE_LINK, why_network(b, network->gone[i].network), .tolerate = ENODEV,
			      .remove_link = { network->gone[i].inside });
}

static bool has_links(const struct builder *b)
{
	return b->request->network && b->request->network->links;
}

static void check_namespace(struct builder *b, const struct plan_network *network)
{
	if (!b->spec->namespace[NAMESPACE_NETWORK].asked)
		problem_set(b->problem, "network %s: needs a network namespace; add {\"type\": \"network\"} to "
			    "linux.namespaces", network->link->network);
}

void build_network(struct builder *b)
{
	const struct plan_network *network = b->request->network;
	bool made = !b->joins && spec_new_namespace(b->spec, NAMESPACE_NETWORK);

	build_firewall(b);
	if (made)
		ADD_CONTAINER(b, STEP_LINK_UP, "linux.namespaces", .link_up = { "lo" });
	if (network) {
		make_bridges(b, network);
		write_settings(b, network->settings);
		run_tools(b, network);
	}
	if (find_outward(b) || (!b->spec->net_devices && !has_links(b)))
		return;
	/* A new network namespace is there as soon as the process is. */
	if (b->spec->net_devices || !made)
		build_gate(b, GATE_NETWORK, LANE_CONTAINER);
	move_devices(b);
	if (network && network->links) {
		check_namespace(b, network);
		add_links(b, network);
	}
	plan_add(b->plan, (struct step){ .kind = STEP_OPEN_GATE, .lane = LANE_RUNTIME, .gate = { GATE_DEVICES } });
}

void build_network_inside(struct builder *b)
{
	if (find_outward(b) || (!b->spec->net_devices && !has_links(b)))
		return;
	plan_add(b->plan, (struct step){ .kind = STEP_AWAIT_GATE, .lane = LANE_CONTAINER, .gate = { GATE_DEVICES } });
	for (size_t i = 0; i < b->spec->net_devices; i++)
		restore_device(b, &b->spec->net_device[i]);
	for (size_t i = 0; has_links(b) && i < b->request->network->links; i++)
		set_up_link(b, &b->request->network->link[i]);
}
