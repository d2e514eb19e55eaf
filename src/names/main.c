/* main.c - see names.h */
#include "base/clock.h"
#include "base/fd.h"
#include "names/names.h"
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <unistd.h>

enum { EVENTS = 32, LINGER_MS = 10000, PATIENCE_MS = 10000, PATIENCE_TAKEN_MS = 2000 };

/* --- what is watched --- */

void watch_set(const struct names *names, int fd, uint32_t events, enum watch what, size_t index)
{
	struct epoll_event event = { .events = events, .data.u64 = (uint64_t)what << 32 | index };

	if (epoll_ctl(names->events, EPOLL_CTL_MOD, fd, &event) < 0)
		epoll_ctl(names->events, EPOLL_CTL_ADD, fd, &event);
}

void watch_end(const struct names *names, int fd)
{
	struct epoll_event event = { 0 };

	epoll_ctl(names->events, EPOLL_CTL_DEL, fd, &event);
}

/* What an event is about may be gone since; nothing that is done then waits. */
static void take_event(struct names *names, const struct epoll_event *event)
{
	const size_t index = (uint32_t)event->data.u64;

	switch ((enum watch)(event->data.u64 >> 32)) {
	case WATCH_HOSTS:
		hosts_changed(names);
		break;
	case WATCH_UDP:
		flight_read(names, index);
		break;
	case WATCH_TCP:
		stream_accept(names, index);
		break;
	case WATCH_FLIGHT:
		flight_event(names, index);
		break;
	case WATCH_CLIENT:
		if (event->events & (EPOLLERR | EPOLLHUP))
			stream_client_gone(names, index);
		else
			stream_event(names, index);
		break;
	case WATCH_SERVER:
		stream_event(names, index);
		break;
	}
}

/* --- time --- */

static void sooner(uint64_t *due_ms, uint64_t other_ms)
{
	if (other_ms < *due_ms)
		*due_ms = other_ms;
}

/* When something is due next; what is due already is done. */
static uint64_t look_at_time(struct names *names)
{
	uint64_t due_ms = UINT64_MAX;
	size_t at;

	if (names->listen_due_ms && names->now_ms >= names->listen_due_ms)
		listen_look(names, &at);
	if (names->listen_due_ms)
		sooner(&due_ms, names->listen_due_ms);
	if (names->empty_since_ms)
		sooner(&due_ms, names->empty_since_ms + names->linger_ms);
	for (size_t i = 0; i < FLIGHTS; i++) {
		if (names->flight_place[i].client && names->now_ms >= names->flight[i].due_ms)
			flight_late(names, i);
		if (names->flight_place[i].client)
			sooner(&due_ms, names->flight[i].due_ms);
	}
	for (size_t i = 0; i < STREAMS; i++) {
		if (names->stream_place[i].client && names->now_ms >= names->stream[i].due_ms)
			stream_late(names, i);
		if (names->stream_place[i].client)
			sooner(&due_ms, names->stream[i].due_ms);
	}
	return due_ms;
}

static bool is_over(struct names *names)
{
	if (!names->empty_since_ms || (!names->gone && names->now_ms < names->empty_since_ms + names->linger_ms))
		return false;
	return hosts_end(names);
}

static void stay(struct names *names)
{
	struct epoll_event events[EVENTS];

	while (!is_over(names)) {
		const uint64_t due_ms = look_at_time(names);
		const uint64_t left_ms = due_ms <= names->now_ms ? 0 : due_ms - names->now_ms;
		int count = epoll_wait(names->events, events, EVENTS,
				       due_ms == UINT64_MAX ? -1 : left_ms < INT32_MAX ? (int)left_ms : INT32_MAX);

		names->now_ms = clock_ms();
		for (int i = 0; i < count; i++)
			take_event(names, &events[i]);
	}
}

/* --- the begin --- */

static void open_folder(struct named_file *file, const char *path)
{
	char folder[4096];
	const char *slash = strrchr(path, '/');
	const size_t length = slash ? (size_t)(slash - path) : 0;

	if (length >= sizeof(folder) - 1)
		fail("cannot open the folder of", path, strerror(ENAMETOOLONG));
	memcpy(folder, path, length);
	memcpy(folder + length, slash ? "/" : ".", 2);
	file->name = slash ? slash + 1 : path;
	file->folder = sys_openat(AT_FDCWD, folder, O_RDONLY | O_DIRECTORY, 0);
	if (file->folder < 0)
		fail("cannot open the folder of", path, strerror(-file->folder));
}

/* The bridge may be on its way, and so may be the end of the process before this one. */
static void open_listeners(struct names *names)
{
	const uint64_t began_ms = names->now_ms;
	size_t at;
	int error;

	while ((error = listen_look(names, &at))) {
		const bool coming = error == -ENODEV || error == -EADDRNOTAVAIL;
		const uint64_t patience_ms = coming ? PATIENCE_MS : error == -EADDRINUSE ? PATIENCE_TAKEN_MS : 0;

		if (names->now_ms >= began_ms + patience_ms)
			fail("cannot listen on the port of --listen", names->listener[at].text, strerror(-error));
		clock_sleep_ms((long)(names->listen_due_ms - names->now_ms));
		names->now_ms = clock_ms();
	}
}

static void close_others(int ready)
{
	const unsigned first = STDERR_FILENO + 1;

	if (ready < (int)first) {
		sys_close_range(first, ~0U, 0);
		return;
	}
	if ((unsigned)ready > first)
		sys_close_range(first, (unsigned)ready - 1, 0);
	sys_close_range((unsigned)ready + 1, ~0U, 0);
}

/* What says why there will be none is heard until then; later nobody reads it, and who waits for the end of what we
 * write to would wait for ever. */
static void tell_ready(int ready, int nothing)
{
	if (nothing >= 0)
		sys_dup3(nothing, STDERR_FILENO, 0);
	if (ready < 0)
		return;
	sys_write(ready, "\n", 1);
	sys_close(ready);
}

/* A child goes on; this process ends when that is ready, with 0, or as it does. */
static void go_to_background(struct options *options)
{
	int ends[2], status = 1;
	char byte;
	pid_t child;

	if (sys_pipe2(ends, O_CLOEXEC))
		sys_exit(1);
	child = sys_fork();
	if (child == 0) {
		options->ready = ends[1];
		return;
	}
	sys_close(ends[1]);
	if (child > 0 && sys_read(ends[0], &byte, 1) == 1)
		sys_exit(0);
	if (child > 0)
		sys_wait4(child, &status, 0);
	sys_exit(status != 0);
}

static void begin(struct names *names, const struct options *options)
{
	const char *what;
	int error;

	names->now_ms = clock_ms();
	names->zone.table = &names->table;
	if (getrandom(&names->secret, sizeof(names->secret), 0) < 0)
		fail("cannot read", "getrandom", strerror(errno));
	if (options->upstream)
		open_folder(&names->upstream, options->upstream);
	if (options->own)
		open_folder(&names->own, options->own);
	error = hosts_read(names);
	if (error)
		fail("cannot read --hosts", options->hosts, strerror(-error));
	names->events = epoll_create1(EPOLL_CLOEXEC);
	if (names->events < 0)
		fail("cannot make", "epoll", strerror(errno));
	watch_set(names, names->watch, EPOLLIN, WATCH_HOSTS, 0);
	open_listeners(names);
	error = confine(&what);
	if (error)
		fail("cannot give up", what, strerror(-error));
	error = hosts_read(names);
	if (error && !names->gone)
		fail("cannot read as nobody --hosts", options->hosts, strerror(-error));
	error = options->upstream ? upstream_check(names) : 0;
	if (error)
		fail("cannot read as nobody --upstream", options->upstream, strerror(-error));
}

int main(int argc, char **argv)
{
	static struct names names;
	struct options options = { .ready = -1 };
	const uint64_t none = 0;
	int nothing = -1;

	if (argc < 1)
		return 1;
	/* Not where it is defined: then all of it would be a part of the file. */
	names.zone.domain = "dns.taru";
	names.linger_ms = LINGER_MS;
	options_read(&names, &options, argv + 1);
	if (options.background)
		go_to_background(&options);
	close_others(options.ready);
	if (options.background) {
		nothing = sys_openat(AT_FDCWD, "/dev/null", O_RDWR, 0);
		sys_dup3(nothing, STDIN_FILENO, 0);
		sys_dup3(nothing, STDOUT_FILENO, 0);
	}
	/* Nothing but SIGTERM and SIGKILL is meant for it; who starts it may have all signals blocked. */
	sys_setsid();
	sys_sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGHUP, SIG_IGN);
	signal(SIGINT, SIG_IGN);
	sys_prctl(PR_SET_NAME, (unsigned long)"taru-names", 0, 0, 0);
	open_folder(&names.hosts, options.hosts);
	if (!hosts_open(&names, options.hosts))
		return 0;
	begin(&names, &options);
	tell_ready(options.ready, nothing);
	stay(&names);
	return 0;
}
