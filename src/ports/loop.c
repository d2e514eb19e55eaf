/* loop.c - what is waited for, and who is told when it comes: see ports.h */
#include "base/fd.h"
#include "ports/ports.h"
#include <string.h>

enum { AT_ONCE = 256 };

static int waiting = -1;

void loop_begin(void)
{
	waiting = epoll_create1(EPOLL_CLOEXEC);
	if (waiting < 0)
		fail("cannot make", "an epoll descriptor", strerror(errno));
}

bool loop_watch(struct source *source, uint32_t events)
{
	const int change = !source->events ? EPOLL_CTL_ADD : !events ? EPOLL_CTL_DEL : EPOLL_CTL_MOD;
	struct epoll_event event = { .events = events, .data.ptr = source };

	if (events == source->events)
		return true;
	if (epoll_ctl(waiting, change, source->fd, &event))
		return false;
	source->events = events;
	return true;
}

void loop_close(struct source *source)
{
	fd_close_at(&source->fd);
	source->fd = -1;
	source->events = 0;
}

void loop_turn(void)
{
	static struct epoll_event events[AT_ONCE];
	const int count = epoll_wait(waiting, events, AT_ONCE, -1);

	for (int i = 0; i < count; i++) {
		struct source *source = events[i].data.ptr;

		/* Closed by one before. */
		if (source->fd >= 0)
			source->ready(source);
	}
}
