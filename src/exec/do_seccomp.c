/* do_seccomp.c - the filter, and who listens to it.
 *
 * After the filter is there nothing may be called that it could refuse, kill for or send to the
 * listener, but for what it takes to go on: sendmsg for the listener, execve.
 */
#include "base/sys_process.h"
#include "base/sys_socket.h"
#include "exec/do.h"
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <string.h>
#include <sys/un.h>

int do_set_seccomp(struct run *run, const struct step *step)
{
	const struct sock_fprog program = {
		.len = (unsigned short)step->seccomp.program.count,
		.filter = (struct sock_filter *)(uintptr_t)step->seccomp.program.at,
	};
	uint64_t flags = step->seccomp.flags;
	int result;

	if (step->seccomp.program.count > BPF_MAXINSNS)
		return -E2BIG;
	untie(run);
	if (step->seccomp.listener)
		flags |= SECCOMP_FILTER_FLAG_NEW_LISTENER;
	trying(run, __NR_seccomp, SUBJECT_STEP);
	result = sys_seccomp(SECCOMP_SET_MODE_FILTER, flags, &program);
	if (result < 0 || !step->seccomp.listener)
		return result;
	return slot_fill(run, SLOT_LISTENER, result);
}

static int connect_to(struct run *run, const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int error, fd;

	trying(run, __NR_connect, SUBJECT_TARGET);
	if (strlen(path) >= sizeof(address.sun_path))
		return -ENAMETOOLONG;
	put_text(address.sun_path, path);
	fd = scratch_add(run, sys_socket(AF_UNIX, SOCK_STREAM, 0));
	if (fd < 0)
		return fd;
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

/* The text was made before there was a process. */
static void write_pids(const struct run *run)
{
	for (size_t i = 0; i < sizeof(run->listener_pid) / sizeof(run->listener_pid[0]); i++)
		if (run->listener_state) {
			char *at = run->listener_pid[i];

			for (pid_t pid = run->child; pid > 0; pid /= 10)
				*at-- = (char)('0' + pid % 10);
		}
}

int do_send_listener(struct run *run, const struct step *step)
{
	const char *state = run->listener_state ? run->listener_state : "{}";
	int socket = connect_to(run, step->listener.path);
	ssize_t sent;

	if (socket < 0)
		return socket;
	write_pids(run);
	trying(run, __NR_sendmsg, SUBJECT_TARGET);
	sent = send_descriptor(socket, state, strlen(state), run->slot[SLOT_LISTENER]);
	if (sent < 0)
		return (int)sent;
	/* It is the agent's now; held here as well, it would outlive the agent. */
	scratch_add(run, run->slot[SLOT_LISTENER]);
	run->slot[SLOT_LISTENER] = -1;
	return send_rest(socket, state + sent);
}
