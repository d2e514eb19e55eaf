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

_Noreturn void fail(const char *what, const char *subject, const char *why)
{
	struct iovec parts[] = { part("taru-outward: "), part(what), part(" '"), part(subject), part("': "), part(why),
				 part("\n") };
	ssize_t ignored = writev(2, parts, sizeof(parts) / sizeof(*parts));

	(void)ignored;
	sys_exit(1);
}

static pid_t read_process(const char *value)
{
	pid_t number = 0;

	for (const char *digit = value; *digit; digit++) {
		if (*digit < '0' || *digit > '9' || number > PROCESS_MOST)
			fail("--process", value, "this is no number of a process");
		number = number * 10 + (*digit - '0');
	}
	if (number <= 0)
		fail("--process", value, "this is no number of a process");
	return number;
}

void options_read(struct options *options, char **words)
{
	for (; *words && strcmp(*words, "--") != 0; words++) {
		if (!strcmp(*words, "--signals-ready")) {
			options->signals_ready = true;
			continue;
		}
		if (strcmp(*words, "--process") != 0 && strcmp(*words, "--lock") != 0)
			fail("unknown option", *words, "known are --process PID, --lock FILE, --signals-ready, -- TOOL "
			     "[WORD…]");
		if (!words[1])
			fail("option", *words, "its value is missing");
		if (!strcmp(*words, "--process"))
			options->process = read_process(words[1]);
		else
			options->lock = words[1];
		words++;
	}
	if (!options->process || !options->lock)
		fail("option", options->process ? "--lock" : "--process", "it is needed");
	options->tool = *words ? words + 1 : words;
	if (!*options->tool)
		fail("option", "--", "behind it the tool is needed, with its words");
}
