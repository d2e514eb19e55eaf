/* partial.h - blobs that are not whole yet: ROOT/partial/HEX. What one process began another goes on with. */
#pragma once
#include "image/store.h"
#include <sys/types.h>

/* Opens the file, empty or with what is there, locked: its descriptor, or -errno. -EAGAIN: somebody else is
 * fetching it;
 * -EEXIST: the blob is in the store. */
int partial_open(const struct store *store, const struct digest *digest);

/* The file has all bytes, and they were checked: syncs it and makes it a blob. The lock becomes a shared one, which
 * holds it. 0 or -errno. Where the blob is there already, that one stays, so who needs it holds it after this
 * (store_hold_blob()). */
int partial_commit(const struct store *store, const struct digest *digest, int fd);

/* partial_commit() in a child, since syncing waits for the disk. */
struct keeping {
	pid_t child;			/* 0: none */
	int fd;				/* its pidfd: readable when it has ended */
};

/* Begins it. 0 or -errno. */
int keeping_begin(const struct store *store, const struct digest *digest, int fd, struct keeping *ret_keeping);

/* Waits for its end. 0 or -errno. */
int keeping_end(struct keeping *keeping);

/* A file without a name, locked, for a blob whose digest is known only when it is whole. A descriptor or -errno. */
int partial_anonymous(const struct store *store);

/* Makes it the blob of this digest, which it has, as partial_commit() does. */
int partial_adopt(const struct store *store, const struct digest *digest, int fd);
