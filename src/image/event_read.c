/* event_read.c - events are read again, also while they are written: see event.h. */
#include "base/fd.h"
#include "base/file.h"
#include "image/event.h"
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <time.h>
#include <unistd.h>

enum { BUFFER = 4 * EVENT_MAX };

/* --- a line --- */

static int by_key(const void *one, const void *other)
{
	return strcmp((*(struct json *const *)one)->key, (*(struct json *const *)other)->key);
}

/* As docker prints them. False where one is no text. */
static bool sort_members(struct arena *arena, struct json *object)
{
	struct json **list = ARENA_ARRAY(arena, object->count + 1, struct json *);
	size_t count = 0;

	for (struct json *member = object->first; member; member = member->next) {
		if (member->kind != JSON_STRING)
			return false;
		list[count++] = member;
	}
	qsort(list, count, sizeof(struct json *), by_key);
	object->first = list[0];
	for (size_t i = 0; i < count; i++)
		list[i]->next = list[i + 1];
	return true;
}

/* Where the last line begins of those that stand in one because all but the last were torn. */
static char *find_begin(char *line, size_t length)
{
	char *begin = NULL, *next = line;

	while ((next = memmem(next, length - (size_t)(next - line), EVENT_BEGIN, strlen(EVENT_BEGIN))))
		begin = next++;
	return begin;
}

bool event_parse(struct arena *arena, char *line, size_t length, struct event_line *ret_event)
{
	char *begin = find_begin(line, length);
	struct problem bad = { 0 };
	const struct json *value, *actor;
	struct json *attributes;

	if (!begin || length > BUFFER)
		return false;
	value = json_read(arena, begin, length - (size_t)(begin - line), EVENTS_FILE, &bad);
	if (!value || value->kind != JSON_OBJECT)
		return false;
	actor = json_get(value, "Actor");
	attributes = (struct json *)(uintptr_t)json_get(actor, "Attributes");
	*ret_event = (struct event_line){ arena, json_text(value, "Type"), json_text(value, "Action"),
					  json_text(actor, "ID"), attributes, 0 };
	return attributes && attributes->kind == JSON_OBJECT && ret_event->type[0] && ret_event->action[0] &&
	       json_unsigned(value, "timeNano", &ret_event->time_ns) && ret_event->time_ns <= INT64_MAX &&
	       sort_members(arena, attributes);
}

/* --- a file --- */

struct source {
	int fd;				/* -1: there is none */
	char *buffer;
	size_t length;			/* of the begin of a line in the buffer, of which more is to come */
};

struct reading {
	const struct store *store;
	const struct events_asked *asked;
	bool (*take)(void *context, const struct event_line *event);
	void *context;
	struct arena arena;		/* of one reading */
	bool done;
	struct source old, current;	/* that was renamed last; that is written to, as far as is known */
};

static void take_line(struct reading *reading, char *line, size_t length)
{
	const struct events_asked *asked = reading->asked;
	struct event_line event;

	if (event_parse(&reading->arena, line, length, &event) && event.time_ns >= asked->since_ns &&
	    event.time_ns <= asked->until_ns && !reading->take(reading->context, &event))
		reading->done = true;
}

/* Takes the whole lines of what is in the buffer. */
static void take_lines(struct reading *reading, struct source *source)
{
	char *at = source->buffer, *end = source->buffer + source->length, *newline;

	while (!reading->done && (newline = memchr(at, '\n', (size_t)(end - at)))) {
		take_line(reading, at, (size_t)(newline - at));
		at = newline + 1;
	}
	source->length = (size_t)(end - at);
	memmove(source->buffer, at, source->length);
	if (source->length == BUFFER)	/* no line is so long: it is none of ours */
		source->length = 0;
	arena_release(&reading->arena);
	arena_init(&reading->arena, NULL, 0);
}

/* To the end of what is there now. What somebody wrote last to the file before, `before`, is taken first: the same one
 * may have gone on in this one. */
static void read_on(struct reading *reading, struct source *source, struct source *before)
{
	ssize_t count = source->fd < 0 ? 0 : 1;

	while (!reading->done && count) {
		count = sys_read(source->fd, source->buffer + source->length, BUFFER - source->length);
		if (count == -EINTR)
			continue;
		if (count <= 0)
			break;
		source->length += (size_t)count;
		if (before)
			read_on(reading, before, NULL);
		take_lines(reading, source);
	}
}

/* --- one after the other --- */

static int open_file(const struct store *store, const char *name)
{
	return file_open_kept(store->fd, name, O_RDONLY, 0);
}

/* The file that was begun after `fd` (-1: the oldest), or -1. The newest is looked at first, since it may be renamed
 * meanwhile: so none is passed over. */
static int open_next(const struct store *store, int fd)
{
	static const char *const names[] = { EVENTS_FILE, EVENTS_OLD };
	int next = -1;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		closes int one = open_file(store, names[i]);

		if (one < 0)
			continue;
		if (fd >= 0 && file_is_same(fd, one))
			break;
		fd_close_at(&next);
		next = take_fd(&one);
	}
	return next;
}

/* Goes on to the next file, where there is one. The one before stays open until the next turn: who opened it before it
 * was renamed may still write to it. Before it is removed that has ended (event.c). */
static bool turn(struct reading *reading)
{
	const int next = open_next(reading->store, reading->current.fd);
	struct source before = reading->old;

	if (next < 0)
		return false;
	read_on(reading, &before, NULL);
	fd_close_at(&before.fd);
	reading->old = reading->current;
	reading->current = (struct source){ next, before.buffer, 0 };
	return true;
}

static void read_all(struct reading *reading)
{
	do {
		read_on(reading, &reading->old, NULL);
		read_on(reading, &reading->current, &reading->old);
	} while (!reading->done && turn(reading));
}

/* To the end of both files: only what comes is wanted. */
static void begin_at_end(struct reading *reading)
{
	reading->old.fd = open_file(reading->store, EVENTS_OLD);
	reading->current.fd = open_file(reading->store, EVENTS_FILE);
	if (reading->current.fd < 0) {		/* just renamed, or there never was one */
		reading->current.fd = reading->old.fd;
		reading->old.fd = -1;
	}
	sys_lseek(reading->old.fd, 0, SEEK_END);
	sys_lseek(reading->current.fd, 0, SEEK_END);
}

/* --- what comes --- */

static int watch(const struct store *store)
{
	char path[32];
	int fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);

	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", store->fd);
	if (fd >= 0 && inotify_add_watch(fd, path, IN_MODIFY | IN_MOVED_TO | IN_CREATE) >= 0)
		return fd;
	fd_close_at(&fd);
	return -1;
}

/* How long until then; false where it is over. */
static bool time_left(uint64_t until_ns, struct timespec *ret_left)
{
	enum { NS_IN_S = 1000000000 };
	struct timespec now;
	uint64_t now_ns;

	clock_gettime(CLOCK_REALTIME, &now);
	now_ns = (uint64_t)now.tv_sec * NS_IN_S + (uint64_t)now.tv_nsec;
	if (now_ns >= until_ns)
		return false;
	*ret_left = (struct timespec){ (time_t)((until_ns - now_ns) / NS_IN_S), (long)((until_ns - now_ns) % NS_IN_S) };
	return true;
}

/* Waits until there may be more. False where no more is wanted. */
static bool wait_for_more(struct reading *reading, int notifier)
{
	enum { LOOK_NS = 200000000 };
	const struct events_asked *asked = reading->asked;
	struct pollfd fds[] = { { notifier, POLLIN, 0 }, { asked->output, 0, 0 } };
	struct timespec left;
	char changes[4096];

	if (!time_left(asked->until_ns, &left))
		return false;
	/* The clock may be set meanwhile. */
	if (left.tv_sec > 0)
		left = (struct timespec){ 1, 0 };
	/* A user can only have so many notifiers. */
	if (notifier < 0 && (left.tv_sec > 0 || left.tv_nsec > LOOK_NS))
		left = (struct timespec){ 0, LOOK_NS };
	reading->done = sys_ppoll(fds, 2, notifier >= 0 && asked->until_ns == UINT64_MAX ? NULL : &left) > 0 &&
			fds[1].revents;
	if (notifier >= 0)
		(void)!read(notifier, changes, sizeof(changes));
	return !reading->done;
}

void events_read(const struct store *store, const struct events_asked *asked,
		 bool (*take)(void *context, const struct event_line *event), void *context)
{
	struct reading reading = { .store = store, .asked = asked, .take = take, .context = context,
				   .old.fd = -1, .current.fd = -1 };
	closes int notifier = -1;

	if (store->fd < 0)
		return;
	reading.old.buffer = arena_alloc(store->arena, BUFFER + 1);
	reading.current.buffer = arena_alloc(store->arena, BUFFER + 1);
	if (asked->follow)
		notifier = watch(store);
	if (!asked->past)
		begin_at_end(&reading);
	read_all(&reading);
	while (asked->follow && !reading.done && wait_for_more(&reading, notifier))
		read_all(&reading);
	if (asked->follow && !reading.done)
		read_all(&reading);
	fd_close_at(&reading.old.fd);
	fd_close_at(&reading.current.fd);
	arena_release(&reading.arena);
}
