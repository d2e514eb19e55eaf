/* log.h - where messages go: standard error, and what --log names. */
#pragma once
#include "base/problem.h"
#include <stdbool.h>

struct log_target;

struct log {
	int fd;				/* of --log, or -1 */
	const struct log_target *target;	/* what kind of thing that is */
	const char *program;		/* who speaks: "taru-oci" */
	const char *name;		/* "ID" of journald:ID, or NULL */
	bool json;			/* --log-format */
	unsigned level;			/* the last one that is told, of the table in log.c */
};

/* What the command line says about it; each may be NULL. */
struct log_options {
	const char *destination;	/* PATH, file:PATH, journald:ID, syslog:ID */
	const char *format;		/* "text", "json" */
	const char *level;		/* "error", "warning", "debug" */
};

/* Opens what --log names, a file to append to it. The log's program is there already. */
void log_open(struct log *log, const struct log_options *options, struct problem *problem);

/* One record, "error" or "warning". An error goes to standard error as well as into the log: engines
 * take the last error record of it as the reason, so the whole diagnosis is in one. All else goes to
 * standard error only where there is no log, since the container has that stream too. */
void log_message(const struct log *log, const char *level, const char *message);

/* The same with the level "debug": told with --debug only. */
void log_debug(const struct log *log, const char *format, ...) __attribute__((format(printf, 2, 3)));
