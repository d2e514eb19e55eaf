/* do_socket.c - descriptors for others: a terminal's master side, a process, who listens to a filter.
 *
 * Each goes to a Unix socket that is the caller's or an agent's. Who is to take it may never do so, and
 * nothing is waited for without end.
 */
#include "base/sys_socket.h"
#include "exec/do.h"
#include <string.h>
#include <sys/time.h>
#include <sys/un.h>

enum { PATIENCE_S = 10 };

static int connect_to(struct run *run, const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	const struct timeval patience = { PATIENCE_S, 0 };
	int error, fd;

	trying(run, __NR_connect, SUBJECT_TARGET);
	if (strlen(path) >= sizeof(address.sun_path))
		return -ENAMETOOLONG;
	put_text(address.sun_path, path);
	fd = scratch_add(run, sys_socket(AF_UNIX, SOCK_STREAM, 0));
	if (fd < 0)
		return fd;
	/* Also how long connect(2) waits for a place in the queue of who listens. */
	sys_setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	error = sys_connect(fd, &address, sizeof(address));
	return error ? error : fd;
}

/* The rest of a text of which the socket has taken a part. */
static int send_rest(int socket, const char *text)
{
	while (*text) {
		ssize_t sent = sys_send(socket, text, strlen(text));

		if (sent < 0 && sent != -EINTR)
			return (int)sent;
		text += sent > 0 ? sent : 0;
	}
	return 0;
}

static int send_to(struct run *run, const char *path, const char *text, int fd)
{
	int socket = connect_to(run, path);
	ssize_t sent;

	if (socket < 0)
		return socket;
	trying(run, __NR_sendmsg, SUBJECT_TARGET);
	sent = send_descriptor(socket, text, strlen(text), fd);
	return sent < 0 ? (int)sent : send_rest(socket, text + sent);
}

int do_send_listener(struct run *run, const struct step *step)
{
	int error;

	if (run->listener.text)
		form_fill(&run->listener, run->child, 0);
	error = send_to(run, step->listener.path, run->listener.text ? run->listener.text : "{}",
			run->slot[SLOT_LISTENER]);
	if (error)
		return error;
	/* It is the agent's now; held here as well, it would outlive the agent. */
	scratch_add(run, run->slot[SLOT_LISTENER]);
	run->slot[SLOT_LISTENER] = -1;
	return 0;
}

int do_send_terminal(struct run *run, const struct step *step)
{
	int error = send_to(run, step->socket.path, "/dev/ptmx", run->slot[SLOT_PTY]);

	scratch_add(run, run->slot[SLOT_PTY]);
	run->slot[SLOT_PTY] = -1;
	return error;
}

int do_send_pidfd(struct run *run, const struct step *step)
{
	int fd;

	trying(run, __NR_pidfd_open, SUBJECT_STEP);
	fd = scratch_add(run, sys_pidfd_open(run->child, 0));
	return fd < 0 ? fd : send_to(run, step->socket.path, "pidfd", fd);
}
