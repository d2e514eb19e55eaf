/* record.c - network.json, and what a network can be called: see network.h. */
#include "base/json_decode.h"
#include "base/text.h"
#include "net/parts.h"
#include <string.h>

enum { NETWORK_VERSION = 1 };

static const struct name drivers[] = {
	{ "bridge", NETWORK_BRIDGE }, { "macvlan", NETWORK_MACVLAN }, { "ipvlan", NETWORK_IPVLAN },
	{ "host", NETWORK_HOST }, { "null", NETWORK_NONE }, { 0 }
};

const char *network_driver_name(enum network_driver driver)
{
	return name_of(drivers, driver);
}

/* --- writing --- */

static void put_pairs(struct json_writer *json, const char *key, const struct pairs *pairs)
{
	json_open_object(json, key);
	for (size_t i = 0; i < pairs->count; i++)
		json_put_text(json, pairs->at[i].key, pairs->at[i].value);
	json_close(json);
}

static void put_subnets(struct json_writer *json, struct arena *arena, const struct network *network)
{
	json_open_array(json, "subnets");
	for (size_t i = 0; i < network->subnets; i++) {
		const struct subnet *subnet = &network->subnet[i];

		json_open_object(json, NULL);
		json_put_text(json, "subnet", subnet_text(arena, &subnet->address));
		json_put_text(json, "gateway", address_text(arena, &subnet->gateway));
		if (subnet->range.family)
			json_put_text(json, "range", subnet_text(arena, &subnet->range));
		json_close(json);
	}
	json_close(json);
}

static void put_routes(struct json_writer *json, struct arena *arena, const struct network *network)
{
	if (!network->routes)
		return;
	json_open_array(json, "routes");
	for (size_t i = 0; i < network->routes; i++) {
		const struct plan_route *route = &network->route[i];

		json_open_object(json, NULL);
		json_put_text(json, "destination", subnet_text(arena, &route->to));
		json_put_text(json, "gateway", address_text(arena, &route->via));
		if (route->metric)
			json_put_unsigned(json, "metric", route->metric);
		json_close(json);
	}
	json_close(json);
}

void network_write(struct text *out, const struct network *network)
{
	struct json_writer json = json_writer_new(out, "\t");

	json_open_object(&json, NULL);
	json_put_unsigned(&json, "taru", NETWORK_VERSION);
	json_put_text(&json, "id", network->id);
	json_put_text(&json, "created", network->created);
	json_put_text(&json, "driver", network_driver_name(network->driver));
	json_put_text(&json, "interface", network->interface);
	put_subnets(&json, out->arena, network);
	put_routes(&json, out->arena, network);
	json_put_bool(&json, "internal", network->internal);
	json_put_bool(&json, "ipv6", network->ipv6);
	json_put_bool(&json, "dns", network->dns);
	json_open_array(&json, "dnsServers");
	for (size_t i = 0; i < network->dns_servers.count; i++)
		json_put_text(&json, NULL, network->dns_servers.at[i]);
	json_close(&json);
	put_pairs(&json, "options", &network->options);
	put_pairs(&json, "labels", &network->labels);
	json_close(&json);
}

void network_text(struct text *out, const struct network *network)
{
	network_write(out, network);
}

/* --- reading --- */

struct subnet_form { const char *subnet, *gateway, *range; };

struct route_form { const char *destination, *gateway; uint32_t metric; };

struct network_form {
	uint32_t version;
	struct network network;
	struct subnet_form *subnet;
	size_t subnets;
	struct route_form *route;
	size_t routes;
};

static const struct field subnet_fields[] = {
	{ "subnet", FIELD_TEXT, FIELD_AT(struct subnet_form, subnet), .required = true },
	{ "gateway", FIELD_TEXT, FIELD_AT(struct subnet_form, gateway), .required = true },
	{ "range", FIELD_TEXT, FIELD_AT(struct subnet_form, range) },
	{ 0 }
};

static const struct field route_fields[] = {
	{ "destination", FIELD_TEXT, FIELD_AT(struct route_form, destination), .required = true },
	{ "gateway", FIELD_TEXT, FIELD_AT(struct route_form, gateway), .required = true },
	{ "metric", FIELD_UNSIGNED, FIELD_AT(struct route_form, metric) },
	{ 0 }
};

static const struct field fields[] = {
	{ "taru", FIELD_UNSIGNED, FIELD_AT(struct network_form, version), .required = true },
	{ "id", FIELD_TEXT, FIELD_AT(struct network_form, network.id), .required = true },
	{ "created", FIELD_TEXT, FIELD_AT(struct network_form, network.created), .required = true },
	{ "driver", FIELD_NAME, FIELD_AT(struct network_form, network.driver), .names = drivers, .what = "a driver",
	  .required = true },
	{ "interface", FIELD_TEXT, FIELD_AT(struct network_form, network.interface) },
	{ "subnets", FIELD_LIST, FIELD_ARRAY(struct network_form, subnet, subnets), .fields = subnet_fields },
	{ "routes", FIELD_LIST, FIELD_ARRAY(struct network_form, route, routes), .fields = route_fields },
	{ "internal", FIELD_BOOL, FIELD_AT(struct network_form, network.internal) },
	{ "ipv6", FIELD_BOOL, FIELD_AT(struct network_form, network.ipv6) },
	{ "dns", FIELD_BOOL, FIELD_AT(struct network_form, network.dns) },
	{ "dnsServers", FIELD_TEXTS,
	  FIELD_ARRAY(struct network_form, network.dns_servers.at, network.dns_servers.count) },
	{ "options", FIELD_PAIRS, FIELD_ARRAY(struct network_form, network.options.at, network.options.count) },
	{ "labels", FIELD_PAIRS, FIELD_ARRAY(struct network_form, network.labels.at, network.labels.count) },
	{ 0 }
};

static void read_subnet(const struct subnet_form *form, struct subnet *subnet, struct problem *problem)
{
	if (!subnet_read(form->subnet, NETWORK_FILE, &subnet->address, problem))
		return;
	if (!address_read(form->gateway, &subnet->gateway) || !subnet_has(&subnet->address, &subnet->gateway))
		problem_set(problem, NETWORK_FILE ": the gateway '%s' is not in %s", form->gateway, form->subnet);
	subnet->gateway.prefix = subnet->address.prefix;
	if (form->range && form->range[0] && subnet_read(form->range, NETWORK_FILE, &subnet->range, problem) &&
	    !subnet_has(&subnet->address, &subnet->range))
		problem_set(problem, NETWORK_FILE ": the range '%s' is not in %s", form->range, form->subnet);
}

static void read_route(const struct route_form *form, struct plan_route *route, struct problem *problem)
{
	if (!subnet_read(form->destination, NETWORK_FILE, &route->to, problem))
		return;
	if (!address_read(form->gateway, &route->via) || route->via.family != route->to.family)
		problem_set(problem, NETWORK_FILE ": '%s' is no gateway to %s", form->gateway, form->destination);
	route->metric = form->metric;
}

static void read_routes(struct arena *arena, const struct network_form *form, struct network *network,
			struct problem *problem)
{
	if (form->routes > NETWORK_ROUTES)
		problem_set(problem, NETWORK_FILE ": routes: more than %d", NETWORK_ROUTES);
	network->route = ARENA_ARRAY(arena, form->routes + 1, struct plan_route);
	for (size_t i = 0; i < form->routes && !problem->found; i++)
		read_route(&form->route[i], &network->route[network->routes++], problem);
}

static bool is_id(const char *text)
{
	return strspn(text, "0123456789abcdef") == NETWORK_ID_LENGTH && !text[NETWORK_ID_LENGTH];
}

/* What the lines of the table cannot say. */
static void read_rest(struct arena *arena, const struct network_form *form, struct network *network,
		      struct problem *problem)
{
	if (form->version != NETWORK_VERSION)
		problem_set(problem, NETWORK_FILE ": is of form %u, which this version of taru does not know",
			    form->version);
	if (!problem->found && !is_id(network->id))
		problem_set(problem, NETWORK_FILE ": id: is no ID");
	if (!problem->found && network->driver >= NETWORK_HOST)
		problem_set(problem, NETWORK_FILE ": driver: is none that has a folder");
	if (form->subnets > NETWORK_SUBNETS)
		problem_set(problem, NETWORK_FILE ": subnets: more than %d", NETWORK_SUBNETS);
	if (problem->found)
		return;
	if (!network->interface)
		network->interface = "";
	if (network->driver == NETWORK_BRIDGE)
		network_check_interface(network->interface, NETWORK_FILE, problem);
	network->subnet = ARENA_ARRAY(arena, form->subnets + 1, struct subnet);
	network->subnets = form->subnets;
	for (size_t i = 0; i < form->subnets; i++)
		read_subnet(&form->subnet[i], &network->subnet[i], problem);
	read_routes(arena, form, network, problem);
	network_read_options(network, problem);
}

bool network_read(struct arena *arena, char *text, size_t length, struct network *ret_network,
		  struct problem *problem)
{
	struct decoder decoder = { arena, problem };
	struct network_form form = { .network.folder = -1 };
	const struct json *value = json_read(arena, text, length, NETWORK_FILE, problem);

	if (value && value->kind != JSON_OBJECT)
		problem_set(problem, NETWORK_FILE ": must be an object, not %s", json_kind_name(value->kind));
	if (!problem->found)
		json_decode(&decoder, value, fields, &form);
	if (!problem->found)
		read_rest(arena, &form, &form.network, problem);
	*ret_network = form.network;
	return !problem->found;
}

/* --- names --- */

static const char *const builtin[] = { NETWORK_DEFAULT, "host", "none", NULL };

bool network_is_builtin(const char *name)
{
	return text_is_one_of(name, builtin);
}

bool network_check_name(const char *name, struct problem *problem)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-";
	/* `--network container:NAME`, `--network pasta` and so on are other things. */
	static const char *const words[] = { "container", "default", "ns", "pasta", "private", "slirp4netns", NULL };
	size_t length = strlen(name);
	bool good = length && length <= NETWORK_NAME_MAX && strspn(name, letters) == length && !strchr("_.-", name[0]);

	if (!good)
		problem_set(problem, "network name '%.64s': is made of letters, digits, '_', '.' and '-', begins with "
			    "a letter or digit, and has 1 to %d characters", name, NETWORK_NAME_MAX);
	else if (text_is_one_of(name, words))
		problem_set(problem, "network name '%s': means something else to --network", name);
	return good && !text_is_one_of(name, words);
}
