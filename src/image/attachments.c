/* attachments.c - see attachments.h */
#include "image/attachments.h"
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

enum { LEVELS = 3, TOP = 0, SCOPE = 1, SETTING = 2 };

/* A line that says something: "  key: value". */
struct line {
	size_t indent, number;
	const char *key, *value;	/* value: "" where the key has members below it, or nothing */
};

struct reader {
	struct attachments *attachments;
	struct arena *arena;
	struct problem *problem;
	const char *file;
	size_t indent[LEVELS];		/* of the mappings that are open */
	size_t depth;			/* how many are */
	bool opens;			/* the last line may have members below it */
	bool docker, defaults;		/* which of the two top keys is open */
	bool seen_docker, seen_defaults;
};

static void fail(struct reader *reader, const struct line *line, const char *what)
{
	problem_set(reader->problem, "%s:%zu: %s", reader->file, line->number, what);
}

/* --- a line --- */

/* Cuts a comment: '#' at the beginning or after a blank, outside of quotes. */
static void cut_comment(char *text)
{
	char quote = '\0';

	for (char *c = text; *c; c++) {
		bool first = c == text || c[-1] == ' ' || c[-1] == '\t';

		if (quote) {
			quote = *c == quote ? '\0' : quote;
		} else if (*c == '#' && first) {
			*c = '\0';
			return;
		} else if ((*c == '"' || *c == '\'') && (first || (c > text && c[-1] == ':'))) {
			quote = *c;
		}
	}
}

static void cut_blanks(char *text)
{
	size_t length = strlen(text);

	while (length && (text[length - 1] == ' ' || text[length - 1] == '\t' || text[length - 1] == '\r'))
		text[--length] = '\0';
}

/* Takes the quotes off a text; false where it is anything but a plain or a simple quoted one. */
static bool take_scalar(char *text, const char **ret_text)
{
	size_t length = strlen(text);
	char quote = *text;

	*ret_text = text;
	if (quote != '"' && quote != '\'')
		return !strchr("-?,[]{}#&*!|>%@`", quote ? quote : 'a');
	if (length < 2 || text[length - 1] != quote || strchr(text, '\\'))
		return false;
	text[length - 1] = '\0';
	*ret_text = text + 1;
	return !strchr(text + 1, quote);
}

/* Where the ':' after the key is: before a blank or the end, outside of quotes. */
static char *find_colon(char *text)
{
	char *at = *text == '"' || *text == '\'' ? strchr(text + 1, *text) : text;

	for (at = at ? strchr(at, ':') : NULL; at; at = strchr(at + 1, ':'))
		if (!at[1] || at[1] == ' ' || at[1] == '\t')
			return at;
	return NULL;
}

/* false: the line says nothing, or is wrong. */
static bool read_line(struct reader *reader, char *text, struct line *line)
{
	char *colon;

	cut_comment(text);
	cut_blanks(text);
	if (strcmp(text, "---") == 0)
		return false;
	line->indent = strspn(text, " ");
	text += line->indent;
	if (!*text)
		return false;
	colon = find_colon(text);
	if (*text == '\t' || !colon) {
		fail(reader, line, *text == '\t' ? "a tab must not indent a line" : "'key: value' is expected");
		return false;
	}
	*colon++ = '\0';
	cut_blanks(text);
	colon += strspn(colon, " \t");
	if (strcmp(colon, "{}") == 0)
		*colon = '\0';
	if (take_scalar(text, &line->key) && take_scalar(colon, &line->value) && *line->key)
		return true;
	fail(reader, line, "this is more of YAML than such a file may have: keys and plain or quoted texts");
	return false;
}

/* --- what it says --- */

static void add_scope(struct reader *reader, const struct line *line, const char *name)
{
	struct attachments *all = reader->attachments;

	for (size_t i = 0; i < all->count; i++) {
		if (strcmp(all->scope[i].name, name) != 0)
			continue;
		problem_set(reader->problem, "%s:%zu: '%.300s' is there already: %s:%zu", reader->file, line->number,
			    *name ? name : "default-docker", all->scope[i].file, all->scope[i].line);
		return;
	}
	if (all->count == all->room) {
		size_t room = all->room ? 2 * all->room : 16;

		all->scope = arena_resize(reader->arena, all->scope, all->room * sizeof(*all->scope),
					  room * sizeof(*all->scope));
		all->room = room;
	}
	all->scope[all->count++] = (struct attachments_scope){ name, false, reader->file, line->number };
}

static void take_top(struct reader *reader, const struct line *line)
{
	reader->docker = strcmp(line->key, "docker") == 0;
	reader->defaults = strcmp(line->key, "default-docker") == 0;
	if (!reader->docker && !reader->defaults)
		fail(reader, line, "the keys of such a file are 'docker' and 'default-docker'");
	else if (*line->value)
		fail(reader, line, "a mapping is expected below this key");
	else if (reader->docker ? reader->seen_docker : reader->seen_defaults)
		fail(reader, line, "this key is there already");
	else if (reader->defaults)
		add_scope(reader, line, "");
	reader->seen_docker |= reader->docker;
	reader->seen_defaults |= reader->defaults;
}

static void take_setting(struct reader *reader, const struct line *line)
{
	struct attachments_scope *scope = &reader->attachments->scope[reader->attachments->count - 1];

	if (strcmp(line->key, "use-sigstore-attachments") != 0)
		return;
	if (strcmp(line->value, "true") != 0 && strcmp(line->value, "false") != 0)
		fail(reader, line, "use-sigstore-attachments must be 'true' or 'false'");
	scope->enabled = strcmp(line->value, "true") == 0;
}

/* Which mapping the line is in: one that is open, by its indentation, or a new one below the last line. */
static bool find_level(struct reader *reader, const struct line *line)
{
	size_t depth = reader->depth;

	/* A setting opens nothing, so there are at most LEVELS. */
	if (!depth || (reader->opens && line->indent > reader->indent[depth - 1])) {
		reader->indent[reader->depth++] = line->indent;
		return true;
	}
	while (depth && reader->indent[depth - 1] != line->indent)
		depth--;
	if (!depth)
		fail(reader, line, "the line is indented like none above it");
	reader->depth = depth;
	return depth;
}

static void take_line(struct reader *reader, const struct line *line)
{
	size_t level;

	if (!find_level(reader, line))
		return;
	level = reader->depth - 1;
	/* default-docker has its settings right below it. */
	if (level == SCOPE && reader->defaults)
		level = SETTING;
	reader->opens = !*line->value && level < SETTING;
	if (level == TOP)
		take_top(reader, line);
	else if (level == SETTING)
		take_setting(reader, line);
	else if (*line->value)
		fail(reader, line, "a mapping is expected below this key");
	else
		add_scope(reader, line, line->key);
}

void attachments_add(struct attachments *attachments, struct arena *arena, const char *text, size_t length,
		     const char *file, struct problem *problem)
{
	struct reader reader = { .attachments = attachments, .arena = arena, .problem = problem, .file = file };
	const char *end = text + length;
	struct line line = { 0 };

	while (text < end && !problem->found) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		size_t size = (size_t)((newline ? newline : end) - text);

		line.number++;
		if (memchr(text, '\0', size))
			fail(&reader, &line, "there is a NUL byte");
		else if (read_line(&reader, arena_copy(arena, text, size), &line))
			take_line(&reader, &line);
		text += size + 1;
	}
}

int attachments_load(struct arena *arena, const struct places *places, struct attachments *ret_attachments,
		     struct problem *problem)
{
	const char *folder = places->config ? arena_printf(arena, "%s/registries.d", places->config) : NULL;
	const char **name = NULL;
	struct stat info;
	int error;

	*ret_attachments = (struct attachments){ 0 };
	if (!folder || stat(folder, &info) != 0)
		folder = arena_printf(arena, "%s/containers/registries.d", places->etc);
	error = places_list(arena, folder, ".yaml", &name, problem);
	for (; !error && *name; name++) {
		const char *path = arena_printf(arena, "%s/%s", folder, *name);
		size_t length = 0;
		char *text = NULL;

		error = places_read(arena, path, &text, &length, problem);
		if (error > 0)
			attachments_add(ret_attachments, arena, text, length, path, problem);
		error = error < 0 ? error : problem->found ? -EINVAL : 0;
	}
	return error;
}

bool attachments_enabled(const struct attachments *attachments, struct arena *arena, const struct reference *reference)
{
	const struct attachments_scope *general = NULL;

	for (const char *const *name = reference_scopes(arena, reference); *name; name++)
		for (size_t i = 0; i < attachments->count; i++)
			if (strcmp(attachments->scope[i].name, *name) == 0)
				return attachments->scope[i].enabled;
	for (size_t i = 0; i < attachments->count; i++)
		if (!*attachments->scope[i].name)
			general = &attachments->scope[i];
	return general && general->enabled;
}
