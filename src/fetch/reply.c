/* reply.c - see reply.h */
#include "fetch/reply.h"
#include "wire/message.h"
#include <stdlib.h>
#include <unistd.h>

static void send_text(const struct session *session, const struct text *text)
{
	if (message_send(session->socket, text, NULL, 0))
		_exit(EXIT_SUCCESS);
}

struct reply *reply_ok(struct task *task, uint64_t id)
{
	struct reply *reply = ARENA_NEW(&task->arena, struct reply);

	reply->task = task;
	reply->text = text_new(&task->arena);
	reply->out = json_writer_new(&reply->text, NULL);
	json_open_object(&reply->out, NULL);
	json_put_unsigned(&reply->out, "id", id);
	json_open_object(&reply->out, "ok");
	return reply;
}

bool reply_send(struct reply *reply)
{
	json_close(&reply->out);
	json_close(&reply->out);
	send_text(reply->task->session, &reply->text);
	return true;
}

void reply_at(struct task *task, uint64_t id, uint64_t at)
{
	char bytes[512] = "";
	struct arena arena;
	struct text text;
	struct json_writer out;

	/* Not the task's arena: there are many of these. */
	arena_init(&arena, bytes, sizeof(bytes));
	text = text_new(&arena);
	out = json_writer_new(&text, NULL);
	json_open_object(&out, NULL);
	json_put_unsigned(&out, "id", id);
	json_put_unsigned(&out, "at", at);
	json_close(&out);
	send_text(task->session, &text);
	arena_release(&arena);
}

void reply_note(struct task *task, const char *format, ...)
{
	struct text text = text_new(&task->arena);
	struct json_writer out = json_writer_new(&text, NULL);
	va_list list;

	json_open_object(&out, NULL);
	va_start(list, format);
	json_put_text(&out, "note", failure_clean(&task->arena, arena_vprintf(&task->arena, format, list)));
	va_end(list);
	json_close(&out);
	send_text(task->session, &text);
}

static void send_error(const struct session *session, struct arena *arena, uint64_t id, const struct failure *failure)
{
	struct text text = text_new(arena);
	struct json_writer out = json_writer_new(&text, NULL);

	json_open_object(&out, NULL);
	json_put_unsigned(&out, "id", id);
	json_open_object(&out, "error");
	json_put_text(&out, "kind", name_of(fetch_error_names, failure->kind));
	json_put_text(&out, "host", failure->host);
	json_put_signed(&out, "status", failure->status);
	json_put_text(&out, "message", failure->message);
	json_close(&out);
	json_close(&out);
	send_text(session, &text);
}

void reply_failure(struct task *task, uint64_t id)
{
	send_error(task->session, &task->arena, id, &task->failure);
}

void reply_problem(struct session *session, uint64_t id, const char *problem)
{
	struct failure failure = { .set = true, .kind = FETCH_REQUEST, .host = "", .message = problem };

	send_error(session, &session->arena, id, &failure);
}
