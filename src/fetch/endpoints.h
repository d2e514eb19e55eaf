/* endpoints.h - mirrors: one after the other, until one has what is asked for. */
#pragma once
#include "fetch/session.h"

/* Calls `one` for the endpoints in their order, until it returns true. What a mirror fails at is told in a note, and
 * the last one's failure stands. One that could not be reached is left out from then on, unless it is the last. A
 * failure that is not the endpoint's ends it at once. */
bool endpoints_try(struct task *task, bool (*one)(struct task *task, struct endpoint *endpoint, void *about),
		   void *about);

/* The registry itself, which comes after its mirrors. Where it stands there twice, it is the one without TLS only
 * after TLS has failed. */
struct endpoint *endpoints_last(struct session *session);

/* Calls `one` for the registry itself, which alone is pushed to and logged in at; once more without TLS, where that
 * is allowed and TLS failed. */
bool endpoints_try_last(struct task *task, bool (*one)(struct task *task, struct endpoint *endpoint, void *about),
			void *about);

/* Whether a failure is ours, and would be the same at any other endpoint. */
bool endpoints_are_innocent(const struct failure *failure);
