/* command.c - see command.h */
#include "command/command.h"
#include "base/file.h"
#include "base/sys.h"
#include "command/fold.h"
#include "spec/names.h"
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static void check_count(struct command *command, const struct verb *verb, const char *name)
{
	size_t count = 0;

	while (command->operand[count])
		count++;
	if (count < verb->operands_min)
		problem_set(command->problem, "%s: missing %s; see '%s --help'", verb->name,
			    verb->operands, name);
	else if (count > verb->operands_max)
		problem_set(command->problem, "%s: unexpected '%s'; see '%s --help'", verb->name,
			    command->operand[verb->operands_max], name);
}

/* Reading them puts them in another order. */
static char **copy_words(struct arena *arena, char **words)
{
	char **copy;
	size_t count = 0;

	while (words[count])
		count++;
	copy = ARENA_ARRAY(arena, count + 1, char *);
	memcpy(copy, words, count * sizeof(*words));
	return copy;
}

bool command_read(struct command *command, const struct verb *verb, char **words, void *asked)
{
	const char *name = arena_printf(command->arena, "%s %s", command->program, verb->name);
	struct options options = { verb->options, name, verb->in_order };

	command->words = copy_words(command->arena, words);
	command->operand = words;
	command->asked = asked;
	switch (options_read(command->arena, &options, words, asked, command->problem)) {
	case OPTIONS_HELP:
		command_help(command, verb);
		return false;
	case OPTIONS_WRONG:
		return false;
	case OPTIONS_READ:
		break;
	}
	check_count(command, verb, name);
	return !command->problem->found;
}

void command_help(struct command *command, const struct verb *verb)
{
	struct text out = text_new(command->arena);

	translate_begin();
	text_printf(&out, _("Usage: %s %s [OPTIONS]%s%s\n"), command->program, verb->name,
		    verb->operands[0] ? " " : "", verb->operands);
	text_printf(&out, "%s\n\n%s\n", _(verb->summary), _("Options:"));
	options_help(&out, verb->options);
	if (verb->notes)
		text_printf(&out, "\n%s", _(verb->notes));
	if (verb->others)
		text_add(&out, "\n");
	if (verb->others)
		text_printf(&out, _("Also called: %s\n"), verb->others);
	command_print(command, &out);
}

void command_print(struct command *command, const struct text *out)
{
	int error = file_write_all(STDOUT_FILENO, out->at, out->length);

	if (error)
		problem_set(command->problem, "cannot write to standard output: %s",
			    errno_words(-error));
}

void command_report(struct command *command, const struct text *out)
{
	enum { NARROWEST = 40 };
	struct text folded = text_new(command->arena);
	struct winsize size;

	if (sys_ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) || size.ws_col < NARROWEST) {
		command_print(command, out);
		return;
	}
	fold_lines(&folded, out->at, size.ws_col);
	command_print(command, &folded);
}

void command_warn(const struct command *command, struct text *lines)
{
	for (char *line = lines->at, *end; *line; line = end) {
		end = line + strcspn(line, "\n");
		if (*end)
			*end++ = '\0';
		log_message(command->log, "warning", line);
	}
}

void command_warn_of(void *context, const char *lines)
{
	const struct command *command = context;
	struct text copy = text_new(command->arena);

	text_add(&copy, lines);
	command_warn(command, &copy);
}
