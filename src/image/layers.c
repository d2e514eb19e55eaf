/* layers.c - see layers.h */
#include "image/layers.h"
#include "base/fd.h"
#include "base/file.h"
#include "base/lock.h"
#include "base/json_decode.h"
#include "base/json_write.h"
#include "image/helper.h"
#include "base/tree.h"
#include <stdio.h>
#include <sys/file.h>
#include <time.h>

enum { PATH_ROOM = 128, FACTS_MAX = 64 * 1024 };

static void put_path(char path[PATH_ROOM], const char *name, const char *below)
{
	snprintf(path, PATH_ROOM, "layers/%s%s", name, below);
}

bool layer_is_there(const struct store *store, const struct digest *chain, int *ret_held)
{
	char path[PATH_ROOM];
	struct layer_facts facts;

	if (ret_held)
		*ret_held = -1;
	if (store->fd < 0)
		return false;
	put_path(path, digest_hex(chain), "");
	closes int folder = sys_openat(store->fd, path, O_RDONLY | O_DIRECTORY, 0);

	/* It is renamed before it is removed, by who has the exclusive lock. */
	if (folder < 0 || lock_take(folder, LOCK_SH, LOCK_PATIENCE_LONG_MS) || !file_is_at(folder, store->fd, path) ||
	    !layer_read(store, chain, &facts))
		return false;
	if (ret_held)
		*ret_held = take_fd(&folder);
	return true;
}

int layer_open_diff(const struct store *store, const struct digest *chain)
{
	char path[PATH_ROOM];

	put_path(path, digest_hex(chain), "/diff");
	return sys_openat(store->fd, path, O_RDONLY | O_DIRECTORY, 0);
}

int layer_lend_diff(const struct store *store, const struct digest *chain)
{
	struct mount_attr read_only = { .attr_set = MOUNT_ATTR_RDONLY };
	closes int diff = layer_open_diff(store, chain);
	closes int tree = diff < 0 ? diff : sys_open_tree(diff, "", OPEN_TREE_CLONE | AT_EMPTY_PATH);
	int error;

	if (tree == -EPERM)
		return take_fd(&diff);
	error = tree < 0 ? tree : sys_mount_setattr(tree, "", AT_EMPTY_PATH, &read_only);
	return error ? error : take_fd(&tree);
}

/* A name that nobody else has. */
static int make_folder(const struct store *store, struct layer_making *making)
{
	enum { TRIES = 1000 };
	char path[PATH_ROOM];
	struct timespec now;
	int error = -EEXIST;

	for (int i = 0; i < TRIES && error == -EEXIST; i++) {
		clock_gettime(CLOCK_REALTIME, &now);
		snprintf(making->name, sizeof(making->name), ".new-%d-%lx%lx", (int)sys_getpid(),
			 (unsigned long)now.tv_sec, (unsigned long)now.tv_nsec);
		put_path(path, making->name, "");
		error = sys_mkdirat(store->fd, path, 0755);
	}
	if (!error)
		making->folder = sys_openat(store->fd, path, O_RDONLY | O_DIRECTORY, 0);
	return error ? error : making->folder < 0 ? making->folder : 0;
}

static int begin(const struct store *store, struct layer_making *making)
{
	int error = make_folder(store, making);

	if (!error)
		error = sys_flock(making->folder, LOCK_EX | LOCK_NB);
	if (!error)
		error = sys_mkdirat(making->folder, "diff", 0755);
	if (!error)
		making->diff = sys_openat(making->folder, "diff", O_RDONLY | O_DIRECTORY, 0);
	return error ? error : making->diff < 0 ? making->diff : 0;
}

/* Before it is locked, somebody who removes what was left behind may take it for that. */
int layer_begin(const struct store *store, struct layer_making *ret_making)
{
	enum { TRIES = 100 };
	int error = -ENOENT;

	for (int i = 0; i < TRIES && (error == -ENOENT || error == -EAGAIN); i++) {
		*ret_making = (struct layer_making){ .folder = -1, .diff = -1 };
		error = begin(store, ret_making);
		if (error)
			layer_abandon(store, ret_making);
	}
	return error;
}

/* --- layer.json --- */

struct facts_read { const char *diff_id, *blob; uint64_t size; };

static const struct field facts_fields[] = {
	{ "diff-id", FIELD_TEXT, FIELD_AT(struct facts_read, diff_id), .required = true },
	{ "blob", FIELD_TEXT, FIELD_AT(struct facts_read, blob), .empty = true },
	{ "size", FIELD_UNSIGNED, FIELD_AT(struct facts_read, size) },
	{ 0 }
};

static int write_facts(const struct store *store, int folder, const struct layer_facts *facts)
{
	struct text text = text_new(store->arena);
	struct json_writer json = json_writer_new(&text, NULL);

	json_open_object(&json, NULL);
	json_put_text(&json, "chain-id", facts->chain.text);
	json_put_text(&json, "diff-id", facts->diff_id.text);
	json_put_text(&json, "blob", facts->blob.text);
	json_put_unsigned(&json, "size", facts->size);
	json_close(&json);
	closes int fd = file_open_kept(folder, "layer.json", O_WRONLY | O_CREAT | O_TRUNC, 0644);

	return fd < 0 ? fd : file_write_all(fd, text.at, text.length);
}

bool layer_read(const struct store *store, const struct digest *chain, struct layer_facts *ret_facts)
{
	struct problem problem = { 0 };
	struct decoder decoder = { store->arena, &problem };
	struct facts_read read = { 0 };
	const struct json *json;
	char path[PATH_ROOM], *text;
	size_t length;

	*ret_facts = (struct layer_facts){ .chain = *chain };
	put_path(path, digest_hex(chain), "/layer.json");
	if (store->fd < 0 || file_read_kept(store->arena, store->fd, path, FACTS_MAX, &text, &length))
		return false;
	json = json_read(store->arena, text, length, "layer.json", &problem);
	if (!json)
		return false;
	json_decode(&decoder, json, facts_fields, &read);
	if (problem.found || !digest_parse(read.diff_id, &ret_facts->diff_id))
		return false;
	ret_facts->size = read.size;
	return !read.blob || !read.blob[0] || digest_parse(read.blob, &ret_facts->blob);
}

/* --- the end --- */

int layer_finish(const struct store *store, struct layer_making *making, const struct layer_facts *facts)
{
	char from[PATH_ROOM], to[PATH_ROOM];
	int error = write_facts(store, making->folder, facts), held;

	put_path(from, making->name, "");
	put_path(to, digest_hex(&facts->chain), "");
	if (!error)
		error = sys_renameat(store->fd, from, store->fd, to);
	if (error == -EEXIST || error == -ENOTEMPTY) {
		if (layer_is_there(store, &facts->chain, &held)) {
			layer_abandon(store, making);
			making->folder = held;
			return 0;
		}
		/* Half of one: the machine lost its power before all of it was on disk. */
		error = layer_condemn(store, digest_hex(&facts->chain));
		if (!error)
			error = sys_renameat(store->fd, from, store->fd, to);
	}
	if (error)
		return error;
	fd_close_at(&making->diff);
	making->diff = -1;
	making->name[0] = '\0';
	return sys_flock(making->folder, LOCK_SH);
}

/* --- removal --- */

struct removal { int dir; const char *name; };

static int remove_as_owner(void *data)
{
	const struct removal *removal = data;

	return tree_remove(removal->dir, removal->name);
}

/* An ordinary user's layers have files of its other ids, which it cannot remove as itself. */
static int remove_tree(const struct store *store, int dir, const char *name)
{
	struct removal removal = { dir, name };
	struct problem problem = { 0 };
	int error = tree_remove(dir, name);

	if (error != -EACCES && error != -EPERM)
		return error;
	return helper_as_owner(store->arena, remove_as_owner, &removal, &problem);
}

void layer_abandon(const struct store *store, struct layer_making *making)
{
	char path[PATH_ROOM];

	put_path(path, making->name, "");
	if (making->name[0])
		remove_tree(store, store->fd, path);
	fd_close_at(&making->diff);
	fd_close_at(&making->folder);
	*making = (struct layer_making){ .folder = -1, .diff = -1 };
}

int layer_restart(const struct store *store, struct layer_making *making)
{
	int error = remove_tree(store, making->folder, "diff");

	fd_close_at(&making->diff);
	if (!error)
		error = sys_mkdirat(making->folder, "diff", 0755);
	making->diff = error ? -1 : sys_openat(making->folder, "diff", O_RDONLY | O_DIRECTORY, 0);
	return error ? error : making->diff < 0 ? making->diff : 0;
}

/* Locked against all who need it: its descriptor, or -errno. */
static int lock_folder(const struct store *store, const char *name)
{
	char path[PATH_ROOM];
	int error;

	put_path(path, name, "");
	closes int folder = sys_openat(store->fd, path, O_RDONLY | O_DIRECTORY, 0);

	if (folder < 0)
		return folder;
	error = sys_flock(folder, LOCK_EX | LOCK_NB);
	if (error)
		return error == -EAGAIN ? -EBUSY : error;
	return take_fd(&folder);
}

int layer_condemn(const struct store *store, const char *name)
{
	char path[PATH_ROOM], gone[PATH_ROOM];
	closes int folder = lock_folder(store, name);

	if (folder < 0)
		return folder;
	put_path(path, name, "");
	snprintf(gone, sizeof(gone), "layers/.gone-%.40s-%d", name, (int)sys_getpid());
	return sys_renameat(store->fd, path, store->fd, gone);
}

int layer_remove(const struct store *store, const char *name)
{
	char path[PATH_ROOM];
	closes int folder = lock_folder(store, name);

	put_path(path, name, "");
	return folder < 0 ? folder : remove_tree(store, store->fd, path);
}
