/* reply.h - what taru is answered: see wire/fetch.h. Who cannot be answered is gone, and so the program ends. */
#pragma once
#include "base/json_write.h"
#include "fetch/session.h"

struct reply { struct task *task; struct text text; struct json_writer out; };

/* Begins { "id": …, "ok": { : what is put into `out` then is in it. */
struct reply *reply_ok(struct task *task, uint64_t id);

/* Ends and sends it. Returns true. */
bool reply_send(struct reply *reply);

/* { "id": …, "at": … } */
void reply_at(struct task *task, uint64_t id, uint64_t at);

/* { "note": … } */
void reply_note(struct task *task, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The task's failure. */
void reply_failure(struct task *task, uint64_t id);

/* A message that was not understood. */
void reply_problem(struct session *session, uint64_t id, const char *problem);
