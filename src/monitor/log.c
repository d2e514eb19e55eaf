/* log.c - see log.h */
#include "monitor/log.h"
#include "base/sys.h"
#include "base/sys_file.h"
#include "base/text.h"
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

/* --- the file --- */

static int open_file(struct log *log)
{
	struct stat info;

	log->file = sys_openat(log->folder, LOG_FILE, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_NONBLOCK, 0600);
	if (log->file < 0)
		return log->file;
	log->size = log->good = sys_fstat(log->file, &info) ? 0 : (uint64_t)info.st_size;
	return 0;
}

/* What stands beside each line. Where it cannot be read the lines are kept without it. */
static void read_attributes(struct log *log)
{
	const int fd = sys_openat(log->folder, LOG_ATTRIBUTES, O_RDONLY | O_NOFOLLOW, 0);
	ssize_t length;

	if (fd < 0)
		return;
	length = sys_read(fd, log->attributes, LOG_ATTRIBUTES_MAX);
	log->attributes[length > 0 ? length : 0] = '\0';
	sys_close(fd);
}

int log_open(struct log *log)
{
	log->file = -1;
	switch (log->driver) {
	case LOG_JSON:
		read_attributes(log);
		return open_file(log);
	case LOG_K8S:
		return open_file(log);
	case LOG_JOURNAL:
		log->file = log_journal_open();
		return log->file < 0 ? log->file : 0;
	case LOG_NONE:
		break;
	}
	return 0;
}

/* LOG.1 becomes LOG.2, LOG becomes LOG.1; with one file alone it begins anew. */
static void rotate(struct log *log)
{
	char from[32], to[32];

	sys_close(log->file);
	for (unsigned i = log->files_max; i-- > 1;) {
		(void)snprintf(to, sizeof(to), LOG_FILE ".%u", i);
		(void)snprintf(from, sizeof(from), i > 1 ? LOG_FILE ".%u" : LOG_FILE, i - 1);
		sys_renameat(log->folder, from, log->folder, to);
	}
	if (log->files_max <= 1)
		sys_unlinkat(log->folder, LOG_FILE, 0);
	log->error = open_file(log);
}

static void lose(struct log *log, uint64_t entries)
{
	log->lost += entries;
	log->lost_ever += entries;
}

/* What did not become a whole entry is taken away again. */
static void give_up(struct log *log, int error)
{
	sys_ftruncate(log->file, (off_t)log->good);
	log->size = log->good;
	log->error = error;
	lose(log, log->waiting);
	log->waiting = 0;
	log->skipping = true;
}

static bool write_buffer(struct log *log)
{
	size_t done = 0;

	while (done < log->length) {
		ssize_t count = sys_write(log->file, log->buffer + done, log->length - done);

		if (count == -EINTR)
			continue;
		if (count <= 0) {
			give_up(log, count ? (int)count : -EIO);
			break;
		}
		done += (size_t)count;
		log->size += (uint64_t)count;
	}
	log->length = 0;
	return !log->skipping;
}

static void put(struct log *log, const char *bytes, size_t length)
{
	while (length && !log->skipping) {
		size_t room = sizeof(log->buffer) - log->length, count = length < room ? length : room;

		memcpy(log->buffer + log->length, bytes, count);
		log->length += count;
		bytes += count;
		length -= count;
		if (log->length == sizeof(log->buffer))
			write_buffer(log);
	}
}

/* --- one entry --- */

static size_t time_now(char *to, size_t room)
{
	struct timespec now;
	struct tm utc;
	size_t length;

	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &utc);
	length = strftime(to, room, "%Y-%m-%dT%H:%M:%S", &utc);
	return length + (size_t)snprintf(to + length, room - length, ".%09ldZ", now.tv_nsec);
}

static const char *stream_name(enum log_stream stream)
{
	return stream == LOG_STDOUT ? "stdout" : "stderr";
}

static void put_escaped(struct log *log, unsigned char byte)
{
	static const char letters[] = "btn?fr";		/* from 8 on */
	char text[8];

	if (byte == '"' || byte == '\\')
		(void)snprintf(text, sizeof(text), "\\%c", byte);
	else if (byte >= '\b' && byte <= '\r' && byte != '\v')
		(void)snprintf(text, sizeof(text), "\\%c", letters[byte - '\b']);
	else
		(void)snprintf(text, sizeof(text), "\\u%04x", byte);
	put(log, text, strlen(text));
}

/* JSON is UTF-8: what is not becomes U+FFFD, as docker has it. */
static void put_json_text(struct log *log, const char *bytes, size_t length)
{
	size_t plain = 0;

	for (size_t i = 0; i < length;) {
		const unsigned char byte = (unsigned char)bytes[i];
		size_t count = text_utf8(bytes + i, length - i);

		if (count && byte >= ' ' && byte != '"' && byte != '\\') {
			i += count;
			continue;
		}
		put(log, bytes + plain, i - plain);
		if (count)
			put_escaped(log, byte);
		else
			put(log, "\xef\xbf\xbd", 3);
		plain = ++i;
	}
	put(log, bytes + plain, length - plain);
}

static void put_text(struct log *log, const char *text)
{
	put(log, text, strlen(text));
}

static void put_entry(struct log *log, const struct log_entry *entry)
{
	char time[48];
	const size_t time_length = time_now(time, sizeof(time));

	if (log->driver == LOG_JSON) {
		put_text(log, "{\"log\":\"");
		put_json_text(log, entry->bytes, entry->length);
		put_text(log, entry->whole ? "\\n\",\"stream\":\"" : "\",\"stream\":\"");
		put_text(log, stream_name(entry->stream));
		put_text(log, log->attributes[0] ? "\",\"attrs\":" : "\"");
		put_text(log, log->attributes);
		put_text(log, ",\"time\":\"");
		put(log, time, time_length);
		put_text(log, "\"}\n");
	} else {
		put(log, time, time_length);
		put_text(log, entry->stream == LOG_STDOUT ? " stdout " : " stderr ");
		put_text(log, entry->whole ? "F " : "P ");
		put(log, entry->bytes, entry->length);
		put_text(log, "\n");
	}
}

enum { LOSS_TEXT = 128 };

static struct log_entry loss_entry(const struct log *log, char text[LOSS_TEXT])
{
	const int length = snprintf(text, LOSS_TEXT, "taru: %llu lines of output could not be written here: error %d "
				    "(%s)", (unsigned long long)log->lost, -log->error,
				    log->error == -ENOSPC ? "no space left on the device" : "see errno(3)");

	return (struct log_entry){ LOG_STDERR, text, (size_t)length, true };
}

static void note_loss(struct log *log)
{
	char text[LOSS_TEXT];
	const struct log_entry entry = loss_entry(log, text);

	put_entry(log, &entry);
	if (write_buffer(log)) {
		log->good = log->size;
		log->lost = 0;
	}
}

/* The next entry begins another file where this one is full: so the last one always is there. */
static bool is_open(struct log *log)
{
	if (log->file >= 0 && log->size_max && log->size + log->length >= log->size_max) {
		log_flush(log);
		rotate(log);
	}
	/* No file could be made before: the disk was full. */
	if (log->file < 0)
		log->error = open_file(log);
	return log->file >= 0;
}

/* To the journal. One that was started anew listens at another socket of the same name. */
static int try_send(struct log *log, const struct log_entry *entry)
{
	int error = log->file < 0 ? -ENOTCONN : log_journal_send(log, entry);

	if (error != -ENOTCONN && error != -ECONNREFUSED && error != -ECONNRESET)
		return error;
	if (log->file >= 0)
		sys_close(log->file);
	log->file = log_journal_open();
	return log->file < 0 ? log->file : log_journal_send(log, entry);
}

static void send_entry(struct log *log, const struct log_entry *entry)
{
	char text[LOSS_TEXT];
	int error = 0;

	if (log->lost) {
		const struct log_entry loss = loss_entry(log, text);

		error = try_send(log, &loss);
		if (!error)
			log->lost = 0;
	}
	if (!error)
		error = try_send(log, entry);
	if (!error)
		return;
	log->error = error;
	lose(log, 1);
}

static void add_entry(struct log *log, const struct log_entry *entry)
{
	if (log->driver == LOG_NONE)
		return;
	if (log->driver == LOG_JOURNAL) {
		send_entry(log, entry);
		return;
	}
	if (!is_open(log)) {
		lose(log, 1);
		return;
	}
	log->skipping = false;
	if (log->lost && !log->length)
		note_loss(log);
	if (!log->skipping)
		put_entry(log, entry);
	if (log->skipping) {
		lose(log, 1);
		return;
	}
	log->waiting++;
}

void log_flush(struct log *log)
{
	log->skipping = false;
	if (log->length && write_buffer(log)) {
		log->good = log->size;
		log->waiting = 0;
	}
}

/* --- lines --- */

static void end_line(struct log *log, enum log_stream stream, bool whole)
{
	const struct log_entry entry = { stream, log->line[stream], log->begun[stream], whole };

	add_entry(log, &entry);
	log->begun[stream] = 0;
}

void log_add(struct log *log, enum log_stream stream, const char *bytes, size_t length)
{
	while (length) {
		const char *newline = memchr(bytes, '\n', length);
		size_t count = newline ? (size_t)(newline - bytes) : length, room = LOG_LINE - log->begun[stream];

		if (newline && !log->begun[stream] && count <= LOG_LINE) {
			add_entry(log, &(struct log_entry){ stream, bytes, count, true });
		} else {
			count = count < room ? count : room;
			memcpy(log->line[stream] + log->begun[stream], bytes, count);
			log->begun[stream] += count;
			if (newline && bytes + count == newline)
				end_line(log, stream, true);
			else if (log->begun[stream] == LOG_LINE)
				end_line(log, stream, false);
		}
		if (newline && bytes + count == newline)
			count++;
		bytes += count;
		length -= count;
	}
}

void log_close(struct log *log)
{
	for (int stream = 0; stream < LOG_STREAMS; stream++)
		if (log->begun[stream])
			end_line(log, stream, false);
	log_flush(log);
	if (log->lost && log->driver != LOG_JOURNAL && is_open(log)) {
		log->skipping = false;
		note_loss(log);
	}
}
