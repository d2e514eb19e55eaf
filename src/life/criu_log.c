/* criu_log.c - why CRIU could not do it, in one line.
 *
 * CRIU's answer is a number at best. The reason is in its log, as the last lines that begin with "Error":
 *
 *	(00.305492)      1: Error (criu/files-reg.c:1790): Can't lookup mount=23 for fd=0 path=/dev/null
 *
 * What it says before it has a log goes to its standard error. Both hold names that come from the container, which
 * problem_set() makes harmless.
 */
#include "base/fd.h"
#include "life/criu_parts.h"
#include "spec/names.h"
#include <errno.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

enum {
	LOG_LIMIT = 256 * 1024,		/* bytes of its end that are looked at */
	LINES_MOST = 3,
	LINE_LONGEST = 300
};

/* What is known of some of them; the first that is found in a message is told. */
static const struct { const char *words, *way_out; } hints[] = {
	{ "vDSO", "this CRIU is too old for this kernel; install a newer one" },
	{ "Diag module missing", "load the kernel's modules unix_diag, inet_diag, tcp_diag, udp_diag, raw_diag, "
				 "netlink_diag and af_packet_diag" },
	{ "Can't lookup mount", "a file is open that is outside of the container" },
	{ "has bad size", "a standard stream that was a file of the host's has to be the same file again" },
	{ "has bad mode", "a standard stream that was a file of the host's has to be the same file again" },
	{ "--tcp-established", "see the option --tcp-established" },
	{ "--ext-unix-sk", "see the option --ext-unix-sk" },
	{ "--shell-job", "see the option --shell-job" },
	{ "--file-locks", "see the option --file-locks" },
	{ "--link-remap", "see the option --link-remap" },
};

/* Engines take these for a command that is missing or may not be run, whatever they are about. */
static const struct { const char *phrase, *words; int error; } phrases[] = {
	{ "No such file or directory", "it does not exist", ENOENT },
	{ "Permission denied", "it is out of reach", EACCES },
	{ "Operation not permitted", "it is not allowed", EPERM },
	{ "Is a directory", "it is a folder", EISDIR },
	{ "Not a directory", "it is no folder", ENOTDIR },
};

enum { PHRASES = sizeof(phrases) / sizeof(phrases[0]) };

const char *criu_error_words(int error)
{
	for (size_t i = 0; i < PHRASES; i++)
		if (phrases[i].error == -error)
			return phrases[i].words;
	return errno_words(-error);
}

/* Which phrase the text begins with, or PHRASES. */
static size_t find_phrase(const char *text)
{
	size_t i = 0;

	while (i < PHRASES && strncasecmp(text, phrases[i].phrase, strlen(phrases[i].phrase)) != 0)
		i++;
	return i;
}

/* Adds CRIU's words, with others for these. */
static void add_words(struct text *out, const char *words)
{
	const char *at = words;

	while (*at && at - words < LINE_LONGEST) {
		size_t phrase = find_phrase(at);

		if (phrase < PHRASES) {
			text_add(out, phrases[phrase].words);
			at += strlen(phrases[phrase].phrase);
		} else {
			text_add_bytes(out, at++, 1);
		}
	}
}

/* Lines that say nothing: what always fails without CAP_SYS_RESOURCE, and the last of all. */
static const char *const empty_words[] = { "rlimit: Can't setup RLIMIT_NOFILE", "ing FAILED" };

static bool says_something(const char *text)
{
	for (size_t i = 0; i < sizeof(empty_words) / sizeof(empty_words[0]); i++)
		if (strstr(text, empty_words[i]))
			return false;
	return *text;
}

/* What follows "Error (criu/x.c:1): " in a line, or NULL. */
static const char *error_words(const char *line)
{
	const char *at = strstr(line, "Error (");

	at = at ? strstr(at, "): ") : NULL;
	return at && says_something(at + 3) ? at + 3 : NULL;
}

/* The last ones, in their order. */
static void find_errors(char *text, const char *ret_words[LINES_MOST])
{
	char *rest = text;

	for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
		const char *words = error_words(line);

		if (!words)
			continue;
		memmove(ret_words, ret_words + 1, (LINES_MOST - 1) * sizeof(*ret_words));
		ret_words[LINES_MOST - 1] = words;
	}
}

/* The end of a file; NULL where there is nothing. */
static char *read_end(struct arena *arena, int fd)
{
	struct stat info;
	off_t from;
	char *text;
	ssize_t got;

	if (fd < 0 || sys_fstat(fd, &info) || !S_ISREG(info.st_mode))
		return NULL;
	from = info.st_size > LOG_LIMIT ? info.st_size - LOG_LIMIT : 0;
	text = arena_alloc(arena, LOG_LIMIT + 1);
	got = sys_pread(fd, text, LOG_LIMIT, (uint64_t)from);
	return got > 0 ? text : NULL;
}

static bool add_errors(struct text *out, char *text)
{
	const char *words[LINES_MOST] = { NULL };

	if (text)
		find_errors(text, words);
	for (size_t i = 0; i < LINES_MOST; i++) {
		if (!words[i])
			continue;
		text_add(out, out->length ? "; " : "");
		add_words(out, words[i]);
	}
	return out->length > 0;
}

static const char *last_line(char *text)
{
	char *end = text + strlen(text), *newline;

	while (end > text && end[-1] == '\n')
		*--end = '\0';
	newline = strrchr(text, '\n');
	return newline ? newline + 1 : text;
}

static const char *find_hint(const char *text)
{
	for (size_t i = 0; i < sizeof(hints) / sizeof(hints[0]); i++)
		if (strstr(text, hints[i].words))
			return hints[i].way_out;
	return NULL;
}

void criu_tell_failure(const struct criu *criu, const struct criu_response *response, struct problem *problem)
{
	closes int log = criu->log ? sys_openat(criu->work, criu->log, O_RDONLY | O_NOFOLLOW | O_NONBLOCK, 0) : -1;
	struct text words = text_new(criu->arena), end = text_new(criu->arena);
	char *logged = read_end(criu->arena, log), *said = read_end(criu->arena, criu->said);
	const char *hint;

	if (!add_errors(&words, logged) && !add_errors(&words, said)) {
		if (response && response->reason[0])
			add_words(&words, response->reason);
		else if (response && response->error)
			text_add(&words, criu_error_words(-(int)response->error));
		else if (said && *said)
			add_words(&words, last_line(said));
		else
			text_add(&words, response ? "it gives no reason" : "it ended without a word");
	}
	hint = find_hint(words.at);
	if (hint)
		text_printf(&end, "; %s", hint);
	if (log >= 0)
		text_printf(&end, "; see %s/%s", criu->log_folder, criu->log);
	problem_set(problem, "%s: CRIU failed: %.1200s%s", criu->verb, words.at, end.at);
}
