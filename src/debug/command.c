/* command.c - see command.h */
#include "debug/command.h"
#include <string.h>

struct word { const char *name, *letter; bool argument; };

static const struct word words[DEBUG_VERBS] = {
	[DEBUG_NOTHING] = { "", "", false },
	[DEBUG_STEP] = { "step", "s", false },
	[DEBUG_CONTINUE] = { "continue", "c", false },
	[DEBUG_LIST] = { "list", "l", true },
	[DEBUG_PRINT] = { "print", "p", true },
	[DEBUG_SKIP] = { "skip", "skip", false },
	[DEBUG_SHELL] = { "shell", "!", true },
	[DEBUG_BREAK] = { "break", "b", true },
	[DEBUG_DELETE] = { "delete", "d", true },
	[DEBUG_HELP] = { "help", "h", true },
	[DEBUG_QUIT] = { "quit", "q", false },
};

const char debug_help[] =
	"step, s             take this step, and stop before the next\n"
	"continue, c         go on to the next breakpoint, or to the end\n"
	"list, l [N|all]     the steps around this one, around step N, or all\n"
	"print, p [N]        the step, and what the two processes are by now\n"
	"skip                leave this step out, where no other needs it\n"
	"shell, ! [COMMAND]  a shell, or one command of it, in the half-made container\n"
	"break, b [WHAT]     stop before step 14, each `mount`, each step of the `container`, what `process`\n"
	"                    or `mounts[3]` of the config asked for; without WHAT: the breakpoints\n"
	"delete, d [N]       forget breakpoint N, or all\n"
	"quit, q             give it up; all that was done is undone\n"
	"An empty line at a terminal is `step`.\n";

static enum debug_verb find(const char *word, size_t length)
{
	for (int verb = DEBUG_STEP; verb < DEBUG_VERBS; verb++)
		if ((strlen(words[verb].name) == length && !memcmp(words[verb].name, word, length)) ||
		    (strlen(words[verb].letter) == length && !memcmp(words[verb].letter, word, length)))
			return (enum debug_verb)verb;
	return DEBUG_NOTHING;
}

static const char BLANKS[] = " \t\r";

/* "!ls" needs no blank. */
static size_t word_length(const char *line)
{
	return *line == '!' ? 1 : strcspn(line, BLANKS);
}

static const char *trim(struct arena *arena, const char *text)
{
	size_t length;

	text += strspn(text, BLANKS);
	length = strlen(text);
	while (length && strchr(BLANKS, text[length - 1]))
		length--;
	return arena_copy(arena, text, length);
}

struct debug_command command_parse(struct arena *arena, const char *line, struct problem *problem)
{
	struct debug_command command = { DEBUG_NOTHING, "" };
	size_t length;

	line += strspn(line, BLANKS);
	if (!*line || *line == '#')
		return command;
	length = word_length(line);
	command.verb = find(line, length);
	if (command.verb == DEBUG_NOTHING) {
		problem_set(problem, "'%.*s' is no command; `help` lists them", (int)(length < 64 ? length : 64), line);
		return command;
	}
	command.argument = trim(arena, line + length);
	if (*command.argument && !words[command.verb].argument) {
		problem_set(problem, "%s takes no argument: '%s'", words[command.verb].name, command.argument);
		command.verb = DEBUG_NOTHING;
	}
	return command;
}
