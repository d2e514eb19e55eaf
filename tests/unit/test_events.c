/* test_events.c - events as they are written and read: what was torn spoils nothing else; many writers, a rotation now
 * and then, and none is lost, seen twice, or mixed with another. */
#include "base/clock.h"
#include "base/fd.h"
#include "base/file.h"
#include "image/event.h"
#include "in_arena.h"
#include "listing/moment.h"
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#define EXAMPLE "{\"Type\":\"volume\",\"Action\":\"create\",\"Actor\":{\"ID\":\"wine\",\"Attributes\":{\"b\":\"2\"," \
		"\"a\":\"1\"}},\"scope\":\"local\",\"time\":1,\"timeNano\":1000000002}"

/* --- a line --- */

static bool parse(const char *text, struct event_line *ret_event)
{
	return event_parse(&arena, arena_copy(&arena, text, strlen(text)), strlen(text), ret_event);
}

static void a_line_is_read_and_its_attributes_are_in_order(void **state)
{
	struct event_line event;

	assert_true(parse(EXAMPLE, &event));
	assert_string_equal(event.type, "volume");
	assert_string_equal(event.action, "create");
	assert_string_equal(event.id, "wine");
	assert_true(event.time_ns == 1000000002);
	assert_string_equal(event.attributes->first->key, "a");
	assert_string_equal(event.attributes->first->next->key, "b");
	assert_null(event.attributes->first->next->next);
}

static void what_stands_behind_a_torn_line_is_found(void **state)
{
	struct event_line event;

	assert_true(parse("{\"Type\":\"container\",\"Act" EXAMPLE, &event));
	assert_string_equal(event.type, "volume");
	assert_true(parse("{\"Type\":\"{\"Type\":\"container\",\"Actor\":{\"ID" EXAMPLE, &event));
	assert_string_equal(event.id, "wine");
}

static void what_is_no_event_is_none(void **state)
{
	static const char *const lines[] = {
		"", "{", "null", "garbage", "{\"Type\":\"", "{\"Type\":\"volume\"}",
		"{\"Type\":\"volume\",\"Action\":\"create\",\"Actor\":{\"ID\":\"wine\"},\"timeNano\":1}",
		"{\"Type\":\"volume\",\"Action\":\"create\",\"Actor\":{\"ID\":\"wine\",\"Attributes\":[]},"
		"\"timeNano\":1}",
		"{\"Type\":\"volume\",\"Action\":\"create\",\"Actor\":{\"ID\":\"wine\",\"Attributes\":{\"a\":1}},"
		"\"timeNano\":1}",
		"{\"Type\":\"volume\",\"Action\":\"create\",\"Actor\":{\"ID\":\"wine\",\"Attributes\":{}},"
		"\"timeNano\":\"1\"}",
		"{\"Type\":\"volume\",\"Action\":\"create\",\"Actor\":[],\"timeNano\":1}",
		EXAMPLE ",",
	};
	struct event_line event;

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		if (parse(lines[i], &event))
			fail_msg("taken for an event: %s", lines[i]);
}

/* --- files --- */

static char folder[] = "/tmp/taru-events.XXXXXX";

static struct store open_store(void)
{
	struct store store = { .arena = &arena, .root = folder, .blobs = -1 };

	memcpy(strrchr(folder, '.'), ".XXXXXX", 7);
	assert_non_null(mkdtemp(folder));
	store.fd = sys_openat(AT_FDCWD, folder, O_RDONLY | O_DIRECTORY, 0);
	assert_true(store.fd >= 0);
	return store;
}

static void close_store(struct store *store)
{
	sys_unlinkat(store->fd, EVENTS_FILE, 0);
	sys_unlinkat(store->fd, EVENTS_FILE, AT_REMOVEDIR);
	sys_unlinkat(store->fd, EVENTS_OLD, 0);
	sys_close(store->fd);
	assert_int_equal(rmdir(folder), 0);
}

struct seen { size_t count; const char *last, *first_key; };

static bool take(void *context, const struct event_line *event)
{
	struct seen *seen = context;

	seen->count++;
	seen->last = arena_copy(&arena, event->id, strlen(event->id));
	seen->first_key = event->attributes->first ?
		arena_copy(&arena, event->attributes->first->key, strlen(event->attributes->first->key)) : "";
	return true;
}

static struct seen read_all(const struct store *store)
{
	const struct events_asked asked = { .past = true, .output = -1, .until_ns = UINT64_MAX };
	struct seen seen = { 0 };

	events_read(store, &asked, take, &seen);
	return seen;
}

static void write_raw(const struct store *store, const char *text, size_t length)
{
	closes int fd = sys_openat(store->fd, EVENTS_FILE, O_WRONLY | O_APPEND | O_CREAT, 0600);

	assert_int_equal(file_write_all(fd, text, length), 0);
}

static void garbage_in_the_file_costs_no_event(void **state)
{
	static char zeros[3 * EVENT_MAX], letters[9 * EVENT_MAX];
	struct store store = open_store();

	memset(letters, 'x', sizeof(letters));
	write_raw(&store, "garbage\n\n{\"Type\":\"con", 21);
	event_write(&store, &(struct event){ "volume", "create", "one", NULL, NULL });
	write_raw(&store, zeros, sizeof(zeros));
	event_write(&store, &(struct event){ "volume", "create", "two", NULL, NULL });
	write_raw(&store, letters, sizeof(letters));
	event_write(&store, &(struct event){ "volume", "create", "three", NULL, NULL });
	write_raw(&store, EXAMPLE, strlen(EXAMPLE));	/* torn: its newline is not there */
	assert_int_equal(read_all(&store).count, 3);
	assert_string_equal(read_all(&store).last, "three");
	close_store(&store);
}

static void labels_that_are_too_long_are_left_out(void **state)
{
	struct pair label = { "label", NULL };
	const struct pairs labels = { &label, 1 };
	const struct pair more[] = { { "name", "one" }, { NULL, NULL } };
	struct store store = open_store();
	char *value = arena_alloc(&arena, EVENT_MAX + 1);

	memset(value, 'x', EVENT_MAX - 1000);
	label.value = value;
	event_write(&store, &(struct event){ "container", "start", "one", &labels, more });
	assert_string_equal(read_all(&store).first_key, "label");
	memset(value, 'x', EVENT_MAX);
	event_write(&store, &(struct event){ "container", "start", "two", &labels, more });
	assert_int_equal(read_all(&store).count, 2);
	assert_string_equal(read_all(&store).first_key, "name");
	close_store(&store);
}

static void where_nothing_can_be_written_nothing_happens(void **state)
{
	struct store store = open_store();

	assert_int_equal(sys_mkdirat(store.fd, EVENTS_FILE, 0700), 0);
	event_write(&store, &(struct event){ "volume", "create", "one", NULL, NULL });
	assert_int_equal(read_all(&store).count, 0);
	assert_int_equal(sys_unlinkat(store.fd, EVENTS_FILE, AT_REMOVEDIR), 0);
	assert_int_equal(mkfifoat(store.fd, EVENTS_FILE, 0600), 0);
	event_write(&store, &(struct event){ "volume", "create", "one", NULL, NULL });
	close_store(&store);
	event_write(&(struct store){ .arena = &arena, .fd = -1 },
		    &(struct event){ "volume", "create", "one", NULL, NULL });
}

/* --- many at once --- */

enum { WRITERS = 8, EACH = 3000, AHEAD = 1500 };

/* What writers and the reader have done: who reads slower than two files are filled is not waited for by taru, but here
 * that is not what is looked at. */
struct shared { atomic_int written, seen; };

static void wait_for_reader(struct shared *shared)
{
	const int written = atomic_fetch_add(&shared->written, 1);

	while (written - atomic_load(&shared->seen) > AHEAD)
		clock_sleep_ms(1);
}

static _Noreturn void write_many(const struct store *store, int writer, struct shared *shared)
{
	struct arena own = { 0 };
	struct store mine = *store;
	char id[16], number[16], filling[200];
	const struct pair more[] = { { "filling", filling }, { "number", number }, { NULL, NULL } };

	mine.arena = &own;
	memset(filling, 'a' + writer, sizeof(filling));
	filling[sizeof(filling) - 1] = '\0';
	(void)snprintf(id, sizeof(id), "%d", writer);
	for (int i = 0; i < EACH; i++) {
		(void)snprintf(number, sizeof(number), "%d", i);
		wait_for_reader(shared);
		event_write(&mine, &(struct event){ "volume", "create", id, NULL, more });
		if (i % 100 == 0) {
			arena_release(&own);
			arena_init(&own, NULL, 0);
		}
	}
	_exit(0);
}

struct counts { int next[WRITERS], wrong; struct shared *shared; };

static bool count(void *context, const struct event_line *event)
{
	struct counts *counts = context;
	const int writer = atoi(event->id) % WRITERS, number = atoi(json_text(event->attributes, "number"));

	counts->wrong += number != counts->next[writer];
	counts->wrong += json_text(event->attributes, "filling")[198] != 'a' + writer;
	counts->next[writer] = number + 1;
	return atomic_fetch_add(&counts->shared->seen, 1) + 1 < WRITERS * EACH;
}

static void of_many_writers_no_event_is_lost_or_seen_twice(void **state)
{
	enum { PATIENCE_S = 120 };
	struct store store = open_store();
	const struct events_asked asked = { .past = true, .follow = true, .output = -1,
					    .until_ns = ((uint64_t)time(NULL) + PATIENCE_S) * 1000000000 };
	struct shared *shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct counts counts = { .shared = shared };
	struct stat info;
	pid_t writers[WRITERS];

	for (int i = 0; i < WRITERS; i++) {
		writers[i] = fork();
		if (!writers[i])
			write_many(&store, i, shared);
	}
	events_read(&store, &asked, count, &counts);
	for (int i = 0; i < WRITERS; i++)
		waitpid(writers[i], NULL, 0);
	assert_int_equal(shared->seen, WRITERS * EACH);
	assert_int_equal(counts.wrong, 0);
	assert_int_equal(sys_fstatat(store.fd, EVENTS_OLD, &info, 0), 0);	/* there was a rotation */
	assert_true(info.st_size < 2 * EVENTS_SIZE);
	munmap(shared, sizeof(*shared));
	close_store(&store);
}

/* A writer that was stopped between its open(2) and its write(2), with a whole file of events meanwhile. */
static void the_old_file_stays_while_somebody_may_write_to_it(void **state)
{
	struct store store = open_store();
	char *filling = arena_alloc(&arena, EVENT_MAX);
	const struct pair more[] = { { "filling", filling }, { NULL, NULL } };
	struct stat before, after;
	int late;

	memset(filling, 'x', EVENT_MAX - 1000);
	event_write(&store, &(struct event){ "volume", "create", "first", NULL, NULL });
	late = sys_openat(store.fd, EVENTS_FILE, O_WRONLY | O_APPEND, 0);
	for (int i = 0; i < 60; i++)
		event_write(&store, &(struct event){ "volume", "create", "many", NULL, more });
	assert_int_equal(sys_fstat(late, &before), 0);
	assert_int_equal(before.st_nlink, 1);
	assert_int_equal(sys_fstatat(store.fd, EVENTS_OLD, &after, 0), 0);
	assert_true(before.st_ino == after.st_ino);
	assert_int_equal(file_write_all(late, EXAMPLE "\n", strlen(EXAMPLE) + 1), 0);
	assert_int_equal(read_all(&store).count, 62);
	sys_close(late);
	event_write(&store, &(struct event){ "volume", "create", "last", NULL, NULL });
	assert_int_equal(sys_fstatat(store.fd, EVENTS_OLD, &after, 0), 0);
	assert_true(before.st_ino != after.st_ino);
	close_store(&store);
}

/* --- times --- */

static void moments_are_read_as_people_write_them(void **state)
{
	static const struct { const char *text; time_t seconds; long ns; } rows[] = {
		{ "0", 0, 0 }, { "1769860800", 1769860800, 0 }, { "1769860800.5", 1769860800, 500000000 },
		{ "1769860800.000000001", 1769860800, 1 }, { "1769860800.0000000019", 1769860800, 1 },
		{ "2026-01-31T12:00:00Z", 1769860800, 0 }, { "2026-01-31T12:00:00.25Z", 1769860800, 250000000 },
		{ "2026-01-31T13:00:00.000000007+01:00", 1769860800, 7 },
	};
	static const char *const wrong[] = { "", "yesterday", "-1", "1.", ".5", "1.x", "2026-13-01", "1h 2m", "10x",
					     "2026-01-31T12:00:00.Z", "99999999999999999999" };
	struct timespec at, now;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct problem problem = { 0 };

		assert_true(moment_read("--since", rows[i].text, &at, &problem));
		assert_int_equal(at.tv_sec, rows[i].seconds);
		assert_int_equal(at.tv_nsec, rows[i].ns);
	}
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct problem problem = { 0 };

		if (moment_read("--since", wrong[i], &at, &problem))
			fail_msg("taken for a time: '%s'", wrong[i]);
		assert_non_null(strstr(problem.text, "--since"));
	}
	assert_true(moment_read("--since", "1h30m", &at, &(struct problem){ 0 }));
	clock_gettime(CLOCK_REALTIME, &now);
	assert_true(now.tv_sec - at.tv_sec >= 5400 && now.tv_sec - at.tv_sec < 5460);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_is_read_and_its_attributes_are_in_order),
		cmocka_unit_test(what_stands_behind_a_torn_line_is_found),
		cmocka_unit_test(what_is_no_event_is_none),
		cmocka_unit_test(garbage_in_the_file_costs_no_event),
		cmocka_unit_test(labels_that_are_too_long_are_left_out),
		cmocka_unit_test(where_nothing_can_be_written_nothing_happens),
		cmocka_unit_test(of_many_writers_no_event_is_lost_or_seen_twice),
		cmocka_unit_test(the_old_file_stays_while_somebody_may_write_to_it),
		cmocka_unit_test(moments_are_read_as_people_write_them),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
