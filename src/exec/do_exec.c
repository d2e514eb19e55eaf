/* do_exec.c - the last things: nothing of the runtime stays open, and the program. */
#include "exec/do.h"
#include <limits.h>
#include <linux/limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Descriptors that are still needed, in the order of their numbers. Each is closed by execve. */
struct kept {
	int fd[4];
	size_t count;
};

static void keep(struct kept *kept, int fd)
{
	size_t at = kept->count;

	if (fd < 0)
		return;
	for (; at > 0 && kept->fd[at - 1] > fd; at--)
		kept->fd[at] = kept->fd[at - 1];
	kept->fd[at] = fd;
	kept->count++;
}

static bool is_kept(const struct kept *kept, int fd)
{
	for (size_t i = 0; i < kept->count; i++)
		if (kept->fd[i] == fd)
			return true;
	return false;
}

/* Whether somebody still waits at the other end of the socket: a later step of this lane passes something,
 * or the runtime waits until it is closed. */
static bool needs_socket_after(const struct run *run, const struct step *step)
{
	const struct step *end = run->plan->step + run->plan->count;

	for (const struct step *later = step + 1; later < end; later++) {
		if (later->kind == STEP_AWAIT_EXEC)
			return true;
		if (later->lane == step->lane &&
		    (later->kind == STEP_OPEN_GATE || later->kind == STEP_AWAIT_GATE ||
		     later->kind == STEP_SEND_SLOT))
			return true;
	}
	return false;
}

/* What is ours below the first number that is closed: the caller kept more descriptors for the
 * container than it had open, so ours are among them. */
static void close_below(struct run *run, int from, const struct kept *kept)
{
	for (unsigned i = 0; i < run->scratch.count; i++)
		if (run->scratch.fd[i] < from)
			sys_close(run->scratch.fd[i]);
	run->scratch.count = 0;
	run->parent.length = 0;
	for (int slot = 0; slot < run->plan->slots; slot++) {
		int fd = run->slot[slot];

		if (is_kept(kept, fd))
			continue;
		if (fd >= 0 && fd < from)
			sys_close(fd);
		run->slot[slot] = -1;
	}
}

/* Really closed, not only marked for execve: until then a path such as /proc/self/fd/7 would reach
 * through them (CVE-2024-21626). */
int do_close_descriptors(struct run *run, const struct step *step)
{
	int from = (int)step->descriptors.from, error = 0;
	struct kept kept = { .count = 0 };

	trying(run, __NR_close_range, SUBJECT_STEP);
	keep(&kept, run->slot[SLOT_START]);
	keep(&kept, run->slot[SLOT_ANSWER]);
	keep(&kept, run->stepper[step->lane] ? run->stepper[step->lane] : -1);
	if (needs_socket_after(run, step)) {
		keep(&kept, run->lane_socket);
	} else {
		if (run->lane_socket >= 0 && run->lane_socket < from)
			sys_close(run->lane_socket);
		run->lane_socket = -1;
	}
	close_below(run, from, &kept);
	for (size_t i = 0; i < kept.count && !error; i++) {
		if (kept.fd[i] > from)
			error = sys_close_range((unsigned)from, (unsigned)kept.fd[i] - 1, 0);
		if (kept.fd[i] >= from)
			from = kept.fd[i] + 1;
	}
	return error ? error : sys_close_range((unsigned)from, ~0U, 0);
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

/* What is tried with each place where the program could be. Returns 0 or -errno. */
typedef int attempt(const struct step *step, const char *path);

/* Returns only where it could not be run. */
static int run_program(const struct step *step, const char *path)
{
	return sys_execve(path, step->exec.args, step->exec.env);
}

/* Whether it may be run, as far as can be said without running it. */
static int look_at_program(const struct step *step, const char *path)
{
	struct stat stat;
	int error = sys_fstatat(AT_FDCWD, path, &stat, 0);

	if (error)
		return error;
	if (!S_ISREG(stat.st_mode))
		return -EACCES;
	return sys_faccessat2(AT_FDCWD, path, X_OK, AT_EACCESS);
}

/* As execvp(3), but without a shell for what is no program. */
static int search(const struct step *step, const char *entry, attempt *try)
{
	char path[PATH_MAX];
	int result = -ENOENT;

	while (entry) {
		int error;

		if (!next_candidate(&entry, step->exec.args[0], path, sizeof(path)))
			continue;
		error = try(step, path);
		if (!goes_on(error))
			return error;
		if (error == -EACCES || (error == -ELOOP && result == -ENOENT))
			result = error;
	}
	return result;
}

/* Which of the candidates it was about. */
static void note_search(struct run *run, const struct step *step, const char *entry, int error)
{
	char path[PATH_MAX];

	while (entry) {
		if (!next_candidate(&entry, step->exec.args[0], path, sizeof(path)) ||
		    (error != -EACCES && look_at_program(step, path) == -EACCES))
			continue;
		if (note_program(run->tape, path, error))
			return;
	}
}

/* The same name where commands are looked for, of a path that is not there. */
static void note_others(struct run *run, const struct step *step, const char *entry)
{
	const char *program = step->exec.args[0], *name = strrchr(program, '/') + 1;
	char path[PATH_MAX];

	while (entry && *name)
		if (next_candidate(&entry, name, path, sizeof(path)) && look_at_program(step, path) == 0) {
			note_elsewhere(run->tape, program, path);
			return;
		}
	note_elsewhere(run->tape, program, NULL);
}

static int try_program(struct run *run, const struct step *step, attempt *try)
{
	const char *entries = step->exec.search ? step->exec.search : "";
	const char *program = step->exec.args[0];
	bool searched = !strchr(program, '/');
	int error = -ENOENT;

	trying(run, __NR_execve, SUBJECT_STEP);
	if (*program)
		error = searched ? search(step, entries, try) : try(step, program);
	if (!error)
		return 0;
	/* Now, since a seccomp filter may end the process at the first look at why. */
	run->mark->error = error;
	if (searched && *program)
		note_search(run, step, entries, error);
	else if (*program && !note_program(run->tape, program, error) && error == -ENOENT)
		note_others(run, step, entries);
	return error;
}

int do_find_program(struct run *run, const struct step *step)
{
	return try_program(run, step, look_at_program);
}

int do_exec(struct run *run, const struct step *step)
{
	untie(run);
	return try_program(run, step, run_program);
}
