/* event.h - what happens to containers, images, volumes and networks, written down for `taru events`.
 *
 *	ROOT/events	a line of JSON for each, docker's form; who causes it writes it: there is no daemon
 *	ROOT/events.1	those before; what is older is not kept
 *
 * A line is one write(2) to a descriptor with O_APPEND: the kernel finds the end and writes under the lock of the
 * file, so lines of many writers do not mix and none is written over another. It costs what it says, an open and a
 * write, and waits for nobody; on a full disk, or where the store cannot be written to, the event is lost and nothing
 * else.
 *
 * A file that is full is renamed by one writer, who holds flock(2) on it and has seen that it still has its name.
 * Others that have opened it before still write to it: so readers go on with the old file as long as it is there, and
 * it stays as long as anybody can still write to it.
 *
 * A line may be torn, by a full disk or a loss of power, and then the next one stands right behind it. Each begins
 * with EVENT_BEGIN, which stands nowhere else in one, so that the next one is found all the same.
 */
#pragma once
#include "base/json.h"
#include "image/store.h"
#include "spec/spec.h"

#define EVENTS_FILE "events"
#define EVENTS_OLD EVENTS_FILE ".1"
#define EVENT_BEGIN "{\"Type\":\""

enum { EVENTS_SIZE = 1 << 20, EVENT_MAX = 64 << 10 };	/* bytes of a file; of a line */

struct event {
	const char *type;		/* "container", "image", "volume", "network" */
	const char *action;		/* "start" */
	const char *id;			/* of whom it is about; of a volume: the name */
	const struct pairs *labels;	/* NULL: none. Those that make the line too long are left out, all of them */
	const struct pair *more;	/* attributes that count before labels; ends in a NULL; NULL: none */
};

/* Writes it down as of now. Whether that works nobody needs to know. */
void event_write(const struct store *store, const struct event *event);

/* "prune", of all "container"s or what it is, with the bytes that are free now. It has no ID. */
void event_prune(const struct store *store, const char *type, uint64_t bytes);

struct reference;

/* The same of an image, with its labels where it still has a config: "tag", by its ID, with the name of the row; and
 * "pull", by the name that it has in a registry, as docker does both. */
void event_image(struct store *store, const struct image *image, const char *action);
void event_image_by_name(struct store *store, const struct image *image, const struct reference *name,
			 const char *action);

/* --- read again --- */

struct event_line {
	struct arena *arena;		/* for what is made of it */
	const char *type, *action, *id;
	const struct json *attributes;	/* an object of texts, in the order of their keys */
	uint64_t time_ns;		/* since 1970 */
};

/* Reads a line without its newline, which is changed; a byte follows it that may be changed too. False for what is
 * none of ours. */
bool event_parse(struct arena *arena, char *line, size_t length, struct event_line *ret_event);

struct events_asked {
	bool past;			/* what is kept comes first */
	bool follow;			/* then what comes, */
	int output;			/* as long as somebody reads from this; -1: always */
	uint64_t since_ns, until_ns;	/* that ends it, too */
};

/* Calls `take` with each event, in the order in which they were written, until it returns false. */
void events_read(const struct store *store, const struct events_asked *asked,
		 bool (*take)(void *context, const struct event_line *event), void *context);
