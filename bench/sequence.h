/* sequence.h - commands that are run one after another and measured as one.
 *
 * A sequence is a line of text:
 *
 *	NAME<tab>COMMAND ARG… ; LABEL: COMMAND ARG… ; LABEL: wait ; …
 *
 * A part that has a label is measured by itself too. {} at the end of a word is what is new each time the sequence
 * is run. `wait` is no command: there it is waited until all processes have ended that the commands before it left
 * behind, which are adopted, as the shims of the engines adopt a container's. Words hold no spaces and no quotes.
 */
#pragma once
#include <stdbool.h>

enum { SEQUENCES = 16, PARTS = 8, WORDS = 32 };

struct part {
	const char *label;	/* NULL: it is not measured by itself */
	char *word[WORDS];	/* up to NULL */
};

struct sequence {
	char *name;
	struct part part[PARTS];
	unsigned parts;
};

struct sequences {
	struct sequence at[SEQUENCES];
	unsigned count;
};

/* What one run cost. */
struct cost {
	double wall_ms;
	double part_ms[PARTS];
	double user_ms, system_ms;	/* of all its processes, those that were left behind as well */
	long rss_kib;			/* of the largest */
};

double now_ms(void);

/* Reads sequences from standard input. A line that is not understood ends the program. */
void sequences_read(struct sequences *ret_sequences);

const struct sequence *sequences_find(const struct sequences *sequences, const char *name);

/* To be called once in a process that runs sequences: it adopts what they leave behind, and a signal to end does
 * not reach it before sequence_stop() is asked. */
void sequences_begin(void);

/* Whether a signal asks for the end: no sequence is cut off in its middle, which would leave a container. */
bool sequence_stop(void);

/* Runs a sequence: false, and a line on standard error, where a part fails. The parts after it are not run then.
 * One that takes longer than a minute ends the program. */
bool sequence_run(const struct sequence *sequence, struct cost *ret_cost);
