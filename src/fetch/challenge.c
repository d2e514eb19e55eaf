/* challenge.c - see challenge.h
 *
 * The difficulty is the comma: it stands between parameters and between challenges. A word begins a challenge
 * unless "=" follows it.
 */
#include "fetch/challenge.h"
#include "base/text.h"
#include <string.h>
#include <strings.h>

static const char token_bytes[] =
	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+-.^_`|~";
static const char token68_bytes[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~+/";

static const char *skip_blanks(const char *at)
{
	return at + strspn(at, " \t");
}

/* The text in quotes that begins at `*at`, which goes past it. NULL where it has no end. */
static const char *read_quoted(struct arena *arena, const char **at)
{
	struct text text = text_new(arena);
	const char *next = *at + 1;

	for (; *next != '"'; next++) {
		next += *next == '\\';
		if (!*next)
			return NULL;
		text_add_bytes(&text, next, 1);
	}
	*at = next + 1;
	return text.at;
}

/* What stands after "=". Values that should be quoted and are not (a scope with its colons) are taken up to the
 * next comma or blank. */
static const char *read_value(struct arena *arena, const char **at)
{
	const char *value;
	size_t length;

	if (**at == '"')
		return read_quoted(arena, at);
	length = strcspn(*at, " \t,\"");
	if (!length)
		return NULL;
	value = arena_copy(arena, *at, length);
	*at += length;
	return value;
}

/* After a scheme may come one bare word, of base64 or the like: it is skipped. */
static const char *skip_token68(const char *at)
{
	size_t length = strspn(at, token68_bytes);
	const char *after;

	length += length ? strspn(at + length, "=") : 0;
	after = skip_blanks(at + length);
	return length && (!*after || *after == ',') ? after : at;
}

struct reader { struct arena *arena; const char *at; struct challenge *current, **end; size_t count; };

/* One word and what belongs to it. False at something that cannot be read. */
static bool read_one(struct reader *reader)
{
	size_t length = strspn(reader->at, token_bytes);
	const char *word = arena_copy(reader->arena, reader->at, length);
	const char *after = skip_blanks(reader->at + length);
	const char *value;

	if (!length)
		return false;
	if (*after == '=') {
		reader->at = skip_blanks(after + 1);
		value = reader->current ? read_value(reader->arena, &reader->at) : NULL;
		if (value && reader->current->count < CHALLENGE_PARAMETERS_MAX)
			reader->current->parameters[reader->current->count++] = (struct pair){ word, value };
		return value;
	}
	if (reader->count++ == CHALLENGES_MAX || (*after && *after != ',' && after == reader->at + length))
		return false;
	reader->current = ARENA_NEW(reader->arena, struct challenge);
	reader->current->scheme = word;
	*reader->end = reader->current;
	reader->end = &reader->current->next;
	reader->at = skip_token68(after);
	return true;
}

struct challenge *challenge_read(struct arena *arena, const char *value)
{
	struct challenge *first = NULL;
	struct reader reader = { .arena = arena, .at = value, .end = &first };

	for (;;) {
		reader.at += strspn(reader.at, " \t,");
		if (!*reader.at || !read_one(&reader))
			return first;
	}
}

const char *challenge_parameter(const struct challenge *challenge, const char *name)
{
	for (size_t i = 0; i < challenge->count; i++)
		if (!strcasecmp(challenge->parameters[i].key, name))
			return challenge->parameters[i].value;
	return NULL;
}

const struct challenge *challenge_find(const struct challenge *list, const char *scheme)
{
	for (; list; list = list->next)
		if (!strcasecmp(list->scheme, scheme))
			return list;
	return NULL;
}
