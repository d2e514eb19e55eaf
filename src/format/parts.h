/* parts.h - a template as a tree, and values. For the files of this folder alone. */
#pragma once
#include "format/format.h"

enum node_kind {
	/* What stands one after another; `next` is the one behind it. */
	NODE_TEXT,		/* `text` */
	NODE_ACTION,		/* `first`: a pipe, whose value is printed unless it declares a variable */
	NODE_IF, NODE_WITH, NODE_RANGE,		/* `first`: the pipe; `body`, `otherwise` */
	NODE_BREAK, NODE_CONTINUE,

	/* What has a value. */
	NODE_PIPE,		/* `first`: its commands; `declares`: its variables */
	NODE_COMMAND,		/* `first`: what is called or told, and its arguments */
	NODE_DOT,
	NODE_VARIABLE,		/* `text`: "$x" */
	NODE_FIELDS,		/* `first`: of what; `body`: their names */
	NODE_NAME,		/* `text` */
	NODE_CONSTANT,		/* `constant`; NULL is nil */
	NODE_FUNCTION,		/* `function` */
};

struct node {
	enum node_kind kind;
	unsigned column;	/* from 1 */
	const char *text;
	size_t length;
	const struct json *constant;
	const struct function *function;
	struct node *next, *first, *body, *otherwise, *declares;
	bool assigns;		/* `=`: the variable is there already */
};

struct format { struct node *first; };

/* --- words: words.c --- */

enum word_kind {
	WORD_END,		/* of the action: `}}` */
	WORD_NAME, WORD_FIELD, WORD_VARIABLE, WORD_DOT, WORD_TEXT, WORD_NUMBER,
	WORD_OPEN, WORD_CLOSE, WORD_PIPE, WORD_COMMA, WORD_DECLARE, WORD_ASSIGN,
	WORD_WRONG,		/* there is a problem */
};

struct word {
	enum word_kind kind;
	const char *text;	/* a field's without its point; a text's without quotes and escapes */
	size_t length;
	unsigned column;
	bool spaced;		/* there was a blank before it */
};

struct words {
	struct arena *arena;
	const char *begin, *at;
	struct problem *problem;
	bool trims;		/* the action ended in "-}}" */
};

/* The next word of an action, behind it. */
struct word words_next(struct words *words);

/* Notes a problem with what stands at this column. */
void format_problem(struct problem *problem, unsigned column, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* --- values: JSON; NULL is none --- */

struct variable {
	const char *name;
	const struct json *value;
	struct variable *outer;
};

/* One use of a template. */
struct evaluation {
	struct arena *arena;
	struct text *out;
	const struct json *root;
	struct variable *variables;	/* the innermost first */
	size_t work;
	bool headers;
	const struct json *labels;	/* what {{.Label "x"}} looks in; NULL: there is no such method */
	enum { GO_ON, BREAK, CONTINUE } way;
	unsigned column;		/* of what is looked at */
	struct problem *problem;
};

/* Notes a problem with what is looked at. */
void evaluation_problem(struct evaluation *evaluation, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Counts work; false, with a problem, where it is too much. */
bool evaluation_work(struct evaluation *evaluation, size_t much);

/* New values. */
const struct json *value_text(struct evaluation *evaluation, const char *text, size_t length);
const struct json *value_bool(struct evaluation *evaluation, bool value);
const struct json *value_number(struct evaluation *evaluation, int64_t value);

/* Whether Go's `if` takes it for true: not none, false, 0, and not empty. */
bool value_true(const struct json *value);

/* "a text": what it is, for problems. */
const char *value_kind(const struct json *value);

/* The members of an object or array, objects' in the order of their keys: `value->count` of them. */
const struct json **value_members(struct evaluation *evaluation, const struct json *value);

/* Adds it as Go's fmt.Print does; false with a problem where it is too much. --- print.c --- */
bool value_print(struct evaluation *evaluation, struct text *out, const struct json *value);

/* Go's fmt.Sprintf, of texts, whole numbers, others, truth, and `%v` of all. */
const struct json *format_printf(struct evaluation *evaluation, const struct json *const *arguments, size_t count);

/* --- functions: functions.c --- */

struct function {
	const char *name;
	size_t min, max;		/* how many arguments */
	const struct json *(*call)(struct evaluation *evaluation, const struct json *const *arguments, size_t count);
	enum { ALL_ARGUMENTS, UNTIL_FALSE, UNTIL_TRUE } takes;	/* and, or: the rest is not looked at */
	bool also_for_headers;		/* means the same there */
};

/* The function, or NULL. */
const struct function *function_find(const char *name, size_t length);
