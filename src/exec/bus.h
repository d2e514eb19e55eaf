/* bus.h - a conversation over D-Bus, without memory of its own: for a step, and for the verbs of life/.
 *
 * Each wait is bounded by one time for the whole conversation. All functions return 0 or -errno: -ETIMEDOUT, -EBADMSG
 * where what comes is no D-Bus, -ECONNRESET where the other side has gone, -EPERM where it does not let this
 * user in.
 */
#pragma once
#include "base/dbus.h"
#include "plan/plan.h"

struct bus {
	int fd;				/* -1: there is none */
	uint64_t deadline;		/* ns, CLOCK_MONOTONIC */
	size_t have;			/* bytes in the buffer */
	size_t used;			/* of them, those of the message that was read last */
	char note[sizeof(((struct tape *)0)->note)];	/* the other side's own words about what failed */
	char buffer[16 * 1024];
};

/* Connects to the socket ("@name": in the abstract namespace). The conversation then has `patience_s` seconds. On
 * failure fd is -1; else the caller closes it. */
int bus_connect(struct bus *bus, const char *path, unsigned patience_s);

/* Sends what introduces this process, and then the messages: they need not wait for the answer. */
int bus_greet(struct bus *bus, const struct scope_message *messages, size_t count);

/* Sends messages. */
int bus_send(struct bus *bus, const struct scope_message *messages, size_t count);

/* Waits for the answer to the call of this serial. -EREMOTEIO: it, or what introduced this process, was refused:
 * bus->note says why, `*ret_answer` holds the error. Texts in it are good until the next wait. */
int bus_await_answer(struct bus *bus, uint32_t serial, struct dbus_message *ret_answer);

/* Waits for JobRemoved of the job with this path, from `sender`: 0, or -EIO where it was not done; the
 * note then has its result. */
int bus_await_job(struct bus *bus, const char *job, const char *sender);

/* Writes a call's serial into it. */
void bus_number(const struct scope_message *message, uint32_t serial);
