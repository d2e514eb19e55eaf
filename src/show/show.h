/* show.h - tells a plan, and what became of it. */
#pragma once
#include "base/text.h"
#include "plan/plan.h"

/* The plan as a POSIX sh script that makes the same container (util-linux, iproute2, coreutils).
 * `what` is the command line it stands for, for the header. */
void explain_script(struct text *out, const struct plan *plan, const struct plan_request *request,
		    const char *what);

/* Numbered sentences for a newcomer, each with the man page to read. */
void explain_prose(struct text *out, const struct plan *plan, const struct plan_request *request);

/* The sentence of one step alone, with its number, what it is for and its line of shell. */
void explain_sentence(struct text *out, const struct plan *plan, size_t index);

/* One step as data. */
void explain_details(struct text *out, const struct plan *plan, size_t index);

/* The plan as data. */
void explain_json(struct text *out, const struct plan *plan, const struct plan_request *request);

/* The plan as one page of HTML that needs nothing else, no script either: what the container gets, and the steps in two
 * columns, a lane each. `what` is as in explain_script(). Nothing of the config can become markup. */
void explain_html(struct text *out, const struct plan *plan, const struct plan_request *request, const char *what);

/* One line of shell or a short phrase for one step: "mount -t tmpfs tmpfs /dev". */
void explain_step(struct text *out, const struct step *step);

/* Each step with its time, in the order in which they began. */
void trace_table(struct text *out, const struct plan *plan, const struct tape *tape);

/* The Chrome trace-event format (JSON): lanes as threads. */
void trace_events(struct text *out, const struct plan *plan, const struct tape *tape, pid_t pid);

/* What failed, as one message: the config key first, what was tried, the kernel's reason in words,
 * and a hint where one is known. Returns false where no step failed. */
bool why_failed(struct text *out, const struct plan *plan, const struct plan_request *request,
		const struct tape *tape);
