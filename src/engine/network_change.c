/* network_change.c - see network_change.h */
#include "base/fd.h"
#include "base/file.h"
#include "base/sys.h"
#include "engine/event.h"
#include "engine/network_change_parts.h"
#include "engine/networks_asked.h"
#include "engine/outward.h"
#include "engine/parts.h"
#include "engine/shared.h"
#include "net/address.h"
#include "net/lease.h"
#include "spec/reason.h"
#include <string.h>
#include <unistd.h>

/* --- the container --- */

/* Somebody may have changed it until it was locked. */
static bool read_again(struct changing *changing)
{
	struct engine_container *container = changing->container;
	char *text;
	size_t length;
	int error = file_read_kept(changing->engine->arena, container->folder, MADE_FILE, MADE_MAX, &text, &length);

	if (error)
		problem_set(changing->problem, "container %s: its record cannot be read: %s", container->made.name,
			    reason_words(error));
	return !error && made_read(changing->engine->arena, text, length, &container->made, changing->problem);
}

static bool begin(struct changing *changing)
{
	if (!engine_lock(changing->engine, changing->container, changing->problem) || !read_again(changing))
		return false;
	endpoints_read(changing->engine, changing->container->folder, &changing->endpoints);
	if (changing->endpoints.damaged)
		problem_set(changing->problem, "container %s: its network.json is damaged: 'taru restart %s' connects "
			    "it anew", changing->container->made.name, changing->container->made.name);
	if (changing->endpoints.damaged || !engine_lives(changing->container))
		return !changing->problem->found;
	engine_network_mend(changing->engine, changing->container);
	endpoints_read(changing->engine, changing->container->folder, &changing->endpoints);
	return !changing->problem->found;
}

static size_t find_network(const struct made *made, const char *name)
{
	size_t i = 0;

	while (i < made->networks && strcmp(made->network[i].network, name) != 0)
		i++;
	return i;
}

static bool write_networks(struct changing *changing, struct made_network *list, size_t count)
{
	struct made *made = &changing->container->made;
	const struct made before = *made;

	made->network = list;
	made->networks = count;
	if (engine_write_made(changing->engine, changing->container, changing->problem))
		return true;
	*made = before;
	return false;
}

static bool add_network(struct changing *changing, const struct made_network *network)
{
	const struct made *made = &changing->container->made;
	struct made_network *list = ARENA_ARRAY(changing->engine->arena, made->networks + 1, struct made_network);

	for (size_t i = 0; i < made->networks; i++)
		list[i] = made->network[i];
	list[made->networks] = *network;
	return write_networks(changing, list, made->networks + 1);
}

/* --- what is asked --- */

/* One that was made without networks has a namespace that is not its own, or is to have nothing in it: it has no files
 * that say what its networks add. */
static void check_mode(struct changing *changing)
{
	const struct engine_container *container = changing->container;

	if (!container->made.networks && sys_faccessat2(container->folder, HOSTS_ASKED, F_OK, 0) &&
	    sys_faccessat2(container->folder, RESOLV_ASKED, F_OK, 0))
		problem_set(changing->problem, "container %s was made for '--network none', 'host', 'container:' or "
			    "'ns:', and cannot be in other networks: make it with a network",
			    container->made.name);
	else if (container->made.networks && outward_is(container->made.network[0].network))
		problem_set(changing->problem, "container %s has --network %s, which cannot be together with other "
			    "networks: make it with a network", container->made.name,
			    container->made.network[0].network);
}

/* Its first bytes count, whatever its subnet is. */
static void check_address(struct changing *changing, const struct network *network, const char *text)
{
	struct host_address address;

	if (text[0] && address_read(text, &address) && network_subnet_of(network, &address) == network->subnets)
		problem_set(changing->problem, "network %s: the address %s is in none of its subnets", network->name,
			    text);
}

static void check_interface(struct changing *changing, const char *interface)
{
	const struct made *made = &changing->container->made;

	for (size_t i = 0; i < made->networks && interface[0]; i++)
		if (!strcmp(made->network[i].interface, interface))
			problem_set(changing->problem, "container %s has a network device '%s' already: in network %s",
				    made->name, interface, made->network[i].network);
	for (size_t i = 0; i < changing->endpoints.count && interface[0]; i++)
		if (!strcmp(changing->endpoints.at[i].inside, interface))
			problem_set(changing->problem, "container %s has a network device '%s' already: in network %s",
				    made->name, interface, changing->endpoints.at[i].network);
}

/* The network's own name, whatever it was called by. */
static bool check_network(struct changing *changing, struct made_network *asked)
{
	const struct made *made = &changing->container->made;
	struct network network;

	if (!(changing->engine->only_told ? network_look : network_find)(
		    changing->engine->store, asked->network, record_now(changing->engine->arena), &network,
		    changing->problem))
		return false;
	asked->network = network.name;
	if (network.driver == NETWORK_HOST || network.driver == NETWORK_NONE)
		problem_set(changing->problem, "network %s cannot be together with others", network.name);
	else if (find_network(made, network.name) < made->networks)
		problem_set(changing->problem, "container %s is in network %s already", made->name, network.name);
	check_address(changing, &network, asked->ip);
	check_address(changing, &network, asked->ip6);
	check_interface(changing, asked->interface);
	network_close(&network);
	return !changing->problem->found;
}

static bool read_asked(struct changing *changing, const struct connect_asked *asked, struct made_network *ret_network)
{
	check_mode(changing);
	return !changing->problem->found &&
	       networks_read_connect(changing->engine->arena, asked, ret_network, changing->problem) &&
	       check_network(changing, ret_network);
}

/* --- connect --- */

static bool connect_it(struct changing *changing, const struct connect_asked *asked,
		       const struct change_explained *explained)
{
	struct made_network *network = ARENA_NEW(changing->engine->arena, struct made_network);
	struct made made;

	if (!begin(changing) || !read_asked(changing, asked, network))
		return false;
	if (explained && !engine_lives(changing->container)) {
		problem_set(changing->problem, "option '--explain': container %s does not run: nothing is made before "
			    "its start, whose plan has its networks", changing->container->made.name);
		return false;
	}
	if (!engine_lives(changing->container))
		return add_network(changing, network);
	made = changing->container->made;
	made.network = network;
	made.networks = 1;
	return change_connect(changing, &made, explained, add_network);
}

/* What is done where the networks are; see shared.h. */
struct moving {
	struct changing changing;
	const struct connect_asked *asked;
	const struct change_explained *explained;
	const char *network;
	bool force, done;
};

static void move_in(void *data)
{
	struct moving *moving = data;

	moving->done = connect_it(&moving->changing, moving->asked, moving->explained);
}

/* An ordinary user's published ports may lead elsewhere then, or somewhere for the first time. */
static bool move(struct moving *moving, void (*work)(void *data))
{
	struct changing *changing = &moving->changing;
	const char *note;
	int users = -1, error;

	if (geteuid() != 0 && engine_lives(changing->container) && !moving->explained) {
		users = shared_hold(changing->engine, &note, changing->problem);
		if (users < 0)
			return false;
	}
	error = shared_do(changing->engine, work, moving);
	if (error)
		problem_set(changing->problem, "container %s: the network namespace of this user's networks cannot be "
			    "entered: %s", changing->container->made.name, reason_words(error));
	if (users >= 0 && moving->done)
		moving->done = shared_serve_ports(changing->engine, changing->container->folder,
						  changing->container->made.id, &changing->endpoints,
						  changing->problem);
	fd_close_at(&users);
	return moving->done;
}

bool engine_network_connect(struct engine *engine, struct engine_container *container,
			    const struct connect_asked *asked, struct problem *problem)
{
	struct moving moving = { .changing = { .engine = engine, .container = container, .problem = problem },
				 .asked = asked };

	return move(&moving, move_in);
}

bool engine_network_explain(struct engine *engine, struct engine_container *container,
			    const struct connect_asked *asked, enum explain_form form, const char *what,
			    struct text *out, struct problem *problem)
{
	const struct change_explained explained = { form, what, out };
	struct moving moving = { .changing = { .engine = engine, .container = container, .problem = problem },
				 .asked = asked, .explained = &explained };

	return move(&moving, move_in);
}

/* --- disconnect --- */

/* A network that is gone has the name that was given. */
static const char *network_name(struct changing *changing, const char *given)
{
	struct problem unknown = { 0 };
	struct network network;

	if (find_network(&changing->container->made, given) < changing->container->made.networks ||
	    !network_find(changing->engine->store, given, NULL, &network, &unknown))
		return given;
	network_close(&network);
	return network.name;
}

static bool remove_network(struct changing *changing, size_t index)
{
	const struct made *made = &changing->container->made;
	struct made_network *list = ARENA_ARRAY(changing->engine->arena, made->networks, struct made_network);
	size_t count = 0;

	for (size_t i = 0; i < made->networks; i++)
		if (i != index)
			list[count++] = made->network[i];
	return write_networks(changing, list, count);
}

/* What is said in its files of networks that it is in no more. */
static void forget_files(struct changing *changing)
{
	if (!changing->container->made.networks)
		change_write_files(changing);
}

static bool disconnect_it(struct changing *changing, const char *network, bool force)
{
	struct engine_container *container = changing->container;
	struct problem ignored = { 0 }, *problem = changing->problem;
	const char *name;
	size_t index;

	if (!begin(changing))
		return false;
	name = network_name(changing, network);
	index = find_network(&container->made, name);
	if (index == container->made.networks) {
		if (!force)
			problem_set(problem, "container %s is not in network %s", container->made.name, name);
		return force;
	}
	if (!remove_network(changing, index))
		return false;
	for (size_t i = changing->endpoints.count; engine_lives(container) && i-- > 0;) {
		const struct endpoint endpoint = changing->endpoints.at[i];

		if (strcmp(endpoint.network, name) != 0)
			continue;
		change_put_away(changing, i, true, force ? &ignored : problem);
		event_endpoint(changing->engine, &endpoint, "disconnect", container->made.id);
	}
	if (!engine_lives(container))
		forget_files(changing);
	return !problem->found;
}

static void move_out(void *data)
{
	struct moving *moving = data;

	moving->done = disconnect_it(&moving->changing, moving->network, moving->force);
}

bool engine_network_disconnect(struct engine *engine, struct engine_container *container, const char *network,
			       bool force, struct problem *problem)
{
	struct moving moving = { .changing = { .engine = engine, .container = container, .problem = problem },
				 .network = network, .force = force };

	return move(&moving, move_out);
}

/* --- what was cut off --- */

static bool is_asked_for(const struct made *made, const struct endpoint *endpoint)
{
	return find_network(made, endpoint->network) < made->networks;
}

bool engine_network_is_cut_off(struct engine *engine, struct engine_container *container)
{
	struct problem unread = { 0 };
	struct changing changing = { .engine = engine, .container = container, .problem = &unread };

	if (!engine_lives(container) || !read_again(&changing) ||
	    !endpoints_read(engine, container->folder, &changing.endpoints))
		return false;
	for (size_t i = 0; i < changing.endpoints.count; i++)
		if (!is_asked_for(&container->made, &changing.endpoints.at[i]))
			return true;
	return false;
}

static void mend(void *data)
{
	struct changing *changing = data;

	for (size_t i = changing->endpoints.count; i-- > 0;)
		if (!is_asked_for(&changing->container->made, &changing->endpoints.at[i]))
			change_put_away(changing, i, true, changing->problem);
}

void engine_network_mend(struct engine *engine, struct engine_container *container)
{
	struct problem ignored = { 0 };
	struct changing changing = { .engine = engine, .container = container, .problem = &ignored };

	endpoints_read(engine, container->folder, &changing.endpoints);
	/* What pasta and slirp4netns have is no network that it could be taken out of. */
	if (changing.endpoints.count && !outward_is(changing.endpoints.at[0].driver))
		shared_do(engine, mend, &changing);
}
