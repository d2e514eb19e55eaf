/* doctor.h - what is judged of the facts about a machine: whether taru runs containers on it.
 *
 *	machine_read() ─→ struct machine ─→ doctor_judge() ─→ findings
 *
 * Pure: the same facts give the same findings.
 */
#pragma once
#include "base/text.h"
#include "doctor/machine.h"

enum answer { ANSWER_YES, ANSWER_PARTLY, ANSWER_NO };

struct finding {
	const char *check;		/* "newuidmap" */
	enum answer answer;		/* PARTLY: it works, but not all of it */
	bool necessary;			/* without it `taru run IMAGE` does not work */
	const char *purpose;		/* what it is for, not yet translated */
	const char *found;		/* what there is */
	const char *mend;		/* a command, or a file and what to put in it; NULL: nothing is to be mended */
};

struct findings { struct finding *at; size_t count; };

/* The same things are looked at on each machine, but other ones for root than for an ordinary user. */
void doctor_judge(struct arena *arena, const struct machine *machine, struct findings *ret_findings);

/* "yes", "partly", "no", not yet translated */
const char *doctor_answer(enum answer answer);

/* Whether containers can run: nothing necessary has the answer no. */
bool doctor_runs(const struct findings *findings);
