/* why.h - what the parts of why_failed() share. Private to show/.
 *
 * A failure is a step, an errno, and which part of the step the last system call was about.
 * What it means is looked up in tables of causes, the first row that fits: one for
 * hooks and the like (why_life.c), one for cgroups (why_cgroup.c), one for networks (why_network.c),
 * one for mounts (why_mount.c), one for all
 * else (why_causes.c), and at last one by errno alone. A row's
 * text may hold names, which are put in quotes:
 *
 *	@source @target @option @type @name	of the step
 *	@object					source, target or option: what the call was about
 *	@call					the system call: "mount_setattr(2)", without quotes
 *	@timeout				"5 s": how long a hook may take
 *	@note					what is on the tape: "ended with status 1: …"
 *	@usernamespaces @delegate @otherwise @listener	sentences and words that several have (why_words.c)
 *
 * Engines read our messages: "no such file or directory", "permission denied" and the like mean to them
 * that the program could not be run. So they stand in messages about STEP_EXEC and STEP_FIND_PROGRAM
 * (why_exec.c) and nowhere else; in the words of others they are replaced.
 */
#pragma once
#include "show/words.h"

struct failure {
	const struct plan *plan;
	const struct plan_request *request;
	const struct tape *tape;
	const struct step *step;
	size_t index;
	int error;			/* positive */
	int call;			/* number of a system call */
	enum subject subject;
	unsigned detail;
};

enum { ANY = -1 };

struct cause {
	int kind;			/* enum step_kind, or ANY */
	int error;			/* errno */
	int subject;			/* enum subject, or ANY */
	const char *text, *hint;	/* N_() */
	const char *file;		/* what its target is called, without folders; NULL: whatever it is */
	int call;			/* only where this one failed; 0: whichever it was */
};

/* Each ends with a row without a text. */
extern const struct cause life_causes[], cgroup_causes[], network_causes[], mount_causes[], other_causes[],
	plain_causes[];

/* Whether the step is about a cgroup, so that cgroup_causes has its causes. */
bool why_is_cgroup(const struct step *step);

/* The same for network_causes: devices, and the machine's settings. */
bool why_is_network(const struct step *step);

/* The row that fits, or NULL. */
const struct cause *why_find(const struct cause *table, const struct failure *failure);

/* The part of the step that a name in a text stands for, or NULL where the step has none. */
const char *why_source(const struct step *step);
const char *why_target(const struct step *step);
const char *why_option(const struct failure *failure);
const char *why_type(const struct step *step);
const char *why_name(const struct step *step);

/* The words of the kernel, of a helper, or of the container's lane: "" where there are none. Not trusted. */
const char *why_note(const struct failure *failure);

/* Adds what "@usernamespaces" and the like stand for at `at`, in the language of the reader. Returns the length of the
 * word, 0 where it is none of these. */
size_t why_add_words(struct text *out, const struct failure *failure, const char *at);

/* What the container's lane has noted of a program that cannot be run (exec/note_program.c), in the language of the
 * reader; as it is where it is something else. */
const char *why_note_words(struct arena *arena, const char *note);

/* The way out of what a note says; NULL: it is none of these, or none is known. */
const char *why_note_advice(struct arena *arena, const char *note);

/* The message for STEP_EXEC and STEP_FIND_PROGRAM, without its key. */
void why_exec(struct text *out, const struct failure *failure);

