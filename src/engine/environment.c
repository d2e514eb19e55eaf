/* environment.c - see environment.h */
#include "engine/environment.h"
#include "base/file.h"
#include "base/sys.h"
#include "spec/reason.h"
#include <string.h>

/* Of UTF-8: some editors of Windows begin a file with it. */
#define BYTE_ORDER_MARK "\357\273\277"

enum { ENV_FILE_MAX = 16 << 20, ROOM = 64 };

struct environment environment_new(struct arena *arena, char **own)
{
	return (struct environment){ arena, own, { ARENA_ARRAY(arena, ROOM, char *), 0 }, ROOM };
}

void environment_put(struct environment *env, const char *entry)
{
	size_t length = strcspn(entry, "="), i = 0;
	struct texts *list = &env->list;

	while (i < list->count && (strncmp(list->at[i], entry, length) || list->at[i][length] != '='))
		i++;
	list->at = arena_grow(env->arena, list->at, i + 1, &env->room, sizeof(*list->at));
	list->at[i] = (char *)(uintptr_t)entry;
	list->count += i == list->count;
}

const char *environment_find(const struct environment *env, const char *name)
{
	size_t length = strlen(name);

	for (size_t i = 0; i < env->list.count; i++)
		if (!strncmp(env->list.at[i], name, length) && env->list.at[i][length] == '=')
			return env->list.at[i] + length + 1;
	return NULL;
}

void environment_unset(struct environment *env, const char *name)
{
	size_t length = strlen(name), kept = 0;
	struct texts *list = &env->list;

	for (size_t i = 0; i < list->count; i++)
		if (strncmp(list->at[i], name, length) || list->at[i][length] != '=')
			list->at[kept++] = list->at[i];
	list->count = kept;
}

/* The caller's own, or NULL. */
static const char *find_own(const struct environment *env, const char *name)
{
	size_t length = strlen(name);

	for (char **at = env->own; *at; at++)
		if (!strncmp(*at, name, length) && (*at)[length] == '=')
			return *at;
	return NULL;
}

void environment_put_given(struct environment *env, const char *option, const char *entry, struct problem *problem)
{
	const char *own;

	if (!entry[0] || entry[0] == '=') {
		problem_set(problem, "option '%s': '%s' is not NAME=VALUE", option, entry);
		return;
	}
	own = strchr(entry, '=') ? entry : find_own(env, entry);
	if (own)
		environment_put(env, own);
	else	/* as docker has it: what the image says of it goes, too */
		environment_unset(env, entry);
}

/* As docker has it, a blank in a name is a slip of the pen: "A = 1". */
static void put_line(struct environment *env, const char *line, struct problem *problem)
{
	const size_t name = strcspn(line, "=");

	if (strcspn(line, " \t") < name)
		problem_set(problem, "option '--env-file': '%.*s' is no name of a variable: it has a blank in it",
			    (int)name, line);
	else
		environment_put_given(env, "--env-file", line, problem);
}

void environment_put_file(struct environment *env, const char *path, struct problem *problem)
{
	char *text, *line;
	size_t length;
	int error = file_read(env->arena, AT_FDCWD, path, ENV_FILE_MAX, &text, &length);

	if (error) {
		problem_set(problem, "option '--env-file': cannot read '%s': %s", path, reason_words(error));
		return;
	}
	if (memchr(text, '\0', length)) {
		problem_set(problem, "option '--env-file': '%s' is no text", path);
		return;
	}
	text += strncmp(text, BYTE_ORDER_MARK, strlen(BYTE_ORDER_MARK)) ? 0 : strlen(BYTE_ORDER_MARK);
	while ((line = strsep(&text, "\n"))) {
		line += strspn(line, " \t");
		line[strcspn(line, "\r")] = '\0';
		if (line[0] && line[0] != '#')
			put_line(env, line, problem);
	}
}

struct texts environment_texts(const struct environment *env)
{
	struct texts texts = env->list;

	texts.at[texts.count] = NULL;
	return texts;
}
