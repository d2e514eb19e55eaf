/* folder.c - the folders of networks: how they are found and removed. See network.h. */
#include "base/fd.h"
#include "base/file.h"
#include "base/lock.h"
#include "base/sha256.h"
#include "base/sys_file.h"
#include "base/tree.h"
#include "net/lease.h"
#include "net/parts.h"
#include "spec/reason.h"
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>

static const char *path_of(const struct store *store, const char *name)
{
	return arena_printf(store->arena, NETWORKS "/%s", name);
}

const char *network_make_id(struct arena *arena, const char *name)
{
	static const char digits[] = "0123456789abcdef";
	unsigned char bytes[SHA256_SIZE];
	char *id = arena_alloc(arena, NETWORK_ID_LENGTH + 1);
	struct sha256 sha256;

	sha256_begin(&sha256);
	sha256_add(&sha256, name ? name : "", name ? strlen(name) : 0);
	sha256_end(&sha256, bytes);
	while (!name && getrandom(bytes, sizeof(bytes), 0) < 0)
		;
	for (size_t i = 0; i < sizeof(bytes); i++) {
		id[2 * i] = digits[bytes[i] >> 4];
		id[2 * i + 1] = digits[bytes[i] & 15];
	}
	return id;
}

int networks_lock(const struct store *store, bool make, struct problem *problem)
{
	int fd, error;

	if (store->fd < 0)
		return -ENOENT;
	if (make)
		sys_mkdirat(store->fd, NETWORKS, 0700);
	fd = sys_openat(store->fd, NETWORKS, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
	if (fd < 0)
		return fd;
	error = lock_take(fd, LOCK_EX, LOCK_PATIENCE_LONG_MS);
	if (error == -ETIMEDOUT)
		problem_set(problem, "%s/" NETWORKS ": cannot be locked: %s", store->root, lock_words(fd, error));
	if (error)
		sys_close(fd);
	return error ? error : fd;
}

void network_close(struct network *network)
{
	fd_close_at(&network->folder);
	network->folder = -1;
}

/* --- one of them --- */

int network_open(const struct store *store, const char *name, struct network *ret_network, struct problem *problem)
{
	struct problem bad = { 0 };
	char *text;
	size_t length;
	int error = -ENOENT, folder = -1;

	*ret_network = (struct network){ .folder = -1 };
	if (store->fd >= 0 && name[0] && name[0] != '.' && !strchr(name, '/'))
		error = folder = sys_openat(store->fd, path_of(store, name), O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
	if (folder >= 0)
		error = file_read_kept(store->arena, folder, NETWORK_FILE, NETWORK_FILE_MAX, &text, &length);
	if (!error && network_read(store->arena, text, length, ret_network, &bad)) {
		ret_network->name = arena_copy(store->arena, name, strlen(name));
		ret_network->folder = folder;
		return 1;
	}
	fd_close_at(&folder);
	if (error == -ENOENT || error == -ENOTDIR || error == -ENAMETOOLONG)
		return 0;
	problem_set(problem, "network %s: cannot be read: %s", name, bad.found ? bad.text : reason_words(error));
	return -1;
}

/* One that has no folder, or none yet. */
static struct network without_folder(struct arena *arena, const char *name)
{
	return (struct network){
		.name = name, .id = network_make_id(arena, name), .created = "", .interface = "", .parent = "",
		.driver = !strcmp(name, "host") ? NETWORK_HOST : !strcmp(name, "none") ? NETWORK_NONE : NETWORK_BRIDGE,
		.folder = -1,
	};
}

static bool find_builtin(const struct store *store, const char *name, const char *created,
			 struct network *ret_network, struct problem *problem)
{
	if (created && !strcmp(name, NETWORK_DEFAULT))
		return network_default(store, created, ret_network, problem);
	*ret_network = without_folder(store->arena, name);
	return true;
}

static bool find_by_id(const struct store *store, const char *given, const char *created,
		       struct network *ret_network, struct problem *problem)
{
	struct text ignored = text_new(store->arena);
	const struct network *found = NULL;
	size_t length = strlen(given), count, fitting = 0;
	struct network *list;
	int got;

	networks_list(store, &list, &count, &ignored, problem);
	for (size_t i = 0; i < count && length; i++)
		if (!strncmp(list[i].id, given, length)) {
			found = &list[i];
			fitting++;
		}
	if (fitting > 1)
		problem_set(problem, "network '%s': %zu networks have IDs that begin so; give more of it", given,
			    fitting);
	if (!fitting)
		problem_set(problem, "no such network: %s", given);
	if (problem->found || !found)
		return false;
	got = network_open(store, found->name, ret_network, problem);
	if (!got && network_is_builtin(found->name))
		return find_builtin(store, found->name, created, ret_network, problem);
	/* Somebody has just removed it. */
	if (!got)
		problem_set(problem, "no such network: %s", given);
	return got > 0;
}

bool network_find(const struct store *store, const char *given, const char *created, struct network *ret_network,
		  struct problem *problem)
{
	int got = network_open(store, given, ret_network, problem);

	if (got)
		return got > 0;
	if (network_is_builtin(given))
		return find_builtin(store, given, created, ret_network, problem);
	return find_by_id(store, given, created, ret_network, problem);
}

bool network_look(const struct store *store, const char *given, const char *created, struct network *ret_network,
		  struct problem *problem)
{
	bool found = network_find(store, given, NULL, ret_network, problem);

	/* One that was never used has no folder. */
	if (!found || ret_network->folder >= 0 || ret_network->driver != NETWORK_BRIDGE)
		return found;
	return network_default_look(store, created, ret_network, problem);
}

bool network_exists(const struct store *store, const char *given)
{
	struct problem problem = { 0 };
	struct network network = { .folder = -1 };
	bool there = network_find(store, given, NULL, &network, &problem);

	network_close(&network);
	return there;
}

/* --- all of them --- */

static DIR *open_list(const struct store *store)
{
	int fd = store->fd < 0 ? -1 : sys_openat(store->fd, NETWORKS, O_RDONLY | O_DIRECTORY, 0);

	return fd < 0 ? NULL : fdopendir(fd);
}

/* With room for three more. */
size_t networks_read(const struct store *store, struct network **ret_list, struct text *warnings)
{
	DIR *list = open_list(store);
	size_t count = 0, room = 16;
	struct network *networks = ARENA_ARRAY(store->arena, room, struct network);

	for (const struct dirent *entry; list && (entry = readdir(list));) {
		struct problem bad = { 0 };

		networks = arena_grow(store->arena, networks, count + 3, &room, sizeof(*networks));
		if (entry->d_name[0] != '.' && network_open(store, entry->d_name, &networks[count], &bad) > 0)
			network_close(&networks[count++]);
		if (bad.found)
			text_printf(warnings, "%s\n", bad.text);
	}
	if (list)
		closedir(list);
	*ret_list = networks;
	return count;
}

static int by_name(const void *one, const void *other)
{
	return strcmp(((const struct network *)one)->name, ((const struct network *)other)->name);
}

bool networks_list(const struct store *store, struct network **ret_list, size_t *ret_count, struct text *warnings,
		   struct problem *problem)
{
	size_t count = networks_read(store, ret_list, warnings);
	bool has_default = false;

	for (size_t i = 0; i < count; i++)
		has_default |= !strcmp((*ret_list)[i].name, NETWORK_DEFAULT);
	if (!has_default)
		(*ret_list)[count++] = without_folder(store->arena, NETWORK_DEFAULT);
	(*ret_list)[count++] = without_folder(store->arena, "host");
	(*ret_list)[count++] = without_folder(store->arena, "none");
	qsort(*ret_list, count, sizeof(**ret_list), by_name);
	*ret_count = count;
	return !problem->found;
}

/* --- removing --- */

static bool is_unused(const struct network *network, const struct network_owners *owners, struct arena *arena,
		      struct problem *problem)
{
	struct lease *lease;
	size_t count;

	if (!network_leases(arena, network, &lease, &count, problem))
		return false;
	for (size_t i = 0; i < count; i++)
		if (!owners->is_gone(owners->context, lease[i].owner.id))
			problem_set(problem, "network %s has active endpoints: container %.12s has %s in it",
				    network->name, lease[i].owner.id, address_text(arena, &lease[i].address));
	return !problem->found;
}

/* From the moment on that network.json is gone it is none any more, whatever becomes of the rest. */
bool network_remove(const struct store *store, struct network *network, const struct network_owners *owners,
		    struct problem *problem)
{
	closes int lock = -1;
	int error = 0;

	if (network_is_builtin(network->name)) {
		problem_set(problem, "network %s is there always, and cannot be removed", network->name);
		network_close(network);
		return false;
	}
	lock = networks_lock(store, false, problem);
	if (!problem->found && network_lock(network, problem) && is_unused(network, owners, store->arena, problem)) {
		error = lock < 0 ? lock : sys_unlinkat(network->folder, NETWORK_FILE, 0);
		if (!error)
			error = tree_remove(store->fd, path_of(store, network->name));
	}
	if (error)
		problem_set(problem, "network %s: cannot be removed: %s", network->name, reason_words(error));
	network_close(network);
	return !problem->found;
}

void networks_sweep(const struct store *store)
{
	struct problem ignored = { 0 };
	closes int lock = networks_lock(store, false, &ignored);
	DIR *list = lock < 0 ? NULL : open_list(store);

	if (!list)
		return;
	for (const struct dirent *entry; (entry = readdir(list));)
		if (entry->d_name[0] != '.' &&
		    sys_faccessat2(lock, arena_printf(store->arena, "%s/" NETWORK_FILE, entry->d_name), F_OK, 0) ==
			    -ENOENT)
			tree_remove(lock, entry->d_name);
	closedir(list);
}
