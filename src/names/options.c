/* options.c - the command line of taru-names, and what is said where something is wrong: see names.h. */
#include "base/sys.h"
#include "names/names.h"
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

enum { PORT = 53, NUMBER_MOST = 1000000 };

static struct iovec part(const char *text)
{
	return (struct iovec){ (void *)(uintptr_t)text, strlen(text) };
}

_Noreturn void fail(const char *what, const char *subject, const char *why)
{
	struct iovec parts[] = { part("taru-names: "), part(what), part(" '"), part(subject), part("': "), part(why),
				 part("\n") };
	ssize_t ignored = writev(STDERR_FILENO, parts, sizeof(parts) / sizeof(*parts));

	(void)ignored;
	sys_exit(1);
}

static void take_listen(struct names *names, struct options *options, const char *value)
{
	struct listener *listener = &names->listener[names->listeners];
	const char *device = strchr(value, '%');

	if (names->listeners == LISTENERS)
		fail("--listen", value, "there are eight of them already");
	*listener = (struct listener){ .text = value, .udp = -1, .tcp = -1 };
	if (!peer_read(&listener->at, value, PORT))
		fail("--listen", value, "this is no ADDRESS or ADDRESS%INTERFACE");
	if (device && (!device[1] || strlen(device + 1) >= sizeof(listener->device)))
		fail("--listen", value, "behind the % there is no name of an interface, which has 1 to 15 bytes");
	if (device)
		memcpy(listener->device, device + 1, strlen(device + 1));
	names->listeners++;
}

static void take_hosts(struct names *names, struct options *options, const char *value)
{
	options->hosts = value;
}

static void take_upstream(struct names *names, struct options *options, const char *value)
{
	options->upstream = value;
}

static void take_servers(struct names *names, struct options *options, const char *value)
{
	options->own = value;
}

static void take_domain(struct names *names, struct options *options, const char *value)
{
	static char domain[MESSAGE_NAME];
	size_t length = strlen(value);

	if (length >= sizeof(domain) || *value == '.' || strstr(value, ".."))
		fail("--domain", value, "this is no name of a domain");
	for (size_t i = 0; i <= length; i++)
		domain[i] = (char)(value[i] >= 'A' && value[i] <= 'Z' ? value[i] + ('a' - 'A') : value[i]);
	if (length && domain[length - 1] == '.')
		domain[length - 1] = '\0';
	names->zone.domain = domain;
}

static void take_no_forward(struct names *names, struct options *options, const char *value)
{
	names->zone.alone = true;
}

static unsigned number_of(const char *option, const char *value)
{
	unsigned number = 0;

	for (const char *digit = value; *digit || digit == value; digit++) {
		if (*digit < '0' || *digit > '9' || number > NUMBER_MOST)
			fail(option, value, "this is no number that it takes");
		number = number * 10 + (unsigned)(*digit - '0');
	}
	return number;
}

static void take_ready(struct names *names, struct options *options, const char *value)
{
	options->ready = (int)number_of("--ready", value);
}

static void take_port(struct names *names, struct options *options, const char *value)
{
	options->port = (uint16_t)number_of("--port", value);
	if (number_of("--port", value) > UINT16_MAX || !options->port)
		fail("--port", value, "this is no number that it takes");
}

static void take_linger(struct names *names, struct options *options, const char *value)
{
	names->linger_ms = (uint64_t)number_of("--linger", value) * 1000;
}

static void take_background(struct names *names, struct options *options, const char *value)
{
	options->background = true;
}

static const struct option {
	const char *name;
	void (*take)(struct names *names, struct options *options, const char *value);
	bool alone;			/* without a value */
} known[] = {
	{ "--listen", take_listen },
	{ "--port", take_port },
	{ "--hosts", take_hosts },
	{ "--upstream", take_upstream },
	{ "--servers", take_servers },
	{ "--domain", take_domain },
	{ "--no-forward", take_no_forward, .alone = true },
	{ "--ready", take_ready },
	{ "--background", take_background, .alone = true },
	{ "--linger", take_linger },
};

static const struct option *find(const char *word)
{
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (!strcmp(known[i].name, word))
			return &known[i];
	fail("unknown option", word, "known are --listen ADDRESS[%INTERFACE], --port NUMBER, --hosts FILE, "
	     "--upstream FILE, --servers FILE, --domain NAME, --no-forward, --ready FD, --background, "
	     "--linger SECONDS");
}

void options_read(struct names *names, struct options *options, char **words)
{
	for (; *words; words++) {
		const struct option *option = find(*words);

		if (!option->alone && !words[1])
			fail("option", *words, "its value is missing");
		option->take(names, options, option->alone ? NULL : *++words);
	}
	/* At the same place in both kinds of addresses. */
	for (size_t i = 0; options->port && i < names->listeners; i++)
		names->listener[i].at.v4.sin_port = htons(options->port);
	if (!names->listeners)
		fail("option", "--listen", "it is needed: ADDRESS[%INTERFACE], the gateway of the network");
	if (!options->hosts)
		fail("option", "--hosts", "it is needed: the FILE with the names of the network");
	if (!options->upstream && !names->zone.alone)
		fail("option", "--upstream", "it is needed without --no-forward: a resolv.conf FILE");
}
