/* lock.h - flock(2), with patience.
 *
 * A lock goes with the process that holds it, however that ends; but one that was stopped (SIGSTOP), or waits for a
 * disk that does not answer, keeps it. So nobody waits without an end, and who has waited in vain says for whom.
 */
#pragma once
#include <stdint.h>

enum {
	LOCK_PATIENCE_MS = 10000,	/* of what is held for milliseconds */
	LOCK_PATIENCE_LONG_MS = 30000	/* the same where many may queue */
};

/* Locks the open file (LOCK_EX, LOCK_SH): 0 or -errno; -ETIMEDOUT where another had it all the time. */
int lock_take(int fd, int how, uint64_t patience_ms);

/* The same of what is held as long as work takes, as while a volume is filled: past the patience only where its holder
 * was stopped. */
int lock_take_after_work(int fd, int how, uint64_t patience_ms);

/* The process that has the file locked, as /proc/locks has it; 0 where that is not to be seen from here. */
unsigned lock_holder(int fd);

/* Why the file could not be locked: "process 4711 (taru) has it locked and does not let go; wait for it, or end it".
 * Good until the next call. */
const char *lock_words(int fd, int error);
