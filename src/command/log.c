/* log.c - see log.h
 *
 * Records have the form that engines read from runc's log:
 *
 *	{"level":"error","msg":"…","time":"2026-01-31T12:00:00Z"}
 *	time="2026-01-31T12:00:00Z" level=error msg="…"
 *
 * The journal and syslog have a time and a level of their own, so there a record is the message alone, or
 * the first form of it.
 */
#include "command/log.h"
#include "base/fd.h"
#include "base/file.h"
#include "base/sys_socket.h"
#include "base/text.h"
#include "spec/reason.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define JOURNAL "/run/systemd/journal/socket"
#define SYSLOG "/dev/log"

struct level { const char *name; unsigned priority; };	/* of syslog(3) */

static const struct level levels[] = { { "error", 3 }, { "warning", 4 }, { "debug", 7 } };

enum { LEVELS = sizeof(levels) / sizeof(levels[0]), LEVEL_DEFAULT = 1, USER_MESSAGE = 1 << 3 };

struct log_target {
	const char *prefix;
	bool keeps_time;
	int (*open)(const char *name);
	void (*write)(const struct log *log, const struct level *level, const struct text *record);
};

/* The number of a level; LEVELS where it is none. */
static unsigned find_level(const char *name)
{
	unsigned at = 0;

	while (at < LEVELS && strcmp(levels[at].name, name))
		at++;
	return at;
}

/* --- what a record looks like --- */

static void add_time(struct text *record)
{
	char now[32];
	time_t seconds = time(NULL);
	struct tm parts;

	strftime(now, sizeof(now), "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&seconds, &parts));
	text_add(record, now);
}

static void add_json(struct text *record, const char *level, const char *message)
{
	text_printf(record, "{\"level\":\"%s\",\"msg\":", level);
	text_add_json(record, message);
	text_add(record, ",\"time\":\"");
	add_time(record);
	text_add(record, "\"}");
}

static void add_text(struct text *record, const char *level, const char *message)
{
	text_add(record, "time=\"");
	add_time(record);
	text_printf(record, "\" level=%s msg=", level);
	text_add_json(record, message);
}

static void add_record(struct text *record, const struct log *log, const char *level, const char *message)
{
	if (log->json)
		add_json(record, level, message);
	else if (log->target->keeps_time)
		text_add(record, message);
	else
		add_text(record, level, message);
}

/* --- where it goes --- */

static int open_file(const char *path)
{
	return sys_openat(AT_FDCWD, path, O_WRONLY | O_CREAT | O_APPEND | O_NOCTTY, 0644);
}

/* In one write, so that the records of two programs do not mix. */
static void write_file(const struct log *log, const struct level *level, const struct text *record)
{
	struct text line = text_new(record->arena);

	text_add_bytes(&line, record->at, record->length);
	text_add(&line, "\n");
	file_write_all(log->fd, line.at, line.length);
}

static int connect_to(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	closes int fd = sys_socket(AF_UNIX, SOCK_DGRAM, 0);
	int error;

	if (fd < 0)
		return fd;
	memcpy(address.sun_path, path, strlen(path) + 1);
	error = sys_connect(fd, &address, sizeof(address));
	return error < 0 ? error : take_fd(&fd);
}

static int open_journal(const char *name)
{
	return connect_to(JOURNAL);
}

/* The journal's own protocol. The message is told with its length, low byte first as these machines have
 * it, so that it may have more than one line. */
static void write_journal(const struct log *log, const struct level *level, const struct text *record)
{
	struct text datagram = text_new(record->arena);
	uint64_t length = record->length;

	text_printf(&datagram, "PRIORITY=%u\nSYSLOG_IDENTIFIER=%s\n", level->priority, log->program);
	if (*log->name)
		text_printf(&datagram, "ID=%s\n", log->name);
	text_add(&datagram, "MESSAGE\n");
	text_add_bytes(&datagram, (const char *)&length, sizeof(length));
	text_add_bytes(&datagram, record->at, record->length);
	text_add(&datagram, "\n");
	sys_send(log->fd, datagram.at, datagram.length);
}

static int open_syslog(const char *name)
{
	return connect_to(SYSLOG);
}

/* Without a time, which who listens there adds. */
static void write_syslog(const struct log *log, const struct level *level, const struct text *record)
{
	struct text datagram = text_new(record->arena);

	text_printf(&datagram, "<%u>%s: %s", USER_MESSAGE | level->priority,
		    *log->name ? log->name : log->program, record->at);
	sys_send(log->fd, datagram.at, datagram.length);
}

/* The last one is for what has none of these prefixes. */
static const struct log_target targets[] = {
	{ "journald:", true, open_journal, write_journal },
	{ "syslog:", true, open_syslog, write_syslog },
	{ "file:", false, open_file, write_file },
	{ "", false, open_file, write_file },
};

static void open_target(struct log *log, const char *destination, struct problem *problem)
{
	const struct log_target *target = targets;

	while (strncmp(destination, target->prefix, strlen(target->prefix)))
		target++;
	log->target = target;
	log->name = destination + strlen(target->prefix);
	log->fd = target->open(log->name);
	if (log->fd < 0)
		problem_set(problem, "option '--log': cannot open '%s': %s", destination,
			    reason_words(log->fd));
}

void log_open(struct log *log, const struct log_options *options, struct problem *problem)
{
	const char *format = options->format, *level = options->level;

	*log = (struct log){ .fd = -1, .program = log->program, .level = level ? find_level(level) : LEVEL_DEFAULT };
	log->json = format && !strcmp(format, "json");
	if (format && !log->json && strcmp(format, "text"))
		problem_set(problem, "option '--log-format' is text or json, not '%s'", format);
	if (log->level == LEVELS)
		problem_set(problem, "option '--log-level' is error, warning or debug, not '%s'", level);
	if (!problem->found && options->destination)
		open_target(log, options->destination, problem);
}

static void write_record(const struct log *log, const struct level *level, const char *message)
{
	struct arena arena;
	struct text record;

	arena_init(&arena, NULL, 0);
	record = text_new(&arena);
	add_record(&record, log, level->name, message);
	log->target->write(log, level, &record);
	arena_release(&arena);
}

void log_message(const struct log *log, const char *level, const char *message)
{
	unsigned number = find_level(level);

	if (number > log->level)
		return;
	if (log->fd >= 0)
		write_record(log, &levels[number], message);
	if (number == 0)
		dprintf(STDERR_FILENO, "%s: %s\n", log->program, message);
	else if (log->fd < 0)
		dprintf(STDERR_FILENO, "%s: %s: %s\n", log->program, level, message);
}

void log_debug(const struct log *log, const char *format, ...)
{
	char message[1024];
	va_list list;

	if (log->level < find_level("debug"))
		return;
	va_start(list, format);
	vsnprintf(message, sizeof(message), format, list);
	va_end(list);
	log_message(log, "debug", message);
}
