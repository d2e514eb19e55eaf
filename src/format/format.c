/* format.c - from a template to its tree: see format.h */
#include "format/parts.h"
#include <string.h>

struct parser {
	struct words words;
	struct word word;		/* that is looked at */
	bool escapes;
	struct variable *variables;	/* that are known here */
	unsigned depth, ranges;
	enum { END_TEXT, END_END, END_ELSE } ended;	/* what ended a list */
	unsigned end_column;
	struct problem *problem;
};

static struct node *new_node(struct parser *parser, enum node_kind kind, unsigned column)
{
	struct node *node = ARENA_NEW(parser->words.arena, struct node);

	node->kind = kind;
	node->column = column;
	return node;
}

static void next(struct parser *parser)
{
	parser->word = words_next(&parser->words);
}

static bool word_is(const struct parser *parser, const char *name)
{
	return parser->word.kind == WORD_NAME && strlen(name) == parser->word.length &&
	       !memcmp(name, parser->word.text, parser->word.length);
}

static const char *word_copy(struct parser *parser)
{
	return arena_copy(parser->words.arena, parser->word.text, parser->word.length);
}

static bool is_known(const struct parser *parser, const char *name)
{
	const struct variable *variable = parser->variables;

	while (variable && strcmp(variable->name, name))
		variable = variable->outer;
	return variable || !strcmp(name, "$");
}

static void declare(struct parser *parser, const char *name)
{
	struct variable *variable = ARENA_NEW(parser->words.arena, struct variable);

	*variable = (struct variable){ name, NULL, parser->variables };
	parser->variables = variable;
}

/* --- values --- */

static struct node *parse_pipe(struct parser *parser, enum word_kind end);

static struct node *parse_constant(struct parser *parser, enum json_kind kind)
{
	struct node *node = new_node(parser, NODE_CONSTANT, parser->word.column);
	struct json *value = ARENA_NEW(parser->words.arena, struct json);

	value->kind = kind;
	value->text = word_copy(parser);
	value->boolean = word_is(parser, "true");
	node->constant = word_is(parser, "nil") ? NULL : value;
	return node;
}

static struct node *parse_name(struct parser *parser)
{
	struct node *node;

	if (word_is(parser, "true") || word_is(parser, "false") || word_is(parser, "nil"))
		return parse_constant(parser, JSON_BOOL);
	node = new_node(parser, NODE_FUNCTION, parser->word.column);
	node->function = function_find(parser->word.text, parser->word.length);
	if (!node->function)
		format_problem(parser->problem, node->column, "there is no function '%s'", word_copy(parser));
	return node;
}

static struct node *parse_variable(struct parser *parser)
{
	struct node *node = new_node(parser, NODE_VARIABLE, parser->word.column);

	node->text = word_copy(parser);
	if (!is_known(parser, node->text))
		format_problem(parser->problem, node->column, "there is no variable '%s'", node->text);
	return node;
}

static struct node *parse_parentheses(struct parser *parser)
{
	struct node *node;

	if (parser->depth++ == FORMAT_DEPTH_MAX)
		format_problem(parser->problem, parser->word.column, "too much stands within each other");
	next(parser);
	node = parser->problem->found ? NULL : parse_pipe(parser, WORD_CLOSE);
	parser->depth--;
	return node;
}

/* One value; the word is behind it, unless there is a problem. */
static struct node *parse_value(struct parser *parser)
{
	switch (parser->word.kind) {
	case WORD_NAME: return parse_name(parser);
	case WORD_DOT: case WORD_FIELD: return new_node(parser, NODE_DOT, parser->word.column);
	case WORD_VARIABLE: return parse_variable(parser);
	case WORD_TEXT: return parse_constant(parser, JSON_STRING);
	case WORD_NUMBER: return parse_constant(parser, JSON_NUMBER);
	case WORD_OPEN: return parse_parentheses(parser);
	case WORD_END: case WORD_CLOSE: case WORD_PIPE: case WORD_COMMA: case WORD_DECLARE: case WORD_ASSIGN:
	case WORD_WRONG:
		break;
	}
	format_problem(parser->problem, parser->word.column, "here a value is missing");
	return NULL;
}

/* A value and the fields of it that stand behind it without a blank. */
static struct node *parse_operand(struct parser *parser)
{
	bool field = parser->word.kind == WORD_FIELD;
	struct node *value = parse_value(parser), *fields, **last;

	if (!field && !parser->problem->found)
		next(parser);
	if (parser->problem->found || parser->word.kind != WORD_FIELD || (parser->word.spaced && !field))
		return value;
	fields = new_node(parser, NODE_FIELDS, parser->word.column);
	fields->first = value;
	last = &fields->body;
	do {
		*last = new_node(parser, NODE_NAME, parser->word.column);
		(*last)->text = word_copy(parser);
		last = &(*last)->next;
		next(parser);
	} while (parser->word.kind == WORD_FIELD && !parser->word.spaced);
	return fields;
}

static bool is_end_of_command(const struct parser *parser)
{
	return parser->word.kind == WORD_END || parser->word.kind == WORD_CLOSE || parser->word.kind == WORD_PIPE;
}

static struct node *parse_command(struct parser *parser)
{
	struct node *command = new_node(parser, NODE_COMMAND, parser->word.column);
	struct node **last = &command->first;

	do {
		struct node *operand = parse_operand(parser);

		if (!operand || parser->problem->found)
			return command;
		*last = operand;
		last = &operand->next;
		if (!is_end_of_command(parser) && !parser->word.spaced)
			format_problem(parser->problem, parser->word.column, "a blank is missing here");
	} while (!is_end_of_command(parser) && !parser->problem->found);
	return command;
}

/* `$x :=`, `$x =`, `$i, $x :=`: where it is none of these, nothing was read. */
static void parse_declaration(struct parser *parser, struct node *pipe)
{
	struct parser before = *parser;
	struct node **last = &pipe->declares;

	while (parser->word.kind == WORD_VARIABLE) {
		*last = new_node(parser, NODE_VARIABLE, parser->word.column);
		(*last)->text = word_copy(parser);
		last = &(*last)->next;
		next(parser);
		if (parser->word.kind != WORD_COMMA)
			break;
		next(parser);
	}
	pipe->assigns = parser->word.kind == WORD_ASSIGN;
	if (pipe->declares && (parser->word.kind == WORD_DECLARE || pipe->assigns)) {
		next(parser);
		return;
	}
	*parser = before;
	pipe->declares = NULL;
}

static void check_declaration(struct parser *parser, const struct node *pipe)
{
	for (const struct node *name = pipe->declares; name; name = name->next)
		if (pipe->assigns && !is_known(parser, name->text))
			format_problem(parser->problem, name->column, "there is no variable '%s'", name->text);
		else if (!pipe->assigns)
			declare(parser, name->text);
}

/* The end is read, too. */
static struct node *parse_pipe(struct parser *parser, enum word_kind end)
{
	struct node *pipe = new_node(parser, NODE_PIPE, parser->word.column);
	struct node **last = &pipe->first;

	if (end == WORD_END)
		parse_declaration(parser, pipe);
	for (;;) {
		*last = parse_command(parser);
		last = &(*last)->next;
		if (parser->problem->found || parser->word.kind != WORD_PIPE)
			break;
		next(parser);
	}
	if (parser->word.kind != end)
		format_problem(parser->problem, parser->word.column, "'%s' is missing",
			       end == WORD_CLOSE ? ")" : "}}");
	check_declaration(parser, pipe);
	return pipe;
}

/* --- what stands one after another --- */

static struct node *parse_list(struct parser *parser, const struct node *inside);

static size_t count_names(const struct node *pipe)
{
	size_t count = 0;

	for (const struct node *name = pipe->declares; name; name = name->next)
		count++;
	return count;
}

static void parse_else(struct parser *parser, struct node *node);

/* `if`, `with`, `range`: what they declare is known to their end. */
static void parse_control(struct parser *parser, struct node *node)
{
	struct variable *outside = parser->variables;
	bool range = node->kind == NODE_RANGE;

	if (parser->depth++ == FORMAT_DEPTH_MAX)
		format_problem(parser->problem, node->column, "too much stands within each other");
	next(parser);
	node->first = parse_pipe(parser, WORD_END);
	if (count_names(node->first) > (range ? 2 : 1))
		format_problem(parser->problem, node->column, "too many variables");
	parser->ranges += range;
	if (!parser->problem->found)
		node->body = parse_list(parser, node);
	parser->ranges -= range;
	if (!parser->problem->found && parser->ended == END_ELSE)
		parse_else(parser, node);
	parser->variables = outside;
	parser->depth--;
}

/* Behind the word `else`: `if …` is another one, which the same end ends. */
static void parse_else(struct parser *parser, struct node *node)
{
	enum node_kind kind = word_is(parser, "with") ? NODE_WITH : NODE_IF;

	if (parser->word.kind == WORD_END) {
		node->otherwise = parse_list(parser, node);
		if (!parser->problem->found && parser->ended == END_ELSE)
			format_problem(parser->problem, parser->end_column, "there is an 'else' already");
	} else if (kind == node->kind && (word_is(parser, "if") || word_is(parser, "with"))) {
		node->otherwise = new_node(parser, kind, parser->word.column);
		parse_control(parser, node->otherwise);
	} else {
		format_problem(parser->problem, parser->word.column, "behind 'else' stands '}}'%s",
			       node->kind == NODE_IF ? " or 'if'" : "");
	}
}

static bool expect_end(struct parser *parser)
{
	next(parser);
	if (parser->word.kind != WORD_END)
		format_problem(parser->problem, parser->word.column, "'}}' is missing");
	return !parser->problem->found;
}

/* `end`, `else`: true where it was one of them. */
static bool parse_list_end(struct parser *parser, const struct node *inside)
{
	bool ends = word_is(parser, "end");

	if (!ends && !word_is(parser, "else"))
		return false;
	parser->ended = ends ? END_END : END_ELSE;
	parser->end_column = parser->word.column;
	if (!inside)
		format_problem(parser->problem, parser->word.column, "this '%s' belongs to nothing",
			       word_copy(parser));
	else if (ends)
		expect_end(parser);
	else
		next(parser);
	return true;
}

static struct node *parse_jump(struct parser *parser)
{
	struct node *node = new_node(parser, word_is(parser, "break") ? NODE_BREAK : NODE_CONTINUE,
				     parser->word.column);

	if (!parser->ranges)
		format_problem(parser->problem, node->column, "'%s' stands in a 'range' only", word_copy(parser));
	expect_end(parser);
	return node;
}

/* What stands between {{ and }}, which is read, too. */
static struct node *parse_action(struct parser *parser)
{
	static const struct { const char *name; enum node_kind kind; } controls[] = {
		{ "if", NODE_IF }, { "with", NODE_WITH }, { "range", NODE_RANGE },
	};
	struct node *node;

	for (size_t i = 0; i < sizeof(controls) / sizeof(controls[0]); i++)
		if (word_is(parser, controls[i].name)) {
			node = new_node(parser, controls[i].kind, parser->word.column);
			parse_control(parser, node);
			return node;
		}
	if (word_is(parser, "break") || word_is(parser, "continue"))
		return parse_jump(parser);
	node = new_node(parser, NODE_ACTION, parser->word.column);
	node->first = parse_pipe(parser, WORD_END);
	if (count_names(node->first) > 1)
		format_problem(parser->problem, node->column, "too many variables");
	return node;
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* The text up to the next {{ or the end; without the blanks that "-}}" before it and "{{-" behind it cut off. */
static struct node *parse_text(struct parser *parser)
{
	struct words *words = &parser->words;
	struct text out = text_new(words->arena);
	struct node *node = new_node(parser, NODE_TEXT, (unsigned)(words->at - words->begin) + 1);
	const char *end = strstr(words->at, "{{");

	end = end ? end : words->at + strlen(words->at);
	for (const char *at = words->at; at < end; at++) {
		bool escape = parser->escapes && *at == '\\' && (at[1] == 't' || at[1] == 'n');

		if (escape)
			text_add(&out, *++at == 't' ? "\t" : "\n");
		else
			text_add_bytes(&out, at, 1);
	}
	node->text = out.at;
	node->length = out.length;
	while (words->trims && node->length && is_space(*node->text)) {
		node->text++;
		node->length--;
	}
	words->trims = false;
	words->at = end;
	if (!strncmp(end, "{{-", 3) && is_space(end[3]))
		while (node->length && is_space(node->text[node->length - 1]))
			node->length--;
	return node;
}

/* Goes behind {{ and, where it is a comment, behind that: then true. */
static bool skip_begin(struct parser *parser)
{
	struct words *words = &parser->words;
	unsigned column = (unsigned)(words->at - words->begin) + 1;
	const char *end;

	words->at += !strncmp(words->at, "{{-", 3) && is_space(words->at[3]) ? 3 : 2;
	while (is_space(words->at[0]) && words->at[-1] == '-')
		words->at++;
	if (strncmp(words->at, "/*", 2))
		return false;
	end = strstr(words->at + 2, "*/");
	if (!end || (strncmp(end + 2, "}}", 2) && (!is_space(end[2]) || strncmp(end + 3, "-}}", 3)))) {
		format_problem(parser->problem, column, "this comment has no end");
		return true;
	}
	words->trims = end[2] != '}';
	words->at = end + (words->trims ? 6 : 4);
	return true;
}

/* Up to the end of the template, or of what it is inside of. */
static struct node *parse_list(struct parser *parser, const struct node *inside)
{
	struct variable *outside = parser->variables;
	struct node *first = NULL, **last = &first;

	for (;;) {
		*last = parse_text(parser);
		last = &(*last)->next;
		if (!*parser->words.at) {
			parser->ended = END_TEXT;
			if (inside)
				format_problem(parser->problem, inside->column, "its 'end' is missing");
			break;
		}
		if (skip_begin(parser)) {
			if (parser->problem->found)
				break;
			continue;
		}
		next(parser);
		if (parse_list_end(parser, inside))
			break;
		*last = parse_action(parser);
		last = &(*last)->next;
		if (parser->problem->found)
			break;
	}
	parser->variables = outside;
	return first;
}

const struct format *format_read(struct arena *arena, const struct format_source *source, struct problem *problem)
{
	struct parser parser = { .words = { arena, source->text, source->text + source->skip, problem, false },
				 .escapes = source->escapes, .problem = problem };
	struct format *format = ARENA_NEW(arena, struct format);

	if (strlen(source->text) > FORMAT_SIZE_MAX)
		problem_set(problem, "option '--format': a template has at most %d bytes", FORMAT_SIZE_MAX);
	if (problem->found)
		return NULL;
	format->first = parse_list(&parser, NULL);
	return problem->found ? NULL : format;
}
