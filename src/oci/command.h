/* command.h - a verb of taru-oci, and what it is given. */
#pragma once
#include "base/arena.h"
#include "base/problem.h"
#include "base/text.h"
#include "oci/log.h"
#include "plan/cgroup.h"
#include "oci/options.h"

/* Options that stand before the verb. */
struct globals {
	bool debug, systemd_cgroup, version;
	const char *log, *log_format, *log_level, *root, *cgroup_manager, *rootless, *criu;
};

struct command {
	struct arena *arena;
	const struct globals *globals;
	const struct log *log;
	char **operand;			/* ends in a NULL */
	const void *asked;		/* the verb's own options: the struct that its table fills */
	int status;			/* what the program ends with */
	int failed;			/* the same where there is a problem: 1, unless the verb says otherwise */
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
	bool in_order;			/* the first operand ends the options: more words are a command's */
	bool starts_container;		/* runs what is not trusted: see self_protect() */
	void (*run)(struct command *command);
};

/* One in each cmd_*.c; main.c has the table. */
extern const struct verb verb_create, verb_start, verb_run, verb_exec, verb_state, verb_list, verb_ps,
	verb_kill, verb_delete, verb_pause, verb_resume, verb_update, verb_events, verb_checkpoint,
	verb_restore, verb_spec, verb_features, verb_explain, verb_check;

enum { OPERANDS_ANY = 1 << 30 };

/* Reads the words behind a verb: options into `asked`, the struct of its table, and what is left as
 * operands. False where there is nothing left to do: --help was printed, or there is a problem. */
bool command_read(struct command *command, const struct verb *verb, char **words, void *asked);

/* What `taru-oci VERB --help` prints. */
void command_help(struct command *command, const struct verb *verb);

/* Writes all of it to standard output; a problem where that fails. */
void command_print(struct command *command, const struct text *out);

/* The folder of all containers: --root, or the caller's own (record_root()). */
const char *command_root(struct command *command);

/* Who makes cgroups: --systemd-cgroup, --cgroup-manager. */
enum cgroup_manager command_cgroup_manager(const struct command *command);

/* Each line of `lines` as a warning of its own. */
void command_warn(const struct command *command, struct text *lines);
