/* create.c - how a network is made: see network.h. */
#include "base/fd.h"
#include "base/file.h"
#include "base/sys_file.h"
#include "base/tree.h"
#include "net/parts.h"
#include "spec/reason.h"
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { TRIES = 1000 };

/* What is not free for a new one. */
struct surroundings {
	struct arena *arena;
	struct network *network;
	size_t networks;
	struct routes routes;
};

/* --- what is asked --- */

static void read_driver(const char *given, struct network *network, struct problem *problem)
{
	if (!given || !strcmp(given, "bridge"))
		network->driver = NETWORK_BRIDGE;
	else if (!strcmp(given, "macvlan"))
		network->driver = NETWORK_MACVLAN;
	else if (!strcmp(given, "ipvlan"))
		network->driver = NETWORK_IPVLAN;
	else
		problem_set(problem, "option '--driver': is bridge, macvlan or ipvlan, not '%s'", given);
}

static void check_dns(const struct network_asked *asked, const struct network *network, struct problem *problem)
{
	network_check_servers(&asked->dns_servers, "option '--dns'", problem);
	if (asked->no_dns && asked->dns_servers.count)
		problem_set(problem, "option '--dns': there is no resolver that could ask it with --disable-dns");
	else if (asked->dns_servers.count && network->driver != NETWORK_BRIDGE)
		problem_set(problem, "option '--dns': a network of the driver %s has no resolver that could ask it; "
			    "give --dns to its containers", network_driver_name(network->driver));
}

/* All that can be known without looking at the machine. */
static void read_asked(struct arena *arena, const struct network_asked *asked, struct network *network,
		       struct problem *problem)
{
	*network = (struct network){
		.name = asked->name ? asked->name : "", .created = asked->created, .interface = "",
		.internal = asked->internal, .dns = !asked->no_dns, .ipv6 = asked->ipv6,
		.dns_servers = asked->dns_servers, .options = asked->options, .labels = asked->labels, .folder = -1,
	};
	if (asked->name)
		network_check_name(asked->name, problem);
	read_driver(asked->driver, network, problem);
	network_read_subnets(arena, asked, network, problem);
	for (size_t i = 0; i < network->subnets; i++)
		network->ipv6 |= network->subnet[i].address.family == AF_INET6;
	network_read_options(network, problem);
	network_read_routes(arena, asked, network, problem);
	check_dns(asked, network, problem);
	if (asked->interface && network->driver != NETWORK_BRIDGE)
		problem_set(problem, "option '--interface-name': a network of the driver %s has no bridge; the device "
			    "below it is given by --opt parent=DEVICE", network_driver_name(network->driver));
	else if (asked->interface)
		network_check_interface(asked->interface, "option '--interface-name'", problem);
}

/* --- the device --- */

static const struct network *interface_owner(const struct surroundings *around, const char *name)
{
	for (size_t i = 0; i < around->networks; i++)
		if (!strcmp(around->network[i].interface, name))
			return &around->network[i];
	return NULL;
}

static void check_interface(const struct surroundings *around, const char *name, struct problem *problem)
{
	const struct network *owner = interface_owner(around, name);

	/* In an ordinary user's namespace of networks these are what keeps it. */
	if (geteuid() != 0 && !strncmp(name, "tv", 2))
		problem_set(problem, "network devices whose names begin with 'tv' are those of containers: give "
			    "another name than '%s'", name);
	else if (owner)
		problem_set(problem, "the network device '%s' is the one of network %s", name, owner->name);
	else if (if_nametoindex(name))
		problem_set(problem, "there is a network device '%s' on this machine already: give another name", name);
}

/* The default network's is short, and another store's may be there. */
static const char *choose_interface(const struct surroundings *around, const struct network *network)
{
	const char *name = arena_printf(around->arena, "br-%.12s", network->id);

	if (strcmp(network->name, NETWORK_DEFAULT) != 0)
		return name;
	for (int i = 0; i < TRIES; i++) {
		name = arena_printf(around->arena, "taru%d", i);
		if (!interface_owner(around, name) && !if_nametoindex(name))
			break;
	}
	return name;
}

static void set_interface(const struct surroundings *around, const struct network_asked *asked,
			  struct network *network, struct problem *problem)
{
	const char *option = network_option(network, "interface");

	if (asked->interface && option && strcmp(asked->interface, option) != 0)
		problem_set(problem, "option '--interface-name': --opt has another name, '%s'", option);
	if (asked->interface)
		option = asked->interface;
	network->interface = option ? option : choose_interface(around, network);
	if (option)
		check_interface(around, option, problem);
}

/* The one below containers, where none is given, is the one that leads to the world. */
static void set_parent(const struct surroundings *around, struct network *network, struct problem *problem)
{
	struct pairs more = { ARENA_ARRAY(around->arena, network->options.count + 2, struct pair),
			      network->options.count };
	char name[IF_NAMESIZE] = "";
	unsigned device = routes_default_device(&around->routes);

	if (network->parent[0]) {
		if (!if_nametoindex(network->parent))
			problem_set(problem, "option '--opt': parent: there is no network device '%s' on this machine",
				    network->parent);
		return;
	}
	if (!device || !if_indextoname(device, name)) {
		problem_set(problem, "option '--opt': the driver %s needs parent=DEVICE, since this machine has no "
			    "default route", network_driver_name(network->driver));
		return;
	}
	if (more.count)
		memcpy(more.at, network->options.at, more.count * sizeof(*more.at));
	network->parent = arena_copy(around->arena, name, strlen(name));
	more.at[more.count++] = (struct pair){ "parent", network->parent };
	network->options = more;
}

/* --- the subnets --- */

/* A route that leads to half of the world is a VPN's, and as good as a default one. */
static bool counts(const struct network *network, const struct route *route)
{
	enum { HALF = 1 };

	/* A device below containers leads to the subnet that they are in. */
	return network->driver == NETWORK_BRIDGE && route->address.prefix > HALF;
}

static struct taken_subnets list_taken(const struct surroundings *around, const struct network *network)
{
	struct taken_subnets taken = { 0 };
	size_t room = around->routes.count;

	for (size_t i = 0; i < around->networks; i++)
		room += around->network[i].subnets;
	taken.at = ARENA_ARRAY(around->arena, room + 1, struct taken_subnet);
	for (size_t i = 0; i < around->networks; i++)
		for (size_t j = 0; j < around->network[i].subnets; j++)
			taken.at[taken.count++] = (struct taken_subnet){
				around->network[i].subnet[j].address,
				arena_printf(around->arena, "network %s", around->network[i].name),
			};
	for (size_t i = 0; i < around->routes.count; i++) {
		const struct route *route = &around->routes.at[i];
		char name[IF_NAMESIZE] = "";

		if (!counts(network, route))
			continue;
		if (route->device)
			if_indextoname(route->device, name);
		taken.at[taken.count++] = (struct taken_subnet){
			route->address, name[0] ? arena_printf(around->arena, "this machine, at its device %s", name) :
				"this machine",
		};
	}
	return taken;
}

/* --- the folder --- */

static int make_folder(const struct store *store, int networks, struct network *network)
{
	closes int folder = -1;
	int error = sys_mkdirat(networks, network->name, 0700);

	if (error)
		return error;
	error = folder = sys_openat(networks, network->name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
	if (folder >= 0)
		error = sys_mkdirat(folder, LEASES, 0700);
	if (!error)
		error = network_write_record(store->arena, folder, network);
	if (error)
		tree_remove(networks, network->name);
	else
		network->folder = take_fd(&folder);
	return error;
}

static const char *choose_name(const struct store *store, int networks)
{
	const char *name = "";

	for (int i = 1; i < TRIES; i++) {
		name = arena_printf(store->arena, "taru%d", i);
		if (networks < 0 || sys_faccessat2(networks, name, F_OK, 0) == -ENOENT)
			break;
	}
	return name;
}

/* Whether there is one of that name. What was not finished is put away. */
static bool is_taken(const struct store *store, int networks, const char *name, bool only_look,
		     struct problem *problem)
{
	struct network there;
	int got = network_open(store, name, &there, problem);

	network_close(&there);
	if (got > 0)
		problem_set(problem, "network with name %s already exists", name);
	if (!got && !only_look)
		tree_remove(networks, name);
	return got > 0;
}

static void look_around(const struct store *store, struct surroundings *ret_around, struct problem *problem)
{
	struct text damaged = text_new(store->arena);
	int error;

	*ret_around = (struct surroundings){ .arena = store->arena };
	ret_around->networks = networks_read(store, &ret_around->network, &damaged);
	damaged.at[strcspn(damaged.at, "\n")] = '\0';
	if (damaged.at[0])
		problem_set(problem, "nobody knows which subnets are free: %s", damaged.at);
	error = routes_read(store->arena, &ret_around->routes);
	if (error)
		problem_set(problem, "the routes of this machine cannot be read: %s", reason_words(error));
}

static bool make(const struct store *store, const struct network_asked *asked, struct network *network,
		 bool *ret_taken, struct problem *problem)
{
	/* Where there is no folder yet, nothing is there that would be in the way. */
	closes int networks = networks_lock(store, !asked->only_look, problem);
	struct surroundings around;
	struct taken_subnets taken;
	int error = networks < 0 && !asked->only_look ? networks : 0;

	if (!error && !network->name[0])
		network->name = choose_name(store, networks);
	*ret_taken = !error && is_taken(store, networks, network->name, asked->only_look, problem);
	if (!error && !problem->found) {
		look_around(store, &around, problem);
		taken = list_taken(&around, network);
		network_choose_subnets(store->arena, asked, &taken, network, problem);
		network_check_routes(store->arena, network, problem);
		if (network->driver == NETWORK_BRIDGE)
			set_interface(&around, asked, network, problem);
		else
			set_parent(&around, network, problem);
	}
	if (!error && !problem->found && !asked->only_look)
		error = make_folder(store, networks, network);
	if (error)
		problem_set(problem, "network %s: cannot be made: %s", network->name, reason_words(error));
	return !problem->found;
}

bool network_create(const struct store *store, const struct network_asked *asked, struct network *ret_network,
		    bool *ret_taken, struct problem *problem)
{
	*ret_taken = false;
	read_asked(store->arena, asked, ret_network, problem);
	if (asked->name && network_is_builtin(asked->name)) {
		problem_set(problem, "network with name %s already exists", asked->name);
		*ret_taken = true;
	}
	if (problem->found)
		return false;
	ret_network->id = network_make_id(store->arena, NULL);
	return make(store, asked, ret_network, ret_taken, problem);
}

bool network_default(const struct store *store, const char *created, struct network *ret_network,
		     struct problem *problem)
{
	const struct network_asked asked = { .name = NETWORK_DEFAULT, .created = created };
	bool taken = true;

	for (int i = 0; i < TRIES && taken; i++) {
		struct problem bad = { 0 };
		int got = network_open(store, NETWORK_DEFAULT, ret_network, problem);

		if (got)
			return got > 0;
		read_asked(store->arena, &asked, ret_network, &bad);
		ret_network->id = network_make_id(store->arena, NETWORK_DEFAULT);
		if (make(store, &asked, ret_network, &taken, &bad))
			return true;
		/* Another process was faster. */
		if (!taken)
			problem_set(problem, "%s", bad.text);
	}
	return false;
}

bool network_default_look(const struct store *store, const char *created, struct network *ret_network,
			  struct problem *problem)
{
	const struct network_asked asked = { .name = NETWORK_DEFAULT, .created = created, .only_look = true };
	bool taken;

	read_asked(store->arena, &asked, ret_network, problem);
	ret_network->id = network_make_id(store->arena, NETWORK_DEFAULT);
	return make(store, &asked, ret_network, &taken, problem);
}
