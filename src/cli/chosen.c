/* chosen.c - see chosen.h */
#include "cli/chosen.h"
#include "base/file.h"
#include "cli/container_filter.h"
#include "spec/names.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#define AT(member) offsetof(struct chosen_asked, member)

#define ROWS(filter_letter) \
	{ "all", 'a', OPTION_FLAG, AT(all), NULL, N_("all for which it makes sense") }, \
	{ "cidfile", 0, OPTION_TEXTS, AT(id_files), "FILE", \
	  N_("the one whose ID `run --cidfile` has written there") }, \
	{ "filter", filter_letter, OPTION_TEXTS, AT(filter), "KEY=VALUE", N_("those that `ps --filter` shows") }, \
	{ "ignore", 'i', OPTION_FLAG, AT(ignore), NULL, N_("one that is not there is no failure") }, \
	{ "latest", 'l', OPTION_FLAG, AT(latest), NULL, N_("the newest") }, \
	{ NULL }

const struct option chosen_options[] = { ROWS(0) };
const struct option chosen_short_options[] = { ROWS('f') };

/* One that cannot be read is not chosen, but told: `rm --force` of its ID removes it. */
static void choose(struct command *command, struct place *place, const struct chosen_asked *asked, unsigned all)
{
	struct text warnings = text_new(command->arena);
	struct container_filter filter;
	struct engine_container *list;
	size_t count, chosen = 0;

	if (!container_filter_read(place, &asked->filter, CONTAINER_FILTER_CHOICE, &filter, command->problem) ||
	    !engine_list(&place->engine, &list, &count, &warnings, command->problem))
		return;
	command_warn(command, &warnings);
	command->operand = ARENA_ARRAY(command->arena, count + 1, char *);
	for (size_t i = 0; i < count && !(asked->latest && chosen); i++)
		if ((asked->latest || all & 1U << list[i].status) &&
		    container_filter_takes(&filter, &place->engine, &list[i]))
			command->operand[chosen++] = arena_copy(command->arena, list[i].made.id, CONTAINER_ID_LENGTH);
	if (asked->latest && !chosen)
		problem_set(command->problem, "option '--latest': there is no such container");
}

/* NULL: it is not there, which is ignored, or a problem. */
static char *read_id(struct command *command, const char *path, bool ignore)
{
	enum { LONGEST = 4096 };
	char *text;
	size_t length;
	int error = file_read(command->arena, AT_FDCWD, path, LONGEST, &text, &length);

	if (!error) {
		text[strcspn(text, "\r\n")] = '\0';
		if (text[0])
			return text;
		problem_set(command->problem, "option '--cidfile': there is no ID in %s", path);
	} else if (error != -ENOENT || !ignore)
		problem_set(command->problem, "option '--cidfile': %s: %s", path, errno_words(-error));
	return NULL;
}

static void add_from_files(struct command *command, const struct chosen_asked *asked)
{
	size_t count = 0;
	char **names;

	while (command->operand[count])
		count++;
	names = ARENA_ARRAY(command->arena, count + asked->id_files.count + 1, char *);
	memcpy(names, command->operand, count * sizeof(*names));
	for (size_t i = 0; i < asked->id_files.count && !command->problem->found; i++) {
		names[count] = read_id(command, asked->id_files.at[i], asked->ignore);
		count += names[count] != NULL;
	}
	command->operand = names;
}

bool chosen_is_missing(const struct problem *problem)
{
	static const char begin[] = "no such container";

	return !strncmp(problem->text, begin, strlen(begin));
}

/* One whose name is ambiguous, or whose record is damaged, is there all the same: what is done with it is told. */
static bool is_there(struct place *place, const char *given)
{
	struct problem gone;

	return place_has(place, given, &gone) || !chosen_is_missing(&gone);
}

static void keep_those_there(struct place *place, char **names)
{
	char **kept = names;

	for (; *names; names++)
		if (is_there(place, *names))
			*kept++ = *names;
	*kept = NULL;
}

bool chosen_read(struct command *command, struct place *place, const struct chosen_asked *asked, unsigned all)
{
	bool by_list = asked->all || asked->latest || asked->filter.count;
	bool named = command->operand[0] || asked->id_files.count;

	if (by_list == named)
		command->failed = EXIT_USAGE;
	if (by_list && named)
		problem_set(command->problem, "name containers, or choose them by --all, --filter, --latest: "
			    "not both");
	else if (!by_list && !named)
		problem_set(command->problem, "no container is named; --all, --filter and --latest choose some");
	else if (by_list)
		choose(command, place, asked, all);
	else if (asked->id_files.count)
		add_from_files(command, asked);
	if (asked->ignore && !command->problem->found)
		keep_those_there(place, command->operand);
	return !command->problem->found;
}

void chosen_each(struct command *command, const struct chosen_asked *asked, unsigned all,
		 void (*one)(struct command *command, struct place *place, struct engine_container *container,
			     struct problem *problem))
{
	struct place place;

	if (!place_open(command, false, &place))
		return;
	if (chosen_read(command, &place, asked, all))
		place_each(command, &place, one);
	store_close(&place.store);
}

static char *newest(struct command *command, struct place *place)
{
	struct text warnings = text_new(command->arena);
	struct engine_container *list;
	size_t count;

	if (!engine_list(&place->engine, &list, &count, &warnings, command->problem))
		return NULL;
	if (count)
		return arena_copy(command->arena, list[0].made.id, CONTAINER_ID_LENGTH);
	problem_set(command->problem, "option '--latest': there is no container");
	return NULL;
}

bool chosen_put_first(struct command *command, struct place *place, bool latest, const char *id_file, const char *verb,
		      size_t least)
{
	size_t count = 0;
	char **words;

	while (command->operand[count])
		count++;
	if (latest && id_file)
		problem_set(command->problem, "options '--latest' and '--cidfile': one of them only");
	if ((latest || id_file) && place && !command->problem->found) {
		words = ARENA_ARRAY(command->arena, count + 2, char *);
		words[0] = latest ? newest(command, place) : read_id(command, id_file, false);
		memcpy(words + 1, command->operand, (count + 1) * sizeof(*words));
		command->operand = words;
		count++;
	}
	if (count >= least || command->problem->found)
		return !command->problem->found;
	command->failed = EXIT_USAGE;
	problem_set(command->problem, "%s: missing %s; see 'taru %s --help'", verb,
		    count || latest || id_file ? "COMMAND" : "CONTAINER", verb);
	return false;
}
