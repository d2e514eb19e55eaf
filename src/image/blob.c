/* blob.c - blobs of the store, and small files that are whole or not there: see store.h */
#include "base/fd.h"
#include "base/file.h"
#include "base/lock.h"
#include "base/sys_file.h"
#include "image/partial.h"
#include "image/store_parts.h"
#include "spec/names.h"
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

/* Renames are on disk when the folder is. */
static int sync_folder_of(int dir, const char *path)
{
	char folder[256] = ".";
	const char *slash = strrchr(path, '/');

	if (slash)
		snprintf(folder, sizeof(folder), "%.*s", (int)(slash - path), path);
	closes int fd = sys_openat(dir, folder, O_RDONLY | O_DIRECTORY, 0);

	return fd < 0 ? fd : sys_fsync(fd);
}

int store_write_file(int dir, const char *path, const char *text, size_t length)
{
	char beside[256];
	int error;

	if (snprintf(beside, sizeof(beside), "%s.new-%d", path, (int)sys_getpid()) >= (int)sizeof(beside))
		return -ENAMETOOLONG;
	closes int fd = file_open_kept(dir, beside, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	error = file_place_synced(fd, dir, beside, path, text, length);
	return error ? error : sync_folder_of(dir, path);
}

void store_hold(const struct store *store, struct store_holds *holds, int fd)
{
	holds->at = arena_grow(store->arena, holds->at, holds->count, &holds->room, sizeof(*holds->at));
	holds->at[holds->count++] = fd;
}

void store_release(struct store_holds *holds)
{
	for (size_t i = 0; i < holds->count; i++)
		fd_close_at(&holds->at[i]);
	holds->count = 0;
}

/* Who removes it has the exclusive lock and unlinks it: after we have ours it is there for good, or gone. */
int store_hold_blob(const struct store *store, struct store_holds *holds, const struct digest *digest)
{
	closes int fd = store_open_blob(store, digest);
	struct stat info;
	int error = fd < 0 ? fd : lock_take(fd, LOCK_SH, LOCK_PATIENCE_LONG_MS);

	if (!error)
		error = sys_fstat(fd, &info);
	if (error)
		return error;
	if (!info.st_nlink)
		return -ENOENT;
	store_hold(store, holds, take_fd(&fd));
	return 0;
}

int store_open_blob(const struct store *store, const struct digest *digest)
{
	return store->blobs < 0 ? -ENOENT : file_open_kept(store->blobs, digest_hex(digest), O_RDONLY, 0);
}

bool store_read_blob(const struct store *store, const struct digest *digest, size_t limit, const char *what,
		     char **ret_text, size_t *ret_length, struct problem *problem)
{
	closes int fd = store_open_blob(store, digest);
	int error = fd < 0 ? fd : file_read_fd(store->arena, fd, limit, ret_text, ret_length);
	struct digest is;

	if (error) {
		problem_set(problem, "%s %s: %s", what, digest->text, errno_words(-error));
		return false;
	}
	is = digest_of(*ret_text, *ret_length);
	if (!digest_equal(&is, digest))
		problem_set(problem, "%s %s: the file in the store was changed; remove the image and pull it again",
			    what, digest->text);
	return !problem->found;
}

/* It has no name before it is whole, and a name is never given twice, so that whoever holds a blob
 * holds the one that has its name. */
static int put_blob(const struct store *store, const char *text, size_t length, const struct digest *digest)
{
	closes int fd = partial_anonymous(store);
	int error = fd < 0 ? fd : file_write_all(fd, text, length);

	return error ? error : partial_adopt(store, digest, fd);
}

bool store_put_blob(const struct store *store, struct store_holds *holds, const char *text, size_t length,
		    struct digest *ret_digest, struct problem *problem)
{
	enum { TRIES = 100 };		/* somebody may remove it each time before it is held */
	int error = -ENOENT;

	*ret_digest = digest_of(text, length);
	for (int i = 0; i < TRIES && error == -ENOENT; i++) {
		error = store_hold_blob(store, holds, ret_digest);
		if (error != -ENOENT)
			break;
		error = put_blob(store, text, length, ret_digest);
		if (!error)
			error = store_hold_blob(store, holds, ret_digest);
	}
	if (error)
		problem_set(problem, "cannot write to the store %s: %s", store->root, errno_words(-error));
	return !error;
}

bool store_read_manifest(const struct store *store, const struct digest *digest, struct document *ret_manifest,
			 struct problem *problem)
{
	char *text;
	size_t length;

	if (!store_read_blob(store, digest, MANIFEST_MAX, "manifest", &text, &length, problem) ||
	    !document_read(store->arena, text, length, "", digest->text, ret_manifest, problem))
		return false;
	if (ret_manifest->kind != DOCUMENT_MANIFEST)
		problem_set(problem, "%s: is an index of manifests, not one", digest->text);
	return !problem->found;
}

bool store_read_config(const struct store *store, const struct document *manifest,
		       struct image_config *ret_config, struct problem *problem)
{
	const struct digest *digest = &manifest->config.digest;
	char *text;
	size_t length;

	return store_read_blob(store, digest, CONFIG_MAX, "config", &text, &length, problem) &&
	       image_config_read(store->arena, text, length, digest->text, ret_config, problem);
}
