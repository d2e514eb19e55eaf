/* changes.c - see changes.h */
#include "image/changes_parts.h"
#include "base/json.h"
#include "spec/lists.h"
#include <string.h>
#include <strings.h>

void change_add_text(struct arena *arena, struct texts *texts, const char *text)
{
	texts_add(arena, texts, arena_copy(arena, text, strlen(text)));
}

/* --- words --- */

/* The next word: blanks end it, quotes and backslashes keep them. NULL at the end. */
const char *change_next_word(struct change *change)
{
	struct text word = text_new(change->arena);
	const char *at = change->rest + strspn(change->rest, " \t");
	char quote = '\0';

	if (!*at)
		return NULL;
	for (; *at && (quote || (*at != ' ' && *at != '\t')); at++) {
		if (quote ? *at == quote : *at == '"' || *at == '\'') {
			quote = quote ? '\0' : *at;
			continue;
		}
		if (*at == '\\' && quote != '\'' && at[1])
			at++;
		text_add_bytes(&word, at, 1);
	}
	if (quote)
		problem_set(change->problem, "the quote %c is not closed", quote);
	change->rest = at;
	return word.at;
}

bool change_take_list(struct change *change, struct texts *texts)
{
	const char *rest = change->rest;
	struct problem ignored = { 0 };
	const struct json *list;

	*texts = (struct texts){ 0 };
	if (rest[0] != '[')
		return false;
	list = json_read(change->arena, arena_copy(change->arena, rest, strlen(rest)), strlen(rest), "list", &ignored);
	for (const struct json *value = list ? list->first : NULL; value; value = value->next)
		if (value->kind == JSON_STRING)
			change_add_text(change->arena, texts, value->text);
	return list && list->kind == JSON_ARRAY && texts->count == list->count;
}

/* "[\"sh\", \"-c\"]", or a line for the shell. */
static void take_command(struct change *change, struct texts *texts)
{
	if (change_take_list(change, texts))
		return;
	*texts = (struct texts){ 0 };
	change_add_text(change->arena, texts, "/bin/sh");
	change_add_text(change->arena, texts, "-c");
	change_add_text(change->arena, texts, change->rest);
}

/* --- one function for each word --- */

static void take_cmd(struct change *change)
{
	take_command(change, &change->run->cmd);
	change->run->has_cmd = true;
}

static void take_entrypoint(struct change *change)
{
	take_command(change, &change->run->entrypoint);
	change->run->has_entrypoint = true;
}

/* Of two with one name the later one holds. */
static void set_variable(struct change *change, const char *pair)
{
	struct texts *env = &change->run->env;
	size_t name = strcspn(pair, "=");

	for (size_t i = 0; i < env->count; i++) {
		if (strncmp(env->at[i], pair, name) != 0 || env->at[i][name] != '=')
			continue;
		env->at[i] = arena_copy(change->arena, pair, strlen(pair));
		return;
	}
	change_add_text(change->arena, env, pair);
}

/* "A=b C=d", or the old form "A b c". */
static void take_env(struct change *change)
{
	const char *first = change->rest, *blank = first + strcspn(first, " \t="), *word;

	if (*blank && *blank != '=') {
		set_variable(change, arena_printf(change->arena, "%.*s=%s", (int)(blank - first), first,
						  blank + strspn(blank, " \t")));
		return;
	}
	while ((word = change_next_word(change)))
		if (strchr(word, '=') && word[0] != '=')
			set_variable(change, word);
		else
			problem_set(change->problem, "'%s' is not NAME=VALUE", word);
}

static void take_label(struct change *change)
{
	struct pairs *labels = &change->run->labels;
	const char *word;

	while ((word = change_next_word(change))) {
		const char *equal = strchr(word, '=');

		if (!equal || equal == word) {
			problem_set(change->problem, "'%s' is not NAME=VALUE", word);
			return;
		}
		labels->at = arena_resize(change->arena, labels->at, labels->count * sizeof(struct pair),
					  (labels->count + 1) * sizeof(struct pair));
		labels->at[labels->count++] = (struct pair){
			arena_copy(change->arena, word, (size_t)(equal - word)), equal + 1 };
	}
}

static bool is_port(const char *word)
{
	const char *digits = word + strspn(word, "0123456789");
	static const char *const kinds[] = { "", "/tcp", "/udp", "/sctp" };

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (digits > word && digits - word <= 5 && !strcmp(digits, kinds[i]))
			return true;
	return false;
}

static void take_expose(struct change *change)
{
	const char *word;

	while ((word = change_next_word(change))) {
		if (!is_port(word)) {
			problem_set(change->problem, "'%s' is no port (80, 53/udp)", word);
			return;
		}
		change_add_text(change->arena, &change->run->ports,
			 strchr(word, '/') ? word : arena_printf(change->arena, "%s/tcp", word));
	}
}

static void take_volume(struct change *change)
{
	const char *word;

	if (change->rest[0] == '[') {
		struct texts list;

		take_command(change, &list);
		for (size_t i = 0; i < list.count; i++)
			change_add_text(change->arena, &change->run->volumes, list.at[i]);
		return;
	}
	while ((word = change_next_word(change)))
		change_add_text(change->arena, &change->run->volumes, word);
}

static void take_user(struct change *change)
{
	change->run->user = arena_copy(change->arena, change->rest, strlen(change->rest));
}

static void take_working_dir(struct change *change)
{
	const char *old = change->run->working_dir;

	if (change->rest[0] == '/')
		change->run->working_dir = arena_copy(change->arena, change->rest, strlen(change->rest));
	else
		change->run->working_dir = arena_printf(change->arena, "%s/%s", old && old[1] ? old : "", change->rest);
}

static void take_stop_signal(struct change *change)
{
	change->run->stop_signal = arena_copy(change->arena, change->rest, strlen(change->rest));
}

static void take_on_build(struct change *change)
{
	change_add_text(change->arena, &change->run->on_build, change->rest);
}

static const struct { const char *word; void (*take)(struct change *change); } words[] = {
	{ "CMD", take_cmd }, { "ENTRYPOINT", take_entrypoint }, { "ENV", take_env }, { "EXPOSE", take_expose },
	{ "HEALTHCHECK", change_take_health }, { "LABEL", take_label }, { "ONBUILD", take_on_build },
	{ "STOPSIGNAL", take_stop_signal },
	{ "USER", take_user }, { "VOLUME", take_volume }, { "WORKDIR", take_working_dir },
};

bool change_apply(struct arena *arena, struct image_run *run, const char *line, struct problem *problem)
{
	size_t length = strcspn(line, " \t");
	struct problem why = { 0 };
	struct change change = { arena, run, line + length + strspn(line + length, " \t"), &why };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strlen(words[i].word) != length || strncasecmp(words[i].word, line, length) != 0)
			continue;
		if (!change.rest[0])
			problem_set(&why, "nothing stands behind the word");
		else
			words[i].take(&change);
		if (why.found)
			problem_set(problem, "--change '%s': %s", line, why.text);
		return !why.found;
	}
	problem_set(problem, "--change '%s': begins with none of CMD, ENTRYPOINT, ENV, EXPOSE, HEALTHCHECK, LABEL, "
		    "ONBUILD, STOPSIGNAL, USER, VOLUME, WORKDIR", line);
	return false;
}
