/* publish.c - ports of the tool's, asked for at its API socket: see outward.h. */
#include "base/fd.h"
#include "base/sys_file.h"
#include "base/sys_socket.h"
#include "outward/outward.h"
#include <stdio.h>
#include <string.h>
#include <sys/time.h>
#include <sys/un.h>

enum { PATIENCE_S = 5, ROOM = 512, PARTS = 5, PART_MOST = 16 };

/* --- what is asked for --- */

enum { PROTOCOL, OUTSIDE, OUTSIDE_PORT, INSIDE, INSIDE_PORT };

/* "tcp:127.0.0.1:8080:10.0.2.100:80". Nothing in it is a character that JSON has a meaning for. */
static bool split(const char *given, char (*ret_part)[PART_MOST])
{
	for (size_t i = 0; i < PARTS; i++) {
		const size_t length = strcspn(given, ":");

		if (!length || length >= PART_MOST || given[length] != (i + 1 < PARTS ? ':' : '\0') ||
		    strspn(given, i == PROTOCOL ? "cdptu" : i % 2 ? "0123456789." : "0123456789") < length)
			return false;
		memcpy(ret_part[i], given, length);
		ret_part[i][length] = '\0';
		given += length + 1;
	}
	return true;
}

bool publish_is(const char *given)
{
	char part[PARTS][PART_MOST];

	return split(given, part);
}

static size_t make_request(const char *given, char *request)
{
	char part[PARTS][PART_MOST];

	if (!split(given, part))
		return 0;
	return (size_t)snprintf(request, ROOM, "{\"execute\":\"add_hostfwd\",\"arguments\":{\"proto\":\"%s\","
				"\"host_addr\":\"%s\",\"host_port\":%s,\"guest_addr\":\"%s\",\"guest_port\":%s}}",
				part[PROTOCOL], part[OUTSIDE], part[OUTSIDE_PORT], part[INSIDE], part[INSIDE_PORT]);
}

/* --- asking --- */

/* One that does not answer is not waited for for ever. */
static int reach(const char *name)
{
	const struct timeval patience = { .tv_sec = PATIENCE_S };
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	closes int fd = sys_socket(AF_UNIX, SOCK_STREAM, 0);

	if (fd < 0 || strlen(name) >= sizeof(at.sun_path))
		return -1;
	memcpy(at.sun_path, name, strlen(name));
	sys_setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	sys_setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	return sys_connect(fd, &at, sizeof(at)) ? -1 : take_fd(&fd);
}

/* Its answer, all of it until it closes; nothing where there is none. The request ends where one half closes. */
static size_t ask(const char *name, const char *request, size_t size, char *answer)
{
	closes int fd = reach(name);
	size_t length = 0;
	ssize_t got;

	if (fd < 0 || sys_send(fd, request, size) != (ssize_t)size || shutdown(fd, SHUT_WR))
		return 0;
	while (length < ROOM - 1 && (got = sys_read(fd, answer + length, ROOM - 1 - length)) > 0)
		length += (size_t)got;
	answer[length] = '\0';
	return length;
}

bool publish_all(const struct options *options)
{
	char request[ROOM], answer[ROOM];

	for (size_t i = 0; i < options->ports; i++) {
		const char *port = options->port[i];

		if (!ask(options->api, request, make_request(port, request), answer)) {
			complain("cannot publish", port, "the tool does not answer at its API socket");
			return false;
		}
		if (!strstr(answer, "\"return\"")) {
			complain("cannot publish", port,
				 "the tool refuses; another may have taken the port in this moment: start it again");
			return false;
		}
	}
	return true;
}
