/* tcp.c - connections: what comes from one end goes to the other, each way by itself. See ports.h.
 *
 * What has been read is written before more is read, so who is slow slows down the other end, and nobody else. Only
 * what the other end does not take at once is kept: so a connection that is idle takes no memory to speak of.
 */
#include "base/clock.h"
#include "base/fd.h"
#include "base/sys_socket.h"
#include "ports/ports.h"
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/un.h>

enum { ROOM = 64 << 10, TOLD_MS = 60000 };

/* One way. */
struct way {
	char *rest;			/* ROOM bytes: what was read and is to be written yet; NULL: nothing */
	size_t begin, end;
	bool ended;			/* nothing more comes */
	bool told;			/* and the other end knows */
};

struct flow {
	struct flow *next;		/* in one of the lists below */
	bool connected;
	struct source end[2];		/* who has connected; the container */
	struct way way[2];		/* from end[0], from end[1] */
};

static struct flow flows[FLOWS_MOST];

static struct {
	struct options *options;
	size_t begun;			/* so many of them were in use at some time */
	struct flow *free;
	struct flow *ended;		/* in this turn, which may have more to tell of them */
	size_t used, most;
	bool full;
	uint64_t told_ms;
} all;

/* --- the end --- */

static void drop_rest(struct way *way)
{
	if (way->rest)
		munmap(way->rest, ROOM);
	way->rest = NULL;
}

static void close_flow(struct flow *flow)
{
	for (size_t i = 0; i < 2; i++) {
		loop_close(&flow->end[i]);
		drop_rest(&flow->way[i]);
	}
	flow->next = all.ended;
	all.ended = flow;
	all.used--;
}

/* The other end is told that it failed, not that all was said (socket(7), SO_LINGER). */
static void reset_flow(struct flow *flow)
{
	const struct linger now = { .l_onoff = 1, .l_linger = 0 };

	for (size_t i = 0; i < 2; i++)
		sys_setsockopt(flow->end[i].fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	close_flow(flow);
}

/* --- one way --- */

static bool goes_on(ssize_t result)
{
	return result == -EAGAIN || result == -EINTR;
}

/* Of what was read. False: there is no memory. */
static bool keep(struct way *way, const char *from, size_t length)
{
	char *rest = mmap(NULL, ROOM, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (rest == MAP_FAILED)
		return false;
	memcpy(rest, from, length);
	way->rest = rest;
	way->begin = 0;
	way->end = length;
	return true;
}

static bool write_rest(struct flow *flow, size_t from)
{
	struct way *way = &flow->way[from];
	const ssize_t length = sys_send(flow->end[!from].fd, way->rest + way->begin, way->end - way->begin);

	if (length < 0)
		return goes_on(length);
	way->begin += (size_t)length;
	if (way->begin == way->end)
		drop_rest(way);
	return true;
}

static bool pass_on(struct flow *flow, size_t from)
{
	static char bytes[ROOM];
	struct way *way = &flow->way[from];
	const ssize_t length = sys_read(flow->end[from].fd, bytes, ROOM);
	ssize_t sent = 0;

	if (length < 0)
		return goes_on(length);
	way->ended = length == 0;
	if (length)
		sent = sys_send(flow->end[!from].fd, bytes, (size_t)length);
	if (sent < 0 && !goes_on(sent))
		return false;
	if (sent < 0)
		sent = 0;
	return sent == length || keep(way, bytes + sent, (size_t)(length - sent));
}

/* False where the flow has failed. */
static bool carry(struct flow *flow, size_t from)
{
	struct way *way = &flow->way[from];

	if (way->rest ? !write_rest(flow, from) : !way->ended && !pass_on(flow, from))
		return false;
	if (way->ended && !way->rest && !way->told) {
		shutdown(flow->end[!from].fd, SHUT_WR);
		way->told = true;
	}
	return true;
}

/* --- the flow --- */

static uint32_t events_of(const struct flow *flow, size_t end)
{
	const struct way *from = &flow->way[end], *to = &flow->way[!end];

	if (!flow->connected)
		return end ? EPOLLOUT : 0;
	return (!from->ended && !from->rest ? (uint32_t)EPOLLIN : 0) | (to->rest ? (uint32_t)EPOLLOUT : 0);
}

static bool watch(struct flow *flow)
{
	return loop_watch(&flow->end[0], events_of(flow, 0)) && loop_watch(&flow->end[1], events_of(flow, 1));
}

static bool is_connected(int fd)
{
	int error = 0;
	socklen_t size = sizeof(error);

	return !sys_getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) && !error;
}

static void turn(struct source *source)
{
	struct flow *flow = source->owner;

	flow->connected = flow->connected || is_connected(flow->end[1].fd);
	if (!flow->connected || !carry(flow, 0) || !carry(flow, 1))
		reset_flow(flow);
	else if (flow->way[0].told && flow->way[1].told)
		close_flow(flow);
	else if (!watch(flow))
		reset_flow(flow);
}

/* --- the begin --- */

/* A peer that has gone without a word gives its place up after some minutes (tcp(7)). */
static void keep_alive(int fd)
{
	static const struct { int level, option, value; } settings[] = {
		{ SOL_SOCKET, SO_KEEPALIVE, 1 }, { IPPROTO_TCP, TCP_KEEPIDLE, 60 },
		{ IPPROTO_TCP, TCP_KEEPINTVL, 20 }, { IPPROTO_TCP, TCP_KEEPCNT, 3 },
		/* What comes is sent on at once: who has sent it has thought about that already. */
		{ IPPROTO_TCP, TCP_NODELAY, 1 },
	};

	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]) && fd >= 0; i++)
		sys_setsockopt(fd, settings[i].level, settings[i].option, &settings[i].value,
			       sizeof(settings[i].value));
}

/* NULL: there is no room. */
static struct flow *take_flow(void)
{
	struct flow *flow = all.free;

	if (all.used == all.most)
		return NULL;
	if (flow)
		all.free = flow->next;
	else
		flow = &flows[all.begun++];
	all.used++;
	return flow;
}

static void begin_flow(struct flow *flow, const struct port *port, int from)
{
	int to = sys_socket(port->inside.at.ss_family, SOCK_STREAM | SOCK_NONBLOCK, 0);
	int error = to < 0 ? to : sys_connect(to, &port->inside.at, port->inside.size);

	*flow = (struct flow){ .connected = !error };
	keep_alive(from);
	keep_alive(to);
	for (size_t i = 0; i < 2; i++)
		flow->end[i] = (struct source){ .fd = i ? to : from, .ready = turn, .owner = flow };
	if ((error && error != -EINPROGRESS) || !watch(flow))
		reset_flow(flow);
}

/* --- all --- */

static void watch_ports(uint32_t events)
{
	for (size_t i = 0; i < all.options->ports; i++)
		if (!all.options->port[i].udp)
			loop_watch(&all.options->port[i].source, events);
}

/* In the system's log, since who has started this has gone (RFC 3164: a warning of a daemon's). Not more often than is
 * of use. */
static void tell_full(const struct port *port)
{
	static const char begin[] = "<28>taru-ports: port ", rest[] = ": as many connections are open as "
				    "RLIMIT_NOFILE has room for; who connects now waits until one of them ends";
	const struct sockaddr_un log = { .sun_family = AF_UNIX, .sun_path = "/dev/log" };
	struct iovec parts[] = { { (void *)(uintptr_t)begin, sizeof(begin) - 1 },
				 { (void *)(uintptr_t)port->words, strlen(port->words) },
				 { (void *)(uintptr_t)rest, sizeof(rest) - 1 } };
	const struct msghdr message = { .msg_name = (void *)(uintptr_t)&log, .msg_namelen = sizeof(log),
					.msg_iov = parts, .msg_iovlen = 3 };
	closes int fd = -1;

	if (all.told_ms && clock_ms() - all.told_ms < TOLD_MS)
		return;
	all.told_ms = clock_ms();
	fd = sys_socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	sys_sendmsg(fd, &message);
}

static void accept_all(struct source *source)
{
	struct flow *flow;
	int from = 0;

	while (from >= 0 && (flow = take_flow())) {
		from = sys_accept(source->fd, NULL, NULL);
		if (from >= 0) {
			begin_flow(flow, source->owner, from);
			continue;
		}
		flow->next = all.free;
		all.free = flow;
		all.used--;
	}
	all.full = from >= 0;
	if (!all.full)
		return;
	watch_ports(0);
	tell_full(source->owner);
}

void tcp_begin(struct options *options, size_t most)
{
	all.options = options;
	all.most = most;
	for (size_t i = 0; i < options->ports; i++)
		if (!options->port[i].udp) {
			options->port[i].source.ready = accept_all;
			options->port[i].source.owner = &options->port[i];
		}
	watch_ports(EPOLLIN);
}

void tcp_after_turn(void)
{
	while (all.ended) {
		struct flow *flow = all.ended;

		all.ended = flow->next;
		flow->next = all.free;
		all.free = flow;
	}
	if (!all.full || all.used == all.most)
		return;
	all.full = false;
	watch_ports(EPOLLIN);
}
