/* connect.c - see connect.h */
#include "engine/connect.h"
#include "engine/connect_parts.h"
#include "engine/event.h"
#include "engine/keep.h"
#include "engine/network_rules.h"
#include "engine/outward.h"
#include "engine/shared.h"
#include "net/address.h"
#include "spec/lists.h"
#include "spec/reason.h"
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* --- this machine --- */

/* What is only shown may be of a namespace that is not there yet. */
static bool is_to_be_made(const struct connecting *connecting)
{
	return connecting->shared && !shared_is_there(connecting->engine);
}

/* What else the plan has: settings of this machine for the bridges. */
static void add_settings(struct connecting *connecting)
{
	struct arena *arena = connecting->engine->arena;
	struct plan_network *plan = &connecting->connected->plan;
	struct pairs *settings = &connecting->connected->settings;
	struct texts published = { 0 };

	if (!plan->bridges)
		return;
	for (size_t i = 0; i < plan->bridges && connecting->connected->endpoints.ports; i++)
		texts_add(arena, &published, plan->bridge[i].name);
	*settings = connect_settings(arena, &published, connecting->has_route[1], is_to_be_made(connecting));
	plan->settings = settings->count ? settings : NULL;
}

/* --- ports --- */

/* The first address of a bridge's network of that family. */
static const struct host_address *first_address(const struct connecting *connecting, int family)
{
	for (size_t i = 0; i < connecting->connected->plan.links; i++) {
		const struct plan_link *link = &connecting->link[i];

		for (size_t j = 0; link->kind == LINK_VETH && j < link->addresses; j++)
			if (link->address[j].family == family && !connecting->network[i].internal)
				return &link->address[j];
	}
	return NULL;
}

/* Ports for which no address was given have the one that the network says, if it says one. */
static const struct made *bind_ports(struct connecting *connecting)
{
	struct arena *arena = connecting->engine->arena;
	struct made *made = ARENA_NEW(arena, struct made);
	const char *address = NULL;

	*made = *connecting->made;
	for (size_t i = 0; i < made->networks && !address; i++)
		if (connecting->network[i].binding.family)
			address = address_text(arena, &connecting->network[i].binding);
	if (!address || !strcmp(address, "0.0.0.0"))
		return made;
	made->port = ARENA_ARRAY(arena, made->ports + 1, struct made_port);
	for (size_t i = 0; i < made->ports; i++) {
		made->port[i] = connecting->made->port[i];
		if (!made->port[i].address[0])
			made->port[i].address = address;
	}
	return made;
}

static bool publish(struct connecting *connecting)
{
	const struct host_address *ipv4 = first_address(connecting, AF_INET);
	const struct host_address *ipv6 = first_address(connecting, AF_INET6);
	struct connected *connected = connecting->connected;
	const struct made *made = bind_ports(connecting);

	for (size_t i = 0; i < made->ports && connecting->shared; i++)
		if (!strcmp(made->port[i].protocol, "sctp"))
			problem_set(connecting->problem, "option '--publish': an ordinary user's networks have tcp "
				    "and udp, not sctp");
	if (made->ports && !ipv4 && !ipv6) {
		problem_set(connecting->problem, "option '--publish': the container is in no network that could be "
			    "reached from this machine's addresses");
		return false;
	}
	/* In a shared namespace another program serves them, which has them from the container's start on. */
	if (!(connecting->shared || connecting->engine->only_told ? ports_choose : ports_hold)(
		    connecting->engine, made, ipv4, ipv6, &connected->held, connecting->problem))
		return false;
	connected->endpoints.port = connected->held.port;
	connected->endpoints.ports = connected->held.ports;
	for (size_t i = 0; i < connected->held.ports; i++) {
		const struct made_port *port = &connected->held.port[i];
		const bool six = strchr(port->address, ':');

		connect_add_port(connecting->engine->arena, &connecting->elements, port, six ? ipv6 : ipv4);
	}
	return true;
}

/* --- the firewall --- */

static void tell_unusable(struct connecting *connecting, int error)
{
	const char *why = error == -EOPNOTSUPP ?
			  "this kernel has none, or does not load the module by itself (as root: modprobe nf_tables)" :
			  arena_printf(connecting->engine->arena, "%s, as where a filter of system calls or a security "
				       "module is around this session", reason_words(error));

	problem_set(connecting->problem, "an ordinary user's networks of bridges need nf_tables in a namespace of the "
		    "user's: %s; --network pasta does without", why);
}

/* enum firewall_state, or -errno. What the table has at a port, or at a single address in front of one that is
 * published at all of them, is another container's: one that nobody's socket holds the port for, since its monitor was
 * killed, or the kernel has no SCTP. What is no container's, as a network's own port 53, the start tells. */
static int look(struct connecting *connecting)
{
	const struct held_ports *held = &connecting->connected->held;
	const struct firewall_elements *all = &connecting->elements;
	const char *user = NULL;
	size_t taken;
	/* publish() has added them as the last ones. */
	int state = firewall_look(all->at + (all->count - held->ports), held->ports, &taken);

	if (state < 0 && connecting->shared)
		tell_unusable(connecting, state);
	else if (taken < held->ports)
		user = port_container(connecting->engine, &held->port[taken]);
	connecting->taken = user;
	if (user)
		ports_tell_taken(&held->port[taken], user, connecting->problem);
	return state;
}

/* Where the table is not there (somebody has flushed it, maybe) it is made, and gets the elements of all that run. One
 * of another version has the same sets, or the start fails and says so. */
static void add_elements(struct connecting *connecting)
{
	struct plan_network *plan = &connecting->connected->plan;
	struct firewall_elements *elements = &connecting->elements;
	struct network_rules *table = NULL;
	int state = FIREWALL_THERE;

	if (plan->bridges)
		state = is_to_be_made(connecting) ? FIREWALL_ABSENT : look(connecting);
	/* The elements are none of its text: another may be about to make it, too. */
	if (state == FIREWALL_ABSENT) {
		plan->rules = firewall_rules(connecting->engine->arena, NULL, 0);
		table = ARENA_NEW(connecting->engine->arena, struct network_rules);
		network_rules_of_running(connecting->engine, table);
		firewall_add_all(connecting->engine->arena, elements, &table->elements);
	}
	firewall_sort(elements);
	if (table)
		table->elements = *elements;
	connecting->connected->table = table;
	plan->element = elements->at;
	plan->elements = elements->count;
}

/* --- all of them --- */

void connect_write_down(struct engine *engine, const struct prepared *prepared, const struct endpoints *endpoints,
			const char *asked, struct problem *problem)
{
	const struct texts servers = network_given_servers(engine->arena, asked);
	int error = endpoints_write(engine, prepared->folder, endpoints);

	if (!error && !engine->only_told && (endpoints->count > 1 || servers.count || prepared->made.links.count))
		error = network_write_asked(engine, &prepared->made, endpoints, &servers);
	if (!error)
		error = network_write_files(engine, prepared->folder, prepared->bundle.spec.hostname, endpoints,
					    asked);
	if (error)
		problem_set(problem, "container %s: cannot write down its networks: %s", prepared->made.name,
			    reason_words(error));
}

/* What is read of the machine's network, or the shared one's, and written down of it. */
static void add_facts(void *data)
{
	struct connecting *connecting = data;

	if (!connecting->problem->found)
		add_settings(connecting);
	add_elements(connecting);
}

void connect_add_facts(struct connecting *connecting)
{
	struct engine *engine = connecting->engine;
	struct plan_network *plan = &connecting->connected->plan;
	int error = connecting->shared ? shared_do(engine, add_facts, connecting) : 0;

	if (!connecting->shared)
		add_facts(connecting);
	if (error)
		problem_set(connecting->problem, "the network namespace of this user's networks cannot be entered: %s",
			    reason_words(error));
	if (!connecting->shared)
		return;
	plan->holder = shared_holder_file(engine);
	plan->enter = shared_program(engine);
	plan->ports = shared_ports_words(engine, connecting->made->id, &connecting->connected->endpoints,
					 arena_printf(engine->arena, "\"$(cat %s)\"", plan->holder));
}

static bool try_to_get_in(struct engine *engine, struct prepared *prepared, struct connected *connected,
			  bool *ret_taken, struct problem *problem)
{
	struct connecting connecting = connect_new(engine, &prepared->made, prepared->folder, 0, connected, problem);
	bool done = connect_all(&connecting) && publish(&connecting);

	if (done || !connecting.shared)
		connect_add_facts(&connecting);
	if (done)
		connect_write_down(engine, prepared, &connected->endpoints,
				   network_resolv_asked(engine, prepared->folder), problem);
	connect_close(&connecting);
	*ret_taken = connecting.taken;
	return !problem->found;
}

static void let_go(const struct prepared *prepared, struct connected *connected)
{
	ports_let_go(&connected->held);
	endpoints_forget(prepared->folder);
}

/* Whoever was killed with one of these ports has it in the firewall still: where one is taken, all such are put away,
 * and it is tried once more. */
static bool get_in(struct engine *engine, struct prepared *prepared, struct connected *connected,
		   struct problem *problem)
{
	struct text warnings = text_new(engine->arena);
	struct problem first = { 0 };
	bool taken;

	if (try_to_get_in(engine, prepared, connected, &taken, &first))
		return true;
	if (!taken || engine->only_told || !engine_heal_all(engine, &warnings)) {
		*problem = first;
		return false;
	}
	let_go(prepared, connected);
	*connected = (struct connected){ .users = connected->users };
	return try_to_get_in(engine, prepared, connected, &taken, problem);
}

/* Held until the container's device is there, or this process ends. One that is only shown makes none. */
static bool hold_shared(struct engine *engine, struct connected *connected, struct problem *problem)
{
	const char *told;

	if (engine->only_told)
		return true;
	connected->users = shared_hold(engine, &told, problem);
	return connected->users >= 0;
}

bool network_connect(struct engine *engine, struct prepared *prepared, struct connected *ret_connected,
		     struct problem *problem)
{
	bool outward;

	*ret_connected = (struct connected){ .plan = { .bridge = NULL }, .users = -1 };
	if (!prepared->made.networks)
		return true;
	outward = outward_is(prepared->made.network[0].network);
	if (shared_is_for(&prepared->made) && !hold_shared(engine, ret_connected, problem))
		return false;
	if (!(outward ? outward_connect(engine, prepared, ret_connected, problem) :
			get_in(engine, prepared, ret_connected, problem))) {
		let_go(prepared, ret_connected);
		return false;
	}
	for (size_t i = 0; i < ret_connected->endpoints.count; i++)
		event_endpoint(engine, &ret_connected->endpoints.at[i], "connect", prepared->made.id);
	prepared->bundle.request.network = &ret_connected->plan;
	return true;
}

void network_settle(struct engine *engine, struct connected *connected)
{
	if (connected->table)
		network_rules_settle(engine, connected->table);
	connected->table = NULL;
}
