/* ps_table.c - see ps_table.h */
#include "command/ps_table.h"
#include "base/fd.h"
#include "base/file.h"
#include "spec/reason.h"
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { OUTPUT_LIMIT = 64 * 1024 * 1024 };

/* --- ps(1) --- */

/* Begins it with its standard output and error in a pipe, of which this is the other end; or -errno. */
static int begin_ps(char **words, pid_t *ret_pid)
{
	posix_spawn_file_actions_t actions;
	int ends[2], error = sys_pipe2(ends, 0);

	if (error < 0)
		return error;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
	posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO);
	error = posix_spawnp(ret_pid, words[0], &actions, NULL, words, environ);
	posix_spawn_file_actions_destroy(&actions);
	sys_close(ends[1]);
	if (error)
		sys_close(ends[0]);
	return error ? -error : ends[0];
}

static char *run_ps(struct arena *arena, char **words, struct problem *problem)
{
	char *output = NULL;
	size_t length;
	pid_t pid;
	int status = 0, error;
	closes int end = begin_ps(words, &pid);

	if (end < 0) {
		problem_set(problem, "cannot run ps(1): %s; install procps",
			    reason_words(end));
		return NULL;
	}
	error = file_read_fd(arena, end, OUTPUT_LIMIT, &output, &length);
	/* A writer that is still there then must not wait for a reader. */
	sys_close(take_fd(&end));
	while (sys_wait4(pid, &status, 0) == -EINTR)
		;
	if (error)
		problem_set(problem, "cannot read what ps(1) prints: %s", reason_words(error));
	else if (!WIFEXITED(status) || WEXITSTATUS(status))
		problem_set(problem, "ps(1) failed: %s", output);
	return problem->found ? NULL : output;
}

/* --- its output --- */

/* The n-th word of a line, or what ends the line. */
static const char *nth_word(const char *line, size_t n)
{
	for (;; n--) {
		line += strspn(line, " \t");
		if (!n || !*line || *line == '\n')
			return line;
		line += strcspn(line, " \t\n");
	}
}

/* Which word of the header is "PID"; false where none is. */
static bool find_pid_column(const char *header, size_t *ret_column)
{
	for (size_t n = 0;; n++) {
		const char *word = nth_word(header, n);
		size_t length = strcspn(word, " \t\n");

		*ret_column = n;
		if (!length)
			return false;
		if (length == 3 && !memcmp(word, "PID", 3))
			return true;
	}
}

static bool has_pid(const pid_t *pids, size_t count, const char *word)
{
	long pid = strtol(word, NULL, 10);

	for (size_t i = 0; i < count; i++)
		if (pids[i] == pid)
			return true;
	return false;
}

void ps_table(struct text *out, char **words, const pid_t *pids, size_t count, struct problem *problem)
{
	const char *output = run_ps(out->arena, words, problem);
	size_t column;

	if (!output)
		return;
	if (!find_pid_column(output, &column)) {
		problem_set(problem, "ps(1) with these options shows no column PID; add it (-o pid,…)");
		return;
	}
	for (const char *line = output; *line;) {
		size_t length = strcspn(line, "\n") + 1;

		if (line == output || has_pid(pids, count, nth_word(line, column)))
			text_add_bytes(out, line, length);
		line += length - (line[length - 1] == 0);
	}
}
