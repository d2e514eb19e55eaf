/* log.c - see log.h
 *
 * Records have the form that engines read from runc's log:
 *
 *	{"level":"error","msg":"…","time":"2026-01-31T12:00:00Z"}
 *	time="2026-01-31T12:00:00Z" level=error msg="…"
 */
#include "oci/log.h"
#include "base/file.h"
#include "base/sys.h"
#include "base/text.h"
#include "spec/names.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

void log_open(struct log *log, const char *path, const char *format, struct problem *problem)
{
	log->fd = -1;
	log->json = format && !strcmp(format, "json");
	if (format && !log->json && strcmp(format, "text")) {
		problem_set(problem, "option '--log-format' is text or json, not '%s'", format);
		return;
	}
	if (!path)
		return;
	log->fd = sys_openat(AT_FDCWD, path, O_WRONLY | O_CREAT | O_APPEND, 0644);
	if (log->fd < 0)
		problem_set(problem, "option '--log': cannot open '%s': %s", path,
			    errno_words(-log->fd));
}

static void write_record(const struct log *log, const char *level, const char *message)
{
	struct arena arena;
	struct text record;
	char now[32];
	time_t seconds = time(NULL);
	struct tm parts;

	arena_init(&arena, NULL, 0);
	record = text_new(&arena);
	strftime(now, sizeof(now), "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&seconds, &parts));
	if (log->json) {
		text_printf(&record, "{\"level\":\"%s\",\"msg\":", level);
		text_add_json(&record, message);
		text_printf(&record, ",\"time\":\"%s\"}\n", now);
	} else {
		text_printf(&record, "time=\"%s\" level=%s msg=", now, level);
		text_add_json(&record, message);
		text_add(&record, "\n");
	}
	file_write_all(log->fd, record.at, record.length);
	arena_release(&arena);
}

void log_message(const struct log *log, const char *level, const char *message)
{
	if (log->fd >= 0)
		write_record(log, level, message);
	if (!strcmp(level, "error"))
		dprintf(STDERR_FILENO, "taru-oci: %s\n", message);
	else
		dprintf(STDERR_FILENO, "taru-oci: %s: %s\n", level, message);
}

void log_debug(const struct log *log, const char *format, ...)
{
	char message[1024];
	va_list list;

	if (!log->debug)
		return;
	va_start(list, format);
	vsnprintf(message, sizeof(message), format, list);
	va_end(list);
	if (log->fd >= 0)
		write_record(log, "debug", message);
	else
		dprintf(STDERR_FILENO, "taru-oci: debug: %s\n", message);
}
