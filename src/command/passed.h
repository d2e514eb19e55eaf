/* passed.h - descriptors of the caller's that a program is to keep: --preserve-fds, --preserve-fd.
 *
 * Both must be called before this process opens anything: what is open by then without FD_CLOEXEC is the caller's.
 */
#pragma once
#include "command/log.h"
#include "command/options.h"

/* The first one after standard error: sd_listen_fds(3). */
enum { PASSED_FIRST = 3 };

/* Whether the caller has given it to us. One of ours (the log) has FD_CLOEXEC set: that is how they are told apart. */
bool passed_is_given(unsigned fd);

/* Looks for `preserve` more of them behind the first `count` from 3 on, and returns how many that makes together; a
 * problem where one is not open. All others but the log's are closed: an inherited directory of the host would be a
 * way out of the container, for its process (CVE-2024-21626) and for one in there that looks into a process which is
 * on its way in (CVE-2016-9962). */
unsigned passed_count(unsigned count, unsigned preserve, const struct log *log, struct problem *problem);

/* What `taru run` and `taru exec` are asked for. */
struct passed_asked {
	unsigned preserve;		/* from 3 on */
	struct texts list;		/* "3,5": these */
};

extern const struct option passed_options[];	/* rows that fill it */

/* Whether there is one. */
bool passed_is_asked(const struct passed_asked *asked);

/* The same as passed_count() for both options, as podman has them. Where one in between is not to be kept, /dev/null
 * stands there until the program begins: nothing that is opened later gets its number. */
unsigned passed_take(const struct passed_asked *asked, const struct log *log, struct problem *problem);
