/* environment_merge.c - --env-merge NAME=VALUE: what VALUE says of variables that are there is put in.
 *
 * The words are podman's, which are those of a Dockerfile's ENV: $NAME, ${NAME}, ${NAME:-WORD} (WORD where NAME is
 * empty or not there), ${NAME:+WORD} (WORD where it is more than that). Quotes are taken away, nothing is replaced
 * within '…', and a backslash takes the meaning from what follows it. A variable that is not there is empty.
 */
#include "engine/environment.h"
#include <string.h>

#define NAME_LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789"

struct merging {
	const struct environment *env;
	const char *at;			/* what is not read yet */
	struct text out;
	unsigned depth;			/* of braces */
	bool bad;
};

static void replace(struct merging *merging, bool wanted);

/* Up to `end`, which is left; "" is added where it is not `wanted`. */
static void take_words(struct merging *merging, char end, bool wanted)
{
	char quote = '\0';

	while (*merging->at && (quote || *merging->at != end)) {
		char letter = *merging->at;

		if (letter == '$' && quote != '\'') {
			replace(merging, wanted);
			continue;
		}
		merging->at++;
		if (letter == quote || (!quote && (letter == '\'' || letter == '"'))) {
			quote = letter == quote ? '\0' : letter;
			continue;
		}
		if (letter == '\\' && quote != '\'' && *merging->at && (!quote || strchr("\"$\\", *merging->at)))
			letter = *merging->at++;
		if (wanted)
			text_add_bytes(&merging->out, &letter, 1);
	}
	merging->bad |= quote || *merging->at != end;
}

/* ":-WORD" or ":+WORD" up to the brace. */
static void take_other(struct merging *merging, const char *value, bool wanted)
{
	enum { DEEPEST = 32 };
	const bool plus = merging->at[0] == ':' && merging->at[1] == '+';

	if ((!plus && strncmp(merging->at, ":-", 2) != 0) || ++merging->depth > DEEPEST) {
		merging->bad = true;
		return;
	}
	merging->at += 2;
	if (wanted && !plus)
		text_add(&merging->out, value);
	take_words(merging, '}', wanted && plus == (value[0] != '\0'));
	merging->depth--;
}

/* "$NAME", "${NAME…}"; any other '$' is one. */
static void replace(struct merging *merging, bool wanted)
{
	const bool braced = merging->at[1] == '{';
	const char *name = merging->at + 1 + braced, *value;
	const size_t length = strspn(name, NAME_LETTERS);

	if (!length && !braced) {
		merging->at++;
		text_add(&merging->out, wanted ? "$" : "");
		return;
	}
	value = environment_find(merging->env, arena_copy(merging->env->arena, name, length));
	value = value ? value : "";
	merging->at = name + length;
	merging->bad |= !length;
	if (braced && *merging->at != '}')
		take_other(merging, value, wanted);
	else if (wanted)
		text_add(&merging->out, value);
	if (merging->bad)	/* the rest is not looked at */
		merging->at = "";
	else
		merging->at += braced;
}

void environment_merge(struct environment *env, const char *given, struct problem *problem)
{
	const size_t name = strcspn(given, "=");
	struct merging merging = { .env = env, .at = given + name + 1, .out = text_new(env->arena) };

	merging.bad = !name || !given[name];
	text_add_bytes(&merging.out, given, name + 1);
	if (!merging.bad)
		take_words(&merging, '\0', true);
	if (merging.bad)
		problem_set(problem, "option '--env-merge': '%s' is not NAME=VALUE, as in PATH=/opt/bin:${PATH}; "
			    "${NAME:-WORD} and ${NAME:+WORD} are what else it takes", given);
	else
		environment_put(env, merging.out.at);
}
