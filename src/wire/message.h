/* message.h - what taru and its helpers say to each other: JSON objects over a SOCK_SEQPACKET socket.
 *
 * One message is one packet: a JSON object of at most MESSAGE_MAX bytes, and up to MESSAGE_FDS descriptors. What is
 * larger (a manifest, a key, a layer) is a descriptor. Which objects there are stands in fetch.h and unpack.h.
 *
 * A helper reads bytes from outside, so taru does not trust what it says: every answer is read strictly, with
 * limits, and digests are compared with what was asked for.
 */
#pragma once
#include "base/arena.h"
#include "base/json.h"
#include "base/text.h"

enum {
	MESSAGE_MAX = 64 * 1024,
	MESSAGE_FDS = 250,		/* SCM_MAX_FD is 253 */
	MESSAGE_SOCKET = 3,		/* where a helper finds its socket */
};

struct message {
	const struct json *json;	/* an object */
	int fds[MESSAGE_FDS];		/* close-on-exec */
	size_t fds_count;
};

/* Sends the object in `text`, with `count` descriptors, which stay open here. 0 or -errno; -EPIPE: the other end is
 * closed (SIGPIPE never comes); -EMSGSIZE where it is too large. */
int message_send(int socket, const struct text *text, const int *fds, size_t count);

/* Waits for a message. 1, 0 at the end of the connection, or -errno; -EBADMSG with a problem for what is no JSON
 * object, is too large, or brings too many descriptors. The descriptors are the caller's, also after a failure that
 * is no -errno; then there are none. */
int message_receive(int socket, struct arena *arena, struct message *ret_message, struct problem *problem);

/* Closes the descriptors that are still in the message. */
void message_close(struct message *message);
