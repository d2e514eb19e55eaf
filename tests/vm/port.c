/* port.c - frames over the one virtio port to the host. */
#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/reboot.h>
#include <unistd.h>

#include "port.h"

static int port = -1;

void port_use(int fd)
{
	port = fd;
	if (port < 0)
		fail("there is no port to the host");
}

static void wait_for_port(short events)
{
	struct pollfd ready = { port, events, 0 };

	poll(&ready, 1, 1000);
}

void port_send(char kind, const void *bytes, uint32_t length)
{
	static char frame[5 + FRAME_MAX];

	frame[0] = kind;
	memcpy(frame + 1, &length, 4);
	memcpy(frame + 5, bytes, length);
	for (size_t done = 0; done < 5 + length;) {
		ssize_t written = write(port, frame + done, 5 + length - done);

		if (written > 0)
			done += (size_t)written;
		else if (written < 0 && errno != EAGAIN && errno != EINTR)
			return;
		else
			wait_for_port(POLLOUT);
	}
}

static void send_text(char kind, const char *format, va_list values)
{
	char text[1024];
	int length = vsnprintf(text, sizeof(text), format, values);

	if (length >= (int)sizeof(text))
		length = sizeof(text) - 1;
	if (port >= 0)
		port_send(kind, text, (uint32_t)length);
	else
		dprintf(STDERR_FILENO, "init: %s\n", text);
}

void say(const char *format, ...)
{
	va_list values;

	va_start(values, format);
	send_text('L', format, values);
	va_end(values);
}

void port_end(void)
{
	sleep(5);
	reboot(RB_AUTOBOOT);
	for (;;)
		pause();
}

void fail(const char *format, ...)
{
	va_list values;

	va_start(values, format);
	send_text('F', format, values);
	va_end(values);
	port_end();
}

static void read_exactly(void *bytes, size_t length)
{
	for (size_t done = 0; done < length;) {
		ssize_t got = read(port, (char *)bytes + done, length - done);

		if (got > 0) {
			done += (size_t)got;
			continue;
		}
		if (got < 0 && errno != EAGAIN && errno != EINTR)
			fail("cannot read from the host: %s", strerror(errno));
		wait_for_port(POLLIN);
		/* The host is not connected yet: poll(2) does not wait then. */
		if (got == 0)
			usleep(1000);
	}
}

char *port_receive(char *ret_kind, uint32_t *ret_length)
{
	char head[5], *bytes;

	read_exactly(head, sizeof(head));
	*ret_kind = head[0];
	memcpy(ret_length, head + 1, 4);
	bytes = malloc((size_t)*ret_length + 1);
	if (!bytes)
		fail("no memory for a frame of %u bytes", *ret_length);
	read_exactly(bytes, *ret_length);
	bytes[*ret_length] = '\0';
	return bytes;
}
