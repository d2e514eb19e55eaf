/* retry.h - whether to try once more, and when. */
#pragma once
#include "fetch/session.h"

struct retry { struct task *task; uint64_t tried; };

/* Begins to count. */
struct retry retry_new(struct task *task);

/* After a failure that was noted: waits and returns true where it is worth to try again. Each wait is twice as long
 * as the one before, by chance a half more or less, so that those who were turned away together don't come back
 * together; or as long as the server wants, up to silence-seconds. False: it stands, and says how often it was
 * tried. */
bool retry_again(struct retry *retry);

/* What was tried came further than before: counts from the beginning. */
void retry_forgive(struct retry *retry);
