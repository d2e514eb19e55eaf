/* attach.h - the caller's terminal or streams and those of a container that has a monitor (wire/attach.h). */
#pragma once
#include "engine/container.h"
#include "wire/attach.h"

struct sockaddr_un;

/* Where the socket of a container's monitor is: by way of a descriptor of its folder, since the path may be longer than
 * an address can be (108 bytes, unix(7)). The address is good as long as that is open: it is returned, or -errno. */
int attach_address(const struct engine *engine, const char *id, struct sockaddr_un *ret_address);

/* The monitor's socket of a container that runs; -1 after a problem. */
int engine_attach(struct engine *engine, const struct engine_container *container, struct problem *problem);

struct attach_asked {
	bool input;			/* what the caller types goes to the container */
	bool output;			/* what it writes comes to the caller */
	bool terminal;			/* it has one */
	const char *detach_keys;	/* "ctrl-p,ctrl-q", docker's; "" for none; NULL: those */
	bool forward_signals;		/* they are the container's, where it has no terminal */
	const char *run, *id;		/* whose: RUN and the container's ID */
	/* Told of each size that the container's terminal gets. */
	void (*sized)(void *context, unsigned rows, unsigned columns);
	void *context;
};

enum attach_end {
	ATTACH_HAS_ENDED,		/* the container has, and it is known how */
	ATTACH_LEFT,			/* the detach keys were pressed, or no output is wanted and input has ended */
	ATTACH_REFUSED,			/* as many as can be are attached already */
	ATTACH_LOST_TOUCH		/* the monitor is gone, and has not said how it ended */
};

/* Whether the keys make sense: letters, ctrl-LETTER, divided by commas. */
bool engine_check_detach_keys(const char *keys, struct problem *problem);

/* Waits for the end alone, with the caller's signals as they are. */
enum attach_end engine_wait_attached(int socket, int *ret_status);

/* Stays attached to the end. `ret_status`: the exit status, or 128 + signal, of a container that has ended. */
enum attach_end engine_stay_attached(struct arena *arena, int socket, const struct attach_asked *asked,
				     int *ret_status);
