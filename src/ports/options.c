/* options.c - the command line of taru-ports, and what is said where something is wrong: see ports.h. */
#include "base/sys.h"
#include "ports/ports.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>

enum { PROCESS_MOST = 1 << 22, PORT_MOST = 65535 };	/* PID_MAX_LIMIT of the kernel */

static struct iovec part(const char *text)
{
	return (struct iovec){ (void *)(uintptr_t)text, text ? strlen(text) : 0 };
}

_Noreturn void fail(const char *what, const char *subject, const char *why)
{
	struct iovec parts[] = { part("taru-ports: "), part(what), part(" '"), part(subject), part("': "), part(why),
				 part("\n") };
	ssize_t ignored = writev(2, parts, sizeof(parts) / sizeof(*parts));

	(void)ignored;
	sys_exit(1);
}

static unsigned long read_number(const char *option, const char *text, unsigned long most)
{
	char *end;
	unsigned long number = strtoul(text, &end, 10);

	if (*end || text[0] < '0' || text[0] > '9' || !number || number > most)
		fail(option, text, "this is no number that makes sense here");
	return number;
}

static void read_address(const char *option, const char *address, const char *port, struct endpoint_address *ret)
{
	const uint16_t number = htons((uint16_t)read_number(option, port, PORT_MOST));
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = number };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6, .sin6_port = number };

	if (inet_pton(AF_INET, address, &in.sin_addr) == 1) {
		memcpy(&ret->at, &in, sizeof(in));
		ret->size = sizeof(in);
	} else if (inet_pton(AF_INET6, address, &in6.sin6_addr) == 1) {
		memcpy(&ret->at, &in6, sizeof(in6));
		ret->size = sizeof(in6);
	} else {
		fail(option, address, "this is no address");
	}
}

static void read_port(struct options *options, const char *option, char *value)
{
	struct port *port = &options->port[options->ports];
	const char *words[4];

	if (options->ports == PORTS_MOST)
		fail(option, value, "there are 1024 ports already, and no room for more");
	port->udp = !strcmp(option, "--udp");
	port->source.fd = -1;
	port->words = strdup(value);
	for (size_t i = 0; i < 4; i++)
		if (!(words[i] = strsep(&value, ",")))
			fail(option, port->words, "it is ADDRESS,PORT,TO-ADDRESS,PORT");
	if (value || !port->words)
		fail(option, words[0], "it is ADDRESS,PORT,TO-ADDRESS,PORT");
	read_address(option, words[0], words[1], &port->outside);
	read_address(option, words[2], words[3], &port->inside);
	options->ports++;
}

static void read_device(struct options *options, const char *name)
{
	if (options->devices == DEVICES_MOST)
		fail("--device", name, "there are two already");
	options->device[options->devices++] = name;
}

void options_read(struct options *options, char **words)
{
	for (; words[0]; words += 2) {
		if (!words[1])
			fail("option", words[0], "its value is missing");
		if (!strcmp(words[0], "--enter"))
			options->enter = (pid_t)read_number(words[0], words[1], PROCESS_MOST);
		else if (!strcmp(words[0], "--device"))
			read_device(options, words[1]);
		else if (!strcmp(words[0], "--lock"))
			options->lock = words[1];
		else if (!strcmp(words[0], "--tcp") || !strcmp(words[0], "--udp"))
			read_port(options, words[0], words[1]);
		else
			fail("unknown option", words[0], "known are --enter PID, --device NAME, --lock FILE, "
			     "--tcp and --udp ADDRESS,PORT,TO-ADDRESS,PORT");
	}
	if (!options->enter || !options->lock || !options->devices || !options->ports)
		fail("option", !options->enter ? "--enter" : !options->lock ? "--lock" :
		     !options->devices ? "--device" : "--tcp", "it is needed");
}
