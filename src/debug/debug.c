/* debug.c - the debugger's process: hears both lanes, and lets one of them go at a time. See debug.h, turn.h. */
#include "base/fd.h"
#include "base/sys_socket.h"
#include "debug/caller.h"
#include "debug/session.h"
#include "exec/exec.h"
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ENDED_WELL, ENDED_BY_QUIT };

/* --- hearing --- */

/* Room for the credentials that the kernel adds to each message (SO_PASSCRED): the pid in them is the one that the
 * sender has here, whichever PID namespace it is in. */
union credentials {
	struct cmsghdr header;
	char room[CMSG_SPACE(sizeof(struct ucred))];
};

static pid_t sender_of(struct msghdr *message)
{
	struct cmsghdr *header = CMSG_FIRSTHDR(message);
	struct ucred sender;

	if (!header || header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_CREDENTIALS)
		return 0;
	memcpy(&sender, CMSG_DATA(header), sizeof(sender));
	return sender.pid;
}

/* What became of the step that the lane took last. */
static void tell_outcome(struct session *session, size_t index)
{
	const int32_t error = session->tape->mark[index].error;
	struct text out = text_new(session->arena);

	if (!error || session->quits)
		return;
	if (error == -session->plan->step[index].tolerate)
		text_printf(&out, "      step %zu did not work, which is no failure here\n\n", index + 1);
	else
		text_printf(&out, "      step %zu has failed\n\n", index + 1);
	if (!session->continues || error != -session->plan->step[index].tolerate)
		input_say(&session->input, &out);
}

/* Also where a seccomp filter kept it from waiting for the answer. */
static bool is_program(const struct session *session, enum lane lane)
{
	const size_t index = session->turn.index[lane];
	const struct mark *mark = &session->tape->mark[index];

	return session->plan->step[index].kind == STEP_EXEC && mark->ended && !mark->error;
}

static void note_end(struct session *session, enum lane lane)
{
	static const char killed[] = "      the container's process was ended while it waited\n\n";
	struct text out = text_new(session->arena);
	bool lost = lane == LANE_CONTAINER && !is_program(session, lane);

	sys_close(session->socket[lane]);
	session->socket[lane] = -1;
	if (session->turn.state[lane] == LANE_GOES)
		tell_outcome(session, session->turn.index[lane]);
	if (lost && session->turn.state[lane] == LANE_WAITS && !session->quits) {
		text_add(&out, killed);
		input_say(&session->input, &out);
	}
	session->over = session->over || lost;
	turn_gone(&session->turn, lane);
}

static void hear_lane(struct session *session, enum lane lane)
{
	uint32_t index = 0;
	struct iovec part = { &index, sizeof(index) };
	union credentials control = { 0 };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control,
				  .msg_controllen = sizeof(control) };
	ssize_t result;

	do
		result = sys_recvmsg(session->socket[lane], &message);
	while (result == -EINTR);
	if (result != sizeof(index) || index >= session->plan->count || session->plan->step[index].lane != lane) {
		note_end(session, lane);
		return;
	}
	if (session->turn.state[lane] == LANE_GOES && session->pid[lane])
		tell_outcome(session, session->turn.index[lane]);
	session->pid[lane] = sender_of(&message);
	turn_waits(&session->turn, lane, index);
}

/* Those who may have the start given up. One that is not there is left out by ppoll(2). */
static size_t watch_others(const struct session *session, struct pollfd ret_polled[1 + SESSION_GIVE_UP])
{
	size_t count = 0;

	ret_polled[count++] = (struct pollfd){ session->runtime, POLLIN, 0 };
	for (size_t i = 0; i < SESSION_GIVE_UP; i++)
		ret_polled[count++] = (struct pollfd){ session->give_up[i], POLLIN, 0 };
	return count;
}

size_t session_watch(const struct session *session, struct pollfd ret_polled[SESSION_WATCHED])
{
	size_t count = 0;

	for (int lane = 0; lane < LANES; lane++)
		if (session->socket[lane] >= 0)
			ret_polled[count++] = (struct pollfd){ session->socket[lane], POLLIN, 0 };
	return count + watch_others(session, ret_polled + count);
}

/* A lane that waits has nothing more to say than that it has ended. Killed, the runtime cannot undo anything, but what
 * it leaves is found by `delete`. */
void session_hear(struct session *session, struct pollfd polled[SESSION_WATCHED])
{
	size_t at = 0;

	for (int lane = 0; lane < LANES; lane++) {
		if (session->socket[lane] < 0)
			continue;
		if (polled[at++].revents)
			hear_lane(session, (enum lane)lane);
	}
	if (polled[at++].revents)
		session->over = session->quits = true;
	for (size_t i = 0; i < SESSION_GIVE_UP; i++)
		if (polled[at++].revents) {
			session->quits = true;
			session->give_up[i] = -1;
		}
}

bool session_wait(const struct session *session, int process)
{
	struct pollfd polled[1 + 1 + SESSION_GIVE_UP] = { { process, POLLIN, 0 } };
	const size_t count = 1 + watch_others(session, polled + 1);
	int ready;

	do
		ready = sys_ppoll(polled, count, NULL);
	while (ready == -EINTR);
	return ready < 0 || polled[0].revents;
}

static void hear(struct session *session)
{
	struct pollfd polled[SESSION_WATCHED];
	size_t count = session_watch(session, polled);

	if (sys_ppoll(polled, count, NULL) > 0)
		session_hear(session, polled);
}

/* --- letting go --- */

static enum stepper_answer decide(struct session *session, enum lane lane)
{
	size_t index = session->turn.index[lane];

	if (session->quits)
		return STEPPER_QUIT;
	if (session->over || (session->continues && !breakpoint_at(&session->breakpoints, session->plan, index)))
		return STEPPER_GO;
	return session_ask(session, lane);
}

static void answer(struct session *session, enum lane lane)
{
	const enum stepper_answer answer = decide(session, lane);
	const char byte = (char)answer;

	/* It may have ended meanwhile. */
	if (session->turn.state[lane] != LANE_WAITS)
		return;
	session->skipped[session->turn.index[lane]] = answer == STEPPER_SKIP;
	turn_go(&session->turn, session->plan, lane, answer == STEPPER_GO);
	(void)!sys_send(session->socket[lane], &byte, 1);
}

/* The runtime's lane that has failed leaves the container's alone: it is killed, and nobody is asked about it. */
static bool is_done(const struct session *session)
{
	const size_t last = session->turn.index[LANE_RUNTIME];
	const int32_t error = session->tape->mark[last].error;

	if (session->turn.state[LANE_RUNTIME] == LANE_GONE && error && error != -session->plan->step[last].tolerate)
		return true;
	return !turn_is_open(&session->turn) && turn_next(&session->turn) == LANES;
}

static int serve(struct session *session)
{
	while (!is_done(session)) {
		if (turn_is_open(&session->turn) && !(session->quits && session->over))
			hear(session);
		else if (turn_next(&session->turn) != LANES)
			answer(session, turn_next(&session->turn));
		else
			break;
	}
	return session->quits ? ENDED_BY_QUIT : ENDED_WELL;
}

/* --- the process --- */

/* What it holds open beside its own would hide from others that somebody has ended, and would keep locks. */
static void close_others(const int *own, size_t count)
{
	int from = STDERR_FILENO + 1;

	for (;;) {
		int next = -1;

		for (size_t i = 0; i < count; i++)
			if (own[i] >= from && (next < 0 || own[i] < next))
				next = own[i];
		if (next < 0)
			break;
		if (next > from)
			sys_close_range((unsigned)from, (unsigned)next - 1, 0);
		from = next + 1;
	}
	sys_close_range((unsigned)from, ~0U, 0);
}

static _Noreturn void be_debugger(struct arena *arena, const struct run *run, const int *ends, int runtime,
				  int signals, const struct debug_asked *asked)
{
	const int *give_up = asked->give_up;
	struct session *session = ARENA_NEW(arena, struct session);
	sigset_t all;

	/* Keys are read as they come, and a terminal may be set from the background. */
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	sys_prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
	*session = (struct session){
		.arena = arena,
		.plan = run->plan,
		.tape = run->tape,
		.turn = turn_new(),
		.socket = { ends[LANE_RUNTIME], ends[LANE_CONTAINER] },
		.runtime = runtime,
		.give_up = { give_up[0] ? give_up[0] : -1, give_up[1] ? give_up[1] : -1, signals },
		.skipped = ARENA_ARRAY(arena, run->plan->count, bool),
	};
	close_others((const int[]){ ends[0], ends[1], runtime, asked->commands, asked->replies, give_up[0],
				    give_up[1], signals }, LANES + 3 + SESSION_GIVE_UP);
	input_open(&session->input, asked->commands, asked->replies);
	_exit(serve(session));
}

static bool make_pairs(struct run *run, int *ret_ends)
{
	const int on = 1;
	bool made = true;

	for (int lane = 0; lane < LANES; lane++) {
		int pair[2] = { -1, -1 };

		made = made && socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) == 0 &&
		       setsockopt(pair[0], SOL_SOCKET, SO_PASSCRED, &on, sizeof(on)) == 0;
		ret_ends[lane] = pair[0];
		run->stepper[lane] = made ? pair[1] : 0;
	}
	return made;
}

pid_t debug_start(struct arena *arena, struct run *run, const struct debug_asked *asked, struct problem *problem)
{
	closes int runtime = sys_pidfd_open(getpid(), 0), signals = -1;
	int ends[LANES], pipe[2] = { -1, -1 };
	pid_t pid = -1;

	/* Where it was killed the next question is refused; the lane that asks is not killed as well. */
	signal(SIGPIPE, SIG_IGN);
	if (make_pairs(run, ends) && runtime >= 0 && sys_pipe2(pipe, O_CLOEXEC) == 0)
		pid = fork();
	signals = pipe[0];
	if (pid == 0)
		be_debugger(arena, run, ends, runtime, signals, asked);
	if (pid > 0)
		caller_hear(pipe[1]);
	else
		fd_close_at(&pipe[1]);
	for (int lane = 0; lane < LANES; lane++)
		fd_close_at(&ends[lane]);
	if (pid < 0)
		problem_set(problem, "option '--step': no process can be made for the debugger");
	return pid < 0 ? 0 : pid;
}

bool debug_end(pid_t debugger, struct run *run, int *ret_signal)
{
	int status = 0;

	for (int lane = 0; lane < LANES; lane++) {
		if (run->stepper[lane])
			sys_close(run->stepper[lane]);
		run->stepper[lane] = 0;
	}
	while (waitpid(debugger, &status, 0) < 0 && errno == EINTR)
		;
	*ret_signal = caller_end();
	return !WIFEXITED(status) || WEXITSTATUS(status) != ENDED_WELL;
}

bool debug_is_usable(int commands, struct problem *problem)
{
	return input_is_usable(commands, problem);
}
