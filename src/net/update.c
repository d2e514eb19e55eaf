/* update.c - what of a network can be changed while it is used: see network.h. */
#include "base/fd.h"
#include "base/file.h"
#include "net/lease.h"
#include "net/parts.h"
#include "net/roster.h"
#include "spec/lists.h"
#include "spec/reason.h"
#include <errno.h>
#include <string.h>

#define NO_RESOLVER "network %s has no resolver that could ask name servers"

int network_write_record(struct arena *arena, int folder, const struct network *network)
{
	struct text text = text_new(arena);
	closes int fd = file_open_kept(folder, NETWORK_FILE ".new", O_WRONLY | O_CREAT | O_TRUNC, 0600);

	network_write(&text, network);
	return file_place_synced(fd, folder, NETWORK_FILE ".new", NETWORK_FILE, text.at, text.length);
}

bool network_check_servers(const struct texts *servers, const char *option, struct problem *problem)
{
	struct host_address address;

	for (size_t i = 0; i < servers->count; i++)
		if (!address_read(servers->at[i], &address))
			problem_set(problem, "%s: '%s' is no address", option, servers->at[i]);
	return !problem->found;
}

/* The list without those, each of which must be there, and then with the others at its end. */
static struct texts change(struct arena *arena, const struct network *network, const struct texts *add,
			   const struct texts *drop, struct problem *problem)
{
	struct texts servers = { 0 };

	for (size_t i = 0; i < drop->count; i++)
		if (!texts_have(&network->dns_servers, drop->at[i]))
			problem_set(problem, "option '--dns-drop': network %s has no name server %s", network->name,
				    drop->at[i]);
	for (size_t i = 0; i < network->dns_servers.count; i++)
		if (!texts_have(drop, network->dns_servers.at[i]))
			texts_add(arena, &servers, network->dns_servers.at[i]);
	for (size_t i = 0; i < add->count; i++)
		if (!texts_have(&servers, add->at[i]))
			texts_add(arena, &servers, add->at[i]);
	return servers;
}

/* The network is locked. */
static void update(struct arena *arena, struct network *network, const struct texts *add, const struct texts *drop,
		   struct problem *problem)
{
	int error;

	if (network->driver != NETWORK_BRIDGE || !network->dns)
		problem_set(problem, NO_RESOLVER, network->name);
	network->dns_servers = change(arena, network, add, drop, problem);
	if (problem->found)
		return;
	error = network_write_record(arena, network->folder, network);
	if (!error)
		error = roster_set_servers(arena, network);
	if (error)
		problem_set(problem, "network %s: its name servers cannot be written down: %s", network->name,
			    reason_words(error));
}

bool network_update_servers(const struct store *store, struct network *network, const struct texts *add,
			    const struct texts *drop, struct problem *problem)
{
	const char *name = network->name;
	closes int lock = -1;
	int got = 0;

	if (!network_check_servers(add, "option '--dns-add'", problem) ||
	    !network_check_servers(drop, "option '--dns-drop'", problem))
		return false;
	/* As it is now, and nobody else's update comes in between. */
	lock = networks_lock(store, false, problem);
	network_close(network);
	if (lock >= 0)
		got = network_open(store, name, network, problem);
	if (!got && !problem->found)
		problem_set(problem, network_is_builtin(name) ? NO_RESOLVER : "no such network: %s", name);
	if (got > 0 && network_lock(network, problem)) {
		update(store->arena, network, add, drop, problem);
		network_unlock(network);
	}
	return !problem->found;
}
