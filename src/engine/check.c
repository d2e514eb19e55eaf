/* check.c - see check.h */
#include "engine/check.h"
#include "base/fd.h"
#include "base/lock.h"
#include "engine/connect.h"
#include "engine/endpoint.h"
#include "engine/idle.h"
#include "engine/keep.h"
#include "engine/network_change.h"
#include "engine/network_rules.h"
#include "engine/parts.h"
#include "engine/secret.h"
#include "engine/shared.h"
#include "engine/stale_leases.h"
#include "net/firewall.h"
#include "net/network.h"
#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

struct checking {
	struct engine *engine;
	bool repair;
	struct text *out, *warnings;
	size_t left;
};

static void tell(struct checking *checking, bool mended, const char *text)
{
	text_printf(checking->out, "%s%s\n", text, mended ? ": mended" : "");
	checking->left += !mended;
}

/* --- what runs --- */

static void check_life(struct checking *checking, const char *id)
{
	struct engine *engine = checking->engine;
	struct problem bad = { 0 };
	struct engine_container container;
	struct container life;
	bool there, ended, ours;

	if (!container_open(engine->arena, engine->run, id, &life, &bad)) {
		if (!life.missing)
			tell(checking, false, bad.text);
		container_close(&life);
		return;
	}
	ended = life.status == STATUS_STOPPED;
	ours = engine_is_ours(engine, &life);
	container_close(&life);
	bad = (struct problem){ 0 };
	there = engine_find(engine, id, &container, &bad);
	/* One of another store; or check_folder() tells of its record. */
	if (!there && (!ours || container.made.id))
		return;
	if (!there && !ended) {
		tell(checking, false, arena_printf(engine->arena, "container %.12s: runs, and its record is lost: "
						   "'taru rm --force %.12s' ends it", id, id));
		return;
	}
	if (there && engine_has_keeper(container.folder)) {
		engine_close(&container);
		return;
	}
	if (!ended) {
		if (checking->repair)
			engine_heal_one(engine, id, checking->warnings);
		tell(checking, checking->repair,
		     arena_printf(engine->arena, "container %s: runs, and nobody looks after it: its monitor was "
				  "killed", container.made.name));
	} else {
		if (checking->repair)
			engine_heal_one(engine, id, checking->warnings);
		tell(checking, checking->repair, arena_printf(engine->arena, "container %s: has ended and is not put "
							      "away", there ? container.made.name : id));
	}
	engine_close(&container);
}

static void check_lives(struct checking *checking)
{
	struct problem none = { 0 };
	struct texts ids = container_list(checking->engine->arena, checking->engine->run, &none);

	for (size_t i = 0; i < ids.count; i++)
		if (is_container_id(ids.at[i]))
			check_life(checking, ids.at[i]);
}

/* --- folders and names --- */

/* Whoever has it locked is about to change it. One that was killed may have left a child, which ends in a moment and
 * has the lock until then: a repair waits for it. */
static bool lock_idle(const struct checking *checking, const struct engine_container *container)
{
	enum { PATIENCE_MS = 500 };

	return (checking->repair ? lock_take(container->folder, LOCK_EX, PATIENCE_MS) :
				   sys_flock(container->folder, LOCK_EX | LOCK_NB)) == 0;
}

/* Who was to change its networks was killed. */
static void check_change(struct checking *checking, struct engine_container *container)
{
	struct engine *engine = checking->engine;

	if (!network_is_connected(container->folder) || !lock_idle(checking, container))
		return;
	if (engine_network_is_cut_off(engine, container)) {
		if (checking->repair)
			engine_network_mend(engine, container);
		tell(checking, checking->repair,
		     arena_printf(engine->arena, "container %s: runs, and is halfway in a network or out of it",
				  container->made.name));
	}
	sys_flock(container->folder, LOCK_UN);
}

/* One whose process has ended loses its devices. */
static const char *find_loss(struct checking *checking, struct engine_container *container)
{
	struct engine *engine = checking->engine;
	struct problem gone = { 0 };
	struct engine_container now;
	const char *loss = NULL;

	if (!engine_network_loss(engine, container) || !lock_idle(checking, container))
		return NULL;
	if (engine_find(engine, container->made.id, &now, &gone)) {
		loss = engine_network_loss(engine, &now);
		engine_close(&now);
	}
	if (!loss)
		sys_flock(container->folder, LOCK_UN);
	return loss;
}

static void check_loss(struct checking *checking, struct engine_container *container)
{
	struct engine *engine = checking->engine;
	const char *loss = find_loss(checking, container);
	struct problem problem = { 0 };
	bool mended = false;

	if (!loss)
		return;
	if (checking->repair)
		mended = engine_network_bring_back(engine, container, &problem);
	tell(checking, mended, arena_printf(engine->arena, "container %s: %s", container->made.name, loss));
	if (problem.found)
		text_printf(checking->warnings, "%s\n", problem.text);
	sys_flock(container->folder, LOCK_UN);
}

/* An ordinary user's. */
static void check_ports(struct checking *checking, struct engine_container *container)
{
	struct engine *engine = checking->engine;
	struct endpoints endpoints;
	struct problem problem = { 0 };
	bool mended;

	if (!shared_is_for(&container->made) || !endpoints_read(engine, container->folder, &endpoints) ||
	    engine_network_loss(engine, container) || !shared_lacks_ports(engine, container->folder, &endpoints))
		return;
	mended = checking->repair && shared_serve_ports(engine, container->folder, container->made.id, &endpoints,
							&problem);
	tell(checking, mended, arena_printf(engine->arena, "container %s: its ports of this machine are not served: "
					    "who did was killed", container->made.name));
	if (problem.found)
		text_printf(checking->warnings, "%s\n", problem.text);
}

/* Once for all containers of an ordinary user's networks. */
static void check_way_out(struct checking *checking)
{
	const char *why = NULL;

	if (!shared_lacks_way_out(checking->engine))
		return;
	if (checking->repair)
		why = shared_mend_way_out(checking->engine);
	tell(checking, checking->repair && !why, "networks: containers reach nothing outside: pasta does not run");
	if (why)
		text_printf(checking->warnings, "%s\n", why);
}

/* The machine went down while it ran, or who was to put it away was killed: its addresses and names are still its
 * own. */
static void check_networks(struct checking *checking, struct engine_container *container)
{
	struct engine *engine = checking->engine;
	struct endpoints endpoints;

	if (engine_lives(container) && endpoints_read(engine, container->folder, &endpoints) && endpoints.damaged) {
		tell(checking, false, arena_printf(engine->arena, "container %s: its network.json is damaged: 'taru "
						   "restart %s' connects it anew", container->made.name,
						   container->made.name));
		return;
	}
	if (engine_lives(container)) {
		check_change(checking, container);
		check_loss(checking, container);
		check_ports(checking, container);
	}
	if (engine_lives(container) || engine_has_keeper(container->folder) ||
	    !network_is_connected(container->folder) || !lock_idle(checking, container))
		return;
	if (checking->repair)
		network_disconnect(engine, container->folder, container->made.id);
	tell(checking, checking->repair, arena_printf(engine->arena, "container %s: has ended and is in its networks "
						      "still", container->made.name));
	sys_flock(container->folder, LOCK_UN);
}

static void check_restart(struct checking *checking, const struct engine_container *container)
{
	struct engine *engine = checking->engine;

	if (container->status != CONTAINER_RESTARTING || engine_has_keeper(container->folder))
		return;
	if (checking->repair)
		engine_heal_one(engine, container->made.id, checking->warnings);
	tell(checking, checking->repair,
	     arena_printf(engine->arena, "container %s: is to be started again, and who was about to do so was killed",
			  container->made.name));
}

/* Its place is taken by what is none. */
static void check_no_folder(struct checking *checking, const char *id)
{
	const char *path = arena_printf(checking->engine->arena, CONTAINERS "/%s", id);
	bool mended = checking->repair && !engine_has_life(checking->engine, id) &&
		      sys_unlinkat(checking->engine->store->fd, path, 0) == 0;

	tell(checking, mended, arena_printf(checking->engine->arena, "%s: is no folder", path));
}

/* A folder without a record is garbage, where nobody is at it. */
static void check_folder(struct checking *checking, const char *id)
{
	struct engine *engine = checking->engine;
	closes int fd = sys_openat(engine->store->fd, arena_printf(engine->arena, CONTAINERS "/%s", id),
				   O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
	struct engine_container container;
	struct problem bad = { 0 };

	if (fd < 0) {
		if (fd == -ENOTDIR || fd == -ELOOP)
			check_no_folder(checking, id);
		return;
	}
	if (sys_faccessat2(fd, MADE_FILE, F_OK, AT_SYMLINK_NOFOLLOW)) {
		if (!engine_has_life(engine, id) && sys_flock(fd, LOCK_EX | LOCK_NB) == 0)
			tell(checking, checking->repair,
			     arena_printf(engine->arena, "containers/%s: is what is left of a container", id));
		return;
	}
	if (engine_find(engine, id, &container, &bad)) {
		check_networks(checking, &container);
		check_restart(checking, &container);
	}
	if (bad.found)
		tell(checking, false, bad.text);
	else if (!name_owner(engine, container.made.name) || strcmp(name_owner(engine, container.made.name), id) != 0)
		tell(checking, checking->repair && engine_name_again(engine, &container.made),
		     arena_printf(engine->arena, "container %.12s: its name %s leads elsewhere: 'taru rename' gives it "
				  "another", id, container.made.name));
	engine_close(&container);
}

static void check_name(struct checking *checking, const char *name)
{
	struct engine *engine = checking->engine;
	const char *id = name_owner(engine, name);

	if (!id || (sys_faccessat2(engine->store->fd, arena_printf(engine->arena, CONTAINERS "/%s", id), F_OK,
				   AT_SYMLINK_NOFOLLOW) &&
		    !engine_has_life(engine, id)))
		tell(checking, checking->repair, arena_printf(engine->arena, "names/%s: leads to no container", name));
}

/* What it holds was to be secret. */
static void check_secret(struct checking *checking, const char *name)
{
	struct engine *engine = checking->engine;

	if (secret_was_left(engine, name))
		tell(checking, checking->repair && secret_sweep(engine, name),
		     arena_printf(engine->arena, SECRETS "/%s: is a part of a secret, whose writer was killed", name));
}

static void each(struct checking *checking, const char *folder,
		 void (*one)(struct checking *checking, const char *name))
{
	int fd = checking->engine->store->fd < 0 ? -1 :
		 sys_openat(checking->engine->store->fd, folder, O_RDONLY | O_DIRECTORY, 0);
	DIR *list = fd < 0 ? NULL : fdopendir(fd);

	if (!list)
		return;
	for (const struct dirent *entry; (entry = readdir(list));)
		if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, ".."))
			one(checking, entry->d_name);
	closedir(list);
}

/* Who was to remove its bridge was killed. */
static void check_idle(struct checking *checking, const struct network *network)
{
	struct engine *engine = checking->engine;

	if (!idle_was_left(engine, network))
		return;
	if (checking->repair)
		idle_end(engine, network, 0);
	tell(checking, checking->repair, arena_printf(engine->arena, "network %s: nobody is in it, and its bridge %s "
						      "is there still", network->name, network->interface));
}

static void check_leases(struct checking *checking, const struct network *network)
{
	struct engine *engine = checking->engine;
	const size_t count = stale_leases(engine, network);

	if (!count)
		return;
	if (checking->repair)
		stale_leases_end(engine, network);
	tell(checking, checking->repair,
	     arena_printf(engine->arena, "network %s: has not got back %zu address%s of containers that are gone, "
			  "since who was to do so was killed", network->name, count, count == 1 ? "" : "es"));
}

/* One that was killed, as by the end of the unit that it was started in. The next container that comes would start
 * another, too. */
static void check_resolver(struct checking *checking, const struct network *network)
{
	struct engine *engine = checking->engine;
	bool mended;

	if (!network_lacks_names(network))
		return;
	mended = checking->repair && network_serve_names(engine, network) == 0;
	tell(checking, mended, arena_printf(engine->arena, "network %s: has containers, and its resolver was killed: "
					    "they find no names", network->name));
}

static void check_all_networks(struct checking *checking)
{
	struct problem none = { 0 };
	struct network *list;
	size_t count;

	if (!networks_list(checking->engine->store, &list, &count, checking->warnings, &none))
		return;
	for (size_t i = 0; i < count; i++) {
		struct problem gone = { 0 };
		struct network network;

		if (!network_find(checking->engine->store, list[i].name, NULL, &network, &gone))
			continue;
		check_leases(checking, &network);
		check_idle(checking, &network);
		check_resolver(checking, &network);
		network_close(&network);
	}
}

/* --- the firewall --- */

/* A flush of the machine's rules takes ours along. Who comes or goes at this moment is no fault. */
static void check_firewall(struct checking *checking)
{
	struct engine *engine = checking->engine;
	struct problem problem = { 0 };
	struct network_rules rules;
	size_t missing;
	bool mended;

	network_rules_of_running(engine, &rules);
	if (network_rules_missing(&rules, &missing) == 0 && missing) {
		mended = checking->repair && network_rules_reload(engine, &rules, &problem);
		tell(checking, mended,
		     arena_printf(engine->arena, "firewall: %zu elements of containers that run are not in the "
				  "kernel's table: 'taru network reload --all' restores them", missing));
	} else if (checking->repair && firewall_is_there() == FIREWALL_THERE) {
		/* What one that was killed has left there goes, too. */
		network_rules_reload(engine, &rules, &problem);
	}
	if (problem.found)
		text_printf(checking->warnings, "%s\n", problem.text);
	network_rules_find_others(engine, &rules, checking->warnings);
}

/* Where the networks are. */
static void check_there(void *data)
{
	check_all_networks(data);
	check_firewall(data);
}

size_t engine_check(struct engine *engine, bool repair, struct text *out, struct text *warnings)
{
	struct checking checking = { .engine = engine, .repair = repair, .out = out, .warnings = warnings };

	check_lives(&checking);
	each(&checking, CONTAINERS, check_folder);
	each(&checking, NAMES, check_name);
	each(&checking, SECRETS, check_secret);
	check_way_out(&checking);
	shared_do(engine, check_there, &checking);
	if (repair) {
		engine_sweep(engine);
		networks_sweep(engine->store);
	}
	return checking.left;
}

/* --- the begin of the machine --- */

bool engine_starts_at_boot(const struct engine_container *container)
{
	const bool stopped = engine_is_stopped(container->folder);

	if (container->status != CONTAINER_EXITED || engine_has_keeper(container->folder))
		return false;
	switch (container->made.upkeep.restart) {
	case RESTART_NO: return false;
	case RESTART_ON_FAILURE: return !stopped && (!container->ended.known || container->ended.restarting);
	case RESTART_UNLESS_STOPPED: return !stopped;
	case RESTART_ALWAYS: return true;
	}
	return false;
}
