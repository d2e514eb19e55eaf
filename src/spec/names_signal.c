/* names_signal.c - signals: see names.h */
#include "spec/names.h"
#include "base/text.h"
#include <signal.h>
#include <string.h>

/* The kernel's count. The C library keeps the first ones for itself, one more or less. */
enum { REALTIME_FIRST = 34, REALTIME_LAST = 64 };

#define SAME(constant) { #constant, constant }

const struct name signal_names[] = {
	SAME(SIGHUP), SAME(SIGINT), SAME(SIGQUIT), SAME(SIGILL), SAME(SIGTRAP), SAME(SIGABRT),
	SAME(SIGBUS), SAME(SIGFPE), SAME(SIGKILL), SAME(SIGUSR1), SAME(SIGSEGV), SAME(SIGUSR2),
	SAME(SIGPIPE), SAME(SIGALRM), SAME(SIGTERM), SAME(SIGSTKFLT), SAME(SIGCHLD), SAME(SIGCONT),
	SAME(SIGSTOP), SAME(SIGTSTP), SAME(SIGTTIN), SAME(SIGTTOU), SAME(SIGURG), SAME(SIGXCPU),
	SAME(SIGXFSZ), SAME(SIGVTALRM), SAME(SIGPROF), SAME(SIGWINCH), SAME(SIGIO), SAME(SIGPWR),
	SAME(SIGSYS),
	{ 0 }
};

/* What else people say. */
static const struct name aliases[] = {
	SAME(SIGIOT), SAME(SIGPOLL), { "SIGCLD", SIGCHLD }, { "SIGUNUSED", SIGSYS },
	{ "SIGRTMIN", REALTIME_FIRST }, { "SIGRTMAX", REALTIME_LAST },
	{ 0 }
};

/* "SIGRTMIN+3", "rtmax-2": the name and a distance. */
static int realtime_number(const char *word)
{
	size_t length = strcspn(word, "+-");
	char name[sizeof("SIGRTMIN")] = "";
	const struct name *end;
	uint64_t distance;

	if (length >= sizeof(name) || !text_to_u64(word + length + (word[length] != 0), &distance) ||
	    distance > REALTIME_LAST - REALTIME_FIRST)
		return -1;
	memcpy(name, word, length);
	end = name_find_loosely(aliases, "SIG", name);
	if (end && end->value == REALTIME_FIRST && word[length] == '+')
		return REALTIME_FIRST + (int)distance;
	if (end && end->value == REALTIME_LAST && word[length] == '-')
		return REALTIME_LAST - (int)distance;
	return -1;
}

int signal_number(const char *word)
{
	const struct name *found = name_find_loosely(signal_names, "SIG", word);
	uint64_t number;

	if (text_to_u64(word, &number))
		return number <= REALTIME_LAST ? (int)number : -1;
	if (!found)
		found = name_find_loosely(aliases, "SIG", word);
	return found ? (int)found->value : realtime_number(word);
}
