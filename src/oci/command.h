/* command.h - a verb of taru-oci, and what it is given. */
#pragma once
#include "base/arena.h"
#include "base/problem.h"
#include "base/text.h"
#include "oci/log.h"
#include "oci/options.h"

/* Options that stand before the verb. */
struct globals {
	bool debug, systemd_cgroup, version;
	const char *log, *log_format, *root, *cgroup_manager, *rootless;
};

struct command {
	struct arena *arena;
	const struct globals *globals;
	const struct log *log;
	char **operand;			/* ends in a NULL */
	const void *asked;		/* the verb's own options: the struct that its table fills */
	int status;			/* what the program ends with, unless there is a problem (1) */
	struct problem *problem;
};

struct verb {
	const char *name;
	const char *operands;		/* in the usage line: "ID" */
	const char *summary;		/* one line */
	const char *notes;		/* below the options in --help, or NULL */
	const struct option *options;
	size_t asked_size;		/* of the struct that the options fill */
	size_t operands_min, operands_max;
	bool starts_container;		/* runs what is not trusted: see self_protect() */
	void (*run)(struct command *command);
};

/* One in each cmd_*.c; main.c has the table. */
extern const struct verb verb_run, verb_spec, verb_explain, verb_check, verb_features;

/* Writes all of it to standard output; a problem where that fails. */
void command_print(struct command *command, const struct text *out);
