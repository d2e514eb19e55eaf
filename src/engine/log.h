/* log.h - what a container has written, read again: wire/log.h says how it is kept. */
#pragma once
#include "engine/container.h"

struct log_limits {
	uint64_t size;			/* bytes of one file; 0: without a limit */
	uint32_t files;
};

/* Whether there is such a driver, and it knows these options; else a problem. */
bool engine_check_log(const struct upkeep *upkeep, struct problem *problem);

/* The options max-size and max-file. */
void engine_log_limits(const struct upkeep *upkeep, struct log_limits *ret_limits);

struct log_line {
	bool error;			/* of standard error */
	const char *time;		/* "2026-01-31T12:00:00.123456789Z" */
	const char *bytes;		/* with the newline, where it has one */
	size_t length;
	const char *attributes;		/* an object of JSON; NULL: there is none */
	size_t attributes_length;
};

struct log_asked {
	bool follow;
	int64_t tail;			/* entries; -1: all */
	const char *since, *until;	/* times as in struct log_line; NULL: without a limit */
};

/* Calls `print` with each entry, the oldest first, until it returns false; with `follow` also with those that
 * come, until the container does not run any more. */
void engine_read_log(struct engine *engine, const struct engine_container *container, const struct log_asked *asked,
		     bool (*print)(void *context, const struct log_line *line), void *context,
		     struct problem *problem);

/* log_line.c: one line of a file, without its newline; a byte follows it that may be changed too, as the line is. False
 * for what is none of ours. */
bool log_parse_json(char *line, size_t length, struct log_line *ret_line);
bool log_parse_k8s(char *line, size_t length, struct log_line *ret_line);
