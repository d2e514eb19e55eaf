/* mount.c - see mount.h */
#include "image/mount.h"
#include "base/fd.h"
#include "base/overlay.h"
#include "image/layers.h"
#include "wire/message.h"
#include <stdio.h>
#include <sys/socket.h>

int mount_own_namespace(struct store *store)
{
	int error = sys_unshare(CLONE_NEWNS), fd;

	if (error)
		return error;
	fd = sys_openat(AT_FDCWD, store->root, O_RDONLY | O_DIRECTORY, 0);
	if (fd < 0)
		return fd;
	store->fd = fd;
	return 0;
}

static int make_readonly(int mount)
{
	const struct mount_attr readonly = { .attr_set = MOUNT_ATTR_RDONLY };

	return sys_mount_setattr(mount, "", AT_EMPTY_PATH, &readonly);
}

static int mount_empty(void)
{
	closes int fs = sys_fsopen("tmpfs");
	int error = fs < 0 ? fs : sys_fsconfig(fs, FSCONFIG_SET_STRING, "mode", "755", 0);

	if (!error)
		error = sys_fsconfig(fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0);
	return error ? error : sys_fsmount(fs, MOUNT_ATTR_RDONLY);
}

static int mount_one(const struct store *store, const struct digest *chain)
{
	closes int diff = layer_open_diff(store, chain);
	closes int tree = diff < 0 ? diff : sys_open_tree(diff, "", AT_EMPTY_PATH | OPEN_TREE_CLONE);
	int error = tree < 0 ? tree : make_readonly(tree);

	return error ? error : take_fd(&tree);
}

/* --- overlayfs by descriptors --- */

/* By descriptor since Linux 6.13, by path since 6.7. */
static int add_layer(int fs, int diff)
{
	char path[32];
	int error = sys_fsconfig(fs, FSCONFIG_SET_FD, "lowerdir+", NULL, diff);

	if (!error)
		return 0;
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", diff);
	return sys_fsconfig(fs, FSCONFIG_SET_STRING, "lowerdir+", path, 0);
}

/* The first is the uppermost. -EINVAL where the kernel does not know that. */
static int add_layers(int fs, const struct store *store, const struct digest *chain, size_t count)
{
	int error = sys_fsconfig(fs, FSCONFIG_SET_FLAG, "userxattr", NULL, 0);

	for (size_t i = count; i-- > 0 && !error;) {
		closes int diff = layer_open_diff(store, &chain[i]);

		error = diff < 0 ? diff : add_layer(fs, diff);
	}
	return error;
}

static int mount_overlay(const struct store *store, const struct digest *chain, size_t count)
{
	closes int fs = sys_fsopen("overlay");
	int error = fs < 0 ? fs : sys_fsconfig(fs, FSCONFIG_SET_STRING, "source", "taru", 0);

	if (!error)
		error = add_layers(fs, store, chain, count);
	if (!error)
		error = sys_fsconfig(fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0);
	return error ? error : sys_fsmount(fs, MOUNT_ATTR_RDONLY);
}

size_t mount_lowest(const struct store *store, const struct digest *chain, size_t count)
{
	while (count > 1) {
		closes int diff = layer_open_diff(store, &chain[--count]);

		if (diff >= 0 && overlay_is_opaque(diff))
			return count;
	}
	return 0;
}

int mount_layers(const struct store *store, const struct digest *chain, size_t count)
{
	size_t lowest = mount_lowest(store, chain, count);
	int mount;

	chain += lowest;
	count -= lowest;

	if (count > MOUNT_LAYERS_MAX)
		return -E2BIG;
	if (!count)
		return mount_empty();
	if (count == 1)
		return mount_one(store, chain);
	mount = mount_overlay(store, chain, count);
	return mount == -EINVAL ? mount_layers_by_text(store, chain, count) : mount;
}

/* --- overlayfs by one text, in a child: it takes a mount namespace, and many descriptors --- */

/* "lowerdir=9:8:7": relative to /proc/self/fd. They stay open. */
static int open_layers(const struct store *store, const struct digest *chain, size_t count, struct text *options)
{
	text_add(options, "userxattr,lowerdir=");
	for (size_t i = count; i-- > 0;) {
		int diff = layer_open_diff(store, &chain[i]);

		if (diff < 0)
			return diff;
		text_printf(options, "%s%d", i + 1 == count ? "" : ":", diff);
	}
	return 0;
}

/* It hides /proc, of which the child has what it needs as its working directory. */
static int mount_in_child(struct store *store, const struct digest *chain, size_t count)
{
	struct text options = text_new(store->arena);
	int error;

	store_allow_descriptors();
	error = mount_own_namespace(store);
	if (!error)
		error = sys_mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL);
	if (!error)
		error = open_layers(store, chain, count, &options);
	if (!error)
		error = sys_chdir("/proc/self/fd");
	if (!error)
		error = sys_mount("taru", "/proc", "overlay", MS_RDONLY, options.at);
	return error ? error : sys_open_tree(AT_FDCWD, "/proc", OPEN_TREE_CLONE);
}

static _Noreturn void run_child(struct store store, const struct digest *chain, size_t count, int socket)
{
	struct text nothing = text_new(store.arena);
	int mount = mount_in_child(&store, chain, count);

	text_add(&nothing, "{}");
	sys_exit(mount < 0 ? -mount : -message_send(socket, &nothing, &mount, 1));
}

static int take_mount(const struct store *store, int socket)
{
	struct problem problem = { 0 };
	struct message message;
	int got = message_receive(socket, store->arena, &message, &problem), mount;

	if (got <= 0 || message.fds_count != 1) {
		if (got > 0)
			message_close(&message);
		return got < 0 ? got : -EPROTO;
	}
	mount = take_fd(&message.fds[0]);
	make_readonly(mount);
	return mount;
}

int mount_layers_by_text(const struct store *store, const struct digest *chain, size_t count)
{
	int ends[2], status = -1, mount;
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends))
		return -errno;
	pid = sys_fork();
	if (pid == 0)
		run_child(*store, chain, count, ends[1]);
	sys_close(ends[1]);
	mount = pid < 0 ? pid : take_mount(store, ends[0]);
	sys_close(ends[0]);
	while (pid > 0 && sys_wait4(pid, &status, 0) == -EINTR)
		;
	if (mount == -EPROTO && (status & 0x7f) == 0 && status >> 8)
		mount = -(status >> 8);
	return mount;
}
