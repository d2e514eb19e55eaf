/* mapped.c - see mapped.h */
#include "image/mapped.h"
#include "base/fd.h"
#include "image/helper.h"
#include "image/layers.h"
#include "image/mapped_tree.h"
#include "image/mount.h"
#include "base/tree.h"
#include "host/host.h"
#include "spec/reason.h"
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

struct making {
	struct store *store;
	const struct digest *chain;
	size_t count;
	const char *new, *tree;
	struct mapped_copy copy;
};

static void add_maps(struct text *out, const struct id_maps *maps)
{
	for (size_t i = 0; i < maps->count; i++)
		text_printf(out, "%u:%u:%u ", maps->at[i].inside, maps->at[i].outside, maps->at[i].count);
	text_add(out, "/");
}

/* Another map, or the other form, is another tree. */
static const char *key_of(struct arena *arena, const struct mapped_ids *ids, bool content)
{
	enum { SHORT = 24 };
	struct text text = text_new(arena);
	struct digest digest;

	add_maps(&text, &ids->uids);
	add_maps(&text, &ids->gids);
	text_add(&text, content ? "content" : ids->some ? "tree, for others" : "tree");
	digest = digest_of(text.at, text.length);
	return arena_copy(arena, digest_hex(&digest), SHORT);
}

/* They stay open: it is a process of its own. */
static int open_layers(const struct store *store, struct making *making)
{
	making->copy.layer = ARENA_ARRAY(store->arena, making->count, int);
	for (size_t i = 0; i < making->count; i++) {
		making->copy.layer[i] = layer_open_diff(store, &making->chain[i]);
		if (making->copy.layer[i] < 0)
			return making->copy.layer[i];
	}
	making->copy.layers = making->count;
	return 0;
}

static int make_as_owner(void *data)
{
	struct making *making = data;
	struct store store = *making->store;
	closes int merged = -1, to = -1;
	int error = mount_own_namespace(&store);

	if (!error)
		error = sys_mkdirat(store.fd, making->new, 0755);
	if (!error && making->copy.ids->some && !making->copy.content)
		error = open_layers(&store, making);
	if (error)
		return error;
	merged = mount_layers(&store, making->chain, making->count);
	to = sys_openat(store.fd, making->new, O_RDONLY | O_DIRECTORY, 0);
	error = merged < 0 ? merged : to < 0 ? to : mapped_copy_tree(&making->copy, merged, to);
	if (!error)
		error = sys_renameat(store.fd, making->new, store.fd, making->tree);
	if (error)
		tree_remove(store.fd, making->new);
	/* Somebody else has made it meanwhile. */
	return error == -EEXIST || error == -ENOTEMPTY ? 0 : error;
}

void mapped_look(struct store *store, const struct digest *chain, size_t count, const struct mapped_ids *ids,
		 struct mapped *ret_mapped)
{
	struct host host;

	host_read(store->arena, &(struct host_wants){ 0 }, &host);
	ret_mapped->content = !host_kernel_at_least(&host, 6, 16);
	ret_mapped->tree = arena_printf(store->arena, "layers/%s/mapped-%s", digest_hex(&chain[count - 1]),
					key_of(store->arena, ids, ret_mapped->content));
}

bool mapped_make(struct store *store, const struct digest *chain, size_t count, const struct mapped_ids *ids,
		 struct mapped *ret_mapped, struct problem *problem)
{
	const char *top = digest_hex(&chain[count - 1]);
	struct timespec now;
	struct stat info;
	int error;

	clock_gettime(CLOCK_REALTIME, &now);
	mapped_look(store, chain, count, ids, ret_mapped);
	if (!sys_fstatat(store->fd, ret_mapped->tree, &info, AT_SYMLINK_NOFOLLOW))
		return true;
	struct making making = {
		.store = store, .chain = chain, .count = count, .tree = ret_mapped->tree,
		.new = arena_printf(store->arena, "layers/%s/.mapped-%d-%lx%lx", top, (int)getpid(),
				    (unsigned long)now.tv_sec, (unsigned long)now.tv_nsec),
		.copy = { .ids = ids, .content = ret_mapped->content },
	};
	store_allow_descriptors();
	error = helper_as_owner(store->arena, make_as_owner, &making, problem);
	if (error == -EOVERFLOW)
		problem_set(problem,
			    "the image has files of ids that the container's user namespace has not: give it more, "
			    "or add subordinate ids to /etc/subuid and /etc/subgid");
	else if (error)
		problem_set(problem, "cannot make '%s/%s', the image's files with the ids of the container: %s",
			    store->root, ret_mapped->tree, reason_words(error));
	return !problem->found;
}
