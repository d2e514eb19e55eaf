/* options.c - see options.h */
#include "oci/options.h"
#include <limits.h>
#include <string.h>

enum { HELP_COLUMN = 30 };

struct reader {
	const struct option *table;
	const char *command;
	char **next;			/* the word after the current one */
	unsigned char *into;
	struct problem *problem;
	bool help;
};

static const struct option *find_name(const struct option *table, const char *name, size_t length)
{
	for (; table->name; table++)
		if (strlen(table->name) == length && !memcmp(table->name, name, length))
			return table;
	return NULL;
}

static const struct option *find_letter(const struct option *table, char letter)
{
	for (; table->name; table++)
		if (table->letter && table->letter == letter)
			return table;
	return NULL;
}

static void set_flag(struct reader *reader, const struct option *option, const char *value)
{
	bool *flag = (bool *)(void *)(reader->into + option->offset);

	if (!value || !strcmp(value, "true"))
		*flag = true;
	else if (!strcmp(value, "false"))
		*flag = false;
	else
		problem_set(reader->problem, "option '--%s' is true or false, not '%s'; see '%s --help'",
			    option->name, value, reader->command);
}

static void set_number(struct reader *reader, const struct option *option, const char *value)
{
	uint64_t number;

	if (text_to_u64(value, &number) && number <= INT_MAX)
		*(unsigned *)(void *)(reader->into + option->offset) = (unsigned)number;
	else
		problem_set(reader->problem, "option '--%s' takes a number, not '%s'; see '%s --help'",
			    option->name, value, reader->command);
}

/* The value of an option that must have one: what stood behind it, or the next word. */
static const char *need_value(struct reader *reader, const struct option *option, const char *value)
{
	if (value)
		return value;
	if (*reader->next)
		return *reader->next++;
	problem_set(reader->problem, "option '--%s' needs a value (%s); see '%s --help'",
		    option->name, option->value, reader->command);
	return NULL;
}

static void set_option(struct reader *reader, const struct option *option, const char *value)
{
	void *at = reader->into + option->offset;

	switch (option->kind) {
	case OPTION_FLAG:
		set_flag(reader, option, value);
		return;
	case OPTION_MAYBE_TEXT:
		*(struct maybe_text *)at = (struct maybe_text){ true, value };
		return;
	case OPTION_TEXT:
		value = need_value(reader, option, value);
		if (value)
			*(const char **)at = value;
		return;
	case OPTION_NUMBER:
		value = need_value(reader, option, value);
		if (value)
			set_number(reader, option, value);
		return;
	}
}

static void read_name(struct reader *reader, const char *word)
{
	const char *name = word + 2;
	size_t length = strcspn(name, "=");
	const struct option *option = find_name(reader->table, name, length);

	if (option)
		set_option(reader, option, name[length] ? name + length + 1 : NULL);
	else if (!strcmp(name, "help"))
		reader->help = true;
	else
		problem_set(reader->problem, "unknown option '--%.*s'; see '%s --help'",
			    (int)(length < 256 ? length : 256), name, reader->command);
}

static void read_letters(struct reader *reader, const char *word)
{
	for (const char *at = word + 1; *at && !reader->problem->found && !reader->help; at++) {
		const struct option *option = find_letter(reader->table, *at);

		if (!option && *at == 'h') {
			reader->help = true;
		} else if (!option) {
			problem_set(reader->problem, "unknown option '-%c'; see '%s --help'", *at,
				    reader->command);
		} else if (option->kind == OPTION_FLAG || option->kind == OPTION_MAYBE_TEXT) {
			set_option(reader, option, NULL);
		} else {
			set_option(reader, option, at[1] ? at + 1 : NULL);
			return;
		}
	}
}

enum options_result options_read(const struct option *table, const char *command, bool in_order,
				 char **words, void *into, struct problem *problem)
{
	struct reader reader = { table, command, words, into, problem, false };
	char **operand = words;

	while (*reader.next) {
		char *word = *reader.next++;

		if (!strcmp(word, "--"))
			break;
		if (word[0] != '-' || !word[1]) {
			*operand++ = word;
			if (in_order)
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
	size_t begin = out->length;

	if (option->letter)
		text_printf(out, "  -%c, --%s", option->letter, option->name);
	else
		text_printf(out, "      --%s", option->name);
	if (option->kind == OPTION_MAYBE_TEXT)
		text_printf(out, "[=%s]", option->value);
	else if (option->value)
		text_printf(out, " %s", option->value);
	if (out->length - begin < HELP_COLUMN)
		text_printf(out, "%*s", (int)(HELP_COLUMN - (out->length - begin)), "");
	text_printf(out, " %s\n", option->help);
}

void options_help(struct text *out, const struct option *table)
{
	static const struct option help = { "help", 'h', OPTION_FLAG, 0, NULL, "show this and end" };

	for (; table->name; table++)
		help_line(out, table);
	help_line(out, &help);
}
