/* latency.c - how long commands take, side by side.
 *
 *	latency [-n RUNS] [-w RUNS] [-p MS] [-b NAME]... <sequences
 *
 * Reads sequences of commands (sequence.h) and runs them in turn, so that what disturbs the machine
 * disturbs all of them alike: -w rounds that are not counted, then -n rounds (100) that are. -p rests so
 * many milliseconds before each run: "cold", as containers are started in real life. Prints a table in
 * Markdown; each part with a label is a column of its medians, each -b NAME one of ratios to it.
 *
 * The program is small and static, since the peak memory of a child counts from before its execve.
 */
#include "sequence.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { BASES = 4 };

struct result {
	double *wall_ms, *part_ms[PARTS];	/* one for each run */
	double user_ms, system_ms;		/* sums */
	long rss_kib;				/* largest */
};

struct bench {
	struct sequences sequences;
	struct result result[SEQUENCES];
	unsigned runs, warm_ups, rest_ms;
	const char *base[BASES];
	unsigned bases;
};

static void rest(unsigned ms)
{
	struct timespec t = { ms / 1000, (long)(ms % 1000) * 1000000 };

	nanosleep(&t, NULL);
}

/* run: -1 is not counted. */
static void measure(struct bench *bench, unsigned which, int run)
{
	struct result *result = &bench->result[which];
	struct cost cost;

	if (sequence_stop())
		exit(1);
	if (bench->rest_ms)
		rest(bench->rest_ms);
	if (!sequence_run(&bench->sequences.at[which], &cost))
		exit(1);
	if (run < 0)
		return;
	result->wall_ms[run] = cost.wall_ms;
	for (unsigned i = 0; i < PARTS; i++)
		result->part_ms[i][run] = cost.part_ms[i];
	result->user_ms += cost.user_ms;
	result->system_ms += cost.system_ms;
	if (cost.rss_kib > result->rss_kib)
		result->rss_kib = cost.rss_kib;
}

static void run_all(struct bench *bench)
{
	for (unsigned i = 0; i < bench->sequences.count; i++) {
		bench->result[i].wall_ms = calloc(bench->runs, sizeof(double));
		for (unsigned part = 0; part < PARTS; part++)
			bench->result[i].part_ms[part] = calloc(bench->runs, sizeof(double));
	}
	sequences_begin();
	for (int run = -(int)bench->warm_ups; run < (int)bench->runs; run++)
		for (unsigned i = 0; i < bench->sequences.count; i++)
			measure(bench, i, run < 0 ? -1 : run);
}

static int compare(const void *left, const void *right)
{
	double a = *(const double *)left, b = *(const double *)right;

	return (a > b) - (a < b);
}

static void sort_all(struct bench *bench)
{
	for (unsigned i = 0; i < bench->sequences.count; i++) {
		qsort(bench->result[i].wall_ms, bench->runs, sizeof(double), compare);
		for (unsigned part = 0; part < PARTS; part++)
			qsort(bench->result[i].part_ms[part], bench->runs, sizeof(double), compare);
	}
}

static double median(const double *sorted, unsigned count)
{
	return (sorted[(count - 1) / 2] + sorted[count / 2]) / 2;
}

static void print_head(const struct bench *bench)
{
	const struct sequence *first = &bench->sequences.at[0];
	unsigned columns = 6;

	printf("| n = %u, %u ms of rest | min ms | median ms | p90 ms |", bench->runs, bench->rest_ms);
	for (unsigned i = 0; i < first->parts; i++)
		if (first->part[i].label) {
			printf(" %s |", first->part[i].label);
			columns++;
		}
	printf(" user + system ms | peak RSS KiB |");
	for (unsigned i = 0; i < bench->bases; i++, columns++)
		printf(" / %s |", bench->base[i]);
	printf("\n|");
	while (columns--)
		printf("---|");
	printf("\n");
}

static void print_row(const struct bench *bench, unsigned which)
{
	const struct sequence *sequence = &bench->sequences.at[which];
	const struct result *result = &bench->result[which];
	double own = median(result->wall_ms, bench->runs);

	printf("| %s | %.2f | %.2f | %.2f |", sequence->name, result->wall_ms[0], own,
	       result->wall_ms[bench->runs * 9 / 10]);
	for (unsigned i = 0; i < sequence->parts; i++)
		if (sequence->part[i].label)
			printf(" %.2f |", median(result->part_ms[i], bench->runs));
	printf(" %.2f + %.2f | %ld |", result->user_ms / bench->runs, result->system_ms / bench->runs,
	       result->rss_kib);
	for (unsigned i = 0; i < bench->bases; i++) {
		const struct sequence *base = sequences_find(&bench->sequences, bench->base[i]);

		if (base)
			printf(" %.2f |",
			       own / median(bench->result[base - bench->sequences.at].wall_ms, bench->runs));
		else
			printf(" |");
	}
	printf("\n");
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
	sequences_read(&bench.sequences);
	run_all(&bench);
	sort_all(&bench);
	print_head(&bench);
	for (unsigned i = 0; i < bench.sequences.count; i++)
		print_row(&bench, i);
	return 0;
}
