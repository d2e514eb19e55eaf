/* options.c - the command line of taru-outward, and what is said where something is wrong: see outward.h. */
#include "base/sys.h"
#include "outward/outward.h"
#include <string.h>
#include <sys/uio.h>

enum { PROCESS_MOST = 1 << 22 };	/* PID_MAX_LIMIT of the kernel */

static struct iovec part(const char *text)
{
	return (struct iovec){ (void *)(uintptr_t)text, strlen(text) };
}

void complain(const char *what, const char *subject, const char *why)
{
	struct iovec parts[] = { part("taru-outward: "), part(what), part(" '"), part(subject), part("': "), part(why),
				 part("\n") };
	ssize_t ignored = writev(2, parts, sizeof(parts) / sizeof(*parts));

	(void)ignored;
}

_Noreturn void fail(const char *what, const char *subject, const char *why)
{
	complain(what, subject, why);
	sys_exit(1);
}

static pid_t read_process(const char *option, const char *value)
{
	pid_t number = 0;

	for (const char *digit = value; *digit; digit++) {
		if (*digit < '0' || *digit > '9' || number > PROCESS_MOST)
			fail(option, value, "this is no number of a process");
		number = number * 10 + (*digit - '0');
	}
	if (number <= 0)
		fail(option, value, "this is no number of a process");
	return number;
}

static unsigned read_seconds(const char *value)
{
	enum { MOST = 3600 };
	unsigned number = 0;

	for (const char *digit = value; *digit; digit++) {
		if (*digit < '0' || *digit > '9' || number > MOST)
			fail("--linger", value, "this is no number of seconds, up to an hour");
		number = number * 10 + (unsigned)(*digit - '0');
	}
	return number;
}

static void read_port(struct options *options, char *value)
{
	if (!publish_is(value))
		fail("--publish", value, "it is PROTOCOL:ADDRESS:PORT:ADDRESS:PORT, of IPv4");
	options->port[options->ports++] = value;
}

static void read_value(struct options *options, const char *name, char *value)
{
	if (!strcmp(name, "--process"))
		options->process = read_process(name, value);
	else if (!strcmp(name, "--enter"))
		options->enter = read_process(name, value);
	else if (!strcmp(name, "--lock"))
		options->lock = value;
	else if (!strcmp(name, "--api"))
		options->api = value;
	else if (!strcmp(name, "--publish"))
		read_port(options, value);
	else if (!strcmp(name, "--shared"))
		options->shared = value;
	else if (!strcmp(name, "--linger"))
		options->linger_s = read_seconds(value);
	else
		fail("unknown option", name, "known are --process PID, --lock FILE, --signals-ready, --api NAME, "
		     "--publish PORT, --shared FILE, --linger SECONDS, --enter PID, -- TOOL [WORD…]");
}

/* Ports are kept where the words were that have been read: each of them was two. */
void options_read(struct options *options, char **words)
{
	options->port = words;
	for (; *words && strcmp(*words, "--") != 0; words++) {
		if (!strcmp(*words, "--signals-ready")) {
			options->signals_ready = true;
			continue;
		}
		if (!words[1])
			fail("option", *words, "its value is missing");
		read_value(options, words[0], words[1]);
		words++;
	}
	if (!options->lock && !options->enter)
		fail("option", "--lock", "it is needed");
	if (!options->process && !options->shared && !options->enter)
		fail("option", "--process", "it is needed, or --shared, or --enter");
	if (options->ports && !(options->api && options->signals_ready))
		fail("option", "--publish", "with it --api and --signals-ready are needed");
	options->tool = *words ? words + 1 : words;
	if (!*options->tool && !options->shared)
		fail("option", "--", "behind it the tool is needed, with its words");
}
