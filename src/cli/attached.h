/* attached.h - the caller stays with a container that has a monitor. */
#pragma once
#include "cli/place.h"
#include "engine/attach.h"

struct attached_asked {
	bool input;			/* what is typed goes to it */
	const char *detach_keys;
	struct maybe_bool sig_proxy;	/* signals are the container's: so it is where nothing is said */
};

/* Rows of a table of options that ends with this one: OPTION_TABLE. */
extern const struct option attached_options[];

/* To its end, or until the detach keys: the command's status is the container's then, or 0. `socket` is closed. */
void attached_stay(struct command *command, struct place *place, const struct made *made, bool terminal, int socket,
		   const struct attached_asked *asked);

/* Whether the container has a terminal: its config says so. */
bool attached_has_terminal(struct command *command, const struct place *place, const char *id);
