/* latency.c - how long commands take, side by side.
 *
 *	latency [-n RUNS] [-w RUNS] [-p MS] [-b NAME]... <commands
 *
 * Reads lines "NAME<tab>COMMAND ARG…" and runs them in turn, so that what disturbs the machine disturbs
 * all of them alike: -w rounds that are not counted, then -n rounds (100) that are. -p rests so many
 * milliseconds before each run: "cold", as containers are started in real life. {} in a command is
 * a name that is new each time. Prints a table in Markdown; each -b NAME is a column of ratios to it.
 *
 * The program is small and static, since the peak memory of a child counts from before its execve.
 */
#include <fcntl.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

enum { COMMANDS = 16, BASES = 4, WORDS = 64, LINE = 4096 };

struct command {
	char *name, *word[WORDS];
	double *wall_ms;		/* one for each run */
	double user_ms, system_ms;	/* sums */
	long rss_kib;			/* largest */
	unsigned failures;
};

struct bench {
	struct command command[COMMANDS];
	unsigned commands, runs, warm_ups, rest_ms, names;
	const char *base[BASES];
	unsigned bases;
};

static double now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static double to_ms(struct timeval t)
{
	return (double)t.tv_sec * 1e3 + (double)t.tv_usec / 1e3;
}

static void rest(unsigned ms)
{
	struct timespec t = { ms / 1000, (long)(ms % 1000) * 1000000 };

	nanosleep(&t, NULL);
}

/* The words of a command with {} replaced, in static memory. */
static char **fresh_words(struct bench *bench, const struct command *command)
{
	static char *words[WORDS];
	static char name[64];
	int i;

	snprintf(name, sizeof(name), "bench-%d-%u", (int)getpid(), bench->names++);
	for (i = 0; command->word[i]; i++)
		words[i] = strcmp(command->word[i], "{}") == 0 ? name : command->word[i];
	words[i] = NULL;
	return words;
}

static pid_t start(char **words)
{
	posix_spawn_file_actions_t actions;
	pid_t child;
	int error;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	error = posix_spawnp(&child, words[0], &actions, NULL, words, environ);
	posix_spawn_file_actions_destroy(&actions);
	if (error) {
		fprintf(stderr, "latency: cannot run '%s': %s\n", words[0], strerror(error));
		exit(1);
	}
	return child;
}

/* run: -1 is not counted. */
static void measure(struct bench *bench, struct command *command, int run)
{
	char **words = fresh_words(bench, command);
	struct rusage usage;
	int status;
	double began, ended;
	pid_t child;

	if (bench->rest_ms)
		rest(bench->rest_ms);
	began = now_ms();
	child = start(words);
	while (wait4(child, &status, 0, &usage) < 0)
		continue;
	ended = now_ms();
	if (status != 0)
		command->failures++;
	if (run < 0)
		return;
	command->wall_ms[run] = ended - began;
	command->user_ms += to_ms(usage.ru_utime);
	command->system_ms += to_ms(usage.ru_stime);
	if (usage.ru_maxrss > command->rss_kib)
		command->rss_kib = usage.ru_maxrss;
}

static int compare(const void *left, const void *right)
{
	double a = *(const double *)left, b = *(const double *)right;

	return (a > b) - (a < b);
}

static double median(const struct command *command, unsigned runs)
{
	return (command->wall_ms[(runs - 1) / 2] + command->wall_ms[runs / 2]) / 2;
}

static void read_commands(struct bench *bench)
{
	static char line[LINE];

	while (fgets(line, sizeof(line), stdin) && bench->commands < COMMANDS) {
		struct command *command = &bench->command[bench->commands];
		unsigned words = 0;
		char *copy = strdup(line);

		command->name = strtok(copy, "\t\n");
		if (!command->name)
			continue;
		while (words < WORDS - 1 && (command->word[words] = strtok(NULL, " \t\n")))
			words++;
		if (!words)
			continue;
		command->wall_ms = calloc(bench->runs, sizeof(double));
		bench->commands++;
	}
}

static void run_all(struct bench *bench)
{
	for (int run = -(int)bench->warm_ups; run < (int)bench->runs; run++)
		for (unsigned i = 0; i < bench->commands; i++)
			measure(bench, &bench->command[i], run < 0 ? -1 : run);
}

static const struct command *find(const struct bench *bench, const char *name)
{
	for (unsigned i = 0; i < bench->commands; i++)
		if (strcmp(bench->command[i].name, name) == 0)
			return &bench->command[i];
	return NULL;
}

static void print_head(const struct bench *bench)
{
	printf("| n = %u, %u ms of rest | min ms | median ms | p90 ms | user + system ms | peak RSS KiB |",
	       bench->runs, bench->rest_ms);
	for (unsigned i = 0; i < bench->bases; i++)
		printf(" / %s |", bench->base[i]);
	printf("\n|---|---|---|---|---|---|");
	for (unsigned i = 0; i < bench->bases; i++)
		printf("---|");
	printf("\n");
}

static void print_row(const struct bench *bench, const struct command *c)
{
	double own = median(c, bench->runs);

	printf("| %s | %.2f | %.2f | %.2f | %.2f + %.2f | %ld |", c->name, c->wall_ms[0], own,
	       c->wall_ms[bench->runs * 9 / 10], c->user_ms / bench->runs,
	       c->system_ms / bench->runs, c->rss_kib);
	for (unsigned i = 0; i < bench->bases; i++) {
		const struct command *base = find(bench, bench->base[i]);

		if (base)
			printf(" %.2f |", own / median(base, bench->runs));
		else
			printf(" |");
	}
	printf("\n");
}

/* Whether all commands did what they should. */
static bool report_failures(const struct bench *bench)
{
	bool good = true;

	for (unsigned i = 0; i < bench->commands; i++) {
		if (!bench->command[i].failures)
			continue;
		fprintf(stderr, "latency: '%s' failed %u times\n", bench->command[i].name,
			bench->command[i].failures);
		good = false;
	}
	return good;
}

static void print_table(struct bench *bench)
{
	for (unsigned i = 0; i < bench->commands; i++)
		qsort(bench->command[i].wall_ms, bench->runs, sizeof(double), compare);
	print_head(bench);
	for (unsigned i = 0; i < bench->commands; i++)
		print_row(bench, &bench->command[i]);
}

static void set_option(struct bench *bench, int option, const char *value)
{
	switch (option) {
	case 'n': bench->runs = (unsigned)strtoul(value, NULL, 10); break;
	case 'w': bench->warm_ups = (unsigned)strtoul(value, NULL, 10); break;
	case 'p': bench->rest_ms = (unsigned)strtoul(value, NULL, 10); break;
	case 'b':
		if (bench->bases < BASES)
			bench->base[bench->bases++] = value;
		break;
	default: exit(2);
	}
}

int main(int argc, char **argv)
{
	static struct bench bench = { .runs = 100, .warm_ups = 3 };
	int option;

	while ((option = getopt(argc, argv, "n:w:p:b:")) != -1)
		set_option(&bench, option, optarg);
	if (!bench.runs)
		return 2;
	read_commands(&bench);
	if (!bench.commands) {
		fputs("latency: no commands on standard input\n", stderr);
		return 2;
	}
	run_all(&bench);
	print_table(&bench);
	return report_failures(&bench) ? 0 : 1;
}
