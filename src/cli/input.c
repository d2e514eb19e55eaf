/* input.c - see input.h */
#include "cli/input.h"
#include <fcntl.h>
#include <unistd.h>

bool input_check(bool interactive, bool terminal, struct problem *problem)
{
	if (terminal && interactive && !isatty(STDIN_FILENO))
		problem_set(problem, "option '--tty' with '--interactive': the input device is not a terminal; leave "
			    "out '-t'");
	return !problem->found;
}

bool input_prepare(bool wanted, struct problem *problem)
{
	int null;

	if (wanted)
		return true;
	null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	if (null < 0 || dup2(null, STDIN_FILENO) < 0)
		problem_set(problem, "'/dev/null' cannot be opened");
	if (null > STDIN_FILENO)
		close(null);
	return !problem->found;
}

enum trace input_trace(const struct maybe_text *asked, struct problem *problem)
{
	if (asked->text && !asked->text[0])
		problem_set(problem, "option '--trace' has an empty file name");
	if (!asked->given)
		return TRACE_NONE;
	return asked->text ? TRACE_FILE : TRACE_TABLE;
}
