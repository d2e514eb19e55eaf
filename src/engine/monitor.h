/* monitor.h - how a process becomes a container's monitor (src/monitor). */
#pragma once
#include "engine/keep.h"
#include "engine/port_hold.h"

/* The monitor's ends of what the container reads and writes: pipes. -1: there is none. */
struct streams { int in, out, err; };

/* Makes them, with the other ends as this process's descriptors 0 to 2, which the container inherits; one with a
 * terminal has that instead. 0 or -errno. */
int streams_make(bool terminal, bool interactive, struct streams *ret_streams);

/* /dev/null becomes this descriptor. 0 or -errno. */
int stream_nothing(int number);

struct becoming {
	struct engine *engine;
	const struct made *made;
	int folder;			/* of the container */
	int keeper;			/* see engine_become_keeper() */
	struct restarts restarts;
	struct detached detached;
	uint64_t ran_ms;		/* how long it has run already */
	int pidfd;			/* of a process that is no child of this one; -1: it is */
	struct streams streams;
	int client;			/* a socket of who is attached; -1: nobody is */
	bool close_input;		/* the end of that one's input is the container's */
	const struct held_ports *ports;	/* which it holds until the container has ended; NULL: none */
};

/* With all descriptors -1. */
struct becoming becoming_new(struct engine *engine, const struct made *made, int folder);

/* Listens for those who want to attach, and becomes the monitor. Returns -errno where that cannot be done. */
int monitor_become(const struct becoming *becoming);
