/* events.c - `events`: what a container uses, again and again, and when memory has run out.
 *
 * The kernel tells the second by memory.events, a file of cgroup v2 that can be watched (inotify), or by an eventfd
 * that is handed to memory.oom_control of v1.
 */
#include "base/clock.h"
#include "base/fd.h"
#include "life/cgroup.h"
#include "life/life.h"
#include "life/stats.h"
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <time.h>
#include <unistd.h>

static void add_head(struct json_writer *json, const char *type, const char *id)
{
	json_open_object(json, NULL);
	json_put_text(json, "type", type);
	json_put_text(json, "id", id);
}

static void write_stats(struct arena *arena, struct container *container, struct text *out)
{
	struct json_writer json = json_writer_new(out, NULL);

	add_head(&json, "stats", container->id);
	stats_write(arena, container_cgroups(container), resctrl_group(arena, container->record.pid), &json);
	json_close(&json);
	text_add(out, "\n");
}

static void write_oom(struct container *container, struct text *out)
{
	struct json_writer json = json_writer_new(out, NULL);

	add_head(&json, "oom", container->id);
	json_close(&json);
	text_add(out, "\n");
}

static bool open_running(struct arena *arena, const char *root, const char *id, struct container *ret_container,
			 struct problem *problem)
{
	struct container *container = ret_container;

	if (!container_open(arena, root, id, container, problem))
		return false;
	if (container->status == STATUS_STOPPED || container->status == STATUS_CREATING)
		problem_set(problem, "container '%s': container not running, it is %s", id,
			    status_name(container->status));
	else if (!container_cgroups(container)->count)
		problem_set(problem, "container '%s': what it uses is not known: it has no cgroups; "
			    MADE_WITHOUT_CGROUPS, id);
	return !problem->found;
}

void life_stats(struct arena *arena, const char *root, const char *id, struct text *out, struct problem *problem)
{
	struct container container;

	if (open_running(arena, root, id, &container, problem))
		write_stats(arena, &container, out);
	container_close(&container);
}

/* --- memory has run out --- */

struct watch_oom {
	const struct cgroup *memory;	/* or NULL */
	int fd;				/* is readable when something has happened; -1: the kernel does not tell */
	uint64_t kills;			/* v2: so far */
};

static uint64_t count_kills(const struct watch_oom *watch)
{
	struct arena arena;
	uint64_t kills = watch->kills;

	arena_init(&arena, NULL, 0);
	cgroup_read_entry(&arena, watch->memory, "memory.events", "oom_kill", &kills);
	arena_release(&arena);
	return kills;
}

static void open_v2(struct arena *arena, struct watch_oom *watch)
{
	const char *file = arena_printf(arena, "%s/memory.events", watch->memory->path);
	closes int fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);

	if (fd < 0 || inotify_add_watch(fd, file, IN_MODIFY) < 0)
		return;
	watch->kills = count_kills(watch);
	watch->fd = take_fd(&fd);
}

static void open_v1(struct arena *arena, struct watch_oom *watch)
{
	closes int control = sys_openat(AT_FDCWD, arena_printf(arena, "%s/memory.oom_control", watch->memory->path),
					O_RDONLY, 0);
	closes int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);

	if (control >= 0 && fd >= 0 &&
	    cgroup_write(watch->memory, "cgroup.event_control", arena_printf(arena, "%d %d", fd, control)) == 0)
		watch->fd = take_fd(&fd);
}

static struct watch_oom open_watch(struct arena *arena, const struct cgroups *cgroups)
{
	struct watch_oom watch = { cgroups_with(cgroups, "memory"), -1, 0 };

	if (watch.memory)
		(watch.memory->unified ? open_v2 : open_v1)(arena, &watch);
	return watch;
}

/* How often since the last time. A cgroup that goes away wakes us too. */
static uint64_t take_ooms(struct watch_oom *watch)
{
	char event[4096];
	uint64_t before = watch->kills;

	if (sys_read(watch->fd, event, sizeof(event)) <= 0)
		return 0;
	if (!watch->memory->unified)
		return access(watch->memory->path, F_OK) == 0;
	watch->kills = count_kills(watch);
	return watch->kills - before;
}

/* --- again and again --- */

struct events {
	struct container *container;
	struct watch_oom watch;
	bool (*print)(void *context, const struct text *line);
	void *context;
};

static bool print_stats(const struct events *events)
{
	struct arena arena;
	struct text line;
	bool goes_on;

	arena_init(&arena, NULL, 0);
	line = text_new(&arena);
	write_stats(&arena, events->container, &line);
	goes_on = events->print(events->context, &line);
	arena_release(&arena);
	return goes_on;
}

static bool print_ooms(struct events *events)
{
	bool goes_on = true;

	for (uint64_t count = take_ooms(&events->watch); count && goes_on; count--) {
		struct text line = text_new(events->container->arena);

		write_oom(events->container, &line);
		goes_on = events->print(events->context, &line);
	}
	return goes_on;
}

/* Until it is `due`, or the container has ended; then false. */
static bool wait_until(struct events *events, uint64_t due)
{
	for (;;) {
		struct pollfd wake[] = { { events->container->process, POLLIN, 0 }, { events->watch.fd, POLLIN, 0 } };
		uint64_t now = clock_ns(), left = due > now ? due - now : 0;
		struct timespec timeout = { (time_t)(left / 1000000000), (long)(left % 1000000000) };

		if (sys_ppoll(wake, 2, &timeout) == 0)
			return true;
		/* It may have ended for want of memory: that is told before. */
		if (wake[1].revents && !print_ooms(events))
			return false;
		if (wake[0].revents)
			return false;
	}
}

void life_events(struct arena *arena, const char *root, const char *id, uint64_t interval_ns,
		 bool (*print)(void *context, const struct text *line), void *context, struct problem *problem)
{
	struct container container;

	if (open_running(arena, root, id, &container, problem)) {
		struct events events = { &container, open_watch(arena, container_cgroups(&container)), print, context };
		uint64_t due = clock_ns() + interval_ns;

		for (; wait_until(&events, due) && print_stats(&events); due += interval_ns)
			if (due + interval_ns < clock_ns())
				due = clock_ns();
		if (events.watch.fd >= 0)
			sys_close(events.watch.fd);
	}
	container_close(&container);
}
