/* log.h - what a container has written, as its log driver keeps it: in files (wire/log.h), in systemd's journal by its
 * own socket, or not at all.
 *
 * A disk that is full never stops the container: what could not be written is counted, and told in the log as soon as
 * that can be done; how much it was in all is for who tells of the container's end.
 */
#pragma once
#include "wire/log.h"
#include <stddef.h>
#include <stdint.h>
#include <stdbool.h>

enum log_driver { LOG_JSON, LOG_K8S, LOG_JOURNAL, LOG_NONE };

enum log_stream { LOG_STDOUT, LOG_STDERR, LOG_STREAMS };

struct log {
	enum log_driver driver;
	int folder;			/* where the files are */
	int file;			/* the file, or the journal's socket; -1: none */
	const char *id, *name;		/* of the container, for the journal */
	uint64_t size;			/* of the file */
	uint64_t good;			/* up to the end of the last entry that is in it as a whole */
	uint64_t size_max;		/* 0: without a limit */
	unsigned files_max;
	uint64_t lost;			/* entries that could not be written since the last that could */
	uint64_t lost_ever;		/* all that could not */
	int error;			/* why: -errno */
	uint64_t waiting;		/* entries that end in the buffer */
	bool skipping;			/* the begin of this entry could not be written */
	size_t length;
	char buffer[LOG_LINE];
	char attributes[LOG_ATTRIBUTES_MAX + 1];	/* "": there are none */
	/* The line that each stream has begun. */
	size_t begun[LOG_STREAMS];
	char line[LOG_STREAMS][LOG_LINE];
};

/* Opens what the driver writes to. 0 or -errno. */
int log_open(struct log *log);

/* Adds what was read of a stream. */
void log_add(struct log *log, enum log_stream stream, const char *bytes, size_t length);

/* Writes what is in the buffer; a line that is not finished stays for later. */
void log_flush(struct log *log);

/* Writes all, also what is not finished, and what was lost, where there is room by now. */
void log_close(struct log *log);

/* --- log_journal.c, for log.c --- */

struct log_entry {
	enum log_stream stream;
	const char *bytes;		/* without the newline */
	size_t length;
	bool whole;			/* a newline follows */
};

/* The journal's socket, or -errno. */
int log_journal_open(void);

/* Sends one entry: 0 or -errno. */
int log_journal_send(const struct log *log, const struct log_entry *entry);
