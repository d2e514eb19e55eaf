/* notify.c - NOTIFY_SOCKET: how a service tells its manager that it is ready (sd_notify(3)).
 *
 * The manager's socket is out of the container's reach, and is not for it: who sends to it is known by its
 * process. So the container gets a socket of its own, in a folder that is mounted at /run/notify, and what
 * it says there the runtime passes on: that it is ready, with the process that the manager is to watch;
 * and its other states, but for those that mean a process or descriptor of the sender's.
 */
#include "base/fd.h"
#include "life/launch.h"
#include "spec/reason.h"
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define INSIDE "/run/notify"

static const char *manager(void)
{
	const char *socket = getenv("NOTIFY_SOCKET");

	return socket && (*socket == '/' || *socket == '@') && socket[1] ? socket : NULL;
}

/* --- the container's side --- */

static void add_mount(struct arena *arena, struct spec *spec, const char *source)
{
	struct mount *more = ARENA_ARRAY(arena, spec->mounts + 1, struct mount);

	if (spec->mounts)
		memcpy(more, spec->mount, spec->mounts * sizeof(*more));
	more[spec->mounts++] = (struct mount){
		.destination = INSIDE,
		.type = "bind",
		.source = source,
		.options = { .set = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC,
			     .bind = true },
	};
	spec->mount = more;
}

/* In the place of one that is there. */
static void set_variable(struct arena *arena, struct texts *env, const char *entry)
{
	size_t name = strcspn(entry, "=") + 1, at = 0;
	char **more = ARENA_ARRAY(arena, env->count + 2, char *);

	for (size_t i = 0; i < env->count; i++)
		if (strncmp(env->at[i], entry, name) != 0)
			more[at++] = env->at[i];
	more[at++] = (char *)(uintptr_t)entry;
	*env = (struct texts){ more, at };
}

void notify_prepare(struct arena *arena, struct bundle *bundle, const char *folder)
{
	if (!manager())
		return;
	add_mount(arena, &bundle->spec, arena_printf(arena, "%s/" RECORD_NOTIFY, folder));
	set_variable(arena, &bundle->spec.process.env, "NOTIFY_SOCKET=" INSIDE "/notify.sock");
}

/* --- the folder and the socket --- */

static void set_problem(const struct container *container, int error, struct problem *problem)
{
	problem_set(problem, "container '%s': cannot make '%s/" RECORD_NOTIFY "/notify.sock': %s", container->id,
		    container->path, reason_words(error));
}

/* Others may enter it: what is above it keeps them out on the host. */
void notify_make_folder(const struct container *container, struct problem *problem)
{
	int error = manager() ? sys_mkdirat(container->folder, RECORD_NOTIFY, 0755) : 0;

	if (error)
		set_problem(container, error, problem);
	else if (manager())
		fchmodat(container->folder, RECORD_NOTIFY, 0755, 0);
}

/* By way of /proc, since the path of a socket must be short. */
static int bind_socket(const struct container *container)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	closes int folder = sys_openat(container->folder, RECORD_NOTIFY, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
	closes int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	char *path = arena_printf(container->arena, "/proc/self/fd/%d/notify.sock", folder);

	if (folder < 0 || fd < 0)
		return folder < 0 ? folder : -errno;
	sys_unlinkat(folder, "notify.sock", 0);
	memcpy(address.sun_path, path, strlen(path) + 1);
	if (bind(fd, (const void *)&address, sizeof(address)) < 0)
		return -errno;
	return fchmodat(folder, "notify.sock", 0777, 0) < 0 ? -errno : take_fd(&fd);
}

struct notify *notify_open(const struct container *container, struct problem *problem)
{
	struct notify *notify;
	int fd;

	if (!manager())
		return NULL;
	fd = bind_socket(container);
	/* Made by a `create` whose caller had no NOTIFY_SOCKET: the container has none either. */
	if (fd == -ENOENT)
		return NULL;
	if (fd < 0) {
		set_problem(container, fd, problem);
		return NULL;
	}
	notify = ARENA_NEW(container->arena, struct notify);
	*notify = (struct notify){ .to = manager(), .from = fd };
	return notify;
}

/* --- passing on --- */

static void send_on(const struct notify *notify, const char *text, size_t length)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	size_t size = strlen(notify->to);
	closes int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || size >= sizeof(address.sun_path))
		return;
	memcpy(address.sun_path, notify->to, size);
	if (*notify->to == '@')
		address.sun_path[0] = '\0';
	(void)sendto(fd, text, length, MSG_NOSIGNAL, (const void *)&address,
		     (socklen_t)(offsetof(struct sockaddr_un, sun_path) + size));
}

static bool is_passed_on(const char *line)
{
	static const char *const ours[] = { "MAINPID", "MAINPIDFDID", "FDSTORE", "FDNAME", "FDPOLL", "BARRIER" };
	size_t length = strcspn(line, "=");

	for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
		if (strlen(ours[i]) <= length && strncmp(line, ours[i], strlen(ours[i])) == 0)
			return false;
	return line[length] == '=';
}

/* Lines "NAME=VALUE". */
static void pass_lines(struct notify *notify, char *text)
{
	char out[8192 + 64];
	size_t length = 0;

	for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
		size_t size = strlen(line);

		if (!is_passed_on(line) || length + size + 64 > sizeof(out))
			continue;
		memcpy(out + length, line, size + 1);
		length += size;
		out[length++] = '\n';
		if (strcmp(line, "READY=1") == 0) {
			length += (size_t)snprintf(out + length, 32, "MAINPID=%d\n",
						   (int)(notify->runtime ? getpid() : notify->child));
			notify->ready = true;
		}
	}
	if (length)
		send_on(notify, out, length);
}

void life_notify(const char *line)
{
	const struct notify notify = { .to = manager() };

	if (notify.to)
		send_on(&notify, line, strlen(line));
}

void notify_main(bool ready)
{
	char text[64];

	(void)snprintf(text, sizeof(text), "MAINPID=%d\n%s", (int)getpid(), ready ? "READY=1\n" : "");
	life_notify(text);
}

void notify_pass_on(void *context)
{
	struct notify *notify = context;
	char text[8192];
	ssize_t got = recv(notify->from, text, sizeof(text) - 1, MSG_DONTWAIT);

	if (got <= 0)
		return;
	text[got] = '\0';
	pass_lines(notify, text);
}

void notify_wait(struct notify *notify, const struct container *container)
{
	struct pollfd fds[] = { { notify->from, POLLIN, 0 }, { container->process, POLLIN, 0 } };

	notify->child = container->record.pid;
	while (!notify->ready && poll(fds, 2, -1) != 0) {
		if (fds[0].revents)
			notify_pass_on(notify);
		else if (fds[1].revents)
			return;
	}
}
