/* change.c - changes of index.json: see store.h */
#include "base/fd.h"
#include "base/file.h"
#include "base/lock.h"
#include "image/store_parts.h"
#include "spec/names.h"
#include <sys/file.h>

bool store_change(struct store *store, struct store_change *ret_change, struct problem *problem)
{
	int error;

	*ret_change = (struct store_change){ .store = store, .lock = -1 };
	ret_change->lock = file_open_kept(store->fd, "lock", O_RDWR | O_CREAT, 0600);
	error = ret_change->lock < 0 ? ret_change->lock : lock_take(ret_change->lock, LOCK_EX, LOCK_PATIENCE_LONG_MS);
	if (error == -ETIMEDOUT)
		problem_set(problem, "%s/lock: %s", store->root, lock_words(ret_change->lock, error));
	else if (error)
		problem_set(problem, "%s/lock: %s", store->root, errno_words(-error));
	if (error || !store_images(store, &ret_change->images, problem)) {
		store_change_end(ret_change);
		return false;
	}
	return true;
}

int store_hold_still(const struct store *store)
{
	closes int lock = file_open_kept(store->fd, "lock", O_RDWR | O_CREAT, 0600);
	int error = lock < 0 ? lock : lock_take(lock, LOCK_SH, LOCK_PATIENCE_LONG_MS);

	return error ? error : take_fd(&lock);
}

bool store_commit(struct store_change *change, struct problem *problem)
{
	struct store *store = change->store;
	struct text out = text_new(store->arena);
	int error;

	images_write(&out, &change->images);
	if (out.length > MANIFEST_MAX) {
		problem_set(problem, "%s/images/index.json would have more than %d bytes; remove some images",
			    store->root, MANIFEST_MAX);
		return false;
	}
	error = store_write_file(store->fd, "images/index.json", out.at, out.length);
	if (error)
		problem_set(problem, "%s/images/index.json: %s", store->root, errno_words(-error));
	return !error;
}

void store_change_end(struct store_change *change)
{
	fd_close_at(&change->lock);
	change->lock = -1;
}
