/* tcp.c - connections: what comes from one end goes to the other, each way by itself. See ports.h.
 *
 * What has been read is written before more is read, so who is slow slows down the other end, and nobody else.
 */
#include "base/fd.h"
#include "base/sys_socket.h"
#include "ports/ports.h"
#include <netinet/in.h>
#include <netinet/tcp.h>

enum { ROOM = 16 << 10, NONE = -1 };

/* One way. */
struct way {
	char bytes[ROOM];
	size_t begin, end;
	bool ended;			/* nothing more comes */
	bool told;			/* and the other end knows */
};

struct flow {
	bool used, connected;
	int end[2];			/* who has connected; the container */
	struct way way[2];		/* from end[0], from end[1] */
	size_t place[2];		/* what is waited for */
};

static struct flow flows[FLOWS_MOST];
static size_t port_place[PORTS_MOST];

static struct flow *find_free(void)
{
	for (size_t i = 0; i < FLOWS_MOST; i++)
		if (!flows[i].used)
			return &flows[i];
	return NULL;
}

/* --- the end --- */

static void close_flow(struct flow *flow)
{
	sys_close(flow->end[0]);
	sys_close(flow->end[1]);
	flow->used = false;
}

/* The other end is told that it failed, not that all was said (socket(7), SO_LINGER). */
static void reset_flow(struct flow *flow)
{
	const struct linger now = { .l_onoff = 1, .l_linger = 0 };

	for (size_t i = 0; i < 2; i++)
		sys_setsockopt(flow->end[i], SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	close_flow(flow);
}

/* --- the begin --- */

/* A peer that has gone without a word gives its place up after some minutes (tcp(7)). */
static void keep_alive(int fd)
{
	static const struct { int level, option, value; } settings[] = {
		{ SOL_SOCKET, SO_KEEPALIVE, 1 }, { IPPROTO_TCP, TCP_KEEPIDLE, 60 },
		{ IPPROTO_TCP, TCP_KEEPINTVL, 20 }, { IPPROTO_TCP, TCP_KEEPCNT, 3 },
	};

	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]) && fd >= 0; i++)
		sys_setsockopt(fd, settings[i].level, settings[i].option, &settings[i].value,
			       sizeof(settings[i].value));
}

static void begin_flow(struct flow *flow, const struct port *port, int from)
{
	int to = sys_socket(port->inside.at.ss_family, SOCK_STREAM | SOCK_NONBLOCK, 0);
	int error = to < 0 ? to : sys_connect(to, &port->inside.at, port->inside.size);

	keep_alive(from);
	keep_alive(to);
	flow->used = true;
	flow->connected = !error;
	flow->end[0] = from;
	flow->end[1] = to;
	for (size_t i = 0; i < 2; i++) {
		flow->way[i].begin = flow->way[i].end = 0;
		flow->way[i].ended = flow->way[i].told = false;
	}
	if (error && error != -EINPROGRESS)
		reset_flow(flow);
}

static void accept_all(const struct port *port)
{
	struct flow *flow;
	int from;

	while ((flow = find_free()) && (from = sys_accept(port->socket, NULL, NULL)) >= 0)
		begin_flow(flow, port, from);
}

static bool is_connected(int fd)
{
	int error = 0;
	socklen_t size = sizeof(error);

	return !sys_getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) && !error;
}

/* --- one way --- */

static bool goes_on(ssize_t result)
{
	return result == -EAGAIN || result == -EINTR;
}

/* False where the flow has failed. */
static bool carry(struct flow *flow, size_t from)
{
	struct way *way = &flow->way[from];
	ssize_t length;

	if (way->begin == way->end && !way->ended) {
		length = sys_read(flow->end[from], way->bytes, ROOM);
		if (length < 0)
			return goes_on(length);
		way->begin = 0;
		way->end = (size_t)length;
		way->ended = length == 0;
	}
	if (way->begin < way->end) {
		length = sys_send(flow->end[!from], way->bytes + way->begin, way->end - way->begin);
		if (length < 0)
			return goes_on(length);
		way->begin += (size_t)length;
	}
	if (way->ended && !way->told) {
		shutdown(flow->end[!from], SHUT_WR);
		way->told = true;
	}
	return true;
}

static void turn_flow(struct flow *flow)
{
	if (!flow->connected && !is_connected(flow->end[1])) {
		reset_flow(flow);
		return;
	}
	flow->connected = true;
	for (size_t i = 0; i < 2; i++)
		if (!carry(flow, i)) {
			reset_flow(flow);
			return;
		}
	if (flow->way[0].told && flow->way[1].told)
		close_flow(flow);
}

/* --- the loop --- */

static int events_of(const struct flow *flow, size_t end)
{
	const struct way *from = &flow->way[end], *to = &flow->way[!end];
	int events = 0;

	if (!flow->connected)
		return end ? POLLOUT : 0;
	if (!from->ended && from->begin == from->end)
		events |= POLLIN;
	if (to->begin < to->end)
		events |= POLLOUT;
	return events;
}

/* One of which nothing is wanted is not looked at: that it has hung up would be told again and again. */
static void wait_for_flow(struct flow *flow, struct waiting *waiting)
{
	for (size_t i = 0; i < 2; i++) {
		const int events = events_of(flow, i);

		flow->place[i] = waiting_add(waiting, events ? flow->end[i] : NONE, events);
	}
}

void tcp_wait(const struct options *options, struct waiting *waiting)
{
	const bool room = find_free();

	for (size_t i = 0; i < options->ports; i++)
		if (!options->port[i].udp)
			port_place[i] = waiting_add(waiting, room ? options->port[i].socket : NONE, POLLIN);
	for (size_t i = 0; i < FLOWS_MOST; i++)
		if (flows[i].used)
			wait_for_flow(&flows[i], waiting);
}

void tcp_turn(const struct options *options, const struct waiting *waiting)
{
	for (size_t i = 0; i < FLOWS_MOST; i++) {
		struct flow *flow = &flows[i];

		if (flow->used && (waiting_got(waiting, flow->place[0]) || waiting_got(waiting, flow->place[1])))
			turn_flow(flow);
	}
	for (size_t i = 0; i < options->ports; i++)
		if (!options->port[i].udp && waiting_got(waiting, port_place[i]))
			accept_all(&options->port[i]);
}
