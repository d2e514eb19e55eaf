/* bus.c - see bus.h.
 *
 * All is sent at once: who we are, what introduces us, and the call. The bus takes it in this order, so one wait
 * is enough, for the answer to the call. Who we are is known from the socket («EXTERNAL»); no user id is named, since
 * in a user namespace it is another one than the bus knows.
 */
#include "base/clock.h"
#include "exec/bus.h"
#include "base/sys_socket.h"
#include "exec/do.h"
#include "plan/scope.h"
#include <poll.h>
#include <string.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <time.h>

static const char hello[] = "\0AUTH EXTERNAL\r\nDATA\r\nBEGIN\r\n";

enum { MOST_MESSAGES = 4 };

/* --- bytes --- */

static int wait_for(const struct bus *bus, short events)
{
	struct pollfd poll = { .fd = bus->fd, .events = events };
	int ready;

	do {
		uint64_t now = clock_ns(), left = now < bus->deadline ? bus->deadline - now : 0;
		struct timespec time = { (time_t)(left / 1000000000), (long)(left % 1000000000) };

		ready = sys_ppoll(&poll, 1, &time);
	} while (ready == -EINTR);
	return ready > 0 ? 0 : ready ? ready : -ETIMEDOUT;
}

/* Forgets the first `took` bytes of what is to be sent. Returns how many parts are gone with them. */
static size_t forget_sent(struct iovec *part, size_t parts, size_t took)
{
	size_t gone = 0;

	while (gone < parts && took >= part[gone].iov_len)
		took -= part[gone++].iov_len;
	if (gone < parts) {
		part[gone].iov_base = (char *)part[gone].iov_base + took;
		part[gone].iov_len -= took;
	}
	return gone;
}

static int send_all(struct bus *bus, struct iovec *part, size_t parts)
{
	while (parts) {
		const struct msghdr message = { .msg_iov = part, .msg_iovlen = parts };
		ssize_t sent = sys_sendmsg(bus->fd, &message);
		int error = sent == -EAGAIN ? wait_for(bus, POLLOUT) : 0;
		size_t gone;

		if (error)
			return error;
		if (sent == -EPIPE)
			return -ECONNRESET;
		if (sent < 0 && sent != -EAGAIN && sent != -EINTR)
			return (int)sent;
		gone = forget_sent(part, parts, sent > 0 ? (size_t)sent : 0);
		part += gone;
		parts -= gone;
	}
	return 0;
}

/* Some more bytes to the buffer, at least one. */
static int receive(struct bus *bus)
{
	for (;;) {
		ssize_t got = sys_read(bus->fd, bus->buffer + bus->have, sizeof(bus->buffer) - bus->have);
		int error = got == -EAGAIN ? wait_for(bus, POLLIN) : 0;

		if (got > 0) {
			bus->have += (size_t)got;
			return 0;
		}
		if (error || got == 0)
			return error ? error : -ECONNRESET;
		if (got != -EAGAIN && got != -EINTR)
			return (int)got;
	}
}

static void drop(struct bus *bus, size_t count)
{
	bus->have -= count;
	memmove(bus->buffer, bus->buffer + count, bus->have);
}

/* --- connecting --- */

static int try_connect(struct bus *bus, const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	size_t length = strlen(path), size = offsetof(struct sockaddr_un, sun_path) + length;
	int error;

	if (length >= sizeof(address.sun_path))
		return -ENAMETOOLONG;
	put_text(address.sun_path, path);
	if (*path == '@')
		address.sun_path[0] = '\0';
	bus->fd = sys_socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
	if (bus->fd < 0)
		return bus->fd;
	/* EAGAIN: its queue is full, and nothing tells when that changes (connect(2)). */
	while ((error = sys_connect(bus->fd, &address, size)) == -EAGAIN) {
		const struct timespec pause = { 0, 10000000 };
		struct timespec rest = pause;

		if (clock_ns() >= bus->deadline)
			return -ETIMEDOUT;
		sys_ppoll(NULL, 0, &rest);
	}
	return error;
}

int bus_connect(struct bus *bus, const char *path, unsigned patience_s)
{
	int error;

	bus->fd = -1;
	bus->have = bus->used = 0;
	bus->note[0] = '\0';
	bus->deadline = clock_ns() + (uint64_t)patience_s * 1000000000;
	error = try_connect(bus, path);
	if (error && bus->fd >= 0) {
		sys_close(bus->fd);
		bus->fd = -1;
	}
	return error;
}

int bus_send(struct bus *bus, const struct scope_message *messages, size_t count)
{
	struct iovec part[MOST_MESSAGES];

	for (size_t i = 0; i < count; i++)
		part[i] = (struct iovec){ messages[i].at, messages[i].length };
	return send_all(bus, part, count);
}

static void note(struct bus *bus, const char *text, size_t length)
{
	if (length >= sizeof(bus->note))
		length = sizeof(bus->note) - 1;
	memcpy(bus->note, text, length);
	bus->note[length] = '\0';
}

/* The next line of those that come before the first message; its length without the end. */
static int take_line(struct bus *bus, const char *wanted)
{
	const char *end;
	size_t length;
	int error = 0;

	while (!error && !(end = memchr(bus->buffer, '\n', bus->have)))
		error = bus->have < sizeof(bus->note) ? receive(bus) : -EBADMSG;
	if (error)
		return error;
	length = (size_t)(end - bus->buffer);
	if (length < strlen(wanted) || memcmp(bus->buffer, wanted, strlen(wanted)) != 0) {
		bool refused = length >= 8 && memcmp(bus->buffer, "REJECTED", 8) == 0;

		return refused ? -EPERM : -EBADMSG;
	}
	drop(bus, length + 1);
	return 0;
}

int bus_greet(struct bus *bus, const struct scope_message *messages, size_t count)
{
	struct iovec part[MOST_MESSAGES + 1] = { { (char *)(uintptr_t)hello, sizeof(hello) - 1 } };
	int error;

	for (size_t i = 0; i < count; i++)
		part[i + 1] = (struct iovec){ messages[i].at, messages[i].length };
	error = send_all(bus, part, count + 1);
	if (!error)
		error = take_line(bus, "DATA");
	return error ? error : take_line(bus, "OK ");
}

/* --- messages --- */

/* One that does not fit in the buffer is none that is waited for. */
static int skip(struct bus *bus, size_t size)
{
	while (size > bus->have) {
		int error;

		size -= bus->have;
		bus->have = 0;
		error = receive(bus);
		if (error)
			return error;
	}
	drop(bus, size);
	return 0;
}

static int next(struct bus *bus, struct dbus_message *ret_message)
{
	size_t size = DBUS_HEAD;
	int error = 0;

	drop(bus, bus->used);
	bus->used = 0;
	for (;;) {
		while (!error && bus->have < DBUS_HEAD)
			error = receive(bus);
		if (!error)
			error = dbus_size(bus->buffer, &size);
		if (error || size <= sizeof(bus->buffer))
			break;
		error = skip(bus, size);
	}
	while (!error && bus->have < size)
		error = receive(bus);
	if (error)
		return error;
	bus->used = size;
	return dbus_read(bus->buffer, size, ret_message);
}

static int refused(struct bus *bus, const struct dbus_message *message)
{
	struct dbus_reader body = dbus_body(message);
	const char *text;

	if (!dbus_take_text(&body, &text) || !*text)
		text = message->error;
	note(bus, text, strlen(text));
	return -EREMOTEIO;
}

int bus_await_answer(struct bus *bus, uint32_t serial, struct dbus_message *ret_answer)
{
	for (;;) {
		int error = next(bus, ret_answer);

		if (error)
			return error;
		if (ret_answer->type == DBUS_ERROR && ret_answer->reply_serial <= serial)
			return refused(bus, ret_answer);
		if (ret_answer->type == DBUS_RETURN && ret_answer->reply_serial == serial)
			return 0;
	}
}

static bool is(const char *text, const char *other)
{
	return text && strcmp(text, other) == 0;
}

/* Anybody may send a signal of this name to us alone: only systemd's counts, who answered the call. */
static bool is_end_of_job(const struct dbus_message *message, const char *job, const char *sender,
			  const char **ret_result)
{
	struct dbus_reader body = dbus_body(message);
	const char *path, *unit;
	uint32_t id;

	return message->type == DBUS_SIGNAL && is(message->member, "JobRemoved") && is(message->sender, sender) &&
	       is(message->signature, "uoss") && dbus_take_u32(&body, &id) && dbus_take_text(&body, &path) &&
	       dbus_take_text(&body, &unit) && dbus_take_text(&body, ret_result) && is(path, job);
}

int bus_await_job(struct bus *bus, const char *job, const char *sender)
{
	struct dbus_message message;
	const char *result;

	for (;;) {
		int error = next(bus, &message);

		if (error)
			return error;
		if (!is_end_of_job(&message, job, sender, &result))
			continue;
		note(bus, result, strlen(result));
		return strcmp(result, "done") == 0 ? 0 : -EIO;
	}
}

void bus_number(const struct scope_message *message, uint32_t serial)
{
	memcpy(message->at + SCOPE_SERIAL_AT, &serial, sizeof(serial));
}
