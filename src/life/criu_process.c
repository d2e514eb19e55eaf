/* criu_process.c - CRIU's process, and the talk with it.
 *
 * `criu swrk FD` is CRIU as a worker for one client: requests and answers go over a socket, a packet
 * each. Descriptors in a request are those of the client, which CRIU opens through /proc; only what a restored
 * process is to inherit has to be CRIU's own. On the way it tells which stage it has come to, and waits for a
 * word (notify); a terminal's master side comes along with such a message.
 */
#include "base/fd.h"
#include "base/sys_socket.h"
#include "life/criu_parts.h"
#include <linux/memfd.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	PACKET_LARGEST = 64 * 1024,	/* bytes of an answer: mostly less than 100 */
	DESCRIPTORS_MOST = 4		/* that come with one */
};

/* --- starting it --- */

/* Descriptors of the child as they are on the way to their numbers. */
struct moving { int fd[CRIU_FIRST_INHERITED], report; int *inherit; size_t inherits; };

static int move_up(int fd, size_t count)
{
	return sys_fcntl(fd, F_DUPFD_CLOEXEC, (long)(CRIU_FIRST_INHERITED + count + 1));
}

/* All to above where they end first, so that none is closed by another that takes its number. */
static void place_descriptors(struct moving *moving)
{
	size_t count = moving->inherits;

	for (size_t i = 0; i < CRIU_FIRST_INHERITED; i++)
		moving->fd[i] = move_up(moving->fd[i], count);
	for (size_t i = 0; i < count; i++)
		moving->inherit[i] = move_up(moving->inherit[i], count);
	moving->report = move_up(moving->report, count);
	for (size_t i = 0; i < CRIU_FIRST_INHERITED; i++)
		sys_dup3(moving->fd[i], (int)i, 0);
	for (size_t i = 0; i < count; i++)
		sys_dup3(moving->inherit[i], (int)(CRIU_FIRST_INHERITED + i), 0);
	sys_dup3(moving->report, (int)(CRIU_FIRST_INHERITED + count), O_CLOEXEC);
	moving->report = (int)(CRIU_FIRST_INHERITED + count);
	sys_close_range((unsigned)moving->report + 1, ~0U, 0);
}

/* In the child. Its end before the exec is told in words. */
static _Noreturn void become_criu(const struct criu *criu, const struct criu_start *start, const char *program,
				  int socket, int report, pid_t parent)
{
	char *const args[] = { arena_printf(criu->arena, "criu"), arena_printf(criu->arena, "swrk"),
			       arena_printf(criu->arena, "%d", CRIU_SOCKET), NULL };
	char *const env[] = { arena_printf(criu->arena, "PATH=%s", criu_search_path(criu->arena)), NULL };
	struct moving moving = { .report = report, .inherits = start->inherits };
	struct problem problem = { 0 };
	const uint64_t none = 0;
	int null = sys_openat(AT_FDCWD, "/dev/null", O_RDONLY, 0), error;

	sys_prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	if (getppid() != parent)
		sys_exit(1);
	sys_sigprocmask(SIG_SETMASK, &none, NULL);
	if (start->prepare && !start->prepare(start->context, &problem)) {
		sys_write(report, problem.text, strlen(problem.text));
		sys_exit(1);
	}
	moving.fd[0] = start->keeps_input ? 0 : null;
	moving.fd[1] = moving.fd[2] = criu->said;
	moving.fd[CRIU_SOCKET] = socket;
	moving.inherit = ARENA_ARRAY(criu->arena, start->inherits + 1, int);
	for (size_t i = 0; i < start->inherits; i++)
		moving.inherit[i] = start->inherit[i];
	place_descriptors(&moving);
	error = sys_execve(program, args, env);
	problem_set(&problem, "%s: cannot run '%s': %s", criu->verb, program, criu_error_words(error));
	sys_write(moving.report, problem.text, strlen(problem.text));
	sys_exit(1);
}

/* Whether the child became CRIU; else its words are the problem, and it is reaped. */
static bool await_exec(struct criu *criu, int report, struct problem *problem)
{
	char text[sizeof(problem->text)];
	ssize_t got;

	do
		got = sys_read(report, text, sizeof(text) - 1);
	while (got == -EINTR);
	if (got == 0)
		return true;
	text[got > 0 ? got : 0] = '\0';
	problem_set(problem, "%s", text);
	criu_end(criu);
	return false;
}

static bool start_process(struct criu *criu, const struct criu_start *start, const char *program,
			  struct problem *problem)
{
	struct clone_args how = { .exit_signal = SIGCHLD };
	closes int ours = -1, theirs = -1, read_end = -1, write_end = -1;
	int pair[2], report[2];
	pid_t self = sys_getpid();

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) == 0) {
		ours = pair[0];
		theirs = pair[1];
	}
	if (sys_pipe2(report, 0) == 0) {
		read_end = report[0];
		write_end = report[1];
	}
	criu->said = sys_memfd_create("criu", MFD_CLOEXEC);
	if (ours < 0 || read_end < 0 || criu->said < 0) {
		problem_set(problem, "%s: cannot make a socket, a pipe and a file in memory", criu->verb);
		return false;
	}
	criu->pid = sys_clone3(&how);
	if (criu->pid == 0)
		become_criu(criu, start, program, theirs, write_end, self);
	if (criu->pid < 0) {
		problem_set(problem, "%s: cannot start a process: %s", criu->verb, criu_error_words(criu->pid));
		return false;
	}
	sys_close(take_fd(&write_end));
	criu->socket = take_fd(&ours);
	return await_exec(criu, read_end, problem);
}

/* --- the talk --- */

static bool send_packet(const struct criu *criu, const struct text *packet)
{
	ssize_t sent;

	do
		sent = sys_send(criu->socket, packet->at, packet->length);
	while (sent == -EINTR);
	return sent == (ssize_t)packet->length;
}

/* The first descriptor of a message; there should be no more, and what is more is closed. */
static int take_descriptor(struct msghdr *message)
{
	int first = -1;

	for (struct cmsghdr *part = CMSG_FIRSTHDR(message); part; part = CMSG_NXTHDR(message, part)) {
		size_t count = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		int fd[DESCRIPTORS_MOST];

		if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS || count > DESCRIPTORS_MOST)
			continue;
		memcpy(fd, CMSG_DATA(part), count * sizeof(int));
		for (size_t i = 0; i < count; i++) {
			if (first < 0)
				first = fd[i];
			else
				sys_close(fd[i]);
		}
	}
	return first;
}

/* The next answer: true, or false where CRIU has ended or what it said is none. */
static bool receive(const struct criu *criu, char *room, struct criu_response *response, int *ret_fd)
{
	union { struct cmsghdr head; char room[CMSG_SPACE(DESCRIPTORS_MOST * sizeof(int))]; } control;
	struct iovec bytes = { room, PACKET_LARGEST };
	struct msghdr message = { .msg_iov = &bytes, .msg_iovlen = 1, .msg_control = &control,
				  .msg_controllen = sizeof(control) };
	ssize_t got;

	do
		got = sys_recvmsg(criu->socket, &message);
	while (got == -EINTR);
	*ret_fd = got > 0 ? take_descriptor(&message) : -1;
	return got > 0 && !(message.msg_flags & MSG_TRUNC) &&
	       criu_read_response(room, (size_t)got, response) == 0;
}

/* Tells the listener of a stage, and CRIU what became of it. Where the listener has a problem CRIU undoes what it has
 * done so far, and answers once more. */
static bool pass_stage(struct criu *criu, const struct criu_listener *listener,
		       const struct criu_response *stage, int fd, struct problem *problem)
{
	struct text answer = text_new(criu->arena);
	bool good = true;

	if (listener)
		good = listener->reached(listener->context, stage, fd, problem);
	else if (fd >= 0)
		sys_close(fd);
	criu_write_notified(&answer, good);
	return send_packet(criu, &answer);
}

bool criu_work(struct criu *criu, enum criu_request kind, const struct criu_options *options,
	       const struct criu_listener *listener, struct criu_response *ret_response,
	       struct problem *problem)
{
	struct text request = text_new(criu->arena);
	char *room = arena_alloc(criu->arena, PACKET_LARGEST);
	bool known;
	int fd;

	criu_write_request(&request, kind, options, kind == CRIU_VERSION || kind == CRIU_FEATURES);
	known = send_packet(criu, &request);
	while (known) {
		known = receive(criu, room, ret_response, &fd);
		if (!known || ret_response->kind != CRIU_NOTIFY || !ret_response->success)
			break;
		known = pass_stage(criu, listener, ret_response, fd, problem);
	}
	if (problem->found)
		return false;
	if (known && ret_response->success && ret_response->kind == (uint32_t)kind)
		return true;
	criu_tell_failure(criu, known ? ret_response : NULL, problem);
	return false;
}

void criu_end(struct criu *criu)
{
	int status;

	if (criu->socket >= 0)
		sys_close(criu->socket);
	criu->socket = -1;
	if (criu->pid > 0)
		while (sys_wait4(criu->pid, &status, 0) == -EINTR)
			;
	criu->pid = 0;
	if (criu->said >= 0)
		sys_close(criu->said);
	criu->said = -1;
}

void criu_need_version(const struct criu *criu, uint32_t version, const char *what, struct problem *problem)
{
	if (criu->version < version)
		problem_set(problem, "%s: %s needs CRIU %u.%u, this is CRIU %u.%u.%u; install a newer one",
			    criu->verb, what, version / 10000, version / 100 % 100, criu->version / 10000,
			    criu->version / 100 % 100, criu->version % 100);
}

bool criu_start(struct criu *criu, const struct criu_start *start, struct problem *problem)
{
	const char *program = criu_find_program(criu->arena, start->program);
	struct criu_response response;

	criu->pid = 0;
	criu->socket = criu->said = -1;
	if (!program && start->program && strchr(start->program, '/'))
		problem_set(problem, "%s: '%s' (option '--criu') is not a program", criu->verb, start->program);
	else if (!program)
		problem_set(problem, "%s: criu is not installed; install the package criu", criu->verb);
	if (problem->found || !start_process(criu, start, program, problem) ||
	    !criu_work(criu, CRIU_VERSION, NULL, NULL, &response, problem))
		return false;
	criu->version = response.major * 10000 + response.minor * 100 + response.sublevel;
	criu_need_version(criu, CRIU_VERSION_LEAST, criu->verb, problem);
	return !problem->found;
}
