/* networks.c - see networks.h */
#include "cli/networks.h"
#include "engine/event.h"
#include "engine/idle.h"
#include "engine/network_owners.h"
#include "image/manifest.h"
#include "listing/human.h"
#include "net/address.h"
#include "spec/lists.h"
#include <string.h>
#include <time.h>

/* --- all that is known of it --- */

static void put_subnets(struct arena *arena, struct json_writer *out, const struct network *network)
{
	json_open_object(out, "IPAM");
	json_put_text(out, "Driver", "default");
	json_put_null(out, "Options");
	json_open_array(out, "Config");
	for (size_t i = 0; i < network->subnets; i++) {
		const struct subnet *subnet = &network->subnet[i];

		json_open_object(out, NULL);
		json_put_text(out, "Subnet", subnet_text(arena, &subnet->address));
		json_put_text(out, "IPRange", subnet->range.family ? subnet_text(arena, &subnet->range) : "");
		json_put_text(out, "Gateway", address_text(arena, &subnet->gateway));
		json_close(out);
	}
	json_close(out);
	json_close(out);
}

static void put_routes(struct arena *arena, struct json_writer *out, const struct network *network)
{
	json_open_array(out, "Routes");
	for (size_t i = 0; i < network->routes; i++) {
		const struct plan_route *route = &network->route[i];

		json_open_object(out, NULL);
		json_put_text(out, "Destination", subnet_text(arena, &route->to));
		json_put_text(out, "Gateway", address_text(arena, &route->via));
		if (route->metric)
			json_put_unsigned(out, "Metric", route->metric);
		json_close(out);
	}
	json_close(out);
}

static const char *name_of_container(struct place *place, const char *id)
{
	struct problem unknown = { 0 };
	struct engine_container container;

	if (!engine_find(&place->engine, id, &container, &unknown))
		return "";
	engine_close(&container);
	return container.made.name;
}

/* The first address of a family that a container has; "" for none. */
static const char *address_of(struct arena *arena, const struct lease *lease, size_t count, const char *id, int family)
{
	for (size_t i = 0; i < count; i++)
		if (!strcmp(lease[i].owner.id, id) && lease[i].address.family == family)
			return subnet_text(arena, &lease[i].address);
	return "";
}

static bool is_first_of_owner(const struct lease *lease, size_t index)
{
	for (size_t i = 0; i < index; i++)
		if (!strcmp(lease[i].owner.id, lease[index].owner.id))
			return false;
	return true;
}

static bool put_containers(struct place *place, struct json_writer *out, const struct network *network,
			   struct problem *problem)
{
	struct network_owners users = engine_network_users(&place->engine);
	struct arena *arena = place->engine.arena;
	struct lease *lease;
	size_t count;

	if (!network_leases(arena, network, &lease, &count, problem))
		return false;
	json_open_object(out, "Containers");
	for (size_t i = 0; i < count; i++) {
		const struct network_owner *owner = &lease[i].owner;

		if (!is_first_of_owner(lease, i) || users.is_gone(users.context, owner->id))
			continue;
		json_open_object(out, owner->id);
		json_put_text(out, "Name", name_of_container(place, owner->id));
		json_put_text(out, "Interface", owner->inside);
		json_put_text(out, "MacAddress", owner->mac);
		json_put_text(out, "IPv4Address", address_of(arena, lease, count, owner->id, AF_INET));
		json_put_text(out, "IPv6Address", address_of(arena, lease, count, owner->id, AF_INET6));
		json_close(out);
	}
	json_close(out);
	return true;
}

bool networks_have_ipv4(const struct network *network)
{
	for (size_t i = 0; i < network->subnets; i++)
		if (network->subnet[i].address.family == AF_INET)
			return true;
	return false;
}

bool networks_put(struct place *place, struct json_writer *out, const struct network *network,
		  struct problem *problem)
{
	struct arena *arena = place->engine.arena;
	const char *created = network->created;

	json_open_object(out, NULL);
	json_put_text(out, "Name", network->name);
	json_put_text(out, "Id", network->id);
	json_put_text(out, "Created", created[0] ? human_rfc3339(arena, image_time(created)) : "0001-01-01T00:00:00Z");
	json_put_text(out, "Scope", "local");
	json_put_text(out, "Driver", network_driver_name(network->driver));
	json_put_bool(out, "EnableIPv4", networks_have_ipv4(network));
	json_put_bool(out, "EnableIPv6", network->ipv6);
	put_subnets(arena, out, network);
	json_put_bool(out, "Internal", network->internal);
	json_put_bool(out, "Attachable", false);
	json_put_bool(out, "Ingress", false);
	json_open_object(out, "ConfigFrom");
	json_put_text(out, "Network", "");
	json_close(out);
	json_put_bool(out, "ConfigOnly", false);
	if (!put_containers(place, out, network, problem))
		return false;
	pairs_put(out, "Options", &network->options);
	pairs_put(out, "Labels", &network->labels);
	json_put_text(out, "NetworkInterface", network->interface);
	json_put_bool(out, "DNSEnabled", network->dns);
	json_open_array(out, "NetworkDNSServers");
	for (size_t i = 0; i < network->dns_servers.count; i++)
		json_put_text(out, NULL, network->dns_servers.at[i]);
	json_close(out);
	put_routes(arena, out, network);
	json_close(out);
	return true;
}

/* --- who uses it --- */

bool networks_is_used(struct place *place, const struct network *network)
{
	struct network_owners owners = engine_network_owners(&place->engine);
	struct problem unknown = { 0 };
	struct lease *lease;
	size_t count;

	if (!network_leases(place->engine.arena, network, &lease, &count, &unknown))
		return true;
	for (size_t i = 0; i < count; i++)
		if (!owners.is_gone(owners.context, lease[i].owner.id))
			return true;
	return false;
}

/* Of one that is listed, so that its folder is closed. */
static bool is_used(struct place *place, const struct network *listed)
{
	struct problem unknown = { 0 };
	struct network network;
	bool used;

	if (!network_find(&place->store, listed->name, NULL, &network, &unknown))
		return false;
	used = networks_is_used(place, &network);
	network_close(&network);
	return used;
}

/* --- --filter --- */

const char *const networks_filters[] = { "dangling", "driver", "id", "label", "name", "scope", "type", "until", NULL };

static bool fits_type(const struct network *network, const struct filter *filter, struct problem *problem)
{
	if (strcmp(filter->value, "custom") != 0 && strcmp(filter->value, "builtin") != 0)
		problem_set(problem, "option '--filter': 'type' is custom or builtin, not '%s'", filter->value);
	return network_is_builtin(network->name) == !strcmp(filter->value, "builtin");
}

/* The three that are there always never are older than something. */
static bool fits_until(const struct network *network, const struct filter *filter, struct problem *problem)
{
	int64_t until = 0;

	return filter_time(filter, time(NULL), &until, problem) && network->created[0] &&
	       image_time(network->created) < until;
}

struct looked_at { struct place *place; const struct network *network; struct problem *problem; };

static bool fits(void *context, const struct filter *filter)
{
	const struct looked_at *at = context;
	const struct network *network = at->network;
	bool truth = false;

	if (!strcmp(filter->key, "label"))
		return filter_has_label(&network->labels, filter->value) != filter->negated;
	if (!strcmp(filter->key, "name"))
		return filter_matches_name(filter->value, network->name);
	if (!strcmp(filter->key, "id"))
		return strstr(network->id, filter->value);
	if (!strcmp(filter->key, "driver"))
		return !strcmp(network_driver_name(network->driver), filter->value);
	if (!strcmp(filter->key, "scope"))
		return !strcmp(filter->value, "local");
	if (!strcmp(filter->key, "type"))
		return fits_type(network, filter, at->problem);
	if (!strcmp(filter->key, "until"))
		return fits_until(network, filter, at->problem);
	return filter_truth(filter, &truth, at->problem) &&
	       truth == (!network_is_builtin(network->name) && !is_used(at->place, network));
}

bool networks_choose(struct command *command, struct place *place, const struct filters *filters,
		     struct network **ret_list, size_t *ret_count)
{
	struct text warnings = text_new(command->arena);
	size_t kept = 0;

	if (!networks_list(&place->store, ret_list, ret_count, &warnings, command->problem))
		return false;
	command_warn(command, &warnings);
	for (size_t i = 0; i < *ret_count; i++) {
		struct looked_at at = { place, &(*ret_list)[i], command->problem };

		if (filters_fit(filters, fits, &at))
			(*ret_list)[kept++] = (*ret_list)[i];
	}
	*ret_count = kept;
	return !command->problem->found;
}

bool networks_remove(struct place *place, const char *name, const struct network_owners *owners,
		       struct problem *problem)
{
	struct network network;
	bool removed;

	if (!network_find(&place->store, name, NULL, &network, problem))
		return false;
	idle_end(&place->engine, &network, 0);
	removed = network_remove(&place->store, &network, owners, problem);
	if (removed)
		event_network(&place->engine, &network, "destroy");
	return removed;
}
