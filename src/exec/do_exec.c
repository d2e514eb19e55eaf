/* do_exec.c - the last things: nothing of the runtime stays open, and the program. */
#include "exec/do.h"
#include <limits.h>
#include <linux/limits.h>
#include <string.h>

/* Whether a later step of this lane passes something: then the socket has to stay, and is closed by
 * execve. */
static bool needs_socket_after(const struct run *run, const struct step *step)
{
	const struct step *end = run->plan->step + run->plan->count;

	for (const struct step *later = step + 1; later < end; later++)
		if (later->lane == step->lane &&
		    (later->kind == STEP_OPEN_GATE || later->kind == STEP_AWAIT_GATE ||
		     later->kind == STEP_SEND_SLOT))
			return true;
	return false;
}

/* What is ours below the first number that is closed: the caller kept more descriptors for the
 * container than it had open, so ours are among them. */
static void close_slots_below(struct run *run, int from)
{
	for (int slot = 0; slot < run->plan->slots; slot++) {
		if (run->slot[slot] >= 0 && run->slot[slot] < from)
			sys_close(run->slot[slot]);
		run->slot[slot] = -1;
	}
}

/* Really closed, not only marked for execve: until then a path such as /proc/self/fd/7 would reach
 * through them (CVE-2024-21626). */
int do_close_descriptors(struct run *run, const struct step *step)
{
	unsigned from = step->descriptors.from, kept;
	bool keep = run->lane_socket >= 0 && needs_socket_after(run, step);
	int error = 0;

	trying(run, __NR_close_range, SUBJECT_STEP);
	for (unsigned i = 0; i < run->scratch.count; i++)
		if (run->scratch.fd[i] < (int)from)
			sys_close(run->scratch.fd[i]);
	run->scratch.count = 0;
	run->parent.length = 0;
	close_slots_below(run, (int)from);
	if (!keep && run->lane_socket >= 0 && run->lane_socket < (int)from)
		sys_close(run->lane_socket);
	if (!keep)
		run->lane_socket = -1;
	kept = keep && run->lane_socket >= (int)from ? (unsigned)run->lane_socket : from - 1;
	if (kept > from)
		error = sys_close_range(from, kept - 1, 0);
	return error ? error : sys_close_range(kept + 1, ~0U, 0);
}

/* --- the program --- */

/* What is there, and cannot be run, is more worth telling than what is not there. */
static bool goes_on(int error)
{
	return error == -ENOENT || error == -ENOTDIR || error == -EACCES || error == -ENAMETOOLONG ||
	       error == -ELOOP || error == -ESTALE || error == -ENODEV;
}

/* The next entry of a search path and the name, as one path: an empty entry is the working directory.
 * *entry moves on, to NULL after the last. Returns false for a path that is too long to be one. */
static bool next_candidate(const char **entry, const char *name, char *to, size_t size)
{
	size_t length = strcspn(*entry, ":");
	const char *from = *entry;

	*entry = from[length] ? from + length + 1 : NULL;
	if (length + 1 + strlen(name) >= size)
		return false;
	memcpy(to, from, length);
	if (length)
		to[length++] = '/';
	put_text(to + length, name);
	return true;
}

/* As execvp(3), but without a shell for what is no program. */
static int search(const struct step *step, const char *entry)
{
	char path[PATH_MAX];
	int result = -ENOENT;

	while (entry) {
		int error;

		if (!next_candidate(&entry, step->exec.args[0], path, sizeof(path)))
			continue;
		error = sys_execve(path, step->exec.args, step->exec.env);
		if (!goes_on(error))
			return error;
		if (error == -EACCES)
			result = error;
	}
	return result;
}

/* Which of the candidates it was about. */
static void note_search(struct run *run, const struct step *step, const char *entry, int error)
{
	char path[PATH_MAX];

	while (entry)
		if (next_candidate(&entry, step->exec.args[0], path, sizeof(path)) &&
		    note_program(run->tape, path, error))
			return;
}

int do_exec(struct run *run, const struct step *step)
{
	const char *entries = step->exec.search ? step->exec.search : "";
	const char *program = step->exec.args[0];
	bool searched = !strchr(program, '/');
	int error = -ENOENT;

	untie(run);
	trying(run, __NR_execve, SUBJECT_STEP);
	if (*program)
		error = searched ? search(step, entries)
				 : sys_execve(program, step->exec.args, step->exec.env);
	/* Now, since a seccomp filter may end the process at the first look at why. */
	run->mark->error = error;
	if (searched && *program)
		note_search(run, step, entries, error);
	else if (*program)
		note_program(run->tape, program, error);
	return error;
}
