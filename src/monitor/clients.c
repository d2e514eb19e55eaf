/* clients.c - those who are attached: see monitor.h. */
#include "base/clock.h"
#include "base/sys.h"
#include "base/sys_socket.h"
#include "monitor/monitor.h"
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

static void drop(struct client *client)
{
	sys_close(client->fd);
	*client = (struct client){ .fd = -1 };
}

void clients_add(struct monitor *monitor, int fd, bool first)
{
	const char full = ATTACH_FULL;

	for (size_t i = 0; i < CLIENTS_MAX; i++) {
		struct client *client = &monitor->client[i];

		if (client->fd >= 0)
			continue;
		*client = (struct client){ .fd = fd, .first = first };
		sys_fcntl(fd, F_SETFL, O_RDWR | O_NONBLOCK);
		return;
	}
	sys_send(fd, &full, sizeof(full));
	sys_close(fd);
}

/* --- to them --- */

bool clients_took(const struct monitor *monitor, size_t source)
{
	for (size_t i = 0; i < CLIENTS_MAX; i++)
		if (monitor->client[i].fd >= 0 && monitor->client[i].owed & 1U << source)
			return false;
	return true;
}

/* False where it cannot be taken now. One who is gone wants nothing more; what it has typed before is still read. */
static bool send_to(struct client *client, const void *message, size_t length)
{
	ssize_t sent = sys_send(client->fd, message, length);

	if (sent == -EAGAIN || sent == -ENOBUFS)
		return false;
	client->stalled_ms = 0;
	if (sent < 0) {
		client->waits_only = true;
		client->owed = 0;
	}
	return true;
}

static void send_chunk(struct client *client, const struct source *source, unsigned bit)
{
	if (client->left_behind) {
		client->lost += source->length;
		return;
	}
	if (send_to(client, &source->chunk, offsetof(struct attach_message, bytes) + source->length))
		return;
	client->owed |= bit;
	if (!client->stalled_ms)
		client->stalled_ms = clock_ms();
}

void clients_send(struct monitor *monitor, size_t source)
{
	for (size_t i = 0; i < CLIENTS_MAX; i++)
		if (monitor->client[i].fd >= 0 && !monitor->client[i].waits_only)
			send_chunk(&monitor->client[i], &monitor->source[source], 1U << source);
}

/* It reads again: it is told first what it has missed. */
static void tell_loss(struct client *client)
{
	struct attach_message message = { .kind = ATTACH_LOST };

	__builtin_memcpy(message.bytes, &client->lost, sizeof(client->lost));
	if (!send_to(client, &message, offsetof(struct attach_message, bytes) + sizeof(client->lost)))
		return;
	client->left_behind = false;
	client->lost = 0;
}

void clients_end(struct monitor *monitor)
{
	static const int room = 1 << 20;

	for (size_t i = 0; i < CLIENTS_MAX; i++) {
		struct client *client = &monitor->client[i];

		if (client->fd < 0)
			continue;
		sys_setsockopt(client->fd, SOL_SOCKET, SO_SNDBUF, &room, sizeof(room));
		if (client->left_behind)
			tell_loss(client);
	}
}

static void send_owed(struct monitor *monitor, struct client *client)
{
	if (client->left_behind)
		tell_loss(client);
	for (size_t i = 0; i < SOURCES && client->fd >= 0; i++) {
		unsigned bit = 1U << i;

		if (!(client->owed & bit))
			continue;
		client->owed &= ~bit;
		send_chunk(client, &monitor->source[i], bit);
	}
}

int clients_look(struct monitor *monitor)
{
	uint64_t now = clock_ms(), next = UINT64_MAX;

	for (size_t i = 0; i < CLIENTS_MAX; i++) {
		struct client *client = &monitor->client[i];

		if (client->fd < 0 || !client->owed)
			continue;
		if (now < client->stalled_ms + PATIENCE_MS) {
			uint64_t left = client->stalled_ms + PATIENCE_MS - now;

			next = left < next ? left : next;
			continue;
		}
		for (size_t source = 0; source < SOURCES; source++)
			if (client->owed & 1U << source)
				client->lost += monitor->source[source].length;
		client->owed = 0;
		client->left_behind = true;
	}
	return next == UINT64_MAX ? -1 : (int)next;
}

/* --- from them --- */

static void end_input(struct monitor *monitor, const struct client *client)
{
	const struct orders *orders = monitor->orders;

	if (!orders->close_input || !client->first || orders->terminal || monitor->input < 0)
		return;
	sys_close(monitor->input);
	monitor->input = -1;
}

static void set_size(const struct monitor *monitor)
{
	struct attach_size size;
	struct winsize window = { 0 };

	__builtin_memcpy(&size, monitor->typed.bytes, sizeof(size));
	window.ws_row = size.rows;
	window.ws_col = size.columns;
	if (monitor->orders->terminal && monitor->source[0].fd >= 0)
		sys_ioctl(monitor->source[0].fd, TIOCSWINSZ, &window);
}

static void take_message(struct monitor *monitor, struct client *client, size_t length)
{
	switch (monitor->typed.kind) {
	case ATTACH_INPUT:
		monitor->input_begin = 0;
		monitor->input_end = monitor->input < 0 ? 0 : length;
		input_move(monitor);
		break;
	case ATTACH_INPUT_END:
		end_input(monitor, client);
		break;
	case ATTACH_SIZE:
		if (length >= sizeof(struct attach_size))
			set_size(monitor);
		break;
	case ATTACH_WAIT:
		client->waits_only = true;
		client->owed = 0;
		break;
	}
}

static void read_client(struct monitor *monitor, struct client *client)
{
	ssize_t count = sys_read(client->fd, &monitor->typed, sizeof(monitor->typed));

	if (count == -EAGAIN || count == -EINTR)
		return;
	if (count <= 0) {
		end_input(monitor, client);
		drop(client);
		return;
	}
	take_message(monitor, client, (size_t)count - offsetof(struct attach_message, bytes));
}

void input_move(struct monitor *monitor)
{
	while (monitor->input >= 0 && monitor->input_begin < monitor->input_end) {
		ssize_t count = sys_write(monitor->input, monitor->typed.bytes + monitor->input_begin,
					  monitor->input_end - monitor->input_begin);

		if (count == -EAGAIN)
			return;
		if (count == -EINTR)
			continue;
		if (count < 0)		/* nobody reads it any more */
			break;
		monitor->input_begin += (size_t)count;
	}
	monitor->input_begin = monitor->input_end = 0;
}

/* --- both --- */

/* Nobody is listened to while something that was typed is on its way; not to a hang-up either, which poll(2) would
 * tell again and again. */
void clients_prepare(const struct monitor *monitor, struct pollfd fds[CLIENTS_MAX])
{
	const bool listening = monitor->input_begin == monitor->input_end;

	for (size_t i = 0; i < CLIENTS_MAX; i++) {
		const struct client *client = &monitor->client[i];

		fds[i] = (struct pollfd){ client->fd, listening ? POLLIN : 0, 0 };
		if (client->owed || client->left_behind)
			fds[i].events |= POLLOUT;
		if (!fds[i].events)
			fds[i].fd = -1;
	}
}

void clients_work(struct monitor *monitor, const struct pollfd fds[CLIENTS_MAX])
{
	for (size_t i = 0; i < CLIENTS_MAX; i++) {
		struct client *client = &monitor->client[i];

		if (client->fd < 0 || fds[i].fd != client->fd || !fds[i].revents)
			continue;
		if (fds[i].revents & POLLOUT)
			send_owed(monitor, client);
		if (client->fd >= 0 && fds[i].revents & (POLLIN | POLLHUP | POLLERR) &&
		    monitor->input_begin == monitor->input_end)
			read_client(monitor, client);
	}
}
