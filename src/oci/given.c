/* given.c - see given.h */
#include "oci/given.h"
#include "base/sys.h"
#include "command/passed.h"
#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* How many sockets are meant for this process. */
static unsigned listen_count(void)
{
	const char *count = getenv("LISTEN_FDS"), *pid = getenv("LISTEN_PID");
	uint64_t number;

	if (pid && (!text_to_u64(pid, &number) || number != (uint64_t)sys_getpid()))
		return 0;
	return count && text_to_u64(count, &number) && number < INT_MAX ? (unsigned)number : 0;
}

unsigned given_descriptors(unsigned preserve, const struct log *log, struct problem *problem)
{
	const unsigned listening = listen_count(), end = PASSED_FIRST + listening;

	for (unsigned fd = PASSED_FIRST; fd < end && !problem->found; fd++)
		if (!passed_is_given(fd))
			problem_set(problem, "environment variable LISTEN_FDS is %u, and descriptor %u is not "
				    "open", listening, fd);
	return passed_count(listening, preserve, log, problem);
}

void given_listen(struct arena *arena, struct process *process)
{
	const char *names = getenv("LISTEN_FDNAMES");
	unsigned count = listen_count();

	if (!count)
		return;
	given_variable(arena, process, arena_printf(arena, "LISTEN_FDS=%u", count));
	given_variable(arena, process, "LISTEN_PID=1");
	if (names)
		given_variable(arena, process, arena_printf(arena, "LISTEN_FDNAMES=%s", names));
}

void given_variable(struct arena *arena, struct process *process, const char *entry)
{
	const struct texts *old = &process->env;
	size_t name = strcspn(entry, "=") + 1, count = 0;
	char **env = ARENA_ARRAY(arena, old->count + 2, char *);

	for (size_t i = 0; i < old->count; i++)
		if (strncmp(old->at[i], entry, name))
			env[count++] = old->at[i];
	env[count++] = arena_copy(arena, entry, strlen(entry));
	process->env = (struct texts){ env, count };
}

bool given_terminal(const struct process *process, const struct plan_request *request,
		    struct problem *problem)
{
	bool detached = request->end != END_FOREGROUND;

	if (process->terminal && detached && !request->console_socket)
		problem_set(problem, "process.terminal: a container or process that runs on by itself needs "
			    "'--console-socket', which is where its terminal goes");
	else if (request->console_socket && !process->terminal)
		problem_set(problem, "option '--console-socket': there is no terminal to pass on; set "
			    "process.terminal (exec: '--tty')");
	else if (request->console_socket && !detached)
		problem_set(problem, "option '--console-socket': in the foreground the terminal is the "
			    "caller's; add '--detach', or leave it out");
	return !problem->found;
}
