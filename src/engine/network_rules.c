/* network_rules.c - see network_rules.h
 *
 * Nobody holds a lock while the firewall's elements change: a start writes its network.json, then adds its elements; an
 * end takes its elements away, then removes network.json. So who has made the table anew looks at all network.json once
 * more. What was added to the old table meanwhile has one by now; and what was taken out of it has none any more, as
 * soon as the one that ends is through, which is what `unsettled` waits for.
 */
#include "engine/network_rules.h"
#include "base/fd.h"
#include "base/file.h"
#include "base/sys.h"
#include "engine/connect_parts.h"
#include "engine/network_owners.h"
#include "engine/outward.h"
#include "engine/parts.h"
#include "engine/shared.h"
#include "net/firewall_others.h"
#include "spec/lists.h"
#include "spec/reason.h"
#include <errno.h>
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { SETTLE_MS = 20, SETTLE_TIMES = 100 };

/* --- what there is --- */

static void add_once(struct arena *arena, struct texts *list, const char *text)
{
	if (!texts_have(list, text))
		texts_add(arena, list, text);
}

/* False where it is not of a bridge, or the network is not the one that it was. */
static bool add_network(struct engine *engine, const struct endpoint *endpoint, struct network_rules *rules)
{
	struct problem gone = { 0 };
	struct network network;
	bool same;

	if (!endpoint->outside[0])
		return false;
	if (texts_have(&rules->bridges, endpoint->parent))
		return true;
	if (!network_find(engine->store, endpoint->network, NULL, &network, &gone))
		return false;
	same = !strcmp(network.id, endpoint->network_id);
	if (same) {
		connect_add_network(engine->arena, &rules->elements, &network);
		texts_add(engine->arena, &rules->bridges, network.interface);
	}
	network_close(&network);
	return same;
}

static void add_container(struct engine *engine, const char *id, struct network_rules *rules)
{
	struct endpoints endpoints;
	bool in_bridge = false;

	if (!endpoints_of(engine, id, &endpoints))
		return;
	for (size_t i = 0; i < endpoints.count; i++) {
		const struct endpoint *endpoint = &endpoints.at[i];

		if (!add_network(engine, endpoint, rules))
			continue;
		in_bridge = true;
		rules->ipv6 |= endpoint_gateway(endpoint, AF_INET6) != NULL;
		if (endpoints.ports)
			add_once(engine->arena, &rules->published, endpoint->parent);
	}
	if (in_bridge)
		texts_add(engine->arena, &rules->containers, id);
	connect_add_ports(engine->arena, &rules->elements, &endpoints);
}

/* Of those that do not live, the ones that somebody has locked or looks after: they come or go. */
static void collect(struct engine *engine, bool all, struct network_rules *ret_rules)
{
	struct network_owners users = engine_network_users(engine);
	struct text warnings = text_new(engine->arena);
	struct problem problem = { 0 };
	struct engine_container *list;
	size_t count;

	*ret_rules = (struct network_rules){ 0 };
	if (!engine_list(engine, &list, &count, &warnings, &problem))
		return;
	for (size_t i = 0; i < count; i++) {
		struct endpoints endpoints;
		bool lives = engine_lives(&list[i]);

		if (!lives && (!all || !endpoints_of(engine, list[i].made.id, &endpoints) ||
			       users.is_gone(users.context, list[i].made.id)))
			continue;
		if (!lives)
			texts_add(engine->arena, &ret_rules->unsettled, list[i].made.id);
		add_container(engine, list[i].made.id, ret_rules);
	}
	firewall_sort(&ret_rules->elements);
}

void network_rules_of_running(struct engine *engine, struct network_rules *ret_rules)
{
	collect(engine, false, ret_rules);
}

void network_rules_of_all(struct engine *engine, struct network_rules *ret_rules)
{
	collect(engine, true, ret_rules);
}

/* --- the kernel's table --- */

static bool have_one_of(const struct texts *list, const struct texts *those)
{
	for (size_t i = 0; i < those->count; i++)
		if (texts_have(list, those->at[i]))
			return true;
	return false;
}

/* Until nobody comes or goes, or none of `those`; or somebody takes very long for it. */
static int settle(struct engine *engine, struct network_rules *rules, const struct texts *those)
{
	const struct timespec pause = { .tv_nsec = SETTLE_MS * 1000000L };
	struct firewall_elements missing, stale;
	struct network_rules now;
	size_t taken;
	int error = 0;

	for (int i = 0; i < SETTLE_TIMES && !error; i++) {
		network_rules_of_all(engine, &now);
		missing = firewall_without(engine->arena, &now.elements, &rules->elements);
		stale = firewall_without(engine->arena, &rules->elements, &now.elements);
		error = firewall_remove_elements(stale.at, stale.count);
		if (!error && missing.count)
			error = firewall_add_elements(missing.at, missing.count, &taken);
		*rules = now;
		if (those ? !have_one_of(&now.unsettled, those) : !now.unsettled.count)
			break;
		nanosleep(&pause, NULL);
	}
	return error;
}

static const char *find_nft(struct engine *engine)
{
	struct host host;

	host_read(engine->arena, &(struct host_wants){ .nft = true }, &host);
	return host.nft;
}

/* --- what the kernel must allow beside it --- */

/* A bridge that has just gone needs nothing. */
static int set(const struct pair *setting)
{
	closes int fd = sys_openat(AT_FDCWD, setting->key, O_WRONLY, 0);

	if (fd == -ENOENT)
		return 0;
	return fd < 0 ? fd : file_write_all(fd, setting->value, strlen(setting->value));
}

static void set_all(struct arena *arena, const struct network_rules *rules, struct problem *problem)
{
	struct pairs settings = { 0 };

	if (rules->bridges.count)
		settings = connect_settings(arena, &rules->published, rules->ipv6, false);
	for (size_t i = 0; i < settings.count; i++) {
		const struct pair *setting = &settings.at[i];
		int error = set(setting);

		if (error)
			problem_set(problem, "%s: cannot be set to %s: %s", setting->key, setting->value,
				    reason_words(error));
	}
}

/* --- reload --- */

struct reloading {
	struct engine *engine;
	struct network_rules *rules;
	struct problem *problem;
};

static void reload(void *data)
{
	const struct reloading *reloading = data;
	struct network_rules *rules = reloading->rules;
	struct engine *engine = reloading->engine;
	int error;

	network_rules_of_all(engine, rules);
	if (!firewall_reload(engine->arena, find_nft(engine), rules->elements.at, rules->elements.count,
			     reloading->problem))
		return;
	error = settle(engine, rules, NULL);
	if (error)
		problem_set(reloading->problem, "the firewall did not take the elements of containers: %s",
			    reason_words(error));
	set_all(engine->arena, rules, reloading->problem);
}

/* An ordinary user whose namespace is not there has no rules that anybody could have removed. */
bool network_rules_reload(struct engine *engine, struct network_rules *ret_rules, struct problem *problem)
{
	struct reloading reloading = { engine, ret_rules, problem };
	int error = 0;

	if (geteuid() != 0 && !shared_is_there(engine))
		network_rules_of_all(engine, ret_rules);
	else
		error = shared_do(engine, reload, &reloading);
	if (error)
		problem_set(problem, "the network namespace of this user's networks cannot be entered: %s",
			    reason_words(error));
	return !problem->found;
}

struct settling {
	struct engine *engine;
	struct network_rules *table;
};

static void settle_table(void *data)
{
	const struct settling *settling = data;
	const struct texts others = settling->table->containers;

	(void)settle(settling->engine, settling->table, &others);
}

void network_rules_settle(struct engine *engine, struct network_rules *table)
{
	struct settling settling = { engine, table };

	(void)shared_do(engine, settle_table, &settling);
}

int network_rules_missing(const struct network_rules *rules, size_t *ret_missing)
{
	int state = rules->elements.count ? firewall_is_there() : FIREWALL_THERE;

	*ret_missing = rules->elements.count;
	if (state != FIREWALL_THERE)
		return state < 0 ? state : 0;
	return firewall_missing_elements(rules->elements.at, rules->elements.count, ret_missing);
}

void network_rules_find_others(struct engine *engine, const struct network_rules *rules, struct text *out)
{
	const char *nft = rules->bridges.count ? find_nft(engine) : NULL;

	for (size_t i = 0; i < rules->bridges.count; i++)
		firewall_find_others(out, nft, rules->bridges.at[i]);
}

/* The bridge of a network that is there and has none yet; NULL for others. */
static const char *new_bridge(struct engine *engine, const char *name)
{
	struct problem other = { 0 };
	struct network network;
	const char *bridge = NULL;

	if (!network_find(engine->store, name, record_now(engine->arena), &network, &other))
		return NULL;
	if (network.driver == NETWORK_BRIDGE && !network.internal && !if_nametoindex(network.interface))
		bridge = arena_copy(engine->arena, network.interface, strlen(network.interface));
	network_close(&network);
	return bridge;
}

void network_rules_warn(struct engine *engine, const struct made *made, struct text *warnings)
{
	if (geteuid() != 0 || !made->networks || outward_is(made->network[0].network))
		return;
	for (size_t i = 0; i < made->networks; i++) {
		const char *bridge = new_bridge(engine, made->network[i].network);
		struct text found = text_new(engine->arena);

		if (bridge && firewall_has_others(engine->arena))
			firewall_find_others(&found, find_nft(engine), bridge);
		for (const char *at = found.length ? found.at : ""; *at; at = strchr(at, '\n') + 1)
			text_printf(warnings, "network %s: %.*s\n", made->network[i].network,
				    (int)strcspn(at, "\n"), at);
	}
}
