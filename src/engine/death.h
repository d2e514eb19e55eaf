/* death.h - how a container has ended, and why: for `taru why`.
 *
 *	death_read() ─→ struct death ─→ death_tell()
 *
 * The first looks at what was written down, and where a program may have lacked shared libraries at the container's
 * files; the second is pure.
 */
#pragma once
#include "elf/libraries.h"
#include "engine/container.h"

enum { DEATH_SIGNALS = 8 };

struct death {
	const struct made *made;
	const struct ended *ended;
	enum container_status status;
	bool stopped;			/* somebody has stopped it */
	uint32_t restarts;		/* so often its policy has started it again */
	int signal[DEATH_SIGNALS];	/* that taru has sent in its last run, the last of them, in their order */
	size_t signals;
	bool unhealthy;			/* its health check had found it so */
	const char *health;		/* what the last check of one that runs wrote; NULL: nothing is known */
	bool init;			/* its first process is that of --init, which ends as its program does */
	uint64_t swap;			/* limit of memory and swap together, where memory ran out; 0: none */
	bool looked;			/* for `libraries` */
	struct libraries libraries;
	const char *unread;		/* why they could not be looked for; NULL */
};

/* Finds out what is known. Never fails for what is not. */
void death_read(struct engine *engine, struct engine_container *container, struct death *ret_death);

/* Adds sentences, a line each: what it is, why, and the way out; in the reader's language after translate_begin(). */
void death_tell(struct text *out, const struct death *death);

/* Adds what is known as an object of JSON, and the sentences as they are. */
void death_put(struct text *out, const struct death *death);
