/* lease.c - see lease.h */
#include "net/lease.h"
#include "base/fd.h"
#include "base/lock.h"
#include "net/link.h"
#include "net/parts.h"
#include "spec/reason.h"
#include <dirent.h>
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

enum { OWNER_MAX = 256 };		/* bytes of a link's text */

/* Who gives an address of a subnet out, and how. */
struct taking {
	struct arena *arena;
	const struct network *network;
	const struct subnet *subnet;
	size_t index;
	const struct network_owner *owner;
	const struct network_owners *owners;
	bool only_look;
};

/* --- the lock --- */

bool network_lock(const struct network *network, struct problem *problem)
{
	int error = lock_take(network->folder, LOCK_EX, LOCK_PATIENCE_LONG_MS);

	if (error)
		problem_set(problem, "network %s: cannot be locked: %s", network->name,
			    lock_words(network->folder, error));
	else if (sys_faccessat2(network->folder, NETWORK_FILE, F_OK, 0))
		problem_set(problem, "no such network: %s", network->name);
	return !problem->found;
}

void network_unlock(const struct network *network)
{
	sys_flock(network->folder, LOCK_UN);
}

/* --- links --- */

static const char *lease_path(struct arena *arena, const struct host_address *address)
{
	return arena_printf(arena, LEASES "/%s", address_text(arena, address));
}

/* "ID INSIDE MAC" of the link; false where there is none, or it is none of ours. */
static bool read_owner(int dir, const char *path, char text[OWNER_MAX], struct network_owner *ret_owner)
{
	ssize_t length = sys_readlinkat(dir, path, text, OWNER_MAX - 1);
	char *rest = text;

	if (length < 0)
		return false;
	text[length] = '\0';
	ret_owner->id = strsep(&rest, " ");
	ret_owner->inside = rest ? strsep(&rest, " ") : "";
	ret_owner->mac = rest ? rest : "";
	return true;
}

/* Whether somebody has it who is not gone: as put_lease(), but nothing is made. */
static int look_at_lease(const struct taking *taking, const struct host_address *address)
{
	int folder = taking->network->folder;
	char text[OWNER_MAX];
	struct network_owner owner;

	if (folder < 0 || !read_owner(folder, lease_path(taking->arena, address), text, &owner))
		return 0;
	return taking->owners->is_gone(taking->owners->context, owner.id) ? 0 : -EEXIST;
}

static int put_lease(const struct taking *taking, const struct host_address *address)
{
	const struct network_owner *owner = taking->owner;
	const char *mac = owner->mac ? owner->mac : "";
	const char *text = arena_printf(taking->arena, "%s %s%s%s", owner->id, owner->inside, mac[0] ? " " : "", mac);

	if (taking->only_look)
		return look_at_lease(taking, address);
	return sys_symlinkat(text, taking->network->folder, lease_path(taking->arena, address));
}

static DIR *open_leases(const struct network *network)
{
	int fd = network->folder < 0 ? -1 : sys_openat(network->folder, LEASES, O_RDONLY | O_DIRECTORY, 0);

	return fd < 0 ? NULL : fdopendir(fd);
}

size_t network_subnet_of(const struct network *network, const struct host_address *address)
{
	size_t i = 0;

	while (i < network->subnets && !subnet_has(&network->subnet[i].address, address))
		i++;
	return i;
}

/* --- all of them --- */

static int by_address(const void *one, const void *other)
{
	const struct host_address *a = &((const struct lease *)one)->address;
	const struct host_address *b = &((const struct lease *)other)->address;

	return a->family == b->family ? address_compare(a, b) : a->family - b->family;
}

/* False where the name or the text is none of a lease. */
static bool read_lease(struct arena *arena, const struct network *network, int dir, const char *name,
		       struct lease *ret_lease)
{
	char text[OWNER_MAX];
	struct network_owner owner;
	size_t index;

	if (!address_read(name, &ret_lease->address) || !read_owner(dir, name, text, &owner))
		return false;
	index = network_subnet_of(network, &ret_lease->address);
	if (index == network->subnets)
		return false;
	ret_lease->address.prefix = network->subnet[index].address.prefix;
	ret_lease->owner.id = arena_copy(arena, owner.id, strlen(owner.id));
	ret_lease->owner.inside = arena_copy(arena, owner.inside, strlen(owner.inside));
	ret_lease->owner.mac = arena_copy(arena, owner.mac, strlen(owner.mac));
	return true;
}

bool network_leases(struct arena *arena, const struct network *network, struct lease **ret_list, size_t *ret_count,
		    struct problem *problem)
{
	DIR *list = open_leases(network);
	size_t count = 0, room = 16;
	struct lease *leases = ARENA_ARRAY(arena, room, struct lease);

	if (!list && network->folder >= 0)
		problem_set(problem, "network %s: its leases cannot be read: %s", network->name, reason_words(-errno));
	for (const struct dirent *entry; list && (entry = readdir(list));) {
		leases = arena_grow(arena, leases, count, &room, sizeof(*leases));
		if (entry->d_name[0] != '.')
			count += read_lease(arena, network, dirfd(list), entry->d_name, &leases[count]);
	}
	if (list)
		closedir(list);
	qsort(leases, count, sizeof(*leases), by_address);
	*ret_list = leases;
	*ret_count = count;
	return !problem->found;
}

/* --- giving back --- */

void network_give_back(const struct network *network, const char *id, const char *inside)
{
	DIR *list = open_leases(network);
	char text[OWNER_MAX];
	struct network_owner owner;

	for (const struct dirent *entry; list && (entry = readdir(list));)
		if (entry->d_name[0] != '.' && read_owner(dirfd(list), entry->d_name, text, &owner) &&
		    !strcmp(owner.id, id) && (!inside || !strcmp(owner.inside, inside)))
			sys_unlinkat(dirfd(list), entry->d_name, 0);
	if (list)
		closedir(list);
}

/* An address is given back when the device that had it is gone: who ended the container may be waiting for that still,
 * or was killed. */
static void give_back_of_gone(struct arena *arena, const struct network *network, const struct host_address *address,
			      const char *id)
{
	enum { DEVICES = 32 };

	/* The first in any case: one that the kernel is removing has no number any more, and is in its bridge until
	 * that is through, which is waited for. */
	for (unsigned i = 0; i < DEVICES; i++) {
		const char *device = network_outside_name(arena, id, i);

		if (i == 0 || if_nametoindex(device))
			link_remove(device);
	}
	sys_unlinkat(network->folder, lease_path(arena, address), 0);
}

const char *network_outside_name(struct arena *arena, const char *id, size_t number)
{
	return arena_printf(arena, "tv%.10s%zu", id, number);
}

/* Gives back what owners have that are gone: of one subnet, or (NULL) of all. Returns how many leases are left. */
static size_t reclaim(struct arena *arena, const struct network *network, const struct subnet *subnet,
		      const struct network_owners *owners, bool only_look)
{
	struct problem ignored = { 0 };
	struct lease *lease;
	size_t count, left = 0;

	if (!network_leases(arena, network, &lease, &count, &ignored))
		return 1;
	for (size_t i = 0; i < count; i++) {
		if (subnet && !subnet_has(&subnet->address, &lease[i].address))
			continue;
		if (!owners->is_gone(owners->context, lease[i].owner.id))
			left++;
		else if (!only_look)
			give_back_of_gone(arena, network, &lease[i].address, lease[i].owner.id);
	}
	return left;
}

/* Of many the first one is enough. */
static bool is_held(const struct network *network, const struct network_owners *owners)
{
	DIR *list = open_leases(network);
	struct network_owner owner;
	char text[OWNER_MAX];
	bool held = false;

	for (const struct dirent *entry; list && !held && (entry = readdir(list));)
		held = entry->d_name[0] != '.' && read_owner(dirfd(list), entry->d_name, text, &owner) &&
		       !owners->is_gone(owners->context, owner.id);
	if (list)
		closedir(list);
	return held;
}

bool network_is_idle(struct arena *arena, const struct network *network, const struct network_owners *owners)
{
	return !is_held(network, owners) && network_reclaim(arena, network, owners) == 0;
}

bool network_looks_idle(struct arena *arena, const struct network *network, const struct network_owners *owners)
{
	return !is_held(network, owners) && reclaim(arena, network, NULL, owners, true) == 0;
}

size_t network_reclaim(struct arena *arena, const struct network *network, const struct network_owners *owners)
{
	return reclaim(arena, network, NULL, owners, false);
}

/* --- the next one --- */

static bool is_free_for_hosts(const struct subnet *subnet, const struct host_address *address)
{
	struct host_address first = subnet_first(&subnet->address), last = subnet_last(&subnet->address);

	return !address_is(address, &first) && !address_is(address, &subnet->gateway) &&
	       (subnet->address.family == AF_INET6 || !address_is(address, &last));
}

/* The one that was given out last; where that is not known, the one before the first. */
static struct host_address last_given(const struct taking *taking, const struct host_address *range)
{
	struct host_address last;
	char text[OWNER_MAX];
	ssize_t length = sys_readlinkat(taking->network->folder,
					arena_printf(taking->arena, "last-%zu", taking->index), text,
					sizeof(text) - 1);

	text[length > 0 ? length : 0] = '\0';
	return address_read(text, &last) && subnet_has(range, &last) ? last : subnet_last(range);
}

static void note_last(const struct taking *taking, const struct host_address *address)
{
	const char *name = arena_printf(taking->arena, "last-%zu", taking->index);
	const char *new = arena_printf(taking->arena, "%s.new", name), *text = address_text(taking->arena, address);
	int folder = taking->network->folder;

	if (taking->only_look)
		return;
	/* One of a process that was killed may be in the way. */
	if (sys_symlinkat(text, folder, new) == -EEXIST) {
		sys_unlinkat(folder, new, 0);
		sys_symlinkat(text, folder, new);
	}
	sys_renameat(folder, new, folder, name);
}

/* 0; -EEXIST: there is none left. */
static int take_next(const struct taking *taking, struct host_address *ret_address)
{
	const struct subnet *subnet = taking->subnet;
	struct host_address range = subnet->range.family ? subnet->range : subnet->address;
	struct host_address begin = last_given(taking, &range), last = subnet_last(&range), at = begin;
	int error = -EEXIST;

	do {
		at = address_is(&at, &last) ? subnet_first(&range) : address_next(&at);
		if (is_free_for_hosts(subnet, &at))
			error = put_lease(taking, &at);
	} while (error == -EEXIST && !address_is(&at, &begin));
	if (!error) {
		note_last(taking, &at);
		*ret_address = at;
	}
	return error;
}

static void take_any(const struct taking *taking, struct host_address *ret_address, struct problem *problem)
{
	const struct network *network = taking->network;
	const struct subnet *subnet = taking->subnet;
	size_t used = 0;
	int error = take_next(taking, ret_address);

	if (error == -EEXIST) {
		used = reclaim(taking->arena, network, subnet, taking->owners, taking->only_look);
		error = take_next(taking, ret_address);
	}
	if (error == -EEXIST)
		problem_set(problem, "network %s: no address of %s%s is free: containers have %zu", network->name,
			    subnet->range.family ? "the range " : "",
			    subnet_text(taking->arena, subnet->range.family ? &subnet->range : &subnet->address), used);
	else if (error)
		problem_set(problem, "network %s: no address can be taken: %s", network->name, reason_words(error));
}

/* --- a certain one --- */

static void check_wanted(const struct taking *taking, const struct host_address *wanted, struct problem *problem)
{
	const struct subnet *subnet = taking->subnet;
	const char *text = address_text(taking->arena, wanted), *name = taking->network->name;

	if (!subnet_has(&subnet->address, wanted))
		problem_set(problem, "network %s: the address %s is not in its subnet %s", name, text,
			    subnet_text(taking->arena, &subnet->address));
	else if (address_is(wanted, &subnet->gateway))
		problem_set(problem, "network %s: the address %s is its gateway's", name, text);
	else if (!is_free_for_hosts(subnet, wanted))
		problem_set(problem, "network %s: the address %s is the first or the last one of its subnet %s, which "
			    "are no host's", name, text, subnet_text(taking->arena, &subnet->address));
}

static void take_wanted(const struct taking *taking, const struct host_address *wanted, struct problem *problem)
{
	const char *path = lease_path(taking->arena, wanted);
	int folder = taking->network->folder, error = put_lease(taking, wanted);
	struct network_owner owner = { .id = "" };
	char text[OWNER_MAX];

	if (error == -EEXIST && read_owner(folder, path, text, &owner) && !taking->only_look &&
	    taking->owners->is_gone(taking->owners->context, owner.id)) {
		give_back_of_gone(taking->arena, taking->network, wanted, owner.id);
		error = put_lease(taking, wanted);
	}
	if (error == -EEXIST)
		problem_set(problem, "network %s: the address %s is taken by container %.12s", taking->network->name,
			    address_text(taking->arena, wanted), owner.id);
	else if (error)
		problem_set(problem, "network %s: the address %s cannot be taken: %s", taking->network->name,
			    address_text(taking->arena, wanted), reason_words(error));
}

static bool take_address(struct taking *taking, const struct host_address *wanted, struct host_address *ret_address,
			 struct problem *problem)
{
	struct host_address single;

	if (wanted) {
		*ret_address = single = *wanted;
		single.prefix = (unsigned)address_size(single.family) * 8;
		check_wanted(taking, &single, problem);
		if (!problem->found)
			take_wanted(taking, &single, problem);
	} else {
		take_any(taking, ret_address, problem);
	}
	ret_address->prefix = taking->subnet->address.prefix;
	return !problem->found;
}

bool network_take_address(struct arena *arena, const struct network *network, size_t index,
			  const struct host_address *wanted, const struct network_owner *owner,
			  const struct network_owners *owners, struct host_address *ret_address,
			  struct problem *problem)
{
	struct taking taking = { arena, network, &network->subnet[index], index, owner, owners, false };

	return take_address(&taking, wanted, ret_address, problem);
}

bool network_choose_address(struct arena *arena, const struct network *network, size_t index,
			    const struct host_address *wanted, const struct network_owner *owner,
			    const struct network_owners *owners, struct host_address *ret_address,
			    struct problem *problem)
{
	struct taking taking = { arena, network, &network->subnet[index], index, owner, owners, true };

	return take_address(&taking, wanted, ret_address, problem);
}
