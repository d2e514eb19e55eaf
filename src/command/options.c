/* options.c - see options.h */
#include "command/options.h"
#include "base/width.h"
#include "spec/lists.h"
#include <assert.h>
#include <limits.h>
#include <string.h>

enum { HELP_COLUMN = 30 };

struct reader {
	struct arena *arena;
	const struct options *options;
	char **next;			/* the word after the current one */
	unsigned char *into;
	struct problem *problem;
	bool help;
};

/* A row, and where the struct begins that its table describes. */
struct row {
	const struct option *option;
	size_t base;
};

static const struct name flag_words[] = {
	{ "true", true }, { "TRUE", true }, { "True", true }, { "t", true }, { "T", true }, { "1", true },
	{ "yes", true }, { "false", false }, { "FALSE", false }, { "False", false }, { "f", false },
	{ "F", false }, { "0", false }, { "no", false }, { NULL, 0 }
};

/* The row of that name, or (without a name) of that letter. */
static struct row find_row(const struct option *table, const char *name, size_t length, char letter)
{
	for (; table->name || table->table; table++) {
		if (table->table) {
			struct row row = find_row(table->table, name, length, letter);

			if (row.option)
				return (struct row){ row.option, table->offset + row.base };
		} else if (name ? strlen(table->name) == length && !memcmp(table->name, name, length) :
				  table->letter == letter) {
			return (struct row){ table, 0 };
		}
	}
	return (struct row){ NULL, 0 };
}

static void refuse(struct reader *reader, const struct option *option, const char *must, const char *value)
{
	problem_set(reader->problem, "option '--%s' %s, not '%s'; see '%s --help'", option->name, must,
		    value, reader->options->command);
}

/* --- the kinds: each sets what is at `at` from a value, which only the MAYBE ones and flags can lack --- */

typedef void setter(struct reader *reader, const struct option *option, void *at, char *value);

static void set_flag(struct reader *reader, const struct option *option, void *at, char *value)
{
	const struct name *word = name_find(flag_words, value ? value : "true");

	if (word)
		*(bool *)at = word->value;
	else
		refuse(reader, option, "is true or false", value);
}

static void set_maybe_flag(struct reader *reader, const struct option *option, void *at, char *value)
{
	struct maybe_bool *flag = at;

	flag->set = true;
	set_flag(reader, option, &flag->value, value);
}

static void set_text(struct reader *reader, const struct option *option, void *at, char *value)
{
	*(const char **)at = *value ? value : NULL;
}

static void add_text(struct reader *reader, const struct option *option, void *at, char *value)
{
	texts_add(reader->arena, at, value);
}

static void set_maybe_text(struct reader *reader, const struct option *option, void *at, char *value)
{
	*(struct maybe_text *)at = (struct maybe_text){ true, value };
}

static void set_number(struct reader *reader, const struct option *option, void *at, char *value)
{
	uint64_t wide;

	if (text_to_u64(value, &wide) && wide <= INT_MAX)
		*(unsigned *)at = (unsigned)wide;
	else
		refuse(reader, option, "takes a number", value);
}

static void set_unsigned(struct reader *reader, const struct option *option, void *at, char *value)
{
	struct maybe_u64 *number = at;

	number->set = text_to_u64(value, &number->value);
	if (!number->set)
		refuse(reader, option, "takes a number", value);
}

static void set_signed(struct reader *reader, const struct option *option, void *at, char *value)
{
	struct maybe_i64 *number = at;

	number->set = option_to_i64(value, &number->value);
	if (!number->set)
		refuse(reader, option, "takes a number", value);
}

static void set_bytes(struct reader *reader, const struct option *option, void *at, char *value)
{
	struct maybe_i64 *number = at;

	number->set = option_to_bytes(value, &number->value);
	if (!number->set)
		refuse(reader, option, "takes a number of bytes such as 512m, or -1", value);
}

static const struct kind {
	setter *set;
	bool needs_value;
} kinds[] = {
	[OPTION_FLAG] = { set_flag, false },
	[OPTION_MAYBE_FLAG] = { set_maybe_flag, false },
	[OPTION_TEXT] = { set_text, true },
	[OPTION_TEXTS] = { add_text, true },
	[OPTION_MAYBE_TEXT] = { set_maybe_text, false },
	[OPTION_NUMBER] = { set_number, true },
	[OPTION_UNSIGNED] = { set_unsigned, true },
	[OPTION_SIGNED] = { set_signed, true },
	[OPTION_BYTES] = { set_bytes, true },
};
static_assert(sizeof(kinds) / sizeof(kinds[0]) == OPTION_TABLE, "a kind of option has no setter");

/* `value` is what stood in the option's own word, or NULL; else it is the next word. */
static void set_option(struct reader *reader, struct row row, char *value)
{
	const struct option *option = row.option;

	if (!value && kinds[option->kind].needs_value) {
		if (!*reader->next) {
			problem_set(reader->problem, "option '--%s' needs a value (%s); see '%s --help'",
				    option->name, option->value, reader->options->command);
			return;
		}
		value = *reader->next++;
	}
	kinds[option->kind].set(reader, option, reader->into + row.base + option->offset, value);
}

static void read_name(struct reader *reader, char *word)
{
	char *name = word + 2;
	size_t length = strcspn(name, "=");
	struct row row = find_row(reader->options->table, name, length, 0);

	if (row.option)
		set_option(reader, row, name[length] ? name + length + 1 : NULL);
	else if (!strcmp(name, "help") || !strcmp(name, "usage"))
		reader->help = true;
	else
		problem_set(reader->problem, "unknown option '--%.*s'; see '%s --help'",
			    (int)(length < 256 ? length : 256), name, reader->options->command);
}

static void read_letters(struct reader *reader, char *word)
{
	for (char *at = word + 1; *at && !reader->problem->found && !reader->help; at++) {
		struct row row = find_row(reader->options->table, NULL, 0, *at);

		if (!row.option && (*at == 'h' || *at == '?')) {
			reader->help = true;
		} else if (!row.option) {
			problem_set(reader->problem, "unknown option '-%c'; see '%s --help'", *at,
				    reader->options->command);
		} else if (kinds[row.option->kind].needs_value) {
			set_option(reader, row, at[1] ? at + 1 : NULL);
			return;
		} else {
			set_option(reader, row, NULL);
		}
	}
}

enum options_result options_read(struct arena *arena, const struct options *options, char **words,
				 void *into, struct problem *problem)
{
	struct reader reader = { arena, options, words, into, problem, false };
	char **operand = words;

	while (*reader.next) {
		char *word = *reader.next++;

		if (!strcmp(word, "--"))
			break;
		if (word[0] != '-' || !word[1]) {
			*operand++ = word;
			if (options->in_order)
				break;
		} else if (word[1] == '-') {
			read_name(&reader, word);
		} else {
			read_letters(&reader, word);
		}
		if (reader.help)
			return OPTIONS_HELP;
		if (problem->found)
			return OPTIONS_WRONG;
	}
	while (*reader.next)
		*operand++ = *reader.next++;
	*operand = NULL;
	return OPTIONS_READ;
}

static void help_line(struct text *out, const struct option *option)
{
	size_t begin = out->length, width;

	if (option->letter)
		text_printf(out, "  -%c, --%s", option->letter, option->name);
	else
		text_printf(out, "      --%s", option->name);
	if (option->kind == OPTION_MAYBE_TEXT)
		text_printf(out, "[=%s]", option->value);
	else if (option->value)
		text_printf(out, " %s", option->value);
	width = width_of(out->at + begin);
	if (width < HELP_COLUMN)
		text_printf(out, "%*s", (int)(HELP_COLUMN - width), "");
	text_printf(out, " %s\n", _(option->help));
}

static void help_lines(struct text *out, const struct option *table)
{
	for (; table->name || table->table; table++) {
		if (table->table)
			help_lines(out, table->table);
		else if (table->help)
			help_line(out, table);
	}
}

void options_help(struct text *out, const struct option *table)
{
	static const struct option help = { "help", 'h', OPTION_FLAG, 0, NULL, N_("show this and end"), NULL };

	help_lines(out, table);
	help_line(out, &help);
}
