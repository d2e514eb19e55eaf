/* event.c - events are written down: see event.h. */
#include "image/event.h"
#include "base/fd.h"
#include "base/file.h"
#include "base/json_write.h"
#include "image/reference.h"
#include <signal.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>

/* --- a line --- */

static bool has_key(const struct pair *list, const char *key)
{
	for (; list && list->key; list++)
		if (!strcmp(list->key, key))
			return true;
	return false;
}

static void put_attributes(struct json_writer *out, const struct event *event, const struct pairs *labels)
{
	json_open_object(out, "Attributes");
	for (size_t i = 0; labels && i < labels->count; i++)
		if (!has_key(event->more, labels->at[i].key))
			json_put_text(out, labels->at[i].key, labels->at[i].value);
	for (const struct pair *more = event->more; more && more->key; more++)
		json_put_text(out, more->key, more->value);
	json_close(out);
}

/* What docker has beside this (status, id, from) is the same once more: the reader adds it. */
static struct text make_line(struct arena *arena, const struct event *event, const struct pairs *labels)
{
	enum { NS_IN_S = 1000000000 };
	struct text line = text_new(arena);
	struct json_writer out = json_writer_new(&line, NULL);
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	json_open_object(&out, NULL);
	json_put_text(&out, "Type", event->type);
	json_put_text(&out, "Action", event->action);
	json_open_object(&out, "Actor");
	json_put_text(&out, "ID", event->id);
	put_attributes(&out, event, labels);
	json_close(&out);
	json_put_text(&out, "scope", "local");
	json_put_signed(&out, "time", now.tv_sec);
	json_put_signed(&out, "timeNano", (int64_t)now.tv_sec * NS_IN_S + now.tv_nsec);
	json_close(&out);
	text_add(&line, "\n");
	return line;
}

/* --- the files --- */

/* Whether the old file has a writer, whose event would be lost with it: one that opened it when it was the new one, and
 * has not come to write yet. A lease for reading is given where nobody has the file open for writing (fcntl(2)); if
 * somebody broke it, that would be a signal, which is not to be one that ends us. Where a file system has no leases
 * nobody can tell. */
static bool is_written_to(const struct store *store)
{
	closes int old = sys_openat(store->fd, EVENTS_OLD, O_RDONLY | O_NOFOLLOW | O_NONBLOCK, 0);

	return old >= 0 && !sys_fcntl(old, F_SETSIG, SIGURG) && sys_fcntl(old, F_SETLEASE, F_RDLCK) == -EAGAIN;
}

/* By one at a time, and only the file that is still the one that is written to: another may have been faster, and then
 * `fd` is the old one. Nobody waits: who comes next with a full file tries again. */
static void rotate(const struct store *store, int fd)
{
	if (sys_flock(fd, LOCK_EX | LOCK_NB) || !file_is_at(fd, store->fd, EVENTS_FILE))
		return;
	if (!is_written_to(store))
		sys_renameat(store->fd, EVENTS_FILE, store->fd, EVENTS_OLD);
}

void event_write(const struct store *store, const struct event *event)
{
	struct text line;
	closes int fd = -1;

	if (store->fd < 0)
		return;
	line = make_line(store->arena, event, event->labels);
	if (line.length > EVENT_MAX && event->labels)
		line = make_line(store->arena, event, NULL);
	if (line.length > EVENT_MAX)
		return;
	/* What is no file, a FIFO for example, is not to hold us up. */
	fd = file_open_kept(store->fd, EVENTS_FILE, O_WRONLY | O_APPEND | O_CREAT, 0600);
	if (fd < 0 || sys_write(fd, line.at, line.length) < 0)
		return;
	if (sys_lseek(fd, 0, SEEK_CUR) >= EVENTS_SIZE)
		rotate(store, fd);
}

/* --- images --- */

static struct pairs labels_of(struct store *store, const struct image *image)
{
	struct problem unread = { 0 };
	struct document manifest;
	struct image_config config;
	const struct json *labels = NULL;
	struct pairs pairs = { 0 };

	if (store_read_manifest(store, &image->manifest.digest, &manifest, &unread) &&
	    store_read_config(store, &manifest, &config, &unread))
		labels = json_get(config.config, "Labels");
	if (!labels || labels->kind != JSON_OBJECT)
		return pairs;
	pairs.at = ARENA_ARRAY(store->arena, labels->count + 1, struct pair);
	for (const struct json *label = labels->first; label; label = label->next)
		if (label->kind == JSON_STRING)
			pairs.at[pairs.count++] = (struct pair){ label->key, label->text };
	return pairs;
}

static void write_image(struct store *store, const struct image *image, const char *action, const char *id,
			const char *name)
{
	const struct pairs labels = labels_of(store, image);
	const struct pair more[] = { { "name", name }, { NULL, NULL } };

	event_write(store, &(struct event){ "image", action, id, &labels, more });
}

void event_image(struct store *store, const struct image *image, const char *action)
{
	struct problem bad = { 0 };
	struct reference reference;
	const char *name = image->name[0] ? image->name : image->id.text;

	if (image->name[0] && reference_read(store->arena, image->name, &reference, &bad))
		name = reference_familiar(store->arena, &reference);
	write_image(store, image, action, image->id.text, name);
}

void event_image_by_name(struct store *store, const struct image *image, const struct reference *name,
			 const char *action)
{
	struct reference without_tag = *name;

	without_tag.tag = without_tag.digest = NULL;
	write_image(store, image, action, reference_familiar(store->arena, name),
		    reference_familiar(store->arena, &without_tag));
}

void event_prune(const struct store *store, const char *type, uint64_t bytes)
{
	const struct pair more[] = { { "reclaimed", arena_printf(store->arena, "%llu", (unsigned long long)bytes) },
				     { NULL, NULL } };

	event_write(store, &(struct event){ type, "prune", "", NULL, more });
}
