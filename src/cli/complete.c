/* complete.c - see complete.h. All that is known is in the tables of options and of names. */
#include "cli/complete.h"
#include "base/fd.h"
#include "base/sys.h"
#include "cli/names.h"
#include <string.h>
#include <unistd.h>

struct completing {
	struct command *command;
	struct text out;
	char **globals;			/* options before the verb, with their values */
	size_t count;
};

/* --- options --- */

static const struct option *find_option(const struct option *table, const char *word)
{
	const bool longer = word[1] == '-';

	for (; table->name || table->table; table++) {
		const struct option *found = table->table ? find_option(table->table, word) : NULL;

		if (found)
			return found;
		if (table->table)
			continue;
		if (longer ? !strcmp(table->name, word + 2) : table->letter && table->letter == word[1] && !word[2])
			return table;
	}
	return NULL;
}

/* Whether the next word is its value. */
static bool takes_word(const struct option *option)
{
	switch (option->kind) {
	case OPTION_FLAG:
	case OPTION_MAYBE_FLAG:
	case OPTION_MAYBE_TEXT:
	case OPTION_TABLE: return false;
	case OPTION_TEXT:
	case OPTION_TEXTS:
	case OPTION_NUMBER:
	case OPTION_UNSIGNED:
	case OPTION_SIGNED:
	case OPTION_BYTES: break;
	}
	return true;
}

static void add_options(struct text *out, const struct option *table)
{
	for (; table->name || table->table; table++)
		if (table->table)
			add_options(out, table->table);
		else if (table->help)
			text_printf(out, "--%s\t%s\n", table->name, table->help);
}

/* "always|missing|never": words of small letters, which are all there is. */
static void add_values(struct completing *completing, const struct option *option)
{
	const char *value = option->value ? option->value : "";
	size_t length;

	if (!strchr(value, '|') || value[strspn(value, "abcdefghijklmnopqrstuvwxyz-|")]) {
		text_add(&completing->out, ":files\n");
		return;
	}
	for (; *value; value += length + (value[length] == '|')) {
		length = strcspn(value, "|");
		text_printf(&completing->out, "%.*s\n", (int)length, value);
	}
}

/* --- operands --- */

static void add_name(void *context, const char *name, const char *summary)
{
	struct completing *completing = context;

	text_printf(&completing->out, "%s\t%s\n", name, summary);
}

/* What there is of them is what the verb for it prints. Comes back only where that cannot be run. */
static void list(struct completing *completing, const char *const *verb)
{
	char **words = ARENA_ARRAY(completing->command->arena, completing->count + 8, char *), **at = words;
	closes int nothing = sys_openat(AT_FDCWD, "/dev/null", O_WRONLY, 0);

	*at++ = arena_copy(completing->command->arena, "taru", 4);
	for (size_t i = 0; i < completing->count; i++)
		*at++ = completing->globals[i];
	for (; *verb; verb++)
		*at++ = arena_copy(completing->command->arena, *verb, strlen(*verb));
	*at = NULL;
	sys_dup3(nothing, STDERR_FILENO, 0);
	execv("/proc/self/exe", words);
}

/* Commands, and what they are about: containers. */
static void list_explained(struct completing *completing, const char *const *containers)
{
	text_add(&completing->out, "run\nexec\npull\nnetwork\n");
	command_print(completing->command, &completing->out);
	text_clear(&completing->out);
	list(completing, containers);
}

static void add_operands(struct completing *completing, const struct verb *verb, size_t index)
{
	static const char *const containers[] = { "ps", "--all", "--format", "{{.Names}}", NULL };
	static const char *const images[] = { "images", "--format", "{{.Repository}}:{{.Tag}}", NULL };
	static const char *const networks[] = { "network", "ls", "--format", "{{.Name}}", NULL };
	static const char *const volumes[] = { "volume", "ls", "--quiet", NULL };
	const char *operands = verb->operands;

	/* What follows the first is a command for a container. */
	if (verb->in_order && index)
		text_add(&completing->out, ":files\n");
	else if (!strncmp(operands, "NETWORK", strlen("NETWORK")) && !index)
		list(completing, networks);
	else if (verb == &verb_explain)
		list_explained(completing, containers);
	else if (strstr(operands, "CONTAINER"))
		list(completing, containers);
	else if (strstr(operands, "IMAGE"))
		list(completing, images);
	else if (strstr(operands, "NETWORK"))
		list(completing, networks);
	else if (strstr(operands, "VOLUME"))
		list(completing, volumes);
	else if (strstr(operands, "bash|zsh|fish"))
		text_add(&completing->out, "bash\nzsh\nfish\n");
	else if (operands[0])
		text_add(&completing->out, ":files\n");
}

static void complete_verb(struct completing *completing, const struct verb *verb, char **words)
{
	size_t operands = 0;

	for (; words[1]; words++) {
		const struct option *option = NULL;

		if (words[0][0] != '-' || !words[0][1]) {
			operands++;
			continue;
		}
		if (operands && verb->in_order)
			continue;
		option = find_option(verb->options, words[0]);
		if (!option || !takes_word(option))
			continue;
		if (!words[2]) {
			add_values(completing, option);
			return;
		}
		words++;
	}
	if (words[0][0] == '-' && !(operands && verb->in_order))
		add_options(&completing->out, verb->options);
	else
		add_operands(completing, verb, operands);
}

/* --- */

/* Passes over options before the verb. Returns what is left, or NULL where a value of one is being typed. */
static char **take_globals(struct completing *completing, const struct option *table, char **words)
{
	completing->globals = words;
	while (words[1] && words[0][0] == '-') {
		const struct option *option = find_option(table, words[0]);

		completing->count++;
		words++;
		if (!option || !takes_word(option))
			continue;
		if (!words[1]) {
			add_values(completing, option);
			return NULL;
		}
		completing->count++;
		words++;
	}
	return words;
}

/* What `explain` is about, where it is a command: its words; NULL where it may be a container. */
static char **take_explained(char **words)
{
	words++;
	while (*words && words[0][0] == '-') {
		const struct option *option = find_option(verb_explain.options, *words);

		words++;
		if (option && takes_word(option) && *words)
			words++;
	}
	if (!*words || !words[1] || (!names_is_group(*words) && !names_verb(NULL, *words)))
		return NULL;
	return words;
}

static void complete_words(struct completing *completing, const struct option *global_options, char **words)
{
	const char *group = NULL;
	const struct verb *verb;

	char **explained;

	words = take_globals(completing, global_options, words);
	if (!words)
		return;
	explained = words[1] && !strcmp(words[0], verb_explain.name) ? take_explained(words) : NULL;
	words = explained ? explained : words;
	if (words[1] && names_is_group(words[0]))
		group = *words++;
	if (!words[1] && words[0][0] == '-' && !group)
		add_options(&completing->out, global_options);
	else if (!words[1])
		names_each(group, add_name, completing);
	else if ((verb = names_verb(group, words[0])))
		complete_verb(completing, verb, words + 1);
}

void complete(struct command *command, const struct option *global_options, char **words)
{
	struct completing completing = { .command = command, .out = text_new(command->arena) };

	if (words[0])
		complete_words(&completing, global_options, words);
	command_print(command, &completing.out);
}
