/* command.h - a verb of a program, and what it is given. */
#pragma once
#include "base/arena.h"
#include "base/problem.h"
#include "base/text.h"
#include "command/log.h"
#include "command/options.h"

/* Options that stand before the verb: each program has its own. */
struct globals;

struct command {
	struct arena *arena;
	const char *program;		/* "taru-oci" */
	const struct globals *globals;
	const struct log *log;
	char **operand;			/* ends in a NULL */
	char **words;			/* all that stood behind the verb, as it was given; ends in a NULL */
	const void *asked;		/* the verb's own options: the struct that its table fills */
	int status;			/* what the program ends with */
	int failed;			/* the same where there is a problem: 1, unless the verb says otherwise */
	struct problem *problem;
};

struct verb {
	const char *name;
	const char *operands;		/* in the usage line: "ID" */
	const char *summary;		/* one line; N_() */
	const char *notes;		/* below the options in --help, or NULL; N_() */
	const char *others;		/* its other names, which --help tells: "taru ps, taru container ps"; or NULL */
	const struct option *options;
	size_t asked_size;		/* of the struct that the options fill */
	size_t operands_min, operands_max;
	bool in_order;			/* the first operand ends the options: more words are a command's */
	bool starts_container;		/* runs what is not trusted: see self_protect() */
	void (*run)(struct command *command);
};

enum { OPERANDS_ANY = 1 << 30 };

/* What taru ends with where the command line is wrong, as docker has it. */
enum { EXIT_USAGE = 125 };

/* Reads the words behind a verb: options into `asked`, the struct of its table, and what is left as
 * operands. False where there is nothing left to do: --help was printed, or there is a problem. */
bool command_read(struct command *command, const struct verb *verb, char **words, void *asked);

/* What `PROGRAM VERB --help` prints. */
void command_help(struct command *command, const struct verb *verb);

/* Writes all of it to standard output; a problem where that fails. */
void command_print(struct command *command, const struct text *out);

/* The same of a report for people: on a terminal its long lines are folded (fold.h). */
void command_report(struct command *command, const struct text *out);

/* Each line of `lines` as a warning of its own. */
void command_warn(const struct command *command, struct text *lines);

/* The same of a text that is not to be changed, for those who are told whom to call: `context` is the command. */
void command_warn_of(void *context, const char *lines);
