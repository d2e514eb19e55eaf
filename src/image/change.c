/* change.c - changes of index.json: see store.h */
#include "base/clock.h"
#include "base/fd.h"
#include "image/store_parts.h"
#include "spec/names.h"
#include <sys/file.h>

enum { PATIENCE_MS = 30 * 1000, LOOK_AGAIN_MS = 2 };

/* 0 or -errno; -ETIMEDOUT. */
static int lock_within(int fd, int how, uint64_t patience)
{
	uint64_t begin = clock_ms();
	int error;

	while ((error = sys_flock(fd, how | LOCK_NB)) == -EAGAIN || error == -EINTR) {
		if (clock_ms() - begin > patience)
			return -ETIMEDOUT;
		clock_sleep_ms(LOOK_AGAIN_MS);
	}
	return error;
}

bool store_change(struct store *store, struct store_change *ret_change, struct problem *problem)
{
	int error;

	*ret_change = (struct store_change){ .store = store, .lock = -1 };
	ret_change->lock = sys_openat(store->fd, "lock", O_RDWR | O_CREAT, 0600);
	error = ret_change->lock < 0 ? ret_change->lock : lock_within(ret_change->lock, LOCK_EX, PATIENCE_MS);
	if (error == -ETIMEDOUT)
		problem_set(problem, "%s/lock: somebody has held it for %d s ('fuser' tells who)", store->root,
			    PATIENCE_MS / 1000);
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
	closes int lock = sys_openat(store->fd, "lock", O_RDWR | O_CREAT, 0600);
	int error = lock < 0 ? lock : lock_within(lock, LOCK_SH, PATIENCE_MS);

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
