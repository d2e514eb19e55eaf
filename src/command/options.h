/* options.h - reads a command line by a table, and prints its help from the same table.
 *
 * The rules are those of getopt_long(3) and of runc's callers:
 *
 *	--bundle DIR   --bundle=DIR   -b DIR   -bDIR     a value
 *	--debug   --debug=false   -ab (= -a -b)          flags
 *	--                                               the end of the options
 *
 * The last of two equal options wins, but for OPTION_TEXTS, which collects them. An empty text is as
 * good as none, as runc has it. --help, -h, and crun's --usage and -? are known everywhere.
 */
#pragma once
#include "base/problem.h"
#include "base/text.h"
#include "base/translate.h"
#include "spec/spec.h"
#include <stdbool.h>
#include <stddef.h>

enum option_kind {
	OPTION_FLAG,			/* fills a bool */
	OPTION_MAYBE_FLAG,		/* fills a struct maybe_bool, since «not given» is not «false» */
	OPTION_TEXT,			/* fills a const char * */
	OPTION_TEXTS,			/* adds to a struct texts */
	OPTION_MAYBE_TEXT,		/* fills a struct maybe_text; the value only by `=` */
	OPTION_NUMBER,			/* fills an unsigned, up to INT_MAX */
	OPTION_UNSIGNED,		/* fills a struct maybe_u64 */
	OPTION_SIGNED,			/* fills a struct maybe_i64 */
	OPTION_BYTES,			/* fills a struct maybe_i64: "512m", "1.5g", -1 for «no limit» */
	OPTION_TABLE			/* no option: the rows of another table, which fill a struct at `offset` */
};

struct maybe_text {
	bool given;
	const char *text;		/* NULL: without a value */
};

/* A table ends with a row that has neither a name nor a table. */
struct option {
	const char *name;		/* without the "--" */
	char letter;			/* "-b", or 0 */
	enum option_kind kind;
	size_t offset;			/* of what it fills */
	const char *value;		/* what help calls the value: "DIR" */
	const char *help;		/* N_(); NULL: not shown, since it is a second letter of a row that is */
	const struct option *table;	/* OPTION_TABLE */
};

/* What one command takes. */
struct options {
	const struct option *table;
	const char *command;		/* for problems: "taru-oci run" */
	bool in_order;			/* the first operand ends the options */
};

enum options_result { OPTIONS_READ, OPTIONS_HELP, OPTIONS_WRONG };

/* Reads `words`, which end in a NULL, into the struct that the table describes. What is left in
 * `words` are the operands. OPTIONS_WRONG comes with a problem, which names the command and its --help. */
enum options_result options_read(struct arena *arena, const struct options *options, char **words,
				 void *into, struct problem *problem);

/* One line for each option, --help last. */
void options_help(struct text *out, const struct option *table);

/* A whole decimal number that may have a sign. False, with *ret_value as it was, for anything else. */
bool option_to_i64(const char *text, int64_t *ret_value);

/* A number of bytes: "4096", "512m", "1.5GiB"; k, m, g, t, p are powers of 1024. "-1" is -1. False as above. */
bool option_to_bytes(const char *text, int64_t *ret_value);
