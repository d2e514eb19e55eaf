/* cmd_unshare.c - `taru unshare`: runs a command as the root of this user's ids, so that files of the store can be
 * looked at and changed, which belong to ids that are not the user's. */
#include "base/sys.h"
#include "cli/globals.h"
#include "image/helper.h"
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CANNOT_ENTER = 125, CANNOT_EXECUTE = 126, NOT_FOUND = 127 };

/* In the child. What is mounted there is mounted there alone. Returns why it could not be, as an exit status below
 * 0. */
static int become(void *data)
{
	char **words = data;
	int error = sys_unshare(CLONE_NEWNS);

	if (!error)
		error = sys_mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL);
	if (error) {
		(void)fprintf(stderr, "taru: unshare: cannot make a mount namespace: %s\n", strerror(-error));
		return -CANNOT_ENTER;
	}
	signal(SIGINT, SIG_DFL);
	signal(SIGQUIT, SIG_DFL);
	execvp(words[0], words);
	error = errno;
	(void)fprintf(stderr, "taru: unshare: %s: %s\n", words[0], strerror(error));
	return error == ENOENT ? -NOT_FOUND : -CANNOT_EXECUTE;
}

static void run(struct command *command)
{
	char *shell = getenv("SHELL"), *usual = arena_copy(command->arena, "/bin/sh", 7);
	char *alone[] = { shell && shell[0] ? shell : usual, NULL };
	int status;

	if (geteuid() == 0) {
		problem_set(command->problem, "unshare is for ordinary users: root's files are root's already");
		return;
	}
	/* What is typed is for the command. */
	signal(SIGINT, SIG_IGN);
	signal(SIGQUIT, SIG_IGN);
	status = helper_wait_as_owner(command->arena, become, command->operand[0] ? command->operand : alone,
				      command->problem);
	command->status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

static const struct option options[] = { { NULL } };

const struct verb verb_unshare = {
	.name = "unshare",
	.operands = "[COMMAND...]",
	.summary = N_("run a command as the owner of the files of this user's containers"),
	.notes = N_("In a user namespace in which this user is root, and its subordinate ids of /etc/subuid and\n"
		    "/etc/subgid are those from 1 on, and in a mount namespace. Without a command it is $SHELL.\n"
		    "Ends as the command does.\n"),
	.options = options,
	.operands_min = 0,
	.operands_max = OPERANDS_ANY,
	.in_order = true,
	.run = run,
};
