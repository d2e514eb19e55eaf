/* main.c - libexec/taru/fetch: talks to a registry for taru. See wire/fetch.h for what is said. */
#include "base/fd.h"
#include "fetch/confine.h"
#include "fetch/reply.h"
#include "fetch/request.h"
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { FAILED = 1 };

/* Takes what has come. False at the end of the conversation. */
static bool take_message(struct session *session)
{
	struct task *task = task_new(&session->loop, session);
	struct problem problem = { 0 };
	struct message message;
	int got;

	if (!task)
		return false;
	got = message_receive(session->socket, &task->arena, &message, &problem);
	if (got == 1)
		return request_take(session, task, &message);
	if (got == -EBADMSG)
		reply_problem(session, 0, problem.text);
	task_free(task);
	return got == -EBADMSG && session->open;
}

static int talk(struct session *session)
{
	for (;;) {
		/* More than this waits in the socket. */
		int fd = session->loop.count < TASKS_MAX ? session->socket : -1;
		int ready = loop_turn(&session->loop, fd);

		if (ready < 0)
			return FAILED;
		if (ready && !take_message(session))
			return session->open ? 0 : FAILED;
	}
}

int main(void)
{
	static struct session session = { .socket = MESSAGE_SOCKET };
	const char *what;
	int error = confine(&what);

	if (error) {
		dprintf(STDERR_FILENO, "taru: fetch cannot give up %s: %s\n", what, strerrordesc_np(-error));
		return FAILED;
	}
	signal(SIGPIPE, SIG_IGN);
	arena_init(&session.arena, NULL, 0);
	if (curl_global_init(CURL_GLOBAL_DEFAULT) || loop_init(&session.loop))
		return FAILED;
	error = talk(&session);
	/* Threads of the resolver may still wait for an answer. */
	_exit(error);
}
