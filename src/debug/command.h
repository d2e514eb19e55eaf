/* command.h - what is typed at the debugger's prompt: a verb, and what it is about. */
#pragma once
#include "base/arena.h"
#include "base/problem.h"

enum debug_verb {
	DEBUG_NOTHING,			/* an empty line, or a comment */
	DEBUG_STEP,
	DEBUG_CONTINUE,
	DEBUG_LIST,
	DEBUG_PRINT,
	DEBUG_SKIP,
	DEBUG_SHELL,
	DEBUG_BREAK,
	DEBUG_DELETE,
	DEBUG_HELP,
	DEBUG_QUIT,
	DEBUG_VERBS
};

struct debug_command {
	enum debug_verb verb;
	const char *argument;		/* without blanks around it; "" where there is none */
};

/* Reads one line. A verb that is not known, or an argument where none is taken, is a problem, and then it is
 * DEBUG_NOTHING. */
struct debug_command command_parse(struct arena *arena, const char *line, struct problem *problem);

/* What `help` prints. */
extern const char debug_help[];
