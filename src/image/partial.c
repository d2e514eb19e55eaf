/* partial.c - see partial.h */
#include "image/partial.h"
#include "base/fd.h"
#include "base/file.h"
#include "base/sys_file.h"
#include <stdio.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PATH_ROOM = 96 };

static void put_path(char path[PATH_ROOM], const char *folder, const struct digest *digest)
{
	snprintf(path, PATH_ROOM, "%s/%s", folder, digest_hex(digest));
}

/* Who had the lock may have made it a blob, or removed it, while we opened it. */
int partial_open(const struct store *store, const struct digest *digest)
{
	enum { TRIES = 100 };
	char path[PATH_ROOM];
	int error;

	put_path(path, "partial", digest);
	for (int i = 0; i < TRIES; i++) {
		closes int fd = file_open_kept(store->fd, path, O_RDWR | O_CREAT, 0644);

		error = fd < 0 ? fd : sys_flock(fd, LOCK_EX | LOCK_NB);
		if (error)
			return error;
		if (!file_is_at(fd, store->fd, path))
			continue;
		if (sys_faccessat2(store->blobs, digest_hex(digest), F_OK, 0))
			return take_fd(&fd);
		sys_unlinkat(store->fd, path, 0);
		return -EEXIST;
	}
	return -EAGAIN;
}

int partial_commit(const struct store *store, const struct digest *digest, int fd)
{
	char from[PATH_ROOM], to[PATH_ROOM];
	int error = sys_fsync(fd);

	put_path(from, "partial", digest);
	put_path(to, "images/blobs/sha256", digest);
	if (!error)
		error = sys_linkat(store->fd, from, store->fd, to, 0);
	if (error && error != -EEXIST)
		return error;
	sys_unlinkat(store->fd, from, 0);
	error = sys_fsync(store->blobs);
	return error ? error : sys_flock(fd, LOCK_SH);
}

static void sort3(int fds[3])
{
	for (int i = 0; i < 2; i++)
		for (int k = 0; k < 2 - i; k++)
			if (fds[k] > fds[k + 1]) {
				int greater = fds[k];

				fds[k] = fds[k + 1];
				fds[k + 1] = greater;
			}
}

/* The child holds no lock and no socket of others. */
static void close_others(const struct store *store, int fd)
{
	int mine[3] = { store->fd, store->blobs, fd };
	unsigned from = 3;

	sort3(mine);
	for (int i = 0; i < 3; i++) {
		if ((unsigned)mine[i] > from)
			sys_close_range(from, (unsigned)mine[i] - 1, 0);
		from = (unsigned)mine[i] + 1;
	}
	sys_close_range(from, ~0U, 0);
}

static _Noreturn void keep(const struct store *store, const struct digest *digest, int fd)
{
	close_others(store, fd);
	sys_exit(-partial_commit(store, digest, fd) & 0x7f);
}

int keeping_begin(const struct store *store, const struct digest *digest, int fd, struct keeping *ret_keeping)
{
	pid_t child = sys_fork();

	if (child == 0)
		keep(store, digest, fd);
	*ret_keeping = (struct keeping){ child < 0 ? 0 : child, -1 };
	if (child < 0)
		return child;
	ret_keeping->fd = sys_pidfd_open(child, 0);
	return ret_keeping->fd < 0 ? ret_keeping->fd : 0;
}

int keeping_end(struct keeping *keeping)
{
	int status = 0;

	while (sys_wait4(keeping->child, &status, 0) == -EINTR)
		;
	fd_close_at(&keeping->fd);
	*keeping = (struct keeping){ 0, -1 };
	return WIFEXITED(status) ? -WEXITSTATUS(status) : -EINTR;
}

int partial_anonymous(const struct store *store)
{
	closes int fd = sys_openat(store->fd, "partial", O_RDWR | O_TMPFILE, 0644);
	int error = fd < 0 ? fd : sys_flock(fd, LOCK_SH);

	return error ? error : take_fd(&fd);
}

int partial_adopt(const struct store *store, const struct digest *digest, int fd)
{
	char from[PATH_ROOM], to[PATH_ROOM];
	int error = sys_fsync(fd);

	snprintf(from, sizeof(from), "/proc/self/fd/%d", fd);
	put_path(to, "images/blobs/sha256", digest);
	if (!error)
		error = sys_linkat(AT_FDCWD, from, store->fd, to, AT_SYMLINK_FOLLOW);
	return error && error != -EEXIST ? error : sys_fsync(store->blobs);
}
