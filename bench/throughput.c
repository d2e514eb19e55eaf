/* throughput.c - how many sequences of commands end in a second, when many loops run them at once.
 *
 *	throughput [-j LOOPS]... [-t MS] [-r ROUNDS] [-b NAME] <sequences
 *
 * For each sequence (sequence.h) and each -j, so many processes run the sequence again and again for -t
 * milliseconds (2000). They take turns, -r times (3); the medians are printed as a table in
 * Markdown: the last column but -b's is the last -j divided by the first.
 */
#include "sequence.h"
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WIDTHS = 4, ROUNDS = 31 };

struct bench {
	struct sequences sequences;
	unsigned width[WIDTHS], widths;		/* how many loops at once */
	unsigned rounds, time_ms;
	const char *base;
	double rate[SEQUENCES][WIDTHS][ROUNDS];	/* sequences per second */
};

/* In a child: one loop. Does not return. */
static void loop(const struct sequence *sequence, double until, unsigned *ret_count)
{
	struct cost cost;

	sequences_begin();
	while (now_ms() < until && !sequence_stop()) {
		if (!sequence_run(sequence, &cost))
			_exit(1);
		(*ret_count)++;
	}
	_exit(sequence_stop());
}

static double measure(const struct sequence *sequence, unsigned loops, unsigned time_ms)
{
	unsigned *count = mmap(NULL, loops * sizeof(*count), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	double began = now_ms();
	unsigned sum = 0, failures = 0;
	int status;

	if (count == MAP_FAILED)
		exit(1);
	for (unsigned i = 0; i < loops; i++)
		if (fork() == 0)
			loop(sequence, began + time_ms, &count[i]);
	while (wait(&status) > 0)
		failures += status != 0;
	if (failures || sequence_stop())
		exit(1);
	for (unsigned i = 0; i < loops; i++)
		sum += count[i];
	munmap(count, loops * sizeof(*count));
	return sum * 1e3 / (now_ms() - began);
}

static void run_all(struct bench *bench)
{
	sequences_begin();
	for (unsigned round = 0; round < bench->rounds; round++)
		for (unsigned width = 0; width < bench->widths; width++)
			for (unsigned i = 0; i < bench->sequences.count; i++)
				bench->rate[i][width][round] = measure(&bench->sequences.at[i],
					bench->width[width], bench->time_ms);
}

static int compare(const void *left, const void *right)
{
	double a = *(const double *)left, b = *(const double *)right;

	return (a > b) - (a < b);
}

static double median(struct bench *bench, unsigned sequence, unsigned width)
{
	double *rate = bench->rate[sequence][width];

	qsort(rate, bench->rounds, sizeof(double), compare);
	return (rate[(bench->rounds - 1) / 2] + rate[bench->rounds / 2]) / 2;
}

static void print_table(struct bench *bench)
{
	unsigned last = bench->widths - 1;
	const struct sequence *base = bench->base ? sequences_find(&bench->sequences, bench->base) : NULL;

	printf("| per second |");
	for (unsigned i = 0; i < bench->widths; i++)
		printf(" %u at once |", bench->width[i]);
	printf(" %u / %u |", bench->width[last], bench->width[0]);
	if (base)
		printf(" %u at once / %s |", bench->width[last], base->name);
	printf("\n|---|---|");
	for (unsigned i = 0; i < bench->widths + !!base; i++)
		printf("---|");
	printf("\n");
	for (unsigned i = 0; i < bench->sequences.count; i++) {
		printf("| %s |", bench->sequences.at[i].name);
		for (unsigned width = 0; width < bench->widths; width++)
			printf(" %.0f |", median(bench, i, width));
		printf(" %.2f |", median(bench, i, last) / median(bench, i, 0));
		if (base)
			printf(" %.1f |", median(bench, i, last) /
			       median(bench, (unsigned)(base - bench->sequences.at), last));
		printf("\n");
	}
}

static void set_option(struct bench *bench, int option, const char *value)
{
	unsigned number = (unsigned)strtoul(value ? value : "", NULL, 10);

	switch (option) {
	case 'j':
		if (number && bench->widths < WIDTHS)
			bench->width[bench->widths++] = number;
		break;
	case 'r':
		if (number && number <= ROUNDS)
			bench->rounds = number;
		break;
	case 't': bench->time_ms = number; break;
	case 'b': bench->base = value; break;
	default: exit(2);
	}
}

int main(int argc, char **argv)
{
	static struct bench bench = { .rounds = 3, .time_ms = 2000 };
	int option;

	while ((option = getopt(argc, argv, "j:r:t:b:")) != -1)
		set_option(&bench, option, optarg);
	if (!bench.widths)
		bench.width[bench.widths++] = 1;
	sequences_read(&bench.sequences);
	run_all(&bench);
	print_table(&bench);
	return 0;
}
