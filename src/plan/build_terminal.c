/* build_terminal.c - the container's own terminal.
 *
 * The pair is made inside the container, so that its slave is in the container's devpts and can be
 * found there (ttyname); the runtime gets the master. No container shares its caller's terminal, and
 * each is in a session of its own: what it pushes with TIOCSTI comes back to itself (CVE-2017-5226).
 */
#include "plan/build.h"
#include <string.h>

static const char why[] = "process.terminal";

static bool has_devpts(const struct spec *spec)
{
	for (size_t i = 0; i < spec->mounts; i++)
		if (strcmp(spec->mount[i].destination, "/dev/pts") == 0)
			return true;
	return false;
}

/* By somebody who makes new lines of "\n" itself, or leaves that to the terminal. */
static bool is_looked_after(const struct plan_request *request)
{
	return request->console_socket || request->end == END_DETACHED;
}

void build_terminal(struct builder *b)
{
	const struct process *process = &b->spec->process;
	bool asked = process->console_height || process->console_width;
	/* Of a container that is there only its root is in reach; the link that every /dev has leads to its
	 * devpts. */
	bool in_root = b->joins || has_devpts(b->spec);

	if (!b->terminal)
		return;
	ADD_CONTAINER(b, STEP_OPEN_TERMINAL, why,
		      .terminal = { .ptmx = in_root ? "/dev/pts/ptmx" : "/dev/ptmx",
				    .in_root = in_root,
				    .height = asked ? (unsigned short)process->console_height
						    : b->request->rows,
				    .width = asked ? (unsigned short)process->console_width
						   : b->request->columns,
				    .uid = process->user.uid,
				    .plain_newlines = !is_looked_after(b->request) });
	/* The container has had its console since it began. */
	if (!b->joins)
		ADD_CONTAINER(b, STEP_BIND_CONSOLE, why, .console = { "/dev/console" });
	ADD_CONTAINER(b, STEP_SEND_SLOT, why, .pass = { SLOT_PTY });
	ADD_RUNTIME(b, STEP_RECEIVE_SLOT, why, .pass = { SLOT_PTY });
	if (b->request->console_socket)
		ADD_RUNTIME(b, STEP_SEND_TERMINAL, "option '--console-socket'",
			    .socket = { b->request->console_socket });
}

void build_take_terminal(struct builder *b)
{
	ADD_CONTAINER(b, STEP_NEW_SESSION, NULL);
	if (b->terminal)
		ADD_CONTAINER(b, STEP_TAKE_TERMINAL, why);
}
