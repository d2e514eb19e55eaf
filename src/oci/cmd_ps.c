/* cmd_ps.c - `taru-oci ps`: the processes of a container.
 *
 * The table is what ps(1) prints of all processes, without those that are not the container's: so its
 * options, columns and looks are those that people know.
 */
#include "base/fd.h"
#include "base/file.h"
#include "command/table.h"
#include "oci/find.h"
#include "spec/reason.h"
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { OUTPUT_LIMIT = 64 * 1024 * 1024 };

struct ps_asked {
	const char *format;
};

struct pids {
	pid_t *at;
	size_t count;
};

static void add_json(struct text *out, const struct pids *pids)
{
	text_add(out, "[");
	for (size_t i = 0; i < pids->count; i++)
		text_printf(out, "%s%d", i ? "," : "", (int)pids->at[i]);
	text_add(out, "]\n");
}

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

static char *run_ps(struct command *command, char **words)
{
	char *output = NULL;
	size_t length;
	pid_t pid;
	int status = 0, error;
	closes int end = begin_ps(words, &pid);

	if (end < 0) {
		problem_set(command->problem, "cannot run ps(1): %s; install procps, or use '--format json'",
			    reason_words(end));
		return NULL;
	}
	error = file_read_fd(command->arena, end, OUTPUT_LIMIT, &output, &length);
	/* A writer that is still there then must not wait for a reader. */
	sys_close(take_fd(&end));
	while (sys_wait4(pid, &status, 0) == -EINTR)
		;
	if (error)
		problem_set(command->problem, "cannot read what ps(1) prints: %s", reason_words(error));
	else if (!WIFEXITED(status) || WEXITSTATUS(status))
		problem_set(command->problem, "ps(1) failed: %s", output);
	return command->problem->found ? NULL : output;
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

static bool has_pid(const struct pids *pids, const char *word)
{
	long pid = strtol(word, NULL, 10);

	for (size_t i = 0; i < pids->count; i++)
		if (pids->at[i] == pid)
			return true;
	return false;
}

static void add_table(struct command *command, struct text *out, const struct pids *pids)
{
	static char ps[] = "ps", every[] = "-ef";
	char *every_process[] = { ps, every, NULL };
	char **words = command->operand;	/* ID OPTION …: the id gives its place to the program's name */
	const char *output;
	size_t column;

	words[0] = ps;
	output = run_ps(command, words[1] ? words : every_process);
	if (!output)
		return;
	if (!find_pid_column(output, &column)) {
		problem_set(command->problem, "ps(1) with these options shows no column PID; add it (-o pid,…)");
		return;
	}
	for (const char *line = output; *line;) {
		size_t length = strcspn(line, "\n") + 1;

		if (line == output || has_pid(pids, nth_word(line, column)))
			text_add_bytes(out, line, length);
		line += length - (line[length - 1] == 0);
	}
}

static void run(struct command *command)
{
	const struct ps_asked *asked = command->asked;
	bool json = table_or_json(asked->format, command->problem);
	struct text out = text_new(command->arena);
	struct container container;
	struct pids pids;

	if (command->problem->found || !find_container(command, &container))
		return;
	pids.count = container_processes(command->arena, &container, &pids.at);
	container_close(&container);
	if (json)
		add_json(&out, &pids);
	else
		add_table(command, &out, &pids);
	if (!command->problem->found)
		command_print(command, &out);
}

static const struct option options[] = {
	{ "format", 'f', OPTION_TEXT, offsetof(struct ps_asked, format), "FORMAT",
	  "table (default) or json: the pids" },
	{ NULL }
};

const struct verb verb_ps = {
	.name = "ps",
	.operands = "ID [PS-OPTION...]",
	.summary = "show the processes of a container",
	.notes = "The table is that of ps(1), which gets the options behind the id (default: -ef).\n",
	.options = options,
	.asked_size = sizeof(struct ps_asked),
	.operands_min = 1,
	.operands_max = OPERANDS_ANY,
	.in_order = true,
	.run = run,
};
