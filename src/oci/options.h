/* options.h - reads a command line by a table, and prints its help from the same table.
 *
 * The rules are those of getopt_long(3) and of runc's callers:
 *
 *	--bundle DIR   --bundle=DIR   -b DIR   -bDIR     a value
 *	--debug   --debug=false   -ab (= -a -b)          flags
 *	--                                               the end of the options
 *
 * The last of two equal options wins. --help and -h are known everywhere.
 */
#pragma once
#include "base/problem.h"
#include "base/text.h"
#include <stdbool.h>
#include <stddef.h>

enum option_kind {
	OPTION_FLAG,			/* fills a bool */
	OPTION_TEXT,			/* fills a const char * */
	OPTION_NUMBER,			/* fills an unsigned */
	OPTION_MAYBE_TEXT		/* fills a struct maybe_text; the value only by `=` */
};

struct maybe_text {
	bool given;
	const char *text;		/* NULL: without a value */
};

/* A table ends with a NULL name. */
struct option {
	const char *name;		/* without the "--" */
	char letter;			/* "-b", or 0 */
	enum option_kind kind;
	size_t offset;			/* of what it fills */
	const char *value;		/* what help calls the value: "DIR" */
	const char *help;
};

enum options_result { OPTIONS_READ, OPTIONS_HELP, OPTIONS_WRONG };

/* Reads `words`, which end in a NULL, into the struct that the table describes. What is left in
 * `words` are the operands. With `in_order` the first operand ends the options. OPTIONS_WRONG comes with a
 * problem, which names `command` ("taru-oci run") and its --help. */
enum options_result options_read(const struct option *table, const char *command, bool in_order,
				 char **words, void *into, struct problem *problem);

/* One line for each option, --help last. */
void options_help(struct text *out, const struct option *table);
