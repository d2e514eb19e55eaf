/* log.h - where messages go: standard error, and the file of --log. */
#pragma once
#include "base/problem.h"
#include <stdbool.h>

struct log {
	int fd;				/* of --log, or -1 */
	bool json;			/* --log-format */
	bool debug;			/* --debug */
};

/* Opens the file of --log (NULL: there is none) to append to it. `format` is "text", "json" or NULL. */
void log_open(struct log *log, const char *path, const char *format, struct problem *problem);

/* One line on standard error, one record in the file: "error", "warning". The engines take the last
 * error record of the file as the reason, so the whole diagnosis goes into one. */
void log_message(const struct log *log, const char *level, const char *message);

/* With --debug only: into the file, or on standard error where there is none. */
void log_debug(const struct log *log, const char *format, ...) __attribute__((format(printf, 2, 3)));
