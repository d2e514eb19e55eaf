/* sequence.c - see sequence.h. */
#include "sequence.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

enum { LINE = 4096, WORD = 128, LIMIT_S = 60 };

double now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static double to_ms(struct timeval t)
{
	return (double)t.tv_sec * 1e3 + (double)t.tv_usec / 1e3;
}

static void refuse(const char *name, const char *why)
{
	fprintf(stderr, "bench: %s: %s\n", name, why);
	exit(2);
}

/* --- reading --- */

static void add_word(struct sequence *sequence, unsigned *words, char *word)
{
	struct part *part = &sequence->part[sequence->parts - 1];
	size_t length = strlen(word);

	if (*words == 0 && !part->label && word[length - 1] == ':') {
		word[length - 1] = '\0';
		part->label = word;
		return;
	}
	if (*words == WORDS - 1)
		refuse(sequence->name, "too many words");
	part->word[(*words)++] = word;
}

static void read_sequence(char *line, struct sequence *ret)
{
	unsigned words = 0;
	char *word;

	ret->name = strtok(line, "\t\n");
	ret->parts = 1;
	while ((word = strtok(NULL, " \t\n"))) {
		if (strcmp(word, ";") != 0) {
			add_word(ret, &words, word);
			continue;
		}
		if (ret->parts == PARTS)
			refuse(ret->name, "too many parts");
		ret->parts++;
		words = 0;
	}
	for (unsigned i = 0; i < ret->parts; i++)
		if (!ret->part[i].word[0])
			refuse(ret->name, "a part without a command");
}

void sequences_read(struct sequences *ret)
{
	static char line[LINE];

	while (fgets(line, sizeof(line), stdin)) {
		if (ret->count == SEQUENCES)
			refuse("standard input", "too many lines");
		read_sequence(strdup(line), &ret->at[ret->count++]);
	}
	if (!ret->count)
		refuse("standard input", "no commands");
}

const struct sequence *sequences_find(const struct sequences *sequences, const char *name)
{
	for (unsigned i = 0; i < sequences->count; i++)
		if (strcmp(sequences->at[i].name, name) == 0)
			return &sequences->at[i];
	return NULL;
}

/* --- running --- */

static sigset_t signals_to_end(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	return set;
}

void sequences_begin(void)
{
	sigset_t set = signals_to_end();

	sigprocmask(SIG_BLOCK, &set, NULL);
	prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
}

bool sequence_stop(void)
{
	sigset_t pending;

	sigpending(&pending);
	return sigismember(&pending, SIGHUP) || sigismember(&pending, SIGINT) ||
	       sigismember(&pending, SIGTERM);
}

/* The words of a command with {} replaced, in static memory. */
static char **fresh_words(const struct part *part, const char *unique)
{
	static char *words[WORDS], fresh[WORDS][WORD];
	int i;

	for (i = 0; part->word[i]; i++) {
		size_t length = strlen(part->word[i]);

		words[i] = part->word[i];
		if (length < 2 || strcmp(words[i] + length - 2, "{}") != 0)
			continue;
		snprintf(fresh[i], WORD, "%.*s%s", (int)length - 2, part->word[i], unique);
		words[i] = fresh[i];
	}
	words[i] = NULL;
	return words;
}

static pid_t start(char **words)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t none;
	pid_t child;
	int error;

	sigemptyset(&none);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	error = posix_spawnp(&child, words[0], &actions, &attributes, words, environ);
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attributes);
	if (error)
		refuse(words[0], strerror(error));
	return child;
}

/* Waits for the end of `child`, or of all processes (-1), and for adopted ones meanwhile, as a shim does: one that
 * nobody has waited for would seem to some runtimes to be alive. Returns the wait status of `child`, or 0. */
static int await(pid_t child, struct cost *cost)
{
	struct rusage usage;
	int status;

	for (;;) {
		pid_t ended = wait4(-1, &status, 0, &usage);

		if (ended < 0 && errno == ECHILD)
			return 0;
		if (ended < 0)
			continue;
		cost->user_ms += to_ms(usage.ru_utime);
		cost->system_ms += to_ms(usage.ru_stime);
		if (usage.ru_maxrss > cost->rss_kib)
			cost->rss_kib = usage.ru_maxrss;
		if (ended == child)
			return status;
	}
}

static bool run_part(const struct sequence *sequence, const struct part *part, const char *unique,
		     struct cost *cost)
{
	int status = 0;

	if (strcmp(part->word[0], "wait") == 0)
		await(-1, cost);
	else
		status = await(start(fresh_words(part, unique)), cost);
	if (status)
		fprintf(stderr, "bench: %s: '%s' failed (…%s), wait status 0x%x\n", sequence->name,
			part->label ? part->label : part->word[0], unique, (unsigned)status);
	return status == 0;
}

/* Ends what a sequence that failed left behind: no runtime is asked, as it may be what is at fault. */
static void kill_children(void)
{
	FILE *file = fopen("/proc/thread-self/children", "re");
	int pid;

	while (file && fscanf(file, "%d", &pid) == 1)
		kill(pid, SIGKILL);
	if (file)
		fclose(file);
}

bool sequence_run(const struct sequence *sequence, struct cost *ret)
{
	static unsigned runs;
	char unique[32];
	double began, last;

	*ret = (struct cost){ 0 };
	snprintf(unique, sizeof(unique), "%d-%u", (int)getpid(), runs++);
	alarm(LIMIT_S);
	began = last = now_ms();
	for (unsigned i = 0; i < sequence->parts; i++) {
		double now;

		if (!run_part(sequence, &sequence->part[i], unique, ret)) {
			kill_children();
			return false;
		}
		now = now_ms();
		ret->part_ms[i] = now - last;
		last = now;
	}
	ret->wall_ms = last - began;
	await(-1, ret);
	alarm(0);
	return true;
}
