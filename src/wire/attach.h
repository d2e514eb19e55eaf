/* attach.h - what a container's monitor and those who are attached to the container say to each other.
 *
 * A socket of the kind SOCK_SEQPACKET; each message is a byte that says what it is, and what follows it. The monitor
 * listens at RUN/ID/attach (engine/container.h); whoever may enter that folder may attach.
 */
#pragma once
#include <stdint.h>

#define ATTACH_SOCKET "attach"

enum attach_kind {
	/* to the monitor */
	ATTACH_INPUT = 'i',		/* bytes for its standard input */
	ATTACH_INPUT_END = 'e',		/* there will be no more */
	ATTACH_SIZE = 's',		/* struct attach_size: of the caller's window */
	ATTACH_WAIT = 'w',		/* no output is wanted, only the end */

	/* from the monitor */
	ATTACH_OUTPUT = '1',		/* bytes of its standard output, or of its terminal */
	ATTACH_ERROR = '2',		/* of its standard error */
	ATTACH_LOST = 'l',		/* uint64_t: so many bytes are left out, since they were not taken in time */
	ATTACH_FULL = 'f',		/* so many are attached that it takes no more: the last message */
	ATTACH_ENDED = 'x'		/* int32_t: its exit status, or 128 + signal; all is put away */
};

enum {
	ATTACH_CHUNK = 8192,		/* bytes that follow the first, at most */
	ATTACH_CLIENTS = 64,		/* so many may be attached at once */
};

struct attach_size { uint16_t rows, columns; };

/* As it lies in the socket. */
struct attach_message {
	char kind;
	char bytes[ATTACH_CHUNK];
};
