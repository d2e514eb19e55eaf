/* judge.h - how a check is written: a row of a table, and a function that looks at the facts. */
#pragma once
#include "base/translate.h"
#include "doctor/doctor.h"

enum check_for { FOR_NONE, FOR_ROOT = 1, FOR_USER = 2, FOR_ALL = 3 };

struct check;

struct judging {
	struct arena *arena;
	const struct machine *machine;
	const struct check *check;	/* that is made */
	struct finding *finding;
	bool told;			/* it has an answer; one that has none is left out */
};

struct check {
	const char *name, *purpose;	/* the purpose: N_() */
	int whose, needed_by;		/* enum check_for; needed_by 0: containers run without */
	void (*judge)(struct judging *judging);
	int subject;			/* where one function judges several: which one */
};

/* Tables; each ends with a row without a name. */
extern const struct check checks_kernel[], checks_rights[], checks_cgroups[], checks_user[], checks_network[],
	checks_files[], checks_programs[], checks_limits[];

/* The answer, with what was found as printf(3) has it. */
void judge_yes(struct judging *judging, const char *format, ...) __attribute__((format(printf, 2, 3)));
void judge_partly(struct judging *judging, const char *mend, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void judge_no(struct judging *judging, const char *mend, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* A sysctl that is to have another value, as a command. */
const char *judge_sysctl(const struct judging *judging, const char *name, const char *value);

/* How a part of the kernel is there: "built in", "loaded", "can be loaded"; whether it can be used. */
bool judge_has_module(const struct judging *judging, enum machine_module module);
const char *judge_module_words(const struct judging *judging, enum machine_module module);

/* The check of a module, which is its subject. */
void judge_module(struct judging *judging);

/* Whether taru is root's. */
bool judge_is_root(const struct judging *judging);
