/* main.c - libexec/taru/unpack: turns a layer into a directory. It speaks with taru on descriptor 3, in the words of
 * wire/unpack.h; nobody runs it by hand. The status is 0 when all that was asked was done.
 */
#include "base/fd.h"
#include "unpack/answer.h"
#include "unpack/op.h"
#include <signal.h>
#include <string.h>

static struct failure failure;
static struct layer layer;
static struct request below;		/* its layers are the next request's */

/* One request. *count were done before. */
static bool serve(struct session *session, const struct message *message, unsigned *count)
{
	struct request *request = ARENA_NEW(session->arena, struct request);

	if (!request_read(message, session->arena, &below, request, session->failure))
		return false;
	if (request->op == OP_BELOW) {
		below = *request;
		return true;
	}
	below.layer_count = 0;
	switch (request->op) {
	case OP_LAYER:
		if ((*count)++ == 0)
			return op_layer(session, request, &layer);
		break;
	case OP_SETTLE:
		if ((*count)++ == 1 && layer.failure)
			return op_settle(session, request, &layer);
		break;
	case OP_COPY:
		if ((*count)++ == 0)
			return op_copy(session, request);
		break;
	case OP_BELOW:
		break;
	}
	return fail(session->failure, UNPACK_REQUEST, NULL, "this is not the time for that");
}

int main(void)
{
	struct arena arena;
	struct session session = { MESSAGE_SOCKET, &arena, &failure };
	struct message message;
	struct problem problem = { 0 };
	int result;

	arena_init(&arena, NULL, 0);
	(void)signal(SIGPIPE, SIG_IGN);
	for (unsigned count = 0;;) {
		result = message_receive(session.socket, &arena, &message, &problem);
		if (result == 0)
			return 0;
		if (result < 0)
			fail(&failure, UNPACK_REQUEST, NULL, "%s", problem.found ? problem.text : strerror(-result));
		if (result < 0 || !serve(&session, &message, &count))
			break;
	}
	answer_failure(session.socket, &arena, &failure);
	return 1;
}
